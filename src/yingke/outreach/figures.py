"""Figures of invitations as they leave the program, and how they are put together. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from yingke.kit.values import Value
from yingke.outreach.lift import Lift, lift

DEFINITIONS = {
    "offered": "Invitations made; those held out are not among them.",
    "shown": "Those a page has shown.",
    "accept_rate": "Accepted ÷ shown.",
    "visitors": "Visitors for whom the rule fitted, each once, in the group of the first time.",
    "reached": "Of these, who reached a goal within three days after it.",
    "conversations": "Of these, who began a conversation within three days after it.",
    "lift": "Share of the treated minus share of those held out, with its 95 % interval (Newcombe 1998, method 10).",
    "clear": "The interval does not hold zero: chance alone seldom does that.",
}


class Arm(Value, frozen=True, kw_only=True):
    visitors: int = 0
    reached: int = 0
    rate: float | None = None
    conversations: int = 0
    conversation_rate: float | None = None


class GoalFigures(Value, frozen=True, kw_only=True):
    goal_id: UUID
    treated: int
    held_out: int
    lift: Lift | None


class States(Value, frozen=True, kw_only=True):
    offered: int = 0
    shown: int = 0
    accepted: int = 0
    declined: int = 0
    ignored: int = 0
    expired: int = 0
    accept_rate: float | None = None


class RuleFigures(States, frozen=True, kw_only=True):
    rule_id: UUID
    name: str
    active: bool
    conversations: int
    """Opened by accepting."""
    treated: Arm
    held_out: Arm | None
    lift: Lift | None
    conversation_lift: Lift | None
    by_goal: list[GoalFigures]


class AgentFigures(Value, frozen=True, kw_only=True):
    agent_id: UUID
    name: str
    offered: int
    accepted: int
    accept_rate: float | None


class HandFigures(States, frozen=True, kw_only=True):
    conversations: int
    visitors: int
    reached: int
    by_agent: list[AgentFigures]


class GoalName(Value, frozen=True, kw_only=True):
    id: UUID
    name: str


class OutreachReport(Value, frozen=True, kw_only=True):
    from_: date = msgspec.field(name="from")
    to: date
    time_zone: str
    goals: list[GoalName]
    items: list[RuleFigures]
    hand: HandFigures
    definitions: dict[str, str]


Rows = Sequence[Mapping[str, Any]]
"""As counted by `reporting`."""


def figures_of_rule(
    rule_id: UUID, name: str, active: bool, states: Rows, arms: Rows, reached: Rows, goals: Sequence[GoalName]
) -> RuleFigures:
    """Of the rows, those of this rule."""
    mine = [row for row in states if row["rule_id"] == rule_id]
    groups = {row["held_out"]: _arm(row) for row in arms if row["rule_id"] == rule_id}
    treated, held_out = groups.get(False, Arm()), groups.get(True)
    counted = {(row["goal_id"], row["held_out"]): row["reached"] for row in reached if row["rule_id"] == rule_id}
    held = held_out or Arm()
    return RuleFigures(
        rule_id=rule_id,
        name=name,
        active=active,
        **_states(mine),
        conversations=sum(row["conversations"] for row in mine),
        treated=treated,
        held_out=held_out,
        lift=lift(treated.reached, treated.visitors, held.reached, held.visitors),
        conversation_lift=lift(treated.conversations, treated.visitors, held.conversations, held.visitors),
        by_goal=[
            GoalFigures(
                goal_id=goal.id,
                treated=(ours := counted.get((goal.id, False), 0)),
                held_out=(theirs := counted.get((goal.id, True), 0)),
                lift=lift(ours, treated.visitors, theirs, held.visitors),
            )
            for goal in goals
        ],
    )


def figures_by_hand(states: Rows, arms: Rows, names: Mapping[UUID, str]) -> HandFigures:
    mine = [row for row in states if row["by_hand"]]
    arm = next((_arm(row) for row in arms if row["rule_id"] is None), Arm())
    agents = sorted({row["agent_id"] for row in mine if row["agent_id"]}, key=lambda agent_id: names.get(agent_id, ""))
    return HandFigures(
        **_states(mine),
        conversations=sum(row["conversations"] for row in mine),
        visitors=arm.visitors,
        reached=arm.reached,
        by_agent=[_of_agent(id, names, [row for row in mine if row["agent_id"] == id]) for id in agents],
    )


def _of_agent(id: UUID, names: Mapping[UUID, str], mine: Rows) -> AgentFigures:
    told = _states(mine)
    return AgentFigures(agent_id=id, name=names.get(id, ""), **{name: told[name] for name in _OF_AGENT})


_OF_AGENT = ("offered", "accepted", "accept_rate")


def _states(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    by_state: Counter[str] = Counter()
    shown = 0
    for row in rows:
        by_state[row["state"]] += row["number"]
        shown += row["shown"]
    return {
        "offered": by_state.total(),
        "shown": shown,
        **{state: by_state[state] for state in ("accepted", "declined", "ignored", "expired")},
        "accept_rate": _share(by_state["accepted"], shown),
    }


def _arm(row: Mapping[str, Any]) -> Arm:
    visitors, reached, conversations = row["visitors"], row["reached"], row["conversations"]
    return Arm(
        visitors=visitors,
        reached=reached,
        rate=_share(reached, visitors),
        conversations=conversations,
        conversation_rate=_share(conversations, visitors),
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
