"""What in a policy will not do what it says. Told when it is saved and whenever it is shown; only circles are refused."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from yingke.agents import AgentValue
from yingke.inboxes import next_opening
from yingke.routing.choosing import Condition, Policy
from yingke.routing.choosing.policies import Rule, Skills
from yingke.routing.errors import OverflowCycle
from yingke.routing.values import PolicyWarning


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    agents: Mapping[UUID, AgentValue]
    skills: Mapping[UUID, Mapping[UUID, int]]
    """Skill → agent → level."""
    at: datetime


def require_no_circle(overflows: Mapping[UUID | None, UUID | None], team_id: UUID | None) -> None:
    """`overflows`: where each team's visitors go when it takes long. Raises OverflowCycle."""
    seen: set[UUID | None] = {team_id}
    following = overflows.get(team_id)
    while following is not None:
        if following in seen:
            raise OverflowCycle(field="policy.waiting.overflow_team_id")
        seen.add(following)
        following = overflows.get(following, overflows.get(None))


def warnings_of(policy: Policy, team_id: UUID | None, around: Surroundings) -> list[PolicyWarning]:
    return [*_of_members(team_id, around), *_of_steps(policy, team_id, around), *_of_waiting(policy, around)]


def _of_members(team_id: UUID | None, around: Surroundings) -> Iterator[PolicyWarning]:
    if not _members(team_id, around):
        detail = "Nobody is in this team: its visitors wait until somebody joins it, or the overflow takes them."
        yield PolicyWarning(problem="nobody_in_team", field="", detail=detail)


def _of_steps(policy: Policy, team_id: UUID | None, around: Surroundings) -> Iterator[PolicyWarning]:
    for number, step in enumerate(policy.steps):
        if not step.on:
            continue
        if isinstance(step, Rule):
            yield from _of_rule(step, f"steps.{number}", team_id, around)
        elif isinstance(step, Skills):
            yield from _of_skills(step, f"steps.{number}", team_id, around)


def _of_rule(step: Rule, field: str, team_id: UUID | None, around: Surroundings) -> Iterator[PolicyWarning]:
    members = _members(team_id, around)
    if not members & set(step.agent_ids):
        detail = "None of these colleagues is in the team: the rule never chooses anybody."
        yield PolicyWarning(problem="agent_not_in_team", field=f"{field}.agent_ids", detail=detail)
    if _contradicts(step.when):
        detail = "These conditions exclude each other: no conversation meets them all."
        yield PolicyWarning(problem="rule_matches_nothing", field=f"{field}.when", detail=detail)


def _contradicts(conditions: Collection[Condition]) -> bool:
    """Whether a trait with one value would have to have two, or have one that it may not have."""
    single = ("channel", "site", "language", "tier", "order_state")
    wanted: dict[str, set[str]] = {}
    for each in conditions:
        if each.op == "is" and each.field in single:
            values = {value.casefold() for value in each.values}
            wanted[each.trait] = wanted.get(each.trait, values) & values
    for each in conditions:
        if each.op == "is_not" and each.trait in wanted:
            wanted[each.trait] -= {value.casefold() for value in each.values}
    return any(not values for values in wanted.values())


def _of_skills(step: Skills, field: str, team_id: UUID | None, around: Surroundings) -> Iterator[PolicyWarning]:
    members = _members(team_id, around)
    for place, demand in enumerate(step.skills):
        able = {agent for agent, level in around.skills.get(demand.skill_id, {}).items() if level >= demand.level}
        if able & members:
            continue
        never = step.relax_after is None
        detail = (
            "Nobody in the team has this skill at this level, and it never relaxes: these visitors would wait for ever."
            if never
            else "Nobody in the team has this skill at this level: visitors wait until it relaxes."
        )
        problem = "skill_never_relaxes" if never else "skill_of_nobody"
        yield PolicyWarning(problem=problem, field=f"{field}.skills.{place}", detail=detail)  # type: ignore[arg-type] # both are


def _of_waiting(policy: Policy, around: Surroundings) -> Iterator[PolicyWarning]:
    to = policy.waiting.overflow_team_id
    if to is not None and not _members(to, around):
        detail = "Nobody is in the team that takes the overflow."
        yield PolicyWarning(problem="overflow_team_empty", field="waiting.overflow_team_id", detail=detail)
    if policy.hours is not None and next_opening(policy.hours, around.at) is None:
        detail = "These hours never open: visitors can never choose this team."
        yield PolicyWarning(problem="hours_never_open", field="hours", detail=detail)


def _members(team_id: UUID | None, around: Surroundings) -> set[UUID]:
    return {a.id for a in around.agents.values() if not a.disabled and (team_id is None or team_id in a.team_ids)}
