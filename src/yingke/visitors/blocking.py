"""Keeping somebody from writing, for a time or for good: a browser, a person, or everybody in a network."""

from collections.abc import Sequence
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, or_, select, text

from yingke.contacts import current_contact
from yingke.identity import Actor
from yingke.kit.client_address import throttle_key
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.visitors.blocks import blocked_ids, held_as, held_by, of_network
from yingke.visitors.errors import BlockedElsewhere, NetworkIsOwn, NetworkTooWide, NetworkUnknown, TooManyNetworks
from yingke.visitors.facts import NetworkBlocked, NetworkUnblocked, VisitorBlocked, VisitorUnblocked
from yingke.visitors.models import Block, Visitor
from yingke.visitors.queries import visitor_values
from yingke.visitors.values import VisitorValue

WIDEST = {4: 16, 6: 32}
"""The shortest prefix that may be blocked, by version: a wider network is a whole country's."""
NARROWEST = {4: 32, 6: 64}
"""An IPv6 customer has a /64 and changes the rest of the address at will."""
MOST_NETWORKS = 1000
_MOST_BROWSERS = 1000
_NETWORKS_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('networks ' || :workspace, 3))")


async def block_visitor(
    work: Work, visitor_id: UUID, *, reason: str = "", hours: float | None = None, by: UUID | None
) -> UUID:
    """For `hours`, or for good; the block's id. Blocking again replaces reason and end. Raises Missing."""
    visitor = await work.get(Visitor, visitor_id, lock=True)
    block_id = await _put(work, {"visitor_id": visitor.id}, reason=reason, hours=hours, by=by)
    await _tell(work, await _browsers_with(work, visitor), VisitorBlocked)
    return block_id


async def block_contact(
    work: Work, contact_id: UUID, *, reason: str = "", hours: float | None = None, by: UUID | None
) -> UUID:
    """Whoever is known as this contact, in whatever browser; the block's id. Raises Missing."""
    contact = await current_contact(work, contact_id, lock=True)
    block_id = await _put(work, {"contact_id": contact.id}, reason=reason, hours=hours, by=by)
    await _tell(work, await _browsers_of(work, contact.id), VisitorBlocked)
    return block_id


async def block_network(
    work: Work, given: str, *, own_address: str = "", reason: str = "", hours: float | None = None, by: UUID | None
) -> UUID:
    """Everybody who comes from `given` (`203.0.113.7`, `203.0.113.0/24`); the block's id.

    Raises NetworkUnknown, NetworkTooWide, TooManyNetworks, and NetworkIsOwn when `own_address` is in it.
    """
    network = network_of(given)
    if of_network(network, own_address):
        raise NetworkIsOwn(field="network")
    await work.rows.execute(_NETWORKS_ONE_AT_A_TIME, {"workspace": str(work.workspace_id)})
    others = select(func.count()).where(
        Block.workspace_id == work.workspace_id,
        Block.network != network,
        or_(Block.until.is_(None), Block.until > work.now),
    )
    if (await work.scalars(others)).one() >= MOST_NETWORKS:
        raise TooManyNetworks(field="network")
    block_id = await _put(work, {"network": network}, reason=reason, hours=hours, by=by)
    work.tell(NetworkBlocked(workspace_id=work.workspace_id, network=str(network)))
    return block_id


def network_of(given: str) -> IPv4Network | IPv6Network:
    """Raises NetworkUnknown, NetworkTooWide."""
    try:
        network = ip_network(throttle_key(given.strip()), strict=False)
    except ValueError:
        raise NetworkUnknown(field="network") from None
    if network.prefixlen < WIDEST[network.version]:
        raise NetworkTooWide(field="network")
    if network.prefixlen > NARROWEST[network.version]:
        network = network.supernet(new_prefix=NARROWEST[network.version])
    return network


async def unblock_visitor(work: Work, actor: Actor, visitor_id: UUID) -> VisitorValue:
    """Take away whatever keeps this visitor as a person: a block of this browser, of another signed to be the same
    person's, of the contact. Nothing happens when there is none. Raises Missing, BlockedElsewhere."""
    visitor = await work.get(Visitor, visitor_id, lock=True)
    await _remove_blocks(work, actor, await held_by(work, visitor))
    return (await visitor_values(work, [visitor]))[0]


async def unblock_contact(work: Work, actor: Actor, contact_id: UUID) -> None:
    """Take away what keeps this contact in any browser. Nothing happens when there is nothing. Raises Missing, BlockedElsewhere."""
    contact = await current_contact(work, contact_id, lock=True)
    await _remove_blocks(work, actor, await held_as(work, contact.id))


async def _remove_blocks(work: Work, actor: Actor, blocks: Sequence[Block]) -> None:
    """All or none: who is limited to sites ends no block of a browser of another. Raises BlockedElsewhere."""
    browsers = [await work.get(Visitor, block.visitor_id) for block in blocks if block.visitor_id is not None]
    if not all(actor.sees_site(each.site_id) for each in browsers):
        raise BlockedElsewhere
    for block in blocks:
        await remove_block(work, block.id)


async def tell_blocked(work: Work, contact_id: UUID) -> None:
    """Announce which browsers of the contact may not write: others have become its own."""
    browsers = await _browsers_of(work, contact_id)
    blocked = await blocked_ids(work, [each.id for each in browsers])
    await _tell(work, [each for each in browsers if each.id in blocked], VisitorBlocked)


async def remove_block(work: Work, block_id: UUID) -> None:
    """Raises Missing."""
    block = await work.get(Block, block_id, lock=True)
    await work.rows.execute(delete(Block).where(Block.workspace_id == work.workspace_id, Block.id == block_id))
    if block.visitor_id is not None:
        await _tell(work, await _browsers_with(work, await work.get(Visitor, block.visitor_id)), VisitorUnblocked)
    elif block.contact_id is not None:
        await _tell(work, await _browsers_of(work, block.contact_id), VisitorUnblocked)
    else:
        work.tell(NetworkUnblocked(workspace_id=work.workspace_id, network=str(block.network)))


async def _put(work: Work, target: dict[str, Any], *, reason: str, hours: float | None, by: UUID | None) -> UUID:
    """The target's row is locked, or networks are: nobody else adds a block of it meanwhile."""
    (column, value), *_ = target.items()
    same = select(Block).where(Block.workspace_id == work.workspace_id, getattr(Block, column) == value)
    block = (await work.scalars(same)).first()
    if block is None:
        block = Block(id=new_id(), **target)
        work.add(block)
    block.reason, block.by, block.created_at = reason, by, work.now
    block.until = work.now + timedelta(hours=hours) if hours is not None else None
    await work.flush()
    return block.id


async def _browsers_with(work: Work, visitor: Visitor) -> Sequence[Visitor]:
    """The browser, and those that are signed to be the same person's: its block holds for them too."""
    if visitor.identified_at is None or visitor.contact_id is None:
        return [visitor]
    same = await _browsers_of(work, visitor.contact_id)
    return [each for each in same if each.identified_at is not None]


async def _browsers_of(work: Work, contact_id: UUID) -> Sequence[Visitor]:
    query = select(Visitor).where(Visitor.workspace_id == work.workspace_id, Visitor.contact_id == contact_id)
    return await work.all(query.order_by(Visitor.last_seen_at.desc()).limit(_MOST_BROWSERS))


async def _tell(work: Work, visitors: Sequence[Visitor], fact: type[VisitorBlocked] | type[VisitorUnblocked]) -> None:
    for value in await visitor_values(work, visitors):
        work.tell(fact(workspace_id=work.workspace_id, visitor_id=value.id, visitor=value))
