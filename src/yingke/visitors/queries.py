"""Reading visitors."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from yingke.contacts import Contact
from yingke.identity.tokens import token_hash
from yingke.kit.work import Work
from yingke.visitors.blocks import blocked_ids, written
from yingke.visitors.models import Block, Visitor
from yingke.visitors.values import BlockedContact, BlockValue, Page, VisitorValue

ONLINE_FOR = timedelta(seconds=90)
"""A browser whose last sign of life is older than this is gone, whatever its socket says."""


async def visitor_by_token(work: Work, site_id: UUID, token: str) -> Visitor | None:
    query = select(Visitor).where(
        Visitor.workspace_id == work.workspace_id, Visitor.token_hash == token_hash(token), Visitor.site_id == site_id
    )
    return (await work.scalars(query)).one_or_none()


async def online_visitors(work: Work, visitor_ids: Collection[UUID]) -> set[UUID]:
    """Those of `visitor_ids` whose browser is connected."""
    if not visitor_ids:
        return set()
    query = select(Visitor.id).where(
        Visitor.workspace_id == work.workspace_id,
        Visitor.id.in_(visitor_ids),
        Visitor.last_beat_at > work.now - ONLINE_FOR,
    )
    return set(await work.scalars(query))


async def same_person_ids(work: Work, visitor: Visitor) -> list[UUID]:
    """The visitor, and every other browser the shop signed to be the same person's: they share one history."""
    if visitor.identified_at is None or visitor.contact_id is None:
        return [visitor.id]
    query = select(Visitor.id).where(
        Visitor.workspace_id == work.workspace_id,
        Visitor.contact_id == visitor.contact_id,
        Visitor.site_id == visitor.site_id,
        Visitor.identified_at.is_not(None),
    )
    return list(await work.scalars(query))


async def visitor_value(work: Work, visitor: Visitor) -> VisitorValue:
    return (await visitor_values(work, [visitor]))[0]


async def visitor_values(work: Work, visitors: Sequence[Visitor]) -> list[VisitorValue]:
    await work.rows.flush()
    blocked = await blocked_ids(work, [visitor.id for visitor in visitors])
    return [_value(work, visitor, visitor.id in blocked) for visitor in visitors]


async def block_values(work: Work, blocks: Sequence[Block]) -> list[BlockValue]:
    rows = await work.all(
        select(Visitor).where(
            Visitor.workspace_id == work.workspace_id, Visitor.id.in_({block.visitor_id for block in blocks} - {None})
        )
    )
    names = select(Contact.id, Contact.name).where(
        Contact.workspace_id == work.workspace_id, Contact.id.in_({block.contact_id for block in blocks} - {None})
    )
    visitors = {value.id: value for value in await visitor_values(work, rows)}
    contacts = {row.id: BlockedContact(id=row.id, name=row.name) for row in await work.rows.execute(names)}
    return [
        BlockValue(
            id=block.id,
            visitor=visitors[block.visitor_id] if block.visitor_id else None,
            contact=contacts[block.contact_id] if block.contact_id else None,
            network=written(block.network) if block.network else None,
            reason=block.reason,
            until=block.until,
            agent_id=block.by,
            created_at=block.created_at,
        )
        for block in blocks
    ]


def _value(work: Work, visitor: Visitor, blocked: bool) -> VisitorValue:
    return VisitorValue(
        id=visitor.id,
        site_id=visitor.site_id,
        contact_id=visitor.contact_id,
        name=visitor.name,
        online=visitor.last_beat_at is not None and work.now - visitor.last_beat_at < ONLINE_FOR,
        first_seen_at=visitor.first_seen_at,
        last_seen_at=visitor.last_seen_at,
        language=visitor.language,
        device=visitor.device,
        page=Page(url=visitor.page_url, title=visitor.page_title or "") if visitor.page_url else None,
        referrer=visitor.referrer,
        landing_url=visitor.landing_url,
        visits=visitor.visits,
        network=visitor.address_prefix,
        blocked=blocked,
    )
