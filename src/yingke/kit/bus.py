"""Messages between processes, over PostgreSQL's NOTIFY: hints only, never the truth.

What is published while a listener is cut off is lost to it; on reconnecting it is told so (`on_gap`) and resumes from
the database.
"""

import asyncio
from collections.abc import Callable

import asyncpg
import structlog

log = structlog.get_logger()

Handler = Callable[[str], None]

LARGEST = 7900
"""Bytes of one notification; PostgreSQL allows 8,000."""


class Bus:
    """One connection that listens for the whole process, and publishes for it."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._handlers: dict[str, Handler] = {}
        self._outgoing: asyncio.Queue[tuple[str, str]] = asyncio.Queue(maxsize=10_000)
        self.on_gap: Callable[[], None] = lambda: None
        self.connected = False

    def subscribe(self, channel: str, handler: Handler) -> None:
        """Call `handler` with each payload on `channel`. To be set before `run`."""
        self._handlers[channel] = handler

    def publish(self, channel: str, payload: str) -> None:
        """Send soon, at most once. A payload over `LARGEST` bytes, or one too many, is dropped."""
        if len(payload) <= LARGEST and not self._outgoing.full():
            self._outgoing.put_nowait((channel, payload))

    async def run(self) -> None:
        """Until cancelled; reconnects by itself."""
        first = True
        while True:
            try:
                connection = await asyncpg.connect(
                    self._dsn, timeout=10, server_settings={"application_name": "yingke bus"}
                )
            except (OSError, asyncpg.PostgresError, TimeoutError):
                await asyncio.sleep(0.5)
                continue
            try:
                for channel, handler in self._handlers.items():
                    await connection.add_listener(channel, _unwrap(handler))
                self.connected = True
                if not first:
                    self.on_gap()
                first = False
                await self._send_until_lost(connection)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
                log.warning("bus lost its connection", error=repr(error))
            finally:
                self.connected = False
                connection.terminate()

    async def _send_until_lost(self, connection: asyncpg.Connection) -> None:
        sending = asyncio.create_task(self._send(connection))
        # Without a word from the driver a listener that is cut off would be noticed only when there is something to send.
        connection.add_termination_listener(lambda _: sending.cancel())
        try:
            await asyncio.wait({sending})
        finally:
            sending.cancel()
        if not sending.cancelled():
            sending.result()

    async def _send(self, connection: asyncpg.Connection) -> None:
        while True:
            try:
                first = await asyncio.wait_for(self._outgoing.get(), timeout=15)
            except TimeoutError:
                await connection.execute("SELECT 1", timeout=5)
                continue
            batch = [first]
            while not self._outgoing.empty() and len(batch) < 500:
                batch.append(self._outgoing.get_nowait())
            await connection.execute(
                "SELECT pg_notify(c, p) FROM unnest($1::text[], $2::text[]) AS t (c, p)",
                [channel for channel, _ in batch],
                [payload for _, payload in batch],
                timeout=10,
            )


def _unwrap(handler: Handler) -> Callable[[object, int, str, str], None]:
    def receive(connection: object, pid: int, channel: str, payload: str) -> None:
        handler(payload)

    return receive
