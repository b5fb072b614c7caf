"""Posts of one socket, in the order they were sent.

A plain text goes to the gatherer at once. One with files or a quote looks at the database first; what is sent after
it waits its turn.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from msgspec import UNSET

from yingke.conversations.appending import Posted
from yingke.conversations.errors import ConversationResolved
from yingke.conversations.threads import Posting
from yingke.kit.errors import Refusal, Throttled, Unavailable
from yingke.realtime.connection import Connection
from yingke.realtime.gatherer import Gatherer
from yingke.realtime.server_frames import PostedAck

Step = Callable[[], Awaitable[Posted | None]]

WAITING_AT_MOST = 100


def posted_ack(ref: str | None, posted: Posted) -> PostedAck:
    return PostedAck(
        ref=ref,
        message_id=posted.message_id,
        conversation=posted.conversation_id,
        seq=posted.seq,
        created_at=posted.created_at,
        repeated=True if posted.repeated else UNSET,
    )


class Sender:
    def __init__(self, connection: Connection, gatherer: Gatherer) -> None:
        self._connection = connection
        self._gatherer = gatherer
        self._steps: deque[tuple[str | None, Step]] = deque()
        self._worker: asyncio.Task[None] | None = None

    def post(self, ref: str | None, posting: Posting, *, in_turn: bool = False, otherwise: Step | None = None) -> None:
        """Store `posting` and acknowledge it after the commit.

        `in_turn`: called by a step of `later`. `otherwise` runs when the conversation has ended meanwhile.
        """
        if self._worker is not None and not in_turn:

            async def step() -> Posted | None:
                self._submit(ref, posting, otherwise)
                return None

            self.later(ref, step)
            return
        self._submit(ref, posting, otherwise)

    def later(self, ref: str | None, step: Step) -> None:
        """Run `step` after those before it; what it answers is acknowledged. Raises Throttled when too many wait."""
        if len(self._steps) >= WAITING_AT_MOST:
            raise Throttled(retry_after=1)
        self._steps.append((ref, step))
        if self._worker is None:
            self._worker = asyncio.create_task(self._work())

    def acknowledge(self, ref: str | None, answer: Posted | Refusal) -> None:
        if isinstance(answer, Refusal):
            self._connection.refuse(ref, answer)
            return
        self._connection.say(posted_ack(ref, answer))

    def _submit(self, ref: str | None, posting: Posting, otherwise: Step | None) -> None:
        def answered(answer: Posted | Refusal) -> None:
            if otherwise is not None and isinstance(answer, ConversationResolved):
                self.later(ref, otherwise)
            else:
                self.acknowledge(ref, answer)

        self._gatherer.submit(posting, answered)

    async def _work(self) -> None:
        while self._steps:
            ref, step = self._steps.popleft()
            try:
                if (answer := await step()) is not None:
                    self.acknowledge(ref, answer)
            except Refusal as refusal:
                self._connection.refuse(ref, refusal)
            except Exception:
                self._connection.refuse(ref, Unavailable(retry_after=2))
        self._worker = None
