"""Who may not write now."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Interface, IPv4Network, IPv6Interface, IPv6Network, ip_interface
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, bindparam, cast, or_, select, text, tuple_
from sqlalchemy.orm import aliased

from yingke.contacts import Contact
from yingke.identity import Actor
from yingke.kit.client_address import throttle_key
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.work import Work
from yingke.visitors.errors import VisitorIsBlocked
from yingke.visitors.models import Block, Visitor

SEEN_WITHIN = timedelta(days=30)
_NETWORK = text("""
SELECT EXISTS (SELECT FROM blocks WHERE workspace_id = :workspace AND network >>= CAST(CAST(:address AS text) AS inet)
               AND (until IS NULL OR until > :now))
""")
_SEEN_FROM = text("""
SELECT count(*), count(DISTINCT contact_id) FROM (
  SELECT CASE WHEN address_prefix <> '' THEN CAST(address_prefix AS inet) END AS prefix, contact_id FROM visitors
  WHERE workspace_id = :workspace AND last_seen_at > :since
) v WHERE prefix && CAST(CAST(:network AS text) AS inet)
""")


def _holding(blocked: type[Visitor], same: type[Visitor]) -> ColumnElement[bool]:
    """Whether a `Block`, outer joined to the browser it names, keeps `same` from writing: that very browser, one that is
    signed to be the same person's, or any that is known as the contact."""
    signed = blocked.identified_at.is_not(None) & same.identified_at.is_not(None)
    return or_(
        Block.visitor_id == same.id,
        (blocked.contact_id == same.contact_id) & signed,
        Block.contact_id == same.contact_id,
    )


def _blocked() -> Select[UUID]:
    blocked, same = aliased(Visitor), aliased(Visitor)
    return (
        select(same.id)
        .join(Block, Block.workspace_id == same.workspace_id)
        .outerjoin(blocked, (blocked.workspace_id == Block.workspace_id) & (blocked.id == Block.visitor_id))
        .where(
            same.workspace_id == bindparam("workspace_id"),
            same.id.in_(bindparam("visitor_ids", expanding=True)),
            or_(Block.until.is_(None), Block.until > bindparam("now")),
            _holding(blocked, same),
        )
    )


_BLOCKED = _blocked()
"""Built once: every visitor who comes is asked for, and aliases are slow to build."""


async def blocked_ids(work: Work, visitor_ids: Collection[UUID]) -> set[UUID]:
    """Those who may not write now, wherever they come from."""
    if not visitor_ids:
        return set()
    given = {"workspace_id": work.workspace_id, "visitor_ids": list(visitor_ids), "now": work.now}
    return set(await work.rows.scalars(_BLOCKED, given))


async def is_blocked(work: Work, visitor: Visitor) -> bool:
    return visitor.id in await blocked_ids(work, [visitor.id])


async def require_unblocked(work: Work, visitor: Visitor, address: str) -> None:
    """`address` is where the request comes from. Raises VisitorIsBlocked."""
    await require_open_network(work, address)
    if await is_blocked(work, visitor):
        raise VisitorIsBlocked


async def require_open_network(work: Work, address: str) -> None:
    """For a browser nobody knows yet. Raises VisitorIsBlocked."""
    if await network_is_blocked(work, address):
        raise VisitorIsBlocked


async def network_is_blocked(work: Work, address: str) -> bool:
    known = _address(address)
    if known is None:
        return False
    bound = {"workspace": work.workspace_id, "address": str(known), "now": work.now}
    return bool((await work.rows.execute(_NETWORK, bound)).scalar_one())


def written(network: IPv4Network | IPv6Network) -> str:
    """As people write it: a single address without its length."""
    return str(network.network_address) if network.num_addresses == 1 else str(network)


def of_network(network: IPv4Network | IPv6Network, address: str) -> bool:
    """Whether `address` is in it."""
    known = _address(address)
    return known is not None and known.version == network.version and known.ip in network


async def held_by(work: Work, visitor: Visitor) -> Sequence[Block]:
    """The blocks that keep this visitor as a person, those that are over too."""
    blocked, same = aliased(Visitor), aliased(Visitor)
    return await work.all(
        select(Block)
        .outerjoin(blocked, (blocked.workspace_id == Block.workspace_id) & (blocked.id == Block.visitor_id))
        .join(same, (same.workspace_id == Block.workspace_id) & (same.id == visitor.id))
        .where(Block.workspace_id == work.workspace_id, _holding(blocked, same))
    )


async def held_as(work: Work, contact_id: UUID) -> Sequence[Block]:
    """The blocks that keep whoever is known as this contact, those of single browsers too."""
    return await work.all(
        select(Block)
        .outerjoin(Visitor, (Visitor.workspace_id == Block.workspace_id) & (Visitor.id == Block.visitor_id))
        .where(
            Block.workspace_id == work.workspace_id,
            or_(Block.contact_id == contact_id, Visitor.contact_id == contact_id),
        )
    )


async def blocks_now(
    work: Work, actor: Actor, *, q: str = "", limit: int = 50, cursor: str | None = None
) -> tuple[Sequence[Block], str | None]:
    """Blocks that hold now, newest first, and the cursor of the next page; of single browsers, those on the actor's sites.
    `q` is found in names, reasons, networks."""
    query = (
        select(Block)
        .outerjoin(Visitor, (Visitor.workspace_id == Block.workspace_id) & (Visitor.id == Block.visitor_id))
        .outerjoin(
            Contact,
            (Contact.workspace_id == Block.workspace_id)
            & or_(Contact.id == Block.contact_id, Contact.id == Visitor.contact_id),
        )
        .where(Block.workspace_id == work.workspace_id, or_(Block.until.is_(None), Block.until > work.now))
    )
    if actor.only_site_ids is not None:
        query = query.where(or_(Block.visitor_id.is_(None), Visitor.site_id.in_(actor.only_site_ids)))
    for word in q.split()[:5]:
        found = (Visitor.name, Contact.name, Block.reason, cast(Block.network, String))
        query = query.where(or_(*(column.icontains(word, autoescape=True) for column in found)))
    if cursor:
        query = query.where(tuple_(Block.created_at, Block.id) < read_cursor(cursor, datetime, UUID))
    rows = await work.all(query.order_by(Block.created_at.desc(), Block.id.desc()).limit(limit + 1))
    further = write_cursor(rows[limit - 1].created_at, rows[limit - 1].id) if len(rows) > limit else None
    return rows[:limit], further


async def seen_from(work: Work, network: IPv4Network | IPv6Network) -> tuple[int, int]:
    """How many visitors of the last 30 days came from `network`, as far as their /24 or /48 tells, and how many contacts
    are among them."""
    bound = {"workspace": work.workspace_id, "network": str(network), "since": work.now - SEEN_WITHIN}
    visitors, contacts = (await work.rows.execute(_SEEN_FROM, bound)).one()
    return visitors, contacts


def compared(address: str) -> str:
    """`address` as blocked networks are compared with it; empty for what is no address."""
    known = _address(address)
    return "" if known is None else str(known)


def _address(address: str) -> IPv4Interface | IPv6Interface | None:
    """None for what is no address, as behind a socket file."""
    try:
        return ip_interface(throttle_key(address))
    except ValueError:
        return None
