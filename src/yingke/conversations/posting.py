"""From what a person typed to a posting: cleaned, its files claimed, its quote copied."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from yingke.agents import Agent
from yingke.conversations.appending import Posted, append
from yingke.conversations.attachments import require_readable
from yingke.conversations.errors import EmptyMessage, MessageTooLong
from yingke.conversations.models import Message
from yingke.conversations.opening import open_conversation
from yingke.conversations.threads import Posting
from yingke.conversations.values import Author, MessageKind, Quote
from yingke.files import FileValue, claim_files
from yingke.identity import Actor
from yingke.kit.errors import Invalid, Refusal
from yingke.kit.text import clean, preview
from yingke.kit.work import Work
from yingke.visitors import Visitor, same_person_ids

LONGEST = 10_000
MOST_FILES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message as a client sends it."""

    client_id: UUID
    text: str = ""
    kind: MessageKind = "outgoing"
    attachment_ids: Sequence[UUID] = ()
    quote_seq: int | None = None
    mentions: Sequence[UUID] = field(default_factory=tuple)
    content: Mapping[str, Any] | None = None
    """What was chosen or filled in, beside the text."""


def checked_text(text: str, *, has_files: bool) -> str:
    """`text` as it is stored. Raises EmptyMessage, MessageTooLong."""
    if len(text) > LONGEST:
        raise MessageTooLong(field="text")
    text = clean(text).strip("\n ")
    if not text and not has_files:
        raise EmptyMessage(field="text")
    return text


def plain_posting(
    workspace_id: UUID,
    conversation_id: UUID,
    draft: Draft,
    author: Author,
    actor: Actor | None = None,
    person_ids: Collection[UUID] = (),
) -> Posting:
    """The posting of a draft without files and quote, which needs no look at the database."""
    return Posting(
        workspace_id=workspace_id,
        conversation_id=conversation_id,
        client_id=draft.client_id,
        kind=draft.kind,
        author=author,
        text=checked_text(draft.text, has_files=bool(draft.attachment_ids)),
        mentions=tuple(draft.mentions) if draft.kind == "note" else (),
        content=draft.content,
        person_ids=frozenset(person_ids),
        sees_all=actor.sees_all if actor else False,
        team_ids=actor.team_ids if actor else frozenset(),
        only_site_ids=actor.only_site_ids if actor else None,
    )


async def prepared_posting(
    work: Work,
    conversation_id: UUID,
    draft: Draft,
    author: Author,
    actor: Actor | None = None,
    person_ids: Collection[UUID] = (),
) -> Posting:
    """Like `plain_posting`, with the files claimed for the conversation and the quoted message copied."""
    posting = plain_posting(work.workspace_id, conversation_id, draft, author, actor, person_ids)
    files: list[FileValue] = []
    if draft.attachment_ids:
        if len(draft.attachment_ids) > MOST_FILES:
            raise Invalid(f"A message carries at most {MOST_FILES} files.", field="attachment_ids")
        assert author.id is not None
        if actor is not None:
            await require_readable(work, actor, draft.attachment_ids)
        files = await claim_files(
            work,
            draft.attachment_ids,
            uploader_kind=author.kind,
            uploader_id=author.id,
            conversation_id=conversation_id,
        )
    quote = None
    if draft.quote_seq is not None:
        quote = await _quote(work, conversation_id, draft.quote_seq, staff=author.kind == "agent")
    if not files and quote is None:
        return posting
    return replace(posting, attachments=tuple(files), quote=quote)


async def post_message(work: Work, actor: Actor, conversation_id: UUID, draft: Draft) -> Posted:
    """An agent's message or note. Raises what `append` refuses."""
    author = await agent_author(work, actor.agent_id)
    return accepted(await append(work, [await prepared_posting(work, conversation_id, draft, author, actor)]))


async def post_from_visitor(
    work: Work, visitor: Visitor, conversation_id: UUID | None, draft: Draft, team_id: UUID | None = None
) -> Posted:
    """A visitor's message; without a conversation it opens one, and so does a message to one that has ended."""
    checked_text(draft.text, has_files=bool(draft.attachment_ids))
    author = Author(kind="visitor", id=visitor.id, name=visitor.name)
    if conversation_id is not None:
        persons = await same_person_ids(work, visitor)
        posting = await prepared_posting(work, conversation_id, draft, author, person_ids=persons)
        (answer,) = await append(work, [posting])
        if not (isinstance(answer, Refusal) and answer.code == "conversation_resolved"):
            return accepted([answer])
    opened = await open_conversation(work, visitor, client_id=draft.client_id, team_id=team_id)
    return accepted(await append(work, [await prepared_posting(work, opened.id, draft, author)]))


async def agent_author(work: Work, agent_id: UUID) -> Author:
    """The agent under the name that visitors see."""
    agent = await work.get(Agent, agent_id)
    return Author(kind="agent", id=agent.id, name=agent.nickname or agent.name)


def accepted(answers: Sequence[Posted | Refusal]) -> Posted:
    (answer,) = answers
    if isinstance(answer, Refusal):
        raise answer
    return answer


async def _quote(work: Work, conversation_id: UUID, seq: int, *, staff: bool) -> Quote:
    wanted = select(Message).where(
        Message.workspace_id == work.workspace_id,
        Message.conversation_id == conversation_id,
        Message.seq == seq,
        Message.kind != "activity",
    )
    if not staff:
        wanted = wanted.where(Message.audience == "everyone")
    message = (await work.scalars(wanted)).first()
    if message is None:
        raise Invalid("The quoted message does not exist.", field="quote_seq")
    shown = preview(message.text, 200) or "📎"
    return Quote(seq=seq, text="" if message.recalled_at else shown, author_name=message.author_name)
