"""Whether the state of one agent follows the roster, other than the workspace says."""

from uuid import UUID

from yingke.identity import Actor
from yingke.kit.errors import Missing
from yingke.kit.work import Work
from yingke.shifts.following import follow, make_schedules, schedules_of
from yingke.shifts.parts import today_of
from yingke.shifts.reach import reach_of
from yingke.shifts.rostering import tell_changed


async def set_follows(work: Work, actor: Actor, agent_id: UUID, follows: bool | None) -> None:
    """None: as the workspace says. It counts from the next boundary on. Raises Missing, Forbidden."""
    reach = await reach_of(work, actor)
    if agent_id not in reach.seen or reach.seen[agent_id].disabled:
        raise Missing
    reach.require_editable({agent_id}, "agent_id")
    await make_schedules(work, [agent_id])
    await follow(work, [agent_id])
    (schedule,) = await schedules_of(work, [agent_id])
    schedule.follows = follows
    await work.flush()
    today = await today_of(work)
    await tell_changed(work, [agent_id], today, today)
