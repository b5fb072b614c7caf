"""What each step of a policy does with those who are left."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from yingke.routing.choosing.candidates import Ask, Candidate, Demand
from yingke.routing.choosing.conditions import holds
from yingke.routing.choosing.explaining import Outcome
from yingke.routing.choosing.policies import LastAgent, Named, OfferToAll, Owner, Rule, Skills, Weighted


@dataclass(frozen=True, slots=True)
class Result:
    outcome: Outcome
    left: Sequence[Candidate]
    detail: str = ""
    until: datetime | None = None
    """When time alone may change the outcome."""


@dataclass(frozen=True, slots=True)
class Situation:
    ask: Ask
    present: Sequence[Candidate]
    """Everybody, also those without room."""
    now: datetime


def preferred(step: Any, ask: Ask, now: datetime) -> UUID | None:
    """The one agent that a step speaks for, if there is one."""
    match step:
        case Named():
            return ask.traits.named_agent_id
        case Owner():
            return ask.traits.owner_id
        case LastAgent():
            at = ask.traits.last_agent_at
            return ask.traits.last_agent_id if at and now - at <= timedelta(days=step.days) else None
    return None


def prefer(step: Named | Owner | LastAgent, left: Sequence[Candidate], situation: Situation) -> Result:
    """That one when he has room; while he is at the desk without, the conversation may wait for him."""
    ask, now = situation.ask, situation.now
    wanted = preferred(step, ask, now)
    if wanted is None:
        return Result("passed", left, "nobody")
    chosen = [each for each in left if each.agent_id == wanted]
    if chosen:
        return Result("chose", chosen)
    until = ask.since + timedelta(seconds=step.wait)
    if step.wait and now < until and wanted not in ask.declined and _at_desk(wanted, situation.present):
        return Result("waits", (), "for_him", until)
    return Result("passed", left, "not_free")


def apply_rule(step: Rule, left: Sequence[Candidate], situation: Situation) -> Result:
    ask = situation.ask
    if not holds(step.when, ask.traits):
        return Result("passed", left, step.name)
    named = set(step.agent_ids)
    able = [each for each in left if each.agent_id in named]
    if able:
        return Result("narrowed", able, step.name)
    until = ask.since + timedelta(seconds=step.strict_for)
    if situation.now < until:
        return Result("waits", (), step.name, until)
    return Result("passed", left, step.name)


def require_skills(step: Skills, left: Sequence[Candidate], situation: Situation) -> Result:
    ask = situation.ask
    demands = demanded(step, ask)
    if not demands:
        return Result("passed", left, "none_demanded")
    relaxed, until = 0, None
    if step.relax_after is not None:
        relaxed = int((situation.now - ask.since).total_seconds() // step.relax_after)
        until = ask.since + timedelta(seconds=(relaxed + 1) * step.relax_after)
    wanted = [(skill_id, level - relaxed) for skill_id, level in demands if level > relaxed]
    if not wanted:
        return Result("passed", left, "relaxed")
    able = left
    for skill_id, level in wanted:
        able = [each for each in able if each.skills.get(skill_id, 0) >= level]
    detail = f"relaxed {relaxed}" if relaxed else ""
    return Result("narrowed", able, detail) if able else Result("waits", (), detail or "skill", until)


def demanded(step: Skills, ask: Ask) -> list[Demand]:
    """The team's demands and the conversation's, each skill at its highest level."""
    highest: dict[UUID, int] = {}
    for skill_id, level in (*((each.skill_id, each.level) for each in step.skills), *ask.demands):
        highest[skill_id] = max(level, highest.get(skill_id, 0))
    return [Demand(skill_id, highest[skill_id]) for skill_id in sorted(highest)]


def offer(step: OfferToAll, left: Sequence[Candidate], situation: Situation) -> Result:
    if situation.ask.offered:
        return Result("passed", left, "not_taken")
    return Result("offers", left, "", situation.now + timedelta(seconds=step.seconds))


NARROWING: dict[str, Callable[[Any, Sequence[Candidate], Situation], Result]] = {
    "named": prefer,
    "owner": prefer,
    "last_agent": prefer,
    "rule": apply_rule,
    "skills": require_skills,
    "offer_to_all": offer,
}


def scores(step: Any, left: Iterable[Candidate]) -> list[float]:
    """Of a step that always chooses: the lowest is chosen."""
    match step.kind:
        case "least_loaded":
            return [each.load / each.capacity for each in left]
        case "fewest_open":
            return [float(each.open) for each in left]
        case "round_robin":
            return [each.last_assigned_at for each in left]
        case "fill_one_first":
            return [-each.load for each in left]
        case _:
            assert isinstance(step, Weighted)
            weights = step.weights
            return [(each.assigned + 1) / weights.get(each.agent_id, 1) for each in left]


def _at_desk(agent_id: UUID, present: Iterable[Candidate]) -> bool:
    return any(each.agent_id == agent_id and each.available for each in present)
