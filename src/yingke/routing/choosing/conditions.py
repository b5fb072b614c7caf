"""Conditions on what is known of a conversation."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from yingke.inboxes.site_settings import Part
from yingke.kit.text import Name
from yingke.routing.choosing.candidates import Traits

TraitName = Literal[
    "channel",
    "site",
    "page",
    "source",
    "keyword",
    "language",
    "region",
    "tier",
    "tag",
    "contact_field",
    "order_state",
    "robot_finding",
]
Operator = Literal["is", "is_not", "contains", "begins"]
Word = Annotated[Name, StringConstraints(min_length=1, max_length=120)]


class Condition(Part):
    """`field op values`: of several values one is enough; for `is_not` none may be there. Letter case does not count."""

    field: TraitName
    key: Annotated[Name, StringConstraints(max_length=60)] = ""
    """Which of the contact's own fields."""
    op: Operator = "is"
    values: Annotated[list[Word], Field(min_length=1, max_length=100)]

    @model_validator(mode="after")
    def _names_its_field(self) -> "Condition":
        if (self.field == "contact_field") != bool(self.key):
            raise PydanticCustomError("key_missing", "A field of the contact needs its name, and nothing else has one.")
        return self

    @property
    def trait(self) -> str:
        return f"{self.field}:{self.key}" if self.key else self.field


def holds(conditions: Iterable[Condition], traits: Traits) -> bool:
    """Whether all of them hold."""
    return all(_holds(condition, traits) for condition in conditions)


def _holds(condition: Condition, traits: Traits) -> bool:
    known = [value.casefold() for value in traits.values.get(condition.trait, ())]
    wanted = [value.casefold() for value in condition.values]
    match condition.op:
        case "is":
            return any(value in wanted for value in known)
        case "is_not":
            return not any(value in wanted for value in known)
        case "contains":
            return any(part in value for value in known for part in wanted)
        case "begins":
            return any(value.startswith(part) for value in known for part in wanted)
