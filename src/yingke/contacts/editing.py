"""Making, changing and removing contacts, their notes and tags."""

import re
from collections.abc import Collection
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from yingke.contacts.errors import EmailInvalid, ExternalIdTaken, PhoneInvalid
from yingke.contacts.facts import ContactChanged
from yingke.contacts.models import Contact, ContactNote, ContactTag
from yingke.contacts.queries import contact_value, current_contact, note_value
from yingke.contacts.values import ContactNoteValue, ContactValue
from yingke.kit.errors import Invalid, Missing
from yingke.kit.ids import new_id
from yingke.kit.text import one_line
from yingke.kit.work import Work
from yingke.tags import require_tags

_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s.,;<>\"]+(?:\.[^@\s.,;<>\"]+)+")
_PHONE = re.compile(r"(?=(?:\D*\d){5})\+?[\d\s()./#*-]{5,30}")
MOST_FIELDS = 50


class Details(TypedDict, total=False):
    """What is known of a person. Absent: left as it is. Empty or None: cleared."""

    name: str | None
    email: str | None
    phone: str | None
    external_id: str | None
    company: str | None
    language: str | None
    fields: dict[str, Any]


async def create_contact(work: Work, details: Details, *, verified: bool = False) -> Contact:
    """Raises ExternalIdTaken, or Invalid naming the field."""
    contact = Contact(id=new_id(), created_at=work.now, last_seen_at=work.now, fields={}, verified=verified)
    contact.name = contact.email = contact.phone = ""
    _write(contact, details)
    work.add(contact)
    await _tell_changed(work, contact)
    return contact


async def edit_contact(work: Work, contact_id: UUID, details: Details, *, verified: bool = False) -> Contact:
    """`fields` are merged one by one; None removes one. Raises Missing, ExternalIdTaken, Invalid."""
    contact = await current_contact(work, contact_id, lock=True)
    before = _written(contact)
    _write(contact, details)
    contact.verified = contact.verified or verified
    if _written(contact) != before:
        await _tell_changed(work, contact)
    return contact


async def delete_contact(work: Work, contact_id: UUID) -> None:
    """Its notes, tags and merges go with it; conversations stay. Raises Missing."""
    contact = await work.get(Contact, contact_id, lock=True)
    if contact.merged_into is not None:
        raise Missing
    value = await contact_value(work, contact)
    await work.rows.delete(contact)
    await work.rows.flush()
    work.tell(ContactChanged(workspace_id=work.workspace_id, contact=value, deleted=True))


async def tag_contact(work: Work, contact_id: UUID, tag_ids: Collection[UUID]) -> ContactValue:
    """The contact has exactly these tags afterwards. Raises Missing, UnknownTag."""
    contact = await current_contact(work, contact_id, lock=True)
    wanted = set(await require_tags(work, tag_ids))
    mine = (ContactTag.workspace_id == work.workspace_id, ContactTag.contact_id == contact.id)
    held = set(await work.scalars(select(ContactTag.tag_id).where(*mine)))
    if held - wanted:
        await work.rows.execute(delete(ContactTag).where(*mine, ContactTag.tag_id.in_(held - wanted)))
    for tag_id in wanted - held:
        work.add(ContactTag(contact_id=contact.id, tag_id=tag_id))
    return await _tell_changed(work, contact) if held != wanted else await contact_value(work, contact)


async def add_note(work: Work, contact_id: UUID, *, agent_id: UUID, text: str) -> ContactNoteValue:
    """Raises Missing."""
    contact = await current_contact(work, contact_id, lock=True)
    note = ContactNote(id=new_id(), contact_id=contact.id, agent_id=agent_id, text=text, created_at=work.now)
    work.add(note)
    await _tell_changed(work, contact)
    return note_value(note)


async def delete_note(work: Work, contact_id: UUID, note_id: UUID) -> None:
    """Raises Missing."""
    contact = await current_contact(work, contact_id, lock=True)
    note = await work.get(ContactNote, note_id)
    if note.contact_id != contact.id:
        raise Missing
    await work.rows.delete(note)
    await _tell_changed(work, contact)


def read_email(value: str) -> str:
    """`value` lower-cased; empty stays empty. Raises EmailInvalid."""
    value = one_line(value).lower()
    if value and (len(value) > 254 or not _EMAIL.fullmatch(value)):
        raise EmailInvalid(field="email")
    return value


def read_phone(value: str) -> str:
    """`value` in one line; empty stays empty. Raises PhoneInvalid."""
    value = one_line(value)
    if value and not _PHONE.fullmatch(value):
        raise PhoneInvalid(field="phone")
    return value


def _write(contact: Contact, details: Details) -> None:
    if "name" in details:
        contact.name = one_line(details["name"] or "")[:120]
    if "email" in details:
        contact.email = read_email(details["email"] or "")
    if "phone" in details:
        contact.phone = read_phone(details["phone"] or "")
    if "external_id" in details:
        contact.external_id = one_line(details["external_id"] or "")[:200] or None
    if "company" in details:
        contact.company = one_line(details["company"] or "")[:120] or None
    if "language" in details:
        contact.language = one_line(details["language"] or "")[:35] or None
    if "fields" in details:
        contact.fields = _merged_fields(contact.fields, details["fields"])


def _merged_fields(held: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    merged = dict(held)
    for key, value in given.items():
        name = one_line(str(key))[:60]
        if not name or not isinstance(value, str | int | float | bool | None) or _is_too_large(value):
            raise Invalid(
                "A field has a name, and a text, a number, or yes or no as its value.", field=f"fields.{name}"
            )
        merged[name] = one_line(value)[:1000] if isinstance(value, str) else value
    merged = {name: value for name, value in merged.items() if value not in (None, "")}
    if len(merged) > MOST_FIELDS:
        raise Invalid(f"A contact has at most {MOST_FIELDS} fields.", field="fields")
    return merged


def _is_too_large(value: object) -> bool:
    """JSON numbers above this are not the same number in every program."""
    return isinstance(value, int | float) and not abs(value) < 2**53


def _written(contact: Contact) -> tuple[Any, ...]:
    return (
        contact.name,
        contact.email,
        contact.phone,
        contact.external_id,
        contact.company,
        contact.language,
        contact.fields,
        contact.verified,
    )


async def _tell_changed(work: Work, contact: Contact) -> ContactValue:
    try:
        await work.rows.flush()
    except IntegrityError as error:
        if "external_id" not in str(error.orig):
            raise
        raise ExternalIdTaken(field="external_id") from error
    value = await contact_value(work, contact)
    work.tell(ContactChanged(workspace_id=work.workspace_id, contact=value))
    return value
