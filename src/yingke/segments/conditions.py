"""What rules and segments look at: the shape of their conditions, as they are sent in and as they are stored.

A group holds conditions and groups, and those only conditions, so that it can be read on one screen. Only rules hold
segments: a segment that held others could come to hold itself.
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
MOST_DAYS = 90
"""Of custom events that are looked back on."""
STANDARD_FIELDS = ("name", "email", "phone", "company", "external_id")
"""Of contacts, beside those a company adds."""

TextFieldName = Literal[
    "url", "landing_url", "page_seen", "title", "referrer", "keyword", "campaign", "region", "language"
]
ChoiceFieldName = Literal["source", "engine", "device", "site"]
NumberFieldName = Literal[
    "time_on_page",
    "time_on_site",
    "page_count",
    "visits",
    "scroll",
    "idle",
    "last_visit_days",
    "last_seen_days",
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
    """`page_seen` is any address the person looked at, in all visits that are kept."""

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
    """Times are seconds, `scroll` is per cent of the page, `last_visit_days` days since the visit before this one and
    `last_seen_days` days since the last sign of life."""

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


class PastEventCondition(Shape):
    """So many custom events or clicks named `key` of the person in the last `days` days, over all visits."""

    field: Literal["past_event"]
    key: Key
    op: Literal["at_least", "at_most"] = "at_least"
    value: Annotated[int, Field(ge=0, le=50)] = 1
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = 30


class SegmentCondition(Shape):
    """In one of these segments, or in none of them. One that is not there any more holds nobody."""

    field: Literal["segment"]
    op: Literal["is", "is_not"]
    value: Annotated[list[UUID], Field(min_length=1, max_length=20)]


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
    | PastEventCondition
    | SegmentCondition
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


OF_A_PERSON = frozenset({
    "landing_url", "page_seen", "referrer", "keyword", "campaign", "region", "language", "source", "engine", "device",
    "site", "time_on_site", "page_count", "visits", "last_visit_days", "last_seen_days", "returning", "known", "tag",
    "contact_field", "past_event",
})  # fmt: skip
"""Fields that say who somebody is and what he did; the others are about the moment."""


class SegmentGroup(Group):
    """The conditions of a segment: of a person and his last visit, at least one, and no segments."""

    @model_validator(mode="after")
    def _is_of_a_person(self) -> "SegmentGroup":
        found = [each.field for _, each in conditions_of(self)]
        if not found:
            raise PydanticCustomError("conditions_missing", "A segment has at least one condition.")
        if "segment" in found:
            raise PydanticCustomError("segment_in_segment", "A segment cannot be made of segments.")
        if momentary := sorted({*found} - OF_A_PERSON):
            raise PydanticCustomError(
                "of_a_moment",
                "Segments are about people and their visits, not about a moment: {fields}.",
                {"fields": ", ".join(momentary)},
            )
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
