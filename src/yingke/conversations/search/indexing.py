"""Keeping the index: listeners that may run twice, and late. What they write is what the secured tables say now."""

from uuid import UUID

from sqlalchemy import select

from yingke.contacts import Contact, ContactChanged, ContactMerged, ContactMergeUndone, ContactNote
from yingke.conversations.facts import MessagePosted, MessageRecalled
from yingke.conversations.search.fragments import contact_lexemes
from yingke.conversations.values import MessageValue
from yingke.kit.outbox import together
from yingke.kit.search_text import lexemes
from yingke.kit.values import encode
from yingke.kit.work import Work

# An array of arrays would have to be rectangular: each text's words come as one JSON array. LATERAL with OFFSET 0 looks each
# message up by its key; a plain join lets the planner read all messages to find a hundred.
_ADD_MESSAGES = """
INSERT INTO search_texts (workspace_id, id, kind, conversation_id, seq, at, tsv)
SELECT m.workspace_id, m.id, CASE m.kind WHEN 'note' THEN 'note' ELSE 'message' END, m.conversation_id, m.seq,
       m.created_at, array_to_tsvector(ARRAY(SELECT jsonb_array_elements_text(found.words)))
FROM unnest($2::uuid[], $3::int[], $4::jsonb[]) AS found (conversation_id, seq, words)
CROSS JOIN LATERAL (
  SELECT * FROM messages
  WHERE workspace_id = $1 AND conversation_id = found.conversation_id AND seq = found.seq AND recalled_at IS NULL OFFSET 0
) m
ON CONFLICT DO NOTHING
"""
_REMOVE = "DELETE FROM search_texts WHERE workspace_id = $1 AND id = $2"
_REMOVE_CONTACT = "DELETE FROM search_texts WHERE workspace_id = $1 AND contact_id = $2"
_ADD_OF_CONTACT = """
INSERT INTO search_texts (workspace_id, id, kind, contact_id, at, tsv) VALUES ($1, $2, $3, $4, $5, array_to_tsvector($6))
ON CONFLICT (workspace_id, id) DO UPDATE SET at = excluded.at, tsv = excluded.tsv
"""


@together
async def index_message(work: Work, *facts: MessagePosted) -> None:
    said = [fact.message for fact in facts if fact.message.kind != "activity"]
    places = [(message.conversation_id, message.seq, _words(message)) for message in said]
    rows = [(conversation_id, seq, encode(found).decode()) for conversation_id, seq, found in places if found]
    if rows:
        connection = await work.raw()
        await connection.execute(
            _ADD_MESSAGES, work.workspace_id, *(list(column) for column in zip(*rows, strict=True))
        )


def _words(message: MessageValue) -> list[str]:
    return lexemes(" ".join([message.text, *(file.name for file in message.attachments)]))


async def forget_message(work: Work, fact: MessageRecalled) -> None:
    await (await work.raw()).execute(_REMOVE, work.workspace_id, fact.message.id)


async def index_contact(work: Work, fact: ContactChanged | ContactMerged | ContactMergeUndone) -> None:
    for contact_id in fact.contact_ids:
        await _index_contact(work, contact_id)


async def _index_contact(work: Work, contact_id: UUID) -> None:
    connection = await work.raw()
    await connection.execute(_REMOVE_CONTACT, work.workspace_id, contact_id)
    contact = await work.find(Contact, contact_id)
    if contact is None or contact.merged_into is not None:
        return
    rows = [(contact.id, "contact", contact.last_seen_at, contact_lexemes(contact))]
    notes = select(ContactNote).where(
        ContactNote.workspace_id == work.workspace_id, ContactNote.contact_id == contact_id
    )
    rows += [(note.id, "note", note.created_at, lexemes(note.text)) for note in await work.all(notes)]
    for id, kind, at, found in rows:
        await connection.execute(_ADD_OF_CONTACT, work.workspace_id, id, kind, contact_id, at, found)
