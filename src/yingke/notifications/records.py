"""The whole of a long conversation as a file beside its letter: packed page by page, so that its length costs no memory."""

import io
import zipfile
from dataclasses import dataclass
from uuid import UUID

from yingke.conversations.queries import messages_after, messages_before
from yingke.conversations.values import MessageValue
from yingke.kit.mail import Attachment
from yingke.kit.work import Work
from yingke.notifications.letters import Line, Look, lines_of

SHOWN = 300
"""Messages in a letter, at most."""
SHOWN_CHARACTERS = 60_000
"""Likewise, of their texts: mailboxes cut longer letters off."""
LARGEST = 10 * 1024 * 1024
"""Packed bytes: what every mail server takes, after it has grown by a third on its way."""
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Record:
    """A conversation in a file. `count` messages are in it; `complete` when these are all."""

    file: Attachment
    count: int
    complete: bool


async def newest(work: Work, conversation_id: UUID, up_to: int) -> list[MessageValue]:
    """The last messages, no more than a letter holds; at least one."""
    found = await messages_before(work, conversation_id, up_to + 1, SHOWN)
    room = SHOWN_CHARACTERS
    for place in range(len(found) - 1, -1, -1):
        room -= len(found[place].text)
        if room < 0:
            return found[min(place + 1, len(found) - 1) :]
    return found


async def recorded(
    work: Work, look: Look, conversation_id: UUID, number: int, up_to: int, *, largest: int = LARGEST
) -> Record:
    """What visitors may see of the conversation up to the message `up_to`, from its beginning, as a packed text."""
    packed = io.BytesIO()
    count = after = 0
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(f"{number}.txt", "w") as text:
        text.write("\ufeff".encode())
        while after < up_to and packed.tell() < largest:
            page = await messages_after(work, conversation_id, after, min(_PAGE, up_to - after))
            if not page:
                break
            lines = lines_of(look, page)
            text.write("".join(map(_row, lines)).encode())
            count, after = count + len(lines), page[-1].seq
    return Record(Attachment(f"{number}.zip", "application/zip", packed.getvalue()), count, after >= up_to)


def _row(line: Line) -> str:
    files = (f"{words} {address}" for words, address in line.files)
    return "\n".join((f"{line.author}  {line.at}", *filter(None, [line.text]), *files)) + "\n\n"
