"""Whether an agent's desk is open, and what the agent says about answering.

A process that holds desks beats for their agents every ten seconds. An agent is connected while beats come; the first
beat and the end of them are facts, so that queues and colleagues see them.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text, update

from yingke.agents.facts import AgentChanged
from yingke.agents.models import Agent
from yingke.agents.queries import SILENT_AFTER, agent_values, agent_values_everywhere
from yingke.agents.values import Availability
from yingke.kit.work import Work

# Rows are locked in order of id: two processes that beat for the same agents do not deadlock.
_BEAT = text(
    """
WITH mine AS (SELECT workspace_id, id, disconnected_at IS NULL AND coalesce(last_beat_at > :heard_after, false) AS was_connected
              FROM agents WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE)
UPDATE agents a SET last_beat_at = :now, disconnected_at = NULL,
                    connected_at = CASE WHEN mine.was_connected THEN a.connected_at ELSE :now END
FROM mine WHERE a.workspace_id = mine.workspace_id AND a.id = mine.id
RETURNING a.id, mine.was_connected
"""
)
_SEEN = text(
    """
WITH mine AS (SELECT workspace_id, id FROM agents WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE)
UPDATE agents a SET last_visible_at = :now FROM mine WHERE a.workspace_id = mine.workspace_id AND a.id = mine.id
"""
)
_SILENT = text(
    """
UPDATE agents SET disconnected_at = last_beat_at
WHERE disconnected_at IS NULL AND last_beat_at < :heard_after AND id <> ALL(:present) RETURNING id
"""
)
# Effective: what is said while connected; nothing runs for those who are offline, gone or disabled.
_EFFECTIVE = """
(SELECT a.workspace_id, a.id, a.away_reason, a.disconnected_at,
        CASE WHEN a.disconnected_at IS NULL AND a.last_beat_at IS NOT NULL AND m.disabled_at IS NULL
             THEN a.availability ELSE 'offline' END AS availability
 FROM agents a JOIN memberships m ON m.workspace_id = a.workspace_id AND m.id = a.id WHERE a.id = ANY(:ids))
"""
_END_INTERVALS = text(
    f"""
UPDATE availability_intervals i SET ended_at = greatest(i.began_at, coalesce(e.disconnected_at, :now))
FROM {_EFFECTIVE} e
WHERE i.workspace_id = e.workspace_id AND i.agent_id = e.id AND i.ended_at IS NULL
  AND (i.availability, i.reason) IS DISTINCT FROM (e.availability, e.away_reason)
"""  # noqa: S608 - constants only
)
_BEGIN_INTERVALS = text(
    f"""
INSERT INTO availability_intervals (workspace_id, id, agent_id, availability, reason, began_at)
SELECT e.workspace_id, gen_random_uuid(), e.id, e.availability, e.away_reason, :now
FROM {_EFFECTIVE} e WHERE e.availability <> 'offline' ON CONFLICT DO NOTHING
"""  # noqa: S608 - constants only
)


async def note_connected(work: Work, agent_ids: Sequence[UUID]) -> None:
    """A beat for agents whose desks this process holds; also the first one. For a work of every workspace as well."""
    if not agent_ids:
        return
    beaten = await work.rows.execute(
        _BEAT, {"ids": list(agent_ids), "now": work.now, "heard_after": work.now - SILENT_AFTER}
    )
    arrived = [row.id for row in beaten if not row.was_connected]
    await _tell_changed(work, arrived)


async def note_on_screen(work: Work, agent_ids: Sequence[UUID]) -> None:
    """A beat for agents whose desk is on a screen. Nobody is told. For a work of every workspace as well."""
    if agent_ids:
        await work.rows.execute(_SEEN, {"ids": list(agent_ids), "now": work.now})


async def note_covered(work: Work, agent_ids: Sequence[UUID], *, unseen_since: datetime) -> None:
    """The last desk on a screen in this process was hidden, and no other process beat for one `unseen_since` then."""
    covered = update(Agent).where(Agent.id.in_(agent_ids), Agent.last_visible_at < unseen_since)
    await work.rows.execute(covered.values(last_visible_at=None))


async def note_disconnected(work: Work, agent_id: UUID, *, unheard_since: datetime | None = None) -> None:
    """The last desk of this agent in this process is gone, and no other process beat for them `unheard_since` then."""
    gone = await work.rows.scalars(
        update(Agent)
        .where(
            Agent.id == agent_id,
            Agent.disconnected_at.is_(None),
            Agent.last_beat_at.is_not(None) if unheard_since is None else Agent.last_beat_at < unheard_since,
        )
        .values(disconnected_at=work.now)
        .returning(Agent.id)
    )
    await _tell_changed(work, list(gone))


async def notice_silence(work: Work, *, unheard_since: datetime | None = None, present: Collection[UUID] = ()) -> None:
    """For a timer, in a work of every workspace: agents whose process died without a word are disconnected.

    `unheard_since`: every process that lives was asked then, and answered that it holds those who are `present`.
    """
    heard_after = unheard_since or work.now - SILENT_AFTER
    gone = await work.rows.scalars(_SILENT, {"heard_after": heard_after, "present": list(present)})
    await _tell_changed(work, list(gone))


async def set_availability(work: Work, agent_id: UUID, availability: Availability, reason: str | None = None) -> None:
    """What the agent says. `reason` is kept for `away` and `busy`."""
    agent = await work.get(Agent, agent_id, lock=True)
    kept_reason = (reason or None) if availability in ("away", "busy") else None
    if (agent.availability, agent.away_reason) == (availability, kept_reason):
        return
    agent.availability, agent.away_reason, agent.availability_since = availability, kept_reason, work.now
    await tell_agent_changed(work, agent_id)


async def tell_agent_changed(work: Work, agent_id: UUID) -> None:
    """To be called by every verb that changed an agent, after the change."""
    await _note_intervals(work, [agent_id])
    for value in await agent_values(work, [agent_id]):
        work.tell(AgentChanged(workspace_id=work.workspace_id, agent=value))


async def _tell_changed(work: Work, agent_ids: Sequence[UUID]) -> None:
    if not agent_ids:
        return
    await _note_intervals(work, agent_ids)
    for workspace_id, value in await agent_values_everywhere(work, agent_ids):
        work.tell(AgentChanged(workspace_id=workspace_id, agent=value))


async def _note_intervals(work: Work, agent_ids: Sequence[UUID]) -> None:
    """End the running interval of those whose effective availability changed, and begin the next one."""
    await work.rows.flush()
    bound = {"ids": list(agent_ids), "now": work.now}
    await work.rows.execute(_END_INTERVALS, bound)
    await work.rows.execute(_BEGIN_INTERVALS, bound)
