"""How things are for a visitor who is about to be invited, read from the database."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from yingke.conversations.models import Conversation
from yingke.identity import zone_of
from yingke.inboxes import Site, settings_of
from yingke.kit.work import Work
from yingke.outreach.drafts import NamedSender, Sender
from yingke.outreach.free_agents import free_agents
from yingke.outreach.limiting import Circumstances, Past, SiteLimits
from yingke.outreach.models import VisitorInvitation
from yingke.routing import service_of
from yingke.visitors import Visitor, blocked_ids, network_is_blocked

_PAST = 200
"""Earlier invitations that are looked at."""


async def circumstances_of(work: Work, visitor_id: UUID, site: Site, address: str) -> Circumstances:
    """Without `able`, which depends on the rule. `address` is where the visitor's page reports from, empty when it does so
    to another process."""
    return Circumstances(
        at=work.now,
        day_began=await day_began(work),
        blocked=visitor_id in await blocked_ids(work, [visitor_id]),
        shut_out=await is_shut_out(work, visitor_id, address),
        in_conversation=await in_conversation(work, visitor_id),
        can_answer=(await service_of(work, site)).open,
        past=await _past(work, visitor_id),
    )


async def is_shut_out(work: Work, visitor_id: UUID, address: str) -> bool:
    """Whether the network is blocked. Without an `address` it is what was kept of it: a block of less is not seen."""
    if not address:
        kept = select(Visitor.address_prefix).where(Visitor.workspace_id == work.workspace_id, Visitor.id == visitor_id)
        address = (await work.scalars(kept)).first() or ""
    return await network_is_blocked(work, address)


def limits_of_site(site: Site) -> SiteLimits:
    look = settings_of(site).invitations
    return SiteLimits(per_day=look.per_day, cool_down_hours=look.cool_down_hours)


async def able_agents(work: Work, site: Site, sender: Sender) -> list[UUID]:
    """Who may invite and has room for one more; of a site with departments, only those in them."""
    found = [each for each in await free_agents(work) if each.serves(site.id)]
    if isinstance(sender, NamedSender):
        return [each.agent_id for each in found if each.agent_id == sender.agent_id]
    wanted: Collection[UUID] = {sender.team_id} if sender.team_id else settings_of(site).team_ids
    return [each.agent_id for each in found if not wanted or each.team_ids & set(wanted)]


async def in_conversation(work: Work, visitor_id: UUID) -> bool:
    query = select(Conversation.id).where(
        Conversation.workspace_id == work.workspace_id,
        Conversation.visitor_id == visitor_id,
        Conversation.kind == "chat",
        Conversation.status != "resolved",
    )
    return (await work.scalars(query.limit(1))).first() is not None


async def day_began(work: Work) -> datetime:
    return work.now.astimezone(await zone_of(work)).replace(hour=0, minute=0, second=0, microsecond=0)


async def _past(work: Work, visitor_id: UUID) -> list[Past]:
    row = VisitorInvitation
    query = (
        select(row.rule_id, row.state, row.offered_at, row.answered_at)
        .where(row.workspace_id == work.workspace_id, row.visitor_id == visitor_id)
        .order_by(row.id.desc())
        .limit(_PAST)
    )
    return [
        Past(rule_id=each[0], state=each[1], offered_at=each[2], answered_at=each[3])
        for each in await work.rows.execute(query)
    ]
