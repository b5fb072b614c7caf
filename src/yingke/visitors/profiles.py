"""What agents note about a visitor whom nobody knows yet; it becomes the contact's when there is one."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from yingke.contacts import Contact, ContactChanged, ContactNote, ContactTag, contact_value, current_contact
from yingke.kit.errors import Invalid, Missing
from yingke.kit.ids import new_id
from yingke.kit.text import clean, one_line
from yingke.kit.work import Work
from yingke.tags import require_tags
from yingke.visitors.errors import VisitorHasContact
from yingke.visitors.facts import VisitorChanged
from yingke.visitors.models import Visitor, VisitorNote, VisitorTag
from yingke.visitors.values import ProfileValue, VisitorNoteValue

MOST_FIELDS = 50
LONGEST_FIELD, LONGEST_VALUE = 40, 500
_MOST_NOTES = 50


async def profile_of(work: Work, visitor_id: UUID) -> ProfileValue:
    """Raises Missing."""
    return await _profile(work, await work.get(Visitor, visitor_id))


async def edit_profile(
    work: Work, visitor_id: UUID, *, name: str | None = None, fields: Mapping[str, str | None] | None = None
) -> ProfileValue:
    """`fields` is a merge patch: null removes one. Raises Missing, VisitorHasContact, Invalid naming `fields`."""
    visitor = await _unknown(work, visitor_id)
    if name is not None:
        visitor.name = one_line(name)[:120] or None
    if fields is not None:
        visitor.fields = _merged(visitor.fields, fields)
    return await _tell(work, visitor)


async def tag_visitor(work: Work, visitor_id: UUID, tag_ids: Collection[UUID]) -> ProfileValue:
    """These tags and no others. Raises Missing, VisitorHasContact, Invalid for a tag that is not there."""
    visitor = await _unknown(work, visitor_id)
    await require_tags(work, tag_ids)
    mine = (VisitorTag.workspace_id == work.workspace_id, VisitorTag.visitor_id == visitor.id)
    await work.rows.execute(delete(VisitorTag).where(*mine, VisitorTag.tag_id.not_in(tag_ids)))
    await _add_tags(work, visitor.id, tag_ids)
    return await _tell(work, visitor)


async def add_note(work: Work, visitor_id: UUID, text: str, *, by: UUID) -> VisitorNoteValue:
    """Raises Missing, VisitorHasContact."""
    visitor = await _unknown(work, visitor_id)
    note = VisitorNote(id=new_id(), visitor_id=visitor.id, agent_id=by, text=clean(text), created_at=work.now)
    work.add(note)
    await _tell(work, visitor)
    return _note(note)


async def remove_note(work: Work, visitor_id: UUID, note_id: UUID) -> None:
    """Raises Missing, VisitorHasContact."""
    visitor = await _unknown(work, visitor_id)
    note = await work.get(VisitorNote, note_id)
    if note.visitor_id != visitor.id:
        raise Missing
    await work.rows.delete(note)
    await _tell(work, visitor)


async def hand_over_profile(work: Work, visitor: Visitor, contact: Contact) -> None:
    """The visitor is known now: what was noted joins the contact, which keeps what it has."""
    tags = await work.all(select(VisitorTag).where(_of(VisitorTag, work, visitor.id)))
    notes = await work.all(select(VisitorNote).where(_of(VisitorNote, work, visitor.id)))
    names_it = bool(visitor.name and not contact.name)
    if not (names_it or visitor.fields or tags or notes):
        return
    contact.name = contact.name or visitor.name or ""
    contact.fields = visitor.fields | contact.fields
    visitor.fields = {}
    if tags:
        rows = [{"workspace_id": work.workspace_id, "contact_id": contact.id, "tag_id": tag.tag_id} for tag in tags]
        await work.rows.execute(insert(ContactTag).values(rows).on_conflict_do_nothing())
        await work.rows.execute(delete(VisitorTag).where(_of(VisitorTag, work, visitor.id)))
    for note in notes:
        moved = ("id", "agent_id", "text", "created_at")
        work.add(ContactNote(contact_id=contact.id, **{name: getattr(note, name) for name in moved}))
        await work.rows.delete(note)
    await work.rows.flush()
    work.tell(ContactChanged(workspace_id=work.workspace_id, contact=await contact_value(work, contact)))


async def _unknown(work: Work, visitor_id: UUID) -> Visitor:
    visitor = await work.get(Visitor, visitor_id, lock=True)
    if visitor.contact_id is not None:
        raise VisitorHasContact
    return visitor


async def _add_tags(work: Work, visitor_id: UUID, tag_ids: Collection[UUID]) -> None:
    if tag_ids:
        rows = [{"workspace_id": work.workspace_id, "visitor_id": visitor_id, "tag_id": id} for id in set(tag_ids)]
        await work.rows.execute(insert(VisitorTag).values(rows).on_conflict_do_nothing())


def _merged(held: Mapping[str, Any], patch: Mapping[str, str | None]) -> dict[str, Any]:
    merged = dict(held)
    for key, value in patch.items():
        name = one_line(key)
        if not name or len(name) > LONGEST_FIELD or (value is not None and len(value) > LONGEST_VALUE):
            raise Invalid(
                f"A field has a name of at most {LONGEST_FIELD} characters and a value of at most {LONGEST_VALUE}.",
                field="fields",
            )
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = clean(value)
    if len(merged) > MOST_FIELDS:
        raise Invalid(f"A visitor has at most {MOST_FIELDS} fields.", field="fields")
    return merged


async def _tell(work: Work, visitor: Visitor) -> ProfileValue:
    profile = await _profile(work, visitor)
    work.tell(
        VisitorChanged(workspace_id=work.workspace_id, visitor_id=visitor.id, site_id=visitor.site_id, profile=profile)
    )
    return profile


async def _profile(work: Work, visitor: Visitor) -> ProfileValue:
    await work.rows.flush()
    contact = await current_contact(work, visitor.contact_id) if visitor.contact_id else None
    tags, notes = await (_of_contact(work, contact) if contact else _of_visitor(work, visitor))
    return ProfileValue(
        visitor_id=visitor.id,
        contact_id=contact.id if contact else None,
        name=(contact.name if contact else "") or visitor.name,
        email=contact.email if contact else "",
        phone=contact.phone if contact else "",
        company=(contact.company if contact else None) or "",
        fields=contact.fields if contact else visitor.fields,
        tag_ids=tags,
        notes=notes,
        first_seen_at=visitor.first_seen_at,
        last_seen_at=visitor.last_seen_at,
        visits=visitor.visits,
        first_source=visitor.first_touch["source"] if visitor.first_touch else None,
        last_source=visitor.last_touch["source"] if visitor.last_touch else None,
        anonymous=visitor.anonymous,
    )


async def _of_visitor(work: Work, visitor: Visitor) -> tuple[list[UUID], list[VisitorNoteValue]]:
    tags = await work.scalars(select(VisitorTag.tag_id).where(_of(VisitorTag, work, visitor.id)))
    notes = select(VisitorNote).where(_of(VisitorNote, work, visitor.id))
    rows = await work.all(notes.order_by(VisitorNote.id.desc()).limit(_MOST_NOTES))
    return sorted(tags), [_note(row) for row in rows]


async def _of_contact(work: Work, contact: Contact) -> tuple[list[UUID], list[VisitorNoteValue]]:
    mine = (ContactTag.workspace_id == work.workspace_id, ContactTag.contact_id == contact.id)
    tags = await work.scalars(select(ContactTag.tag_id).where(*mine))
    notes = select(ContactNote).where(
        ContactNote.workspace_id == work.workspace_id, ContactNote.contact_id == contact.id
    )
    rows = await work.all(notes.order_by(ContactNote.created_at.desc()).limit(_MOST_NOTES))
    return sorted(tags), [_note(row) for row in rows]


def _of(model: type[VisitorTag] | type[VisitorNote], work: Work, visitor_id: UUID) -> Any:
    return (model.workspace_id == work.workspace_id) & (model.visitor_id == visitor_id)


def _note(note: VisitorNote | ContactNote) -> VisitorNoteValue:
    return VisitorNoteValue(id=note.id, agent_id=note.agent_id, text=note.text, created_at=note.created_at)
