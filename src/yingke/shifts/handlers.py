"""What the roster does when agents come or leave for good, and when the workspace's clock or switch changes."""

from sqlalchemy import update

from yingke.agents import AgentChanged
from yingke.identity import WorkspaceChanged
from yingke.kit.work import Work
from yingke.shifts.following import follow
from yingke.shifts.models import AgentSchedule
from yingke.shifts.rostering import end_roster


async def follow_agent(work: Work, fact: AgentChanged) -> None:
    """Who comes late begins then; nobody counts on who has left."""
    if fact.agent.disabled:
        await end_roster(work, fact.agent)
    elif fact.agent.connected:
        await follow(work, [fact.agent.id])


async def follow_workspace(work: Work, _: WorkspaceChanged) -> None:
    """In another time zone every boundary is another moment."""
    mine = update(AgentSchedule).where(AgentSchedule.workspace_id == work.workspace_id)
    await work.rows.execute(mine.values(look_at=work.now))
