"""What a message does to its conversation. Pure: a thread and a message in, the next thread out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from yingke.conversations.errors import AcceptFirst, ConversationMissing, ConversationResolved
from yingke.conversations.values import Author, LastMessage, MessageKind, Quote
from yingke.files import FileValue
from yingke.kit.errors import Refusal
from yingke.kit.text import preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A message that somebody wants stored."""

    workspace_id: UUID
    conversation_id: UUID
    client_id: UUID
    kind: MessageKind
    author: Author
    text: str
    attachments: tuple[FileValue, ...] = ()
    quote: Quote | None = None
    mentions: tuple[UUID, ...] = ()
    activity: Mapping[str, Any] | None = None
    content: Mapping[str, Any] | None = None
    staff_only: bool = False
    """An activity that visitors do not see; notes never are seen by them."""
    person_ids: frozenset[UUID] = field(default_factory=frozenset)
    """The visitor and the other browsers that the shop signed to be the same person."""
    sees_all: bool = False
    team_ids: frozenset[UUID] = field(default_factory=frozenset)
    only_site_ids: frozenset[UUID] | None = None

    @property
    def audience(self) -> str:
        return "staff" if self.kind == "note" or self.staff_only else "everyone"

    @property
    def shown_text(self) -> str:
        """For the list: the text, or what was sent instead."""
        if self.text:
            return preview(self.text)
        marks = {"image": "[图片]", "audio": "[语音]", "file": "[文件]"}
        return " ".join(
            marks[file.kind] + (f" {file.name}" if file.kind == "file" else "") for file in self.attachments
        )


Thread = Mapping[str, Any]
"""The columns of a locked conversation."""


def may_see(
    thread: Thread,
    *,
    agent_id: UUID,
    team_ids: frozenset[UUID],
    sees_all: bool,
    only_site_ids: frozenset[UUID] | None = None,
) -> bool:
    """Whether an agent sees this conversation. `queries.visible_to` says the same in SQL."""
    if agent_id in thread["participant_ids"]:
        return True
    if thread["channel"] == "colleague":
        return False
    if thread["agent_id"] == agent_id:
        return True
    if only_site_ids is not None and thread["site_id"] not in only_site_ids:
        return False
    return sees_all or thread["team_id"] is None or thread["team_id"] in team_ids


def refusal_of(thread: Thread | None, posting: Posting) -> Refusal | None:
    """Why `posting` cannot go into `thread`, or None."""
    if thread is None:
        return ConversationMissing()
    author = posting.author
    if author.kind == "visitor" and thread["visitor_id"] not in posting.person_ids | {author.id}:
        return ConversationMissing()
    if author.kind == "agent":
        assert author.id is not None
        if not may_see(
            thread,
            agent_id=author.id,
            team_ids=posting.team_ids,
            sees_all=posting.sees_all,
            only_site_ids=posting.only_site_ids,
        ):
            return ConversationMissing()
    if posting.kind in ("incoming", "outgoing") and thread["status"] == "resolved":
        return ConversationResolved()
    if posting.kind == "outgoing" and author.kind == "agent" and (thread["status"] == "queued" or thread["robot"]):
        return AcceptFirst()
    return None


def after(thread: Thread, posting: Posting, now: datetime) -> dict[str, Any]:
    """The columns of `thread` with the message added; its `seq` is the new `last_seq`."""
    columns = dict(thread)
    columns["version"] += 1
    columns["last_seq"] += 1
    seq = columns["last_seq"]
    # Clocks of several servers differ by a little; a list must not jump back.
    at = columns["last_message_at"] = max(now, thread["last_message_at"])
    if posting.kind != "activity" and not _hands_over(posting):
        columns["last_message"] = LastMessage(
            seq=seq, kind=posting.kind, author_kind=posting.author.kind, text=posting.shown_text, at=at
        )
    if thread["channel"] == "colleague":
        columns["reads"] = {**thread["reads"], str(posting.author.id): seq}
    elif posting.kind == "incoming":
        if not thread["robot"]:
            columns["unread"] += 1
            columns["waiting_since"] = thread["waiting_since"] or at
        columns["visitor_read_seq"] = columns["visitor_delivered_seq"] = seq
        if thread["status"] == "snoozed":
            columns |= {"status": "open", "snoozed_until": None}
    elif posting.kind == "outgoing" and posting.author.kind == "agent":
        columns |= {"unread": 0, "waiting_since": None, "agent_read_seq": seq}
        columns["first_replied_at"] = thread["first_replied_at"] or at
    return columns


def _hands_over(posting: Posting) -> bool:
    """A list shows what the visitor wants, not that a robot passes it on."""
    return (posting.content or {}).get("notice") == "handed_over"


def same_message(stored: Mapping[str, Any], posting: Posting) -> bool:
    """Whether a repeated `client_id` repeats the same message."""
    files = [str(file.id) for file in posting.attachments]
    return (
        stored["text"] == posting.text
        and stored["kind"] == posting.kind
        and [file["id"] for file in stored["attachments"]] == files
    )


__all__ = ["Posting", "Thread", "after", "may_see", "refusal_of", "same_message"]
