"""Whether somebody can answer now, and how long it usually takes. Told to visitors."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from yingke.agents import agent_values
from yingke.conversations.models import Conversation
from yingke.inboxes import Site, is_open, next_opening, settings_of
from yingke.kit.values import Value
from yingke.kit.work import Work

LOOK_BACK = timedelta(days=7)
ENOUGH = 5
"""Conversations below which no usual time is claimed."""


class Service(Value, frozen=True, kw_only=True):
    open: bool
    """Within business hours and somebody is at the desk."""
    agents_online: int
    reply_time: int | None
    """Median seconds to the first answer over the last week, or None when there is too little to say."""
    next_open_at: datetime | None


async def service_of(work: Work, site: Site) -> Service:
    settings = settings_of(site)
    within_hours = is_open(settings.hours, work.now)
    there = await agents_there(work, site)
    return Service(
        open=within_hours and there > 0,
        agents_online=there,
        reply_time=await _usual_reply_time(work),
        next_open_at=None if within_hours else next_opening(settings.hours, work.now),
    )


async def agents_there(work: Work, site: Site) -> int:
    """How many who answer for this site are at the desk."""
    teams = set(settings_of(site).team_ids)
    return sum(
        a.connected
        and a.availability in ("online", "busy")
        and not a.disabled
        and (not teams or not teams.isdisjoint(a.team_ids))
        and (a.only_site_ids is None or site.id in a.only_site_ids)
        for a in await agent_values(work)
    )


async def _usual_reply_time(work: Work) -> int | None:
    waited_from = func.coalesce(Conversation.handed_over_at, Conversation.opened_at)
    seconds = func.extract("epoch", Conversation.first_replied_at - waited_from)
    usual = select(func.percentile_cont(0.5).within_group(seconds), func.count()).where(
        Conversation.workspace_id == work.workspace_id,
        Conversation.opened_at > work.now - LOOK_BACK,
        Conversation.kind == "chat",
        Conversation.first_replied_at.is_not(None),
    )
    median, count = (await work.rows.execute(usual)).one()
    return round(median) if count >= ENOUGH else None
