"""Requests whose transaction lost a deadlock are run again.

Two transactions that change the same rows in another order wait for each other until PostgreSQL ends one of them. Where
many rows change at once (a team that is deleted lets go of all its conversations) no order holds against everybody who
writes meanwhile. What was ended has left nothing behind, so it is begun anew.
"""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from yingke.kit.database import is_deadlock

TIMES = 3
PAUSE = 0.05
"""Seconds before the second time, twice as many before the third."""
LONGEST_KEPT = 256 * 1024
"""Bytes of a body that is kept to be read again; a request with a longer one is run once."""


class Repeating:
    """ASGI middleware, inside of what answers errors."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        received: list[Message] = []
        for time in range(1, TIMES + 1):
            run = _Run(received, receive, send)
            try:
                await self._app(dict(scope), run.receive, run.send)
            except Exception as error:
                if time == TIMES or run.answered or not is_deadlock(error) or _size(received) > LONGEST_KEPT:
                    raise
                await asyncio.sleep(PAUSE * time)
            else:
                return


class _Run:
    """One of the times: reads what the others have read, then goes on, and knows whether it has begun to answer."""

    def __init__(self, received: list[Message], receive: Receive, send: Send) -> None:
        self._received = received
        self._receive = receive
        self._send = send
        self._place = 0
        self.answered = False

    async def receive(self) -> Message:
        if self._place == len(self._received):
            message = await self._receive()
            if _size(self._received) > LONGEST_KEPT:
                return message
            self._received.append(message)
        self._place += 1
        return self._received[self._place - 1]

    async def send(self, message: Message) -> None:
        self.answered = True
        await self._send(message)


def _size(received: list[Message]) -> int:
    return sum(len(message.get("body", b"")) for message in received)
