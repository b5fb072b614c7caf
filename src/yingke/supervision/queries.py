"""What the wall begins with, and the figures it asks for again every few seconds."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, text

from yingke.conversations.models import Conversation
from yingke.conversations.queries import limits_of, visible_to, within_limits
from yingke.identity import Actor, zone_of
from yingke.kit.days import begin_of, day_at
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.work import Work
from yingke.routing.choosing import Candidate
from yingke.routing.loading import candidates
from yingke.routing.rules import rules_of
from yingke.shifts.queries import duties_of
from yingke.supervision.models import SupervisionAct
from yingke.supervision.values import ActValue, QueuePoint, WallAgent, WallConversation, WallFigures

MOST = 20_000
"""Conversations on a wall; the longest going on first."""
_GOING_ON = ("queued", "open", "snoozed")
_COLUMNS = (
    Conversation.id,
    Conversation.version,
    Conversation.number,
    Conversation.kind,
    Conversation.status,
    Conversation.site_id,
    Conversation.team_id,
    Conversation.agent_id,
    Conversation.who["name"].astext.label("name"),
    Conversation.robot,
    Conversation.priority,
    Conversation.opened_at,
    Conversation.queued_at,
    Conversation.waiting_since,
    Conversation.due,
)
# Whoever was answered today was heard of today: so the index of the last message narrows it.
_ANSWERED = text(
    """
SELECT agent_id, count(*) AS answered, percentile_cont(0.5) WITHIN GROUP (
         ORDER BY extract(epoch FROM first_replied_at - coalesce(handed_over_at, opened_at))) AS first_response
FROM conversations WHERE workspace_id = :workspace AND kind = 'chat' AND channel <> 'colleague' AND agent_id IS NOT NULL
  AND (CAST(:sites AS uuid[]) IS NULL OR site_id = ANY(:sites)) AND first_replied_at >= :midnight AND active_period >= CAST(:midnight AS timestamptz) - interval '5 minutes'
GROUP BY agent_id
"""
)
_RATED = text(
    """
SELECT agent_id, avg(stars) AS rating, count(*) AS ratings FROM ratings
WHERE workspace_id = :workspace AND agent_id IS NOT NULL AND rated_at >= :midnight
  AND (CAST(:sites AS uuid[]) IS NULL OR site_id = ANY(:sites)) GROUP BY agent_id
"""
)
# Only what may be told (decision 0117): submitted, and of conversations that the reader may inspect.
_INSPECTED = text(
    """
SELECT i.agent_id, avg(i.score) AS mean, count(*) AS inspected FROM quality_inspections i
JOIN conversations c ON c.workspace_id = i.workspace_id AND c.id = i.conversation_id
WHERE i.workspace_id = :workspace AND i.state = 'submitted' AND i.score IS NOT NULL
  AND i.submitted_at >= CAST(:now AS timestamptz) - interval '28 days'
  AND (CAST(:teams AS uuid[]) IS NULL OR c.team_id = ANY(:teams))
  AND (CAST(:sites AS uuid[]) IS NULL OR c.site_id = ANY(:sites)) GROUP BY i.agent_id
"""
)
_SINCE = text(
    """
SELECT a.id, coalesce(i.began_at, a.disconnected_at) AS since FROM agents a
LEFT JOIN availability_intervals i ON i.workspace_id = a.workspace_id AND i.agent_id = a.id AND i.ended_at IS NULL
WHERE a.workspace_id = :workspace
"""
)
_CURVE = text(
    """
WITH minutes AS (
  SELECT generate_series(CAST(:now AS timestamptz) - interval '59 minutes', :now, interval '1 minute') AS at),
waits AS (
  SELECT conversation_id, team_id, decided_at - waited * interval '1 second' AS began, decided_at AS ended
  FROM routing_decisions
  WHERE workspace_id = :workspace AND kind = 'assigned' AND decided_at > CAST(:now AS timestamptz) - interval '1 hour'
  UNION ALL SELECT conversation_id, team_id, since, NULL FROM queue_places
  WHERE workspace_id = :workspace AND state <> 'given'),
seen AS (
  SELECT began, ended FROM waits WHERE (CAST(:teams AS uuid[]) IS NULL OR team_id = ANY(:teams))
    AND (CAST(:sites AS uuid[]) IS NULL OR EXISTS (SELECT FROM conversations c
         WHERE c.workspace_id = :workspace AND c.id = waits.conversation_id AND c.site_id = ANY(:sites))))
SELECT at, count(seen.began) AS waiting FROM minutes
LEFT JOIN seen ON seen.began <= at AND (seen.ended IS NULL OR seen.ended > at) GROUP BY at ORDER BY at
"""
)


async def wall_conversations(work: Work, actor: Actor) -> list[WallConversation]:
    """All that goes on and the actor may see, the longest going on first."""
    wanted = select(*_COLUMNS).where(
        visible_to(actor), Conversation.channel != "colleague", Conversation.status.in_(_GOING_ON)
    )
    rows = await work.rows.execute(wanted.order_by(Conversation.opened_at, Conversation.id).limit(MOST))
    return [WallConversation(**row) for row in rows.mappings()]


async def wall_figures(work: Work, actor: Actor, visitors_online: int) -> WallFigures:
    """Of the teams and sites the actor is limited to, if any."""
    rules = await rules_of(work)
    only = actor.only_team_ids
    bound: dict[str, Any] = {"workspace": work.workspace_id, "midnight": await _midnight(work), "now": work.now}
    bound |= limits_of(actor)
    answered = await _by_agent(work, _ANSWERED, bound)
    rated = await _by_agent(work, _RATED, bound)
    inspected = await _by_agent(work, _INSPECTED, bound) if actor.may("quality.inspect") else {}
    since = {row.id: row.since for row in await work.rows.execute(_SINCE, bound)}
    missing = {each.agent_id: each.missing_since for each in await duties_of(work, actor)}
    agents = [
        WallAgent(
            agent_id=each.agent_id,
            load=round(each.load, 2),
            since=since.get(each.agent_id),
            missing_since=missing.get(each.agent_id),
            answered=answered[each.agent_id].answered if each.agent_id in answered else 0,
            first_response=answered[each.agent_id].first_response if each.agent_id in answered else None,
            rating=round(float(rated[each.agent_id].rating), 2) if each.agent_id in rated else None,
            ratings=rated[each.agent_id].ratings if each.agent_id in rated else 0,
            quality=round(inspected[each.agent_id].mean, 1) if each.agent_id in inspected else None,
            inspected=inspected[each.agent_id].inspected if each.agent_id in inspected else 0,
        )
        for each in await candidates(work, rules)
        if (only is None or each.team_ids & only) and _serves_any(each, actor)
    ]
    curve = [QueuePoint(at=row.at, waiting=row.waiting) for row in await work.rows.execute(_CURVE, bound)]
    return WallFigures(agents=agents, curve=curve, visitors_online=visitors_online, weights=rules.settings.weights)


def _serves_any(each: Candidate, actor: Actor) -> bool:
    """Whether the agent answers on any site of the actor's."""
    return actor.only_site_ids is None or each.only_site_ids is None or bool(each.only_site_ids & actor.only_site_ids)


async def _by_agent(work: Work, query: Any, bound: dict[str, Any]) -> dict[UUID, Any]:
    return {row.agent_id: row for row in await work.rows.execute(query, bound)}


async def _midnight(work: Work) -> datetime:
    zone = await zone_of(work)
    return begin_of(day_at(work.now, zone), zone)


async def acts(
    work: Work,
    actor: Actor,
    *,
    limit: int,
    cursor: str | None,
    conversation_id: UUID | None = None,
    agent_id: UUID | None = None,
) -> tuple[list[ActValue], str | None]:
    """Newest first, and the cursor of the next page; who is limited to teams or sites sees what happened there,
    nobody that they are being inspected. Raises BadCursor."""
    query = select(SupervisionAct).where(SupervisionAct.workspace_id == work.workspace_id)
    if actor.is_limited:
        there = select(Conversation.id).where(Conversation.workspace_id == work.workspace_id, within_limits(actor))
        query = query.where(or_(SupervisionAct.agent_id == actor.agent_id, SupervisionAct.conversation_id.in_(there)))
    # Who was inspected learns it from the result, once there is one.
    of_me = SupervisionAct.details["to_agent_id"].astext == str(actor.agent_id)
    query = query.where(or_(SupervisionAct.act != "inspected", ~of_me))
    if conversation_id is not None:
        query = query.where(SupervisionAct.conversation_id == conversation_id)
    if agent_id is not None:
        query = query.where(SupervisionAct.agent_id == agent_id)
    if cursor is not None:
        query = query.where(SupervisionAct.id < read_cursor(cursor, UUID)[0])
    rows = await work.all(query.order_by(SupervisionAct.id.desc()).limit(limit + 1))
    shown = rows[:limit]
    return [_act_value(row) for row in shown], write_cursor(shown[-1].id) if len(rows) > limit else None


def _act_value(row: SupervisionAct) -> ActValue:
    return ActValue(
        id=row.id,
        act=row.act,  # type: ignore[arg-type] # the column holds nothing else
        agent_id=row.agent_id,
        agent_name=row.agent_name,
        conversation_id=row.conversation_id,
        number=row.number,
        details=row.details,
        acted_at=row.acted_at,
    )
