"""Reading policies, skills, decisions and the queue."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from yingke.agents import Agent, Team, agent_values
from yingke.conversations.models import Conversation
from yingke.conversations.queries import visible_to
from yingke.identity import Actor
from yingke.kit.errors import Missing
from yingke.kit.work import Work
from yingke.routing.checking import Surroundings, warnings_of
from yingke.routing.choosing import Decision
from yingke.routing.models import AgentSkill, RoutingDecision, RoutingPolicy, Skill
from yingke.routing.rules import rules_of
from yingke.routing.values import (
    AgentSkillValue,
    Consequence,
    DecisionValue,
    PolicyValue,
    QueueValue,
    SkillValue,
    WaitingNow,
)

UNANSWERED_AFTER = timedelta(minutes=2)
SHOWN = 50


async def policy_values(work: Work) -> list[PolicyValue]:
    """The workspace's first, then those of all teams, by name."""
    teams = await work.scalars(
        select(Team.id).where(Team.workspace_id == work.workspace_id).order_by(Team.name, Team.id)
    )
    around = await _surroundings(work)
    return [await _policy_value(work, team_id, around) for team_id in (None, *teams)]


async def policy_value(work: Work, team_id: UUID | None) -> PolicyValue:
    """Raises Missing."""
    if team_id is not None:
        await work.get(Team, team_id)
    return await _policy_value(work, team_id, await _surroundings(work))


async def _policy_value(work: Work, team_id: UUID | None, around: Surroundings) -> PolicyValue:
    rules = await rules_of(work)
    policy = rules.of(team_id)
    row = (
        await work.scalars(
            select(RoutingPolicy).where(
                RoutingPolicy.workspace_id == work.workspace_id, RoutingPolicy.team_id.is_not_distinct_from(team_id)
            )
        )
    ).one_or_none()
    return PolicyValue(
        team_id=team_id,
        own=row is not None,
        policy=policy.stored(),
        warnings=warnings_of(policy, team_id, around),
        changed_at=row.changed_at if row else None,
        changed_by=row.changed_by if row else None,
    )


async def _surroundings(work: Work) -> Surroundings:
    skills: dict[UUID, dict[UUID, int]] = {}
    for each in await work.all(select(AgentSkill).where(AgentSkill.workspace_id == work.workspace_id)):
        skills.setdefault(each.skill_id, {})[each.agent_id] = each.level
    return Surroundings(agents={a.id: a for a in await agent_values(work)}, skills=skills, at=work.now)


async def skill_values(work: Work) -> list[SkillValue]:
    """By name."""
    skills = await work.all(select(Skill).where(Skill.workspace_id == work.workspace_id).order_by(Skill.name, Skill.id))
    held: dict[UUID, list[AgentSkillValue]] = {}
    rows = select(AgentSkill).where(AgentSkill.workspace_id == work.workspace_id).order_by(AgentSkill.agent_id)
    for each in await work.all(rows):
        held.setdefault(each.skill_id, []).append(AgentSkillValue(agent_id=each.agent_id, level=each.level))
    return [SkillValue(id=skill.id, name=skill.name, agents=held.get(skill.id, [])) for skill in skills]


async def skill_value(work: Work, skill_id: UUID) -> SkillValue:
    """Raises Missing."""
    found = [each for each in await skill_values(work) if each.id == skill_id]
    if not found:
        raise Missing
    return found[0]


async def decisions_of(work: Work, conversation_id: UUID) -> list[DecisionValue]:
    """Newest first, at most 50."""
    query = select(RoutingDecision).where(
        RoutingDecision.workspace_id == work.workspace_id, RoutingDecision.conversation_id == conversation_id
    )
    return [decision_value(row) for row in await work.all(query.order_by(RoutingDecision.id.desc()).limit(SHOWN))]


def decision_value(row: RoutingDecision) -> DecisionValue:
    return DecisionValue(
        id=row.id,
        kind=row.kind,  # type: ignore[arg-type] # the column holds nothing else
        team_id=row.team_id,
        agent_id=row.agent_id,
        decided_at=row.decided_at,
        waited=row.waited,
        low=row.low,
        high=row.high,
        explanation=msgspec.convert(row.explanation, Decision) if row.explanation else None,
    )


async def queue_now(work: Work, actor: Actor) -> QueueValue:
    """The queues and who waits for an answer: of the whole workspace; for who is limited, of what they see."""
    seen = visible_to(actor) if actor.is_limited else Conversation.workspace_id == work.workspace_id
    waiting = (
        select(Conversation.team_id, func.count(), func.min(Conversation.queued_at))
        .where(seen, Conversation.status == "queued", Conversation.kind == "chat")
        .group_by(Conversation.team_id)
        .order_by(func.min(Conversation.queued_at))
    )
    teams = [
        WaitingNow(team_id=team_id, waiting=count, longest=round((work.now - since).total_seconds()))
        for team_id, count, since in await work.rows.execute(waiting)
        if since is not None
    ]
    unanswered = select(Conversation.id, Conversation.waiting_since).where(
        seen,
        Conversation.status.in_(["queued", "open", "snoozed"]),
        Conversation.channel != "colleague",
        Conversation.kind == "chat",
        Conversation.waiting_since < work.now - UNANSWERED_AFTER,
    )
    late = (await work.rows.execute(unanswered.order_by(Conversation.waiting_since, Conversation.id))).all()
    return QueueValue(
        teams=teams,
        unanswered=len(late),
        oldest=round((work.now - late[0].waiting_since).total_seconds()) if late else 0,
        unanswered_ids=[row.id for row in late[:SHOWN]],
    )


async def consequence_of_team(work: Work, team_id: UUID) -> Consequence:
    """Raises Missing."""
    await work.get(Team, team_id)
    return await _consequence(work, Conversation.team_id == team_id, "They wait for everybody, at the same place.")


async def consequence_of_agent(work: Work, agent_id: UUID) -> Consequence:
    """Raises Missing."""
    await work.get(Agent, agent_id)
    return await _consequence(
        work, Conversation.agent_id == agent_id, "They go to the front of their queues when the agent is switched off."
    )


async def _consequence(work: Work, condition: Any, detail: str) -> Consequence:
    counted = select(*(func.count().filter(Conversation.status == each) for each in ("queued", "open", "snoozed")))
    row = (
        await work.rows.execute(
            counted.where(
                Conversation.workspace_id == work.workspace_id, condition, Conversation.channel != "colleague"
            )
        )
    ).one()
    return Consequence(waiting=row[0], open=row[1], snoozed=row[2], detail=detail)
