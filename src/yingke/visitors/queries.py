"""Reading visitors."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import aliased

from yingke.identity.tokens import token_hash
from yingke.kit.work import Work
from yingke.visitors.errors import VisitorIsBlocked
from yingke.visitors.models import Visitor, VisitorBlock
from yingke.visitors.values import BlockValue, Page, VisitorValue

ONLINE_FOR = timedelta(seconds=90)
"""A browser whose last sign of life is older than this is gone, whatever its socket says."""


async def visitor_by_token(work: Work, site_id: UUID, token: str) -> Visitor | None:
    query = select(Visitor).where(
        Visitor.workspace_id == work.workspace_id, Visitor.token_hash == token_hash(token), Visitor.site_id == site_id
    )
    return (await work.scalars(query)).one_or_none()


def _blocked_by_person() -> Select[UUID]:
    blocked, same = aliased(Visitor), aliased(Visitor)
    return (
        select(same.id)
        .join(VisitorBlock, VisitorBlock.workspace_id == same.workspace_id)
        .join(blocked, (blocked.workspace_id == same.workspace_id) & (blocked.id == VisitorBlock.visitor_id))
        .where(
            same.workspace_id == bindparam("workspace_id"),
            same.id.in_(bindparam("visitor_ids", expanding=True)),
            or_(VisitorBlock.until.is_(None), VisitorBlock.until > bindparam("now")),
            or_(
                blocked.id == same.id,
                (blocked.contact_id == same.contact_id)
                & blocked.identified_at.is_not(None)
                & same.identified_at.is_not(None),
            ),
        )
    )


_BLOCKED = _blocked_by_person()
"""Built once: every visitor who comes is asked for, and aliases are slow to build."""


async def blocked_ids(work: Work, visitor_ids: Collection[UUID]) -> set[UUID]:
    """Those who may not write now: blocked themselves, or signed to be the same person as somebody who is."""
    if not visitor_ids:
        return set()
    given = {"workspace_id": work.workspace_id, "visitor_ids": list(visitor_ids), "now": work.now}
    return set(await work.rows.scalars(_BLOCKED, given))


async def is_blocked(work: Work, visitor: Visitor) -> bool:
    return visitor.id in await blocked_ids(work, [visitor.id])


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


async def require_unblocked(work: Work, visitor: Visitor) -> None:
    """Raises VisitorIsBlocked."""
    if await is_blocked(work, visitor):
        raise VisitorIsBlocked


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


async def list_blocks(work: Work) -> list[BlockValue]:
    """Blocks that hold now, newest first."""
    query = (
        select(VisitorBlock)
        .where(
            VisitorBlock.workspace_id == work.workspace_id,
            or_(VisitorBlock.until.is_(None), VisitorBlock.until > work.now),
        )
        .order_by(VisitorBlock.created_at.desc())
        .limit(500)
    )
    blocks = await work.all(query)
    rows = await work.all(
        select(Visitor).where(
            Visitor.workspace_id == work.workspace_id, Visitor.id.in_([block.visitor_id for block in blocks])
        )
    )
    shown = {value.id: value for value in await visitor_values(work, rows)}
    return [
        BlockValue(
            visitor=shown[block.visitor_id],
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
        blocked=blocked,
    )
