"""The state of agents follows the roster: once at each boundary, only at an open desk, never against a newer word of theirs."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from yingke.agents import Agent, AgentValue, agent_values, set_availability
from yingke.identity import Workspace, WorkspaceSettings, zone_of
from yingke.kit.timers import in_each
from yingke.kit.work import Ground, Work
from yingke.shifts.duty import Duty, Stretch, duty_at, last_boundary, next_boundary
from yingke.shifts.models import AgentSchedule
from yingke.shifts.parts import parts_around

AT_ONCE = 500
AHEAD = 8
"""Days in which the next boundary is looked for."""
LOOK_AGAIN = timedelta(days=AHEAD - 1)
OFF_SHIFT = "off_shift"
"""Why somebody whose shift is over takes nothing new."""


async def look_at_all_due(ground: Ground) -> None:
    """For a timer: agents at a boundary of their shifts, in every workspace."""
    await in_each(
        ground, lambda work: select(AgentSchedule.workspace_id).where(AgentSchedule.look_at <= work.now), look_at_due
    )


async def look_at_due(work: Work) -> None:
    due = select(AgentSchedule.agent_id).where(
        AgentSchedule.workspace_id == work.workspace_id, AgentSchedule.look_at <= work.now
    )
    await follow(work, list(await work.scalars(due.order_by(AgentSchedule.look_at).limit(AT_ONCE))))


async def follow(work: Work, agent_ids: Collection[UUID], *, edited: bool = False) -> None:
    """Do what the newest boundary asks for, if it has not been done, and note the next. From here on nobody else changes
    the shifts of these agents.

    `edited`: their shifts were changed just now. That sets nobody's state who is at the desk: they see it coming.
    """
    schedules = await schedules_of(work, agent_ids)
    if not schedules:
        return
    parts = await parts_around(work, agent_ids, await zone_of(work), ahead=AHEAD)
    agents = {each.id: each for each in await agent_values(work, list(agent_ids))}
    by_schedule = await _by_schedule(work)
    for schedule in schedules:
        own = parts.get(schedule.agent_id, [])
        schedule.look_at = next_boundary(own, work.now) or work.now + LOOK_AGAIN
        follows = by_schedule if schedule.follows is None else schedule.follows
        agent = agents[schedule.agent_id]
        if not follows or (edited and agent.connected):
            schedule.acted_to = work.now
        else:
            await _act(work, schedule, agent, own)


async def schedules_of(work: Work, agent_ids: Collection[UUID]) -> Sequence[AgentSchedule]:
    """Of those agents who have one, locked in order of id."""
    found = select(AgentSchedule).where(
        AgentSchedule.workspace_id == work.workspace_id, AgentSchedule.agent_id.in_(agent_ids)
    )
    locked = found.order_by(AgentSchedule.agent_id).with_for_update().execution_options(populate_existing=True)
    return await work.all(locked)


async def make_schedules(work: Work, agent_ids: Collection[UUID]) -> None:
    """For those agents who have none. What began before is no concern of theirs."""
    rows = [{"workspace_id": work.workspace_id, "agent_id": id} for id in sorted(agent_ids)]
    await work.rows.execute(insert(AgentSchedule).values(rows).on_conflict_do_nothing())


async def _act(work: Work, schedule: AgentSchedule, agent: AgentValue, own: list[Stretch]) -> None:
    boundary = last_boundary(own, work.now)
    if boundary is None or not agent.connected or (schedule.acted_to is not None and boundary <= schedule.acted_to):
        return
    schedule.acted_to = boundary
    row = await work.get(Agent, agent.id, lock=True)
    if row.availability_since <= boundary:
        await _say(work, agent, duty_at(own, work.now))


async def _say(work: Work, agent: AgentValue, duty: Duty) -> None:
    match duty.state:
        case "on":
            await set_availability(work, agent.id, "online")
        case "break":
            await set_availability(work, agent.id, "away", duty.reason)
        case _ if agent.availability == "online":
            await set_availability(work, agent.id, "busy", OFF_SHIFT)


async def _by_schedule(work: Work) -> bool:
    workspace = await work.rows.get_one(Workspace, work.workspace_id)
    return WorkspaceSettings.model_validate(workspace.settings).status_by_schedule
