"""The HTTP door of visitors, for the desk."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, model_validator

from yingke.contacts import Details
from yingke.identity import Call, WorkRoute, allowed
from yingke.identity.browsers import browser_of
from yingke.identity.site_limits import require_within_sites
from yingke.kit.text import CleanStr, Name, clean
from yingke.kit.values import Value
from yingke.visitors.blocking import (
    block_contact,
    block_network,
    block_visitor,
    network_of,
    remove_block,
    unblock_contact,
    unblock_visitor,
)
from yingke.visitors.blocks import blocks_now, seen_from, written
from yingke.visitors.identifying import describe_visitor
from yingke.visitors.models import Block, Visitor
from yingke.visitors.profiles import add_note, edit_profile, profile_of, remove_note, tag_visitor
from yingke.visitors.queries import block_values, visitor_value
from yingke.visitors.resembling import blocked_like
from yingke.visitors.values import BlockedContact, BlockValue, ProfileValue, VisitorNoteValue, VisitorValue

router = APIRouter(route_class=WorkRoute, tags=["visitors"])


class NewBlock(BaseModel):
    """One of a browser, a person, and a network."""

    visitor_id: UUID | None = None
    contact_id: UUID | None = None
    network: Annotated[CleanStr, Field(max_length=60)] | None = None
    """`203.0.113.7` or `203.0.113.0/24`."""
    reason: Name = ""
    hours: Annotated[float, Field(gt=0, le=24 * 366)] | None = None
    """None: for good."""

    @model_validator(mode="after")
    def _one(self) -> "NewBlock":
        if sum(one is not None for one in (self.visitor_id, self.contact_id, self.network)) != 1:
            raise ValueError("name a visitor, a contact or a network")
        return self


class SeenFrom(Value, frozen=True, kw_only=True):
    """Whom a block of `network` would concern: the visitors of the last 30 days, and the contacts among them."""

    network: str
    visitors: int
    contacts: int


class ProfileChange(BaseModel):
    name: Name | None = None
    fields: Annotated[dict[CleanStr, CleanStr | None], Field(max_length=100)] | None = None
    """A merge patch: null removes a field."""


class WhoVisits(BaseModel):
    """What is not given stays as it is; null clears."""

    name: Name | None = None
    email: CleanStr | None = None
    phone: CleanStr | None = None
    company: Name | None = None

    def details(self) -> Details:
        given: Any = self.model_dump(exclude_unset=True)
        return given  # type: ignore[no-any-return]


class VisitorTagIds(BaseModel):
    tag_ids: Annotated[list[UUID], Field(max_length=50)]


class NewVisitorNote(BaseModel):
    text: Annotated[CleanStr, Field(min_length=1, max_length=5000)]


class BlockedLike(Value, frozen=True, kw_only=True):
    items: list[BlockedContact]


class Blocks(Value, frozen=True, kw_only=True):
    items: list[BlockValue]
    next_cursor: str | None = None


@router.get("/visitors/{visitor_id}", summary="A visitor")
async def read(visitor_id: UUID, call: Annotated[Call, allowed("conversations.read")]) -> VisitorValue:
    return await visitor_value(call.work, await call.work.get(Visitor, visitor_id))


@router.delete("/visitors/{visitor_id}/block", summary="Let a visitor write again")
async def unblock_person(visitor_id: UUID, call: Annotated[Call, allowed("visitors.block")]) -> VisitorValue:
    return await unblock_visitor(call.work, call.actor, visitor_id)


@router.delete("/contacts/{contact_id}/block", status_code=204, summary="Let a contact write again")
async def unblock_known(contact_id: UUID, call: Annotated[Call, allowed("visitors.block")]) -> None:
    await unblock_contact(call.work, call.actor, contact_id)


@router.get("/blocks", summary="Who may not write now")
async def blocks(
    call: Annotated[Call, allowed("visitors.block")],
    q: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: str | None = None,
) -> Blocks:
    rows, further = await blocks_now(call.work, call.actor, q=clean(q), limit=limit, cursor=cursor)
    return Blocks(items=await block_values(call.work, rows), next_cursor=further)


@router.post("/blocks", status_code=201, summary="Keep a browser, a person or a network from writing")
async def block(body: NewBlock, call: Annotated[Call, allowed("visitors.block")]) -> BlockValue:
    why: Any = {"reason": body.reason, "hours": body.hours, "by": call.actor.agent_id}
    if body.visitor_id:
        await require_within_sites(call.work, call.actor, {"visitor_id": body.visitor_id})
        block_id = await block_visitor(call.work, body.visitor_id, **why)
    elif body.contact_id:
        block_id = await block_contact(call.work, body.contact_id, **why)
    else:
        call.actor.require("networks.block")
        own = browser_of(call.request).address
        block_id = await block_network(call.work, body.network or "", own_address=own, **why)
    return (await block_values(call.work, [await call.work.get(Block, block_id)]))[0]


@router.delete("/blocks/{block_id}", status_code=204, summary="End a block")
async def unblock(block_id: UUID, call: Annotated[Call, allowed("visitors.block")]) -> None:
    if (await call.work.get(Block, block_id)).network:
        call.actor.require("networks.block")
    await remove_block(call.work, block_id)


@router.get("/contacts/{contact_id}/blocked-like", summary="Blocked contacts with the same mail address or number")
async def like(contact_id: UUID, call: Annotated[Call, allowed("visitors.block")]) -> BlockedLike:
    return BlockedLike(items=await blocked_like(call.work, contact_id))


@router.get("/networks/visitors", summary="Whom a block of a network would concern")
async def concerned(
    network: Annotated[str, Query(max_length=60)], call: Annotated[Call, allowed("networks.block")]
) -> SeenFrom:
    meant = network_of(network)
    visitors, contacts = await seen_from(call.work, meant)
    return SeenFrom(network=written(meant), visitors=visitors, contacts=contacts)


@router.get("/visitors/{visitor_id}/profile", summary="What is noted about a visitor")
async def profile(visitor_id: UUID, call: Annotated[Call, allowed("visitors.read")]) -> ProfileValue:
    return await profile_of(call.work, visitor_id)


@router.patch("/visitors/{visitor_id}/profile", summary="Note name and fields of a visitor nobody knows yet")
async def edit(visitor_id: UUID, body: ProfileChange, call: Annotated[Call, allowed("visitors.write")]) -> ProfileValue:
    return await edit_profile(call.work, visitor_id, name=body.name, fields=body.fields)


@router.put("/visitors/{visitor_id}/contact", summary="Note who a visitor is, in a contact that is made when needed")
async def who(visitor_id: UUID, body: WhoVisits, call: Annotated[Call, allowed("contacts.write")]) -> ProfileValue:
    visitor = await call.work.get(Visitor, visitor_id, lock=True)
    await describe_visitor(call.work, visitor, body.details())
    return await profile_of(call.work, visitor_id)


@router.put("/visitors/{visitor_id}/tags", summary="Tag a visitor nobody knows yet")
async def tag(visitor_id: UUID, body: VisitorTagIds, call: Annotated[Call, allowed("visitors.write")]) -> ProfileValue:
    return await tag_visitor(call.work, visitor_id, body.tag_ids)


@router.post("/visitors/{visitor_id}/notes", status_code=201, summary="Note something about a visitor")
async def note(
    visitor_id: UUID, body: NewVisitorNote, call: Annotated[Call, allowed("visitors.write")]
) -> VisitorNoteValue:
    return await add_note(call.work, visitor_id, body.text, by=call.actor.agent_id)


@router.delete("/visitors/{visitor_id}/notes/{note_id}", status_code=204, summary="Remove a note")
async def unnote(visitor_id: UUID, note_id: UUID, call: Annotated[Call, allowed("visitors.write")]) -> None:
    await remove_note(call.work, visitor_id, note_id)
