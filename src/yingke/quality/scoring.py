"""What a filled-in card is worth. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from yingke.kit.errors import Invalid
from yingke.kit.text import CleanStr, RequiredName
from yingke.kit.values import Value

Scale = Literal["yes_no", "points", "rubric"]

SHARES: Final[dict[Scale, dict[int, float]]] = {
    "yes_no": {0: 0.0, 1: 1.0},
    "points": {points: points / 5 for points in range(6)},
    "rubric": {1: 0.4, 2: 0.7, 3: 0.9, 4: 1.0},
}
"""The share of a criterion's weight that each answer earns. Rubric: basic, satisfying, beyond expectation, memorable."""


class Criterion(BaseModel):
    """One thing to look at. `fatal`: answered with no, the whole score is 0."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    title: RequiredName
    look_for: CleanStr = Field(default="", max_length=1000)
    weight: int = Field(ge=1, le=100)
    scale: Scale
    fatal: bool = False


class CriterionAnswer(Value, frozen=True, kw_only=True):
    """Of one criterion. `value` null: it does not apply. `seq`: the message that `remark` is about."""

    criterion_id: UUID
    value: int | None
    remark: str = ""
    seq: int | None = None


def require_sound(criteria: Sequence[Criterion]) -> None:
    """Raises Invalid for a card that cannot be filled in."""
    if not criteria:
        raise Invalid("A card has at least one criterion.", field="criteria")
    if len({each.id for each in criteria}) != len(criteria):
        raise Invalid("Two criteria have the same id.", field="criteria")
    if any(each.fatal and each.scale != "yes_no" for each in criteria):
        raise Invalid("Only what is answered with yes or no can be fatal.", field="criteria")


def require_fitting(criteria: Sequence[Criterion], answers: Sequence[CriterionAnswer]) -> None:
    """Raises Invalid for an answer that the card does not have."""
    scales = {each.id: each.scale for each in criteria}
    if len({each.criterion_id for each in answers}) != len(answers):
        raise Invalid("A criterion is answered once.", field="answers")
    for answer in answers:
        if answer.criterion_id not in scales:
            raise Invalid("The card has no such criterion.", field="answers")
        if answer.value is not None and answer.value not in SHARES[scales[answer.criterion_id]]:
            raise Invalid("This answer is not one of the scale.", field="answers")


def missing(criteria: Sequence[Criterion], answers: Sequence[CriterionAnswer]) -> list[UUID]:
    """Criteria without an answer; "does not apply" is one."""
    answered = {each.criterion_id for each in answers}
    return [each.id for each in criteria if each.id not in answered]


def score(criteria: Sequence[Criterion], values: Mapping[UUID, int | None]) -> float | None:
    """0 to 100: the weighted mean of what applies; 0 when a fatal criterion was missed; None when nothing applies."""
    applying = [(each, value) for each in criteria if (value := values.get(each.id)) is not None]
    if not applying:
        return None
    if any(each.fatal and value == 0 for each, value in applying):
        return 0.0
    earned = sum(each.weight * SHARES[each.scale][value] for each, value in applying)
    return round(100 * earned / sum(each.weight for each, _ in applying), 1)
