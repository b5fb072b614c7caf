"""What a rule looks at: the shape of its conditions, as they are sent in and as they are stored.

A group holds conditions and groups, and those only conditions, so that a rule can be read on one screen.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    model_validator,
)
from pydantic_core import PydanticCustomError

from yingke.inboxes.site_settings import Span
from yingke.kit.text import CleanStr, Name, one_line

MOST_CONDITIONS = 30
DAY = 86400

TextFieldName = Literal["url", "landing_url", "title", "referrer", "keyword", "campaign", "region", "language"]
ChoiceFieldName = Literal["source", "engine", "device"]
NumberFieldName = Literal[
    "time_on_page",
    "time_on_site",
    "page_count",
    "visits",
    "scroll",
    "idle",
    "last_visit_days",
    "agents_available",
    "queue_length",
]
YesNoFieldName = Literal["exit_intent", "returning", "known"]
TextOperator = Literal["is", "is_not", "contains", "contains_not", "matches", "matches_not", "empty", "not_empty"]

Wanted = Annotated[CleanStr, AfterValidator(one_line), StringConstraints(min_length=1, max_length=500)]
Key = Annotated[Name, StringConstraints(min_length=1, max_length=100)]


class Shape(BaseModel):
    """Base of all that is stored of a rule: nothing unknown is accepted."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class _OfText(Shape):
    op: TextOperator
    value: Annotated[list[Wanted], Field(max_length=20)] | None = None
    """Any of them; with an operator that ends in `_not`, none of them."""

    @model_validator(mode="after")
    def _asks_for_something(self) -> "_OfText":
        if (self.op in ("empty", "not_empty")) != (not self.value):
            raise PydanticCustomError("value_missing", "Say what to look for; empty and not_empty take nothing.")
        return self


class TextCondition(_OfText):
    field: TextFieldName


class ContactFieldCondition(_OfText):
    """A field of the contact, or of the visitor while nobody knows him."""

    field: Literal["contact_field"]
    key: Key


class ChoiceCondition(Shape):
    field: ChoiceFieldName
    op: Literal["is", "is_not"]
    value: Annotated[list[Wanted], Field(min_length=1, max_length=50)]


class NumberCondition(Shape):
    """Times are seconds, `scroll` is per cent of the page, `last_visit_days` days since the visit before this one."""

    field: NumberFieldName
    op: Literal["at_least", "at_most"]
    value: Annotated[int, Field(ge=0, le=1_000_000)]


class YesNoCondition(Shape):
    field: YesNoFieldName
    op: Literal["is"] = "is"
    value: bool


class TagCondition(Shape):
    """One of these tags, of the visitor or of the contact."""

    field: Literal["tag"]
    op: Literal["has", "has_not"]
    value: Annotated[list[UUID], Field(min_length=1, max_length=50)]


class EventCondition(Shape):
    """So many custom events or clicks named `key` in the last `within` seconds of this visit."""

    field: Literal["event"]
    key: Key
    op: Literal["at_least", "at_most"] = "at_least"
    value: Annotated[int, Field(ge=0, le=50)] = 1
    within: Annotated[int, Field(ge=1, le=DAY)] = DAY


class HoursOfDays(Span):
    """Hours of some days of the week; those that end at or before their start go on past midnight."""

    days: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1, max_length=7)]
    """0 is Monday."""


class HoursCondition(Shape):
    """In the workspace's time zone."""

    field: Literal["hours"]
    op: Literal["within", "not_within"] = "within"
    value: Annotated[list[HoursOfDays], Field(min_length=1, max_length=21)]


Condition = Annotated[
    TextCondition
    | ContactFieldCondition
    | ChoiceCondition
    | NumberCondition
    | YesNoCondition
    | TagCondition
    | EventCondition
    | HoursCondition,
    Field(discriminator="field"),
]


class InnerGroup(Shape):
    match: Literal["all", "any"] = "all"
    items: Annotated[list[Condition], Field(min_length=1, max_length=MOST_CONDITIONS)]


def _kind(value: Any) -> str:
    return "group" if isinstance(value, InnerGroup) or (isinstance(value, dict) and "match" in value) else "condition"


class Group(Shape):
    """Without conditions, `all` is always true."""

    match: Literal["all", "any"] = "all"
    items: Annotated[
        list[
            Annotated[
                Annotated[Condition, Tag("condition")] | Annotated[InnerGroup, Tag("group")], Discriminator(_kind)
            ]
        ],
        Field(max_length=MOST_CONDITIONS),
    ] = []

    @model_validator(mode="after")
    def _is_readable(self) -> "Group":
        if len(conditions_of(self)) > MOST_CONDITIONS:
            raise PydanticCustomError("too_many_conditions", "A rule has at most 30 conditions.")
        if self.match == "any" and not self.items:
            raise PydanticCustomError("conditions_missing", "Any of no conditions is never true.")
        return self


def conditions_of(group: Group | InnerGroup) -> list[tuple[tuple[int, ...], Any]]:
    """Every condition of `group` with its place: the positions from the outside to the inside."""
    found: list[tuple[tuple[int, ...], Any]] = []
    for number, item in enumerate(group.items):
        if isinstance(item, InnerGroup):
            found += [((number, *path), each) for path, each in conditions_of(item)]
        else:
            found.append(((number,), item))
    return found
