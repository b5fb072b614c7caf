"""Whether the conditions of a rule hold, and why. Pure.

Conditions are decided in Kleene's logic: `all` of them is false as soon as one is, `any` is true as soon as one is, and
what hangs on a condition that is not decided is not decided (Kleene, Introduction to Metamathematics, 1952, § 64).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from yingke.kit.values import Value
from yingke.outreach.conditions import Condition, Group, InnerGroup, conditions_of
from yingke.outreach.holding import DRIFTING, OF_THE_PAGE, Answer, Decider, decider_of, found_by
from yingke.outreach.moments import Moment


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
    parts: "Sequence[Leaf | Branch]"

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


class RuleReason(Value, frozen=True, kw_only=True):
    """One condition or limit, whether it holds, and what was found. Null: not decided yet."""

    code: str
    """The field of a condition, or the name of a limit."""
    path: list[int]
    holds: bool | None
    actual: Any = None
    condition: dict[str, Any] | None = None


def compiled(group: Group | InnerGroup) -> Branch:
    """`group` prepared to be decided many times. Without conditions, `all` is true."""
    parts = [
        compiled(item) if isinstance(item, InnerGroup) else Leaf(item, decider_of(item), item.field in DRIFTING)
        for item in sorted(group.items, key=_cost)
    ]
    return Branch(decisive=group.match == "any", parts=parts)


def reasons(group: Group, moment: Moment) -> list[RuleReason]:
    """Every condition, in its place."""
    return [
        RuleReason(
            code=condition.field,
            path=list(path),
            holds=decider_of(condition)(moment),
            actual=found_by(condition, moment),
            condition=condition.model_dump(mode="json", by_alias=True),
        )
        for path, condition in conditions_of(group)
    ]


def _cost(item: Condition | InnerGroup) -> int:
    """What is decided quickly, and seldom true, comes first; what only time brings comes last."""
    if isinstance(item, InnerGroup):
        return 2
    return 3 if item.field in OF_THE_PAGE else 1
