"""What comes in at the doors of quality and of what stands on it."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from yingke.kit.text import CleanStr
from yingke.quality.scoring import CriterionAnswer


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Change(Body):
    def given(self) -> dict[str, Any]:
        """What was said; null says nothing."""
        return {name: getattr(self, name) for name in self.model_fields_set if getattr(self, name) is not None}


class GivenAnswer(Body):
    criterion_id: UUID
    value: int | None = Field(ge=0, le=5)
    remark: CleanStr = Field(default="", max_length=2000)
    seq: int | None = Field(default=None, ge=1, le=2**31 - 1)

    def answer(self) -> CriterionAnswer:
        return CriterionAnswer(criterion_id=self.criterion_id, value=self.value, remark=self.remark, seq=self.seq)


Answers = Annotated[list[GivenAnswer], Field(max_length=50)]


class FilledIn(Body):
    answers: Answers
    remark: CleanStr = Field(default="", max_length=5000)

    def given(self) -> list[CriterionAnswer]:
        return [each.answer() for each in self.answers]
