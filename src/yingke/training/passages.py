"""Some messages of a conversation, masked."""

from collections.abc import Sequence
from uuid import UUID

from yingke.conversations.changes import place_of
from yingke.conversations.models import Conversation
from yingke.conversations.queries import conversation_for, messages_after
from yingke.conversations.values import MessageValue
from yingke.identity import Actor
from yingke.kit.errors import Forbidden
from yingke.kit.work import Work
from yingke.training.errors import NoPassage
from yingke.training.masking import masked
from yingke.training.values import Line

MOST_LINES = 20
MOST_SAID = 4
"""Messages of a visitor in a situation: a drill takes five minutes."""


async def open_to(work: Work, actor: Actor, conversation_id: UUID) -> Conversation:
    """A conversation the actor may take from: their own, or one they may inspect. Raises ConversationMissing, Forbidden."""
    row = await conversation_for(work, actor, conversation_id)
    own = actor.agent_id == row.agent_id or actor.agent_id in row.participant_ids
    if row.channel == "colleague" or not (own or actor.may("quality.inspect", place_of(row))):
        raise Forbidden
    return row


async def passage(work: Work, row: Conversation, first_seq: int, last_seq: int, hide: Sequence[str] = ()) -> list[Line]:
    """What visitor, agents and robot said from `first_seq` to `last_seq`; `hide` is covered as well. Raises NoPassage."""
    found = await messages_after(work, row.id, first_seq - 1, last_seq - first_seq + 1) if last_seq >= first_seq else []
    lines = lines_of([each for each in found if each.seq <= last_seq], [*known_of(row), *hide])
    if not any(each.speaker == "agent" for each in lines) or len(lines) > MOST_LINES:
        raise NoPassage(field="last_seq")
    return lines


async def situation(work: Work, row: Conversation, seq: int | None) -> str:
    """What the visitor said last up to the message `seq`, or altogether; empty when nothing was said."""
    last = min(seq or row.last_seq, row.last_seq)
    found = lines_of(await messages_after(work, row.id, max(0, last - 40), min(last, 40)), known_of(row))
    while found and found[-1].speaker != "visitor":
        found.pop()
    said: list[str] = []
    while found and found[-1].speaker == "visitor" and len(said) < MOST_SAID:
        said.insert(0, found.pop().text)
    return "\n".join(said) if said or seq is None else await situation(work, row, None)


def lines_of(messages: Sequence[MessageValue], known: Sequence[str]) -> list[Line]:
    return [
        Line(speaker=each.author.kind, text=masked(each.text, known))
        for each in messages
        if each.kind in ("incoming", "outgoing")
        and each.text
        and not each.recalled
        and each.author.kind in ("visitor", "agent", "robot")
    ]


def known_of(row: Conversation) -> list[str]:
    """What the conversation knows of its visitor, to be covered."""
    who = [row.who.get(name) or "" for name in ("name", "email", "phone", "external_id")]
    name = who[0]
    # A Chinese name is called by its family name, or by what is given.
    parts = [name[1:]] if len(name) == 3 and not name.isascii() else name.split() if name.isascii() else []
    return [*who, *(each for each in parts if len(each) > 1)]
