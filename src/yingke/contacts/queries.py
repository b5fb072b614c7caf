"""Reading contacts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, TextClause, or_, select, text, tuple_

from yingke.contacts.models import Contact, ContactNote, ContactTag
from yingke.contacts.values import ContactNoteValue, ContactValue
from yingke.kit.errors import Missing
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.work import Work

_LONGEST_CHAIN = 20
# Conversations and visitors stand above contacts; what is read of them is only what refers to a contact.
_AROUND = text("""
SELECT c.id,
  ARRAY(SELECT t.tag_id FROM contact_tags t WHERE t.workspace_id = c.workspace_id AND t.contact_id = c.id ORDER BY t.tag_id),
  (SELECT count(*) FROM contact_notes n WHERE n.workspace_id = c.workspace_id AND n.contact_id = c.id),
  (SELECT count(*) FROM conversations v WHERE v.workspace_id = c.workspace_id AND v.contact_id = c.id),
  EXISTS (SELECT FROM blocks b LEFT JOIN visitors v ON v.workspace_id = b.workspace_id AND v.id = b.visitor_id
          WHERE b.workspace_id = c.workspace_id AND c.id IN (b.contact_id, v.contact_id)
          AND (b.until IS NULL OR b.until > :now))
FROM contacts c WHERE c.workspace_id = :workspace AND c.id = ANY(:ids)
""")

_MERGED = text("""
WITH RECURSIVE same AS (
  SELECT CAST(:id AS uuid) AS id
  UNION SELECT c.id FROM contacts c JOIN same ON c.merged_into = same.id WHERE c.workspace_id = :workspace
) SELECT id FROM same
""")


async def current_contact(work: Work, contact_id: UUID, *, lock: bool = False) -> Contact:
    """The contact, or the one it was merged into. Raises Missing."""
    for _ in range(_LONGEST_CHAIN):
        contact = await work.get(Contact, contact_id, lock=lock)
        if contact.merged_into is None:
            return contact
        contact_id = contact.merged_into
    raise Missing


async def merged_ids(work: Work, contact_id: UUID) -> list[UUID]:
    """The contact's id, and those of all that were merged into it: what refers to them is the contact's."""
    return list(await work.scalars(_MERGED.bindparams(workspace=work.workspace_id, id=contact_id)))


async def contact_by_external_id(work: Work, external_id: str) -> Contact | None:
    """The contact the shop knows under `external_id`, or the one it was merged into."""
    found = (await work.scalars(_of(work).where(Contact.external_id == external_id))).one_or_none()
    return await current_contact(work, found.id, lock=True) if found else None


async def contact_value(work: Work, contact: Contact) -> ContactValue:
    return (await contact_values(work, [contact]))[0]


async def contact_values(work: Work, contacts: Sequence[Contact]) -> list[ContactValue]:
    if not contacts:
        return []
    await work.rows.flush()
    bound = {"workspace": work.workspace_id, "ids": [c.id for c in contacts], "now": work.now}
    around = {row[0]: row for row in (await work.rows.execute(_AROUND, bound)).all()}
    return [_value(contact, around[contact.id]) for contact in contacts]


async def list_contacts(
    work: Work,
    *,
    q: str = "",
    tag_id: UUID | None = None,
    limit: int = 50,
    cursor: str | None = None,
    only: TextClause | None = None,
) -> tuple[list[ContactValue], str | None]:
    """Last seen first, and the cursor of the next page. `q` is found anywhere in name, mail, phone, company or id; `only`
    is a further condition on the rows."""
    query = _of(work).where(Contact.merged_into.is_(None))
    if only is not None:
        query = query.where(only)
    for word in q.split()[:5]:
        query = query.where(_contains(word))
    if tag_id:
        tagged = select(ContactTag.contact_id).where(
            ContactTag.workspace_id == work.workspace_id, ContactTag.tag_id == tag_id
        )
        query = query.where(Contact.id.in_(tagged))
    if cursor:
        query = query.where(tuple_(Contact.last_seen_at, Contact.id) < read_cursor(cursor, datetime, UUID))
    rows = await work.all(query.order_by(Contact.last_seen_at.desc(), Contact.id.desc()).limit(limit + 1))
    page = rows[:limit]
    further = write_cursor(page[-1].last_seen_at, page[-1].id) if len(rows) > limit else None
    return await contact_values(work, page), further


async def list_notes(work: Work, contact_id: UUID) -> list[ContactNoteValue]:
    """Newest first."""
    notes = select(ContactNote).where(
        ContactNote.workspace_id == work.workspace_id, ContactNote.contact_id == contact_id
    )
    return [note_value(note) for note in await work.all(notes.order_by(ContactNote.id.desc()))]


def note_value(note: ContactNote) -> ContactNoteValue:
    return ContactNoteValue(id=note.id, agent_id=note.agent_id, text=note.text, created_at=note.created_at)


def _of(work: Work) -> Select[Contact]:
    return select(Contact).where(Contact.workspace_id == work.workspace_id)


def _contains(word: str) -> ColumnElement[bool]:
    columns = (Contact.name, Contact.email, Contact.phone, Contact.company, Contact.external_id)
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def _value(contact: Contact, around: Any) -> ContactValue:
    _, tag_ids, notes_count, conversations_count, blocked = around
    return ContactValue(
        id=contact.id,
        name=contact.name,
        email=contact.email,
        phone=contact.phone,
        external_id=contact.external_id,
        company=contact.company,
        language=contact.language,
        fields=contact.fields,
        verified=contact.verified,
        tag_ids=list(tag_ids),
        notes_count=notes_count,
        conversations_count=conversations_count,
        blocked=blocked,
        created_at=contact.created_at,
        last_seen_at=contact.last_seen_at,
    )
