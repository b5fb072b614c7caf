"""Whether the conditions of a rule or a segment hold, and why. Pure.

Conditions are decided in Kleene's logic: `all` of them is false as soon as one is, `any` is true as soon as one is, and
what hangs on a condition that is not decided is not decided (Kleene, Introduction to Metamathematics, 1952, § 64).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yingke.kit.values import Value
from yingke.segments.conditions import Condition, Group, InnerGroup, SegmentCondition, conditions_of
from yingke.segments.holding import DRIFTING, OF_THE_PAGE, Answer, Decider, decider_of, found_by, refuter_of
from yingke.segments.moments import Moment

Segments = Mapping[UUID, Group]
"""The conditions of the segments there are."""
NO_SEGMENTS: Segments = {}


@dataclass(frozen=True, slots=True)
class Leaf:
    condition: Any
    decide: Decider
    drifts: bool

    def undecided(self, moment: Moment) -> "list[Leaf]":
        return [self] if self.decide(moment) is None else []

    def is_ruled_out(self, moment: Moment) -> bool:
        return not self.drifts and self.decide(moment) is False


@dataclass(frozen=True, slots=True)
class Branch:
    """The outermost decides of what is inside: `decisive` is the answer that one of its parts gives for all."""

    decisive: bool
    parts: "Sequence[Part]"

    def decide(self, moment: Moment) -> Answer:
        undecided = False
        for part in self.parts:
            answer = part.decide(moment)
            if answer is self.decisive:
                return answer
            undecided = undecided or answer is None
        return None if undecided else not self.decisive

    def undecided(self, moment: Moment) -> list[Leaf]:
        """The conditions on which an undecided answer hangs."""
        return [leaf for part in self.parts if part.decide(moment) is None for leaf in part.undecided(moment)]

    def is_ruled_out(self, moment: Moment) -> bool:
        """Whether it stays false however long the page is read, and whatever happens meanwhile."""
        for part in self.parts:
            if part.is_ruled_out(moment) is not self.decisive:
                return not self.decisive
        return self.decisive


Part = Leaf | Branch


class RuleReason(Value, frozen=True, kw_only=True):
    """One condition or limit, whether it holds, and what was found. Null: not decided yet."""

    code: str
    """The field of a condition, or the name of a limit."""
    path: list[int]
    holds: bool | None
    actual: Any = None
    condition: dict[str, Any] | None = None


def compiled(group: Group | InnerGroup, segments: Segments = NO_SEGMENTS) -> Branch:
    """`group` prepared to be decided many times. Without conditions, `all` is true."""
    parts = [_part(item, segments) for item in sorted(group.items, key=_cost)]
    return Branch(decisive=group.match == "any", parts=parts)


def _refuted(group: Group | InnerGroup) -> Branch:
    """Decides that `group` does not hold, by De Morgan's laws: what is refuted are single conditions, each in its way.

    Who is in a segment may leave it, so nothing is ruled out.
    """
    parts = [
        _refuted(item) if isinstance(item, InnerGroup) else Leaf(item, refuter_of(item), drifts=True)
        for item in sorted(group.items, key=_cost)
    ]
    return Branch(decisive=group.match == "all", parts=parts)


def all_conditions(group: Group, segments: Segments) -> Iterator[Any]:
    """The conditions of `group`, and those of the segments it names."""
    for _, condition in conditions_of(group):
        yield condition
        if isinstance(condition, SegmentCondition):
            for segment in _named(condition, segments):
                yield from all_conditions(segment, NO_SEGMENTS)


def reasons(group: Group, moment: Moment, segments: Segments = NO_SEGMENTS) -> list[RuleReason]:
    """Every condition, in its place."""
    return [
        RuleReason(
            code=condition.field,
            path=list(path),
            holds=_part(condition, segments).decide(moment),
            actual=_found(condition, moment, segments),
            condition=condition.model_dump(mode="json", by_alias=True),
        )
        for path, condition in conditions_of(group)
    ]


def _part(item: Condition | InnerGroup, segments: Segments) -> Part:
    if isinstance(item, InnerGroup):
        return compiled(item, segments)
    if isinstance(item, SegmentCondition):
        named, within = _named(item, segments), item.op == "is"
        return Branch(decisive=within, parts=[compiled(each) if within else _refuted(each) for each in named])
    return Leaf(item, decider_of(item), item.field in DRIFTING)


def _named(condition: SegmentCondition, segments: Segments) -> list[Group]:
    return [segments[id] for id in condition.value if id in segments]


def _found(condition: Any, moment: Moment, segments: Segments) -> Any:
    if isinstance(condition, SegmentCondition):
        return [str(id) for id in condition.value if id in segments and compiled(segments[id]).decide(moment)]
    return found_by(condition, moment)


def _cost(item: Condition | InnerGroup) -> int:
    """What is decided quickly, and seldom true, comes first; what only time brings comes last."""
    if isinstance(item, InnerGroup | SegmentCondition):
        return 2
    return 3 if item.field in OF_THE_PAGE else 1
