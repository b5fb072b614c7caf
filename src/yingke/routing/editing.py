"""Changing policies, settings and skills."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from yingke.agents import Agent, Team
from yingke.identity import Actor
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.routing.checking import require_no_circle
from yingke.routing.choosing import Policy, RoutingSettings
from yingke.routing.choosing.policies import SkillDemand, Skills
from yingke.routing.errors import SkillNameTaken, SkillUnknown
from yingke.routing.facts import RoutingChanged
from yingke.routing.models import AgentSkill, RoutingPolicy, RoutingSettingsRow, Skill
from yingke.routing.queries import policy_value, skill_value
from yingke.routing.rules import rules_of
from yingke.routing.values import PolicyValue, SkillValue


async def set_policy(work: Work, actor: Actor, team_id: UUID | None, policy: Policy) -> PolicyValue:
    """Raises Missing (of the team), OverflowCycle, SkillUnknown, Invalid naming the field."""
    if team_id is not None:
        await work.get(Team, team_id, lock=True)
    await _require_known(work, policy)
    rules = await rules_of(work)
    overflows = {each: kept.waiting.overflow_team_id for each, kept in rules.policies.items()}
    overflows[team_id] = policy.waiting.overflow_team_id
    for each in overflows:
        require_no_circle(overflows, each)
    row = await _row(work, team_id)
    if row is None:
        row = RoutingPolicy(id=new_id(), team_id=team_id)
        work.add(row)
    row.policy, row.changed_at, row.changed_by = policy.stored(), work.now, actor.agent_id
    await work.flush()
    _tell(work, team_id)
    return await policy_value(work, team_id)


async def remove_policy(work: Work, team_id: UUID | None) -> None:
    """The team goes by the workspace's policy again; the workspace by the one that comes with the program.

    Raises Missing (of the team).
    """
    if team_id is not None:
        await work.get(Team, team_id)
    row = await _row(work, team_id)
    if row is not None:
        await work.rows.delete(row)
        _tell(work, team_id)


async def set_settings(work: Work, settings: RoutingSettings) -> RoutingSettings:
    """Raises SkillUnknown, Invalid naming the field."""
    teams = [rule.team_id for rule in settings.rules if rule.team_id]
    await _require_teams(work, teams, "rules")
    await _require_skills(work, [each for rule in settings.rules for each in rule.skills], "rules")
    row = await work.rows.get(RoutingSettingsRow, work.workspace_id, with_for_update=True)
    if row is None:
        work.add(RoutingSettingsRow(settings=settings.stored()))
    else:
        row.settings = settings.stored()
    await work.flush()
    work.tell(RoutingChanged(workspace_id=work.workspace_id, team_id=None))
    return settings


async def add_skill(work: Work, name: str) -> SkillValue:
    """Raises SkillNameTaken."""
    await _require_free(work, name)
    skill = Skill(id=new_id(), name=name)
    work.add(skill)
    await work.flush()
    return await skill_value(work, skill.id)


async def rename_skill(work: Work, skill_id: UUID, name: str) -> SkillValue:
    """Raises Missing, SkillNameTaken."""
    skill = await work.get(Skill, skill_id, lock=True)
    if skill.name != name:
        await _require_free(work, name)
        skill.name = name
    return await skill_value(work, skill_id)


async def remove_skill(work: Work, skill_id: UUID) -> None:
    """Policies that ask for it ask for it no more. Raises Missing."""
    await work.rows.delete(await work.get(Skill, skill_id, lock=True))
    for row in await work.all(select(RoutingPolicy).where(RoutingPolicy.workspace_id == work.workspace_id)):
        row.policy = _without(row.policy, str(skill_id))
    kept = await work.rows.get(RoutingSettingsRow, work.workspace_id)
    if kept is not None:
        rules = [_less(rule, str(skill_id)) for rule in kept.settings["rules"]]
        kept.settings = {**kept.settings, "rules": rules}
    work.tell(RoutingChanged(workspace_id=work.workspace_id, team_id=None))


async def set_skills_of(work: Work, agent_id: UUID, skills: Sequence[SkillDemand]) -> None:
    """What an agent can do, whole. Raises Missing, SkillUnknown."""
    await work.get(Agent, agent_id, lock=True)
    await _require_skills(work, skills, "skills")
    mine = (AgentSkill.workspace_id == work.workspace_id) & (AgentSkill.agent_id == agent_id)
    await work.rows.execute(delete(AgentSkill).where(mine))
    for each in {each.skill_id: each for each in skills}.values():
        work.add(AgentSkill(agent_id=agent_id, skill_id=each.skill_id, level=each.level))
    await work.flush()
    work.tell(RoutingChanged(workspace_id=work.workspace_id, team_id=None))


def _tell(work: Work, team_id: UUID | None) -> None:
    work.tell(RoutingChanged(workspace_id=work.workspace_id, team_id=team_id))


def _without(policy: dict[str, Any], skill_id: str) -> dict[str, Any]:
    steps = [_less(step, skill_id) if step["kind"] == "skills" else step for step in policy["steps"]]
    return {**policy, "steps": steps}


def _less(asking: dict[str, Any], skill_id: str) -> dict[str, Any]:
    return {**asking, "skills": [each for each in asking["skills"] if each["skill_id"] != skill_id]}


async def _row(work: Work, team_id: UUID | None) -> RoutingPolicy | None:
    found: RoutingPolicy | None = (
        await work.scalars(
            select(RoutingPolicy)
            .where(RoutingPolicy.workspace_id == work.workspace_id, RoutingPolicy.team_id.is_not_distinct_from(team_id))
            .with_for_update()
        )
    ).one_or_none()
    return found


async def _require_known(work: Work, policy: Policy) -> None:
    if policy.waiting.overflow_team_id is not None:
        await _require_teams(work, [policy.waiting.overflow_team_id], "policy.waiting.overflow_team_id")
    for number, step in enumerate(policy.steps):
        if isinstance(step, Skills):
            await _require_skills(work, step.skills, f"policy.steps.{number}.skills")


async def _require_teams(work: Work, ids: Sequence[UUID], field: str) -> None:
    there = await work.scalars(select(Team.id).where(Team.workspace_id == work.workspace_id, Team.id.in_(ids)))
    if set(ids) - set(there):
        raise Invalid("One of these teams is not there any more. Load the page again.", field=field)


async def _require_skills(work: Work, skills: Sequence[SkillDemand], field: str) -> None:
    ids = {each.skill_id for each in skills}
    there = await work.scalars(select(Skill.id).where(Skill.workspace_id == work.workspace_id, Skill.id.in_(ids)))
    if ids - set(there):
        raise SkillUnknown(field=field)


async def _require_free(work: Work, name: str) -> None:
    taken = select(Skill.id).where(Skill.workspace_id == work.workspace_id, Skill.name == name)
    if (await work.scalars(taken)).first() is not None:
        raise SkillNameTaken(field="name")
