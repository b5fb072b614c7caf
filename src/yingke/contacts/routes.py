"""The HTTP door of contacts."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, StringConstraints

from yingke.contacts import editing, merging
from yingke.contacts.editing import Details
from yingke.contacts.queries import contact_value, current_contact, list_contacts, list_notes
from yingke.contacts.values import ContactNoteValue, ContactValue
from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import CleanStr, Name
from yingke.kit.values import Value

router = APIRouter(route_class=WorkRoute, tags=["contacts"])

Reading = Annotated[Call, allowed("contacts.read")]
Writing = Annotated[Call, allowed("contacts.write")]
Limit = Annotated[int, Query(ge=1, le=200)]


class ContactDetails(BaseModel):
    """What is not given stays as it is; null clears."""

    name: Name | None = None
    email: CleanStr | None = None
    phone: CleanStr | None = None
    external_id: Annotated[CleanStr, StringConstraints(max_length=200)] | None = None
    company: Name | None = None
    language: Annotated[CleanStr, StringConstraints(max_length=35)] | None = None
    fields: dict[CleanStr, Annotated[CleanStr, StringConstraints(max_length=1000)] | bool | int | float | None] = {}

    def details(self) -> Details:
        given: Any = self.model_dump(exclude_unset=True)
        return given  # type: ignore[no-any-return]


class NewNote(BaseModel):
    text: Annotated[CleanStr, StringConstraints(min_length=1, max_length=10_000)]


class TagIds(BaseModel):
    tag_ids: Annotated[list[UUID], Field(max_length=50)]


class Merge(BaseModel):
    other_id: UUID


class Contacts(Value, frozen=True, kw_only=True):
    items: list[ContactValue]
    next_cursor: str | None = None


class ContactNotes(Value, frozen=True, kw_only=True):
    items: list[ContactNoteValue]
    next_cursor: str | None = None


class Merged(Value, frozen=True, kw_only=True):
    contact: ContactValue
    merge_id: UUID


class Unmerged(Value, frozen=True, kw_only=True):
    contact: ContactValue
    other: ContactValue


@router.get("/contacts", summary="Contacts, last seen first")
async def list_all(
    call: Reading, q: CleanStr = "", tag_id: UUID | None = None, limit: Limit = 50, cursor: str | None = None
) -> Contacts:
    items, next_cursor = await list_contacts(call.work, q=q, tag_id=tag_id, limit=limit, cursor=cursor)
    return Contacts(items=items, next_cursor=next_cursor)


@router.post("/contacts", status_code=201, summary="Add a contact")
async def create(body: ContactDetails, call: Writing) -> ContactValue:
    return await contact_value(call.work, await editing.create_contact(call.work, body.details()))


@router.get("/contacts/{contact_id}", summary="A contact, or the one it was merged into")
async def read(contact_id: UUID, call: Reading) -> ContactValue:
    return await contact_value(call.work, await current_contact(call.work, contact_id))


@router.patch("/contacts/{contact_id}", summary="Change a contact; `fields` one by one")
async def change(contact_id: UUID, body: ContactDetails, call: Writing) -> ContactValue:
    return await contact_value(call.work, await editing.edit_contact(call.work, contact_id, body.details()))


@router.delete("/contacts/{contact_id}", status_code=204, summary="Delete a contact with its notes")
async def delete(contact_id: UUID, call: Annotated[Call, allowed("contacts.delete", four_eyes=True)]) -> None:
    await editing.delete_contact(call.work, contact_id)


@router.put("/contacts/{contact_id}/tags", summary="Set a contact's tags")
async def tag(contact_id: UUID, body: TagIds, call: Writing) -> ContactValue:
    return await editing.tag_contact(call.work, contact_id, body.tag_ids)


@router.get("/contacts/{contact_id}/notes", summary="Notes on a contact, newest first")
async def notes(contact_id: UUID, call: Reading) -> ContactNotes:
    contact = await current_contact(call.work, contact_id)
    return ContactNotes(items=await list_notes(call.work, contact.id))


@router.post("/contacts/{contact_id}/notes", status_code=201, summary="Add a note")
async def add_note(contact_id: UUID, body: NewNote, call: Writing) -> ContactNoteValue:
    return await editing.add_note(call.work, contact_id, agent_id=call.actor.agent_id, text=body.text)


@router.delete("/contacts/{contact_id}/notes/{note_id}", status_code=204, summary="Delete a note")
async def delete_note(contact_id: UUID, note_id: UUID, call: Writing) -> None:
    await editing.delete_note(call.work, contact_id, note_id)


@router.post("/contacts/{contact_id}/merge", summary="Take another contact into this one")
async def merge(contact_id: UUID, body: Merge, call: Writing) -> Merged:
    contact, merge_id = await merging.merge_contacts(call.work, contact_id, body.other_id, by=call.actor.agent_id)
    return Merged(contact=contact, merge_id=merge_id)


@router.post("/contact-merges/{merge_id}/undo", summary="Take two merged contacts apart again")
async def undo(merge_id: UUID, call: Writing) -> Unmerged:
    contact, other = await merging.undo_merge(call.work, merge_id)
    return Unmerged(contact=contact, other=other)
