"""One end of the bus in each process: it queues what is said, and comes back by itself."""

import asyncio
from collections.abc import Callable

import structlog

from yingke.kit.bus.wires import Connect, Wire
from yingke.kit.ids import new_id

log = structlog.get_logger()

Handler = Callable[[str], None]

LARGEST = 7900
"""Bytes of one message; PostgreSQL allows 8,000."""
TOGETHER_AT_MOST = 500
CONNECTED_WITHIN = 10.0
ECHO_EVERY = 2.0
ECHO_WITHIN = 3.0
"""Seconds; a wire that has not brought back what was sent on it by then is dead, whatever its socket says."""
_GAP = "yingke_gap"


class Silent(OSError):
    """The wire is open and brings nothing."""


class Bus:
    """`in_transactions`: what the database's transactions notify arrives here too."""

    def __init__(self, connect: Connect, *, in_transactions: bool) -> None:
        self.in_transactions = in_transactions
        self.on_gap: Callable[[], None] = lambda: None
        self.connected = False
        self._connect = connect
        self._outgoing: asyncio.Queue[tuple[str, str]] = asyncio.Queue(maxsize=10_000)
        self._echo = f"yingke_echo_{new_id().hex}"
        self._heard = asyncio.Event()
        self._handlers: dict[str, Handler] = {
            self._echo: lambda payload: self._heard.set(),
            _GAP: lambda payload: self.on_gap() if payload != self._echo else None,
        }

    def subscribe(self, channel: str, handler: Handler) -> None:
        """Call `handler` with each payload on `channel`. To be set before `run`."""
        self._handlers[channel] = handler

    def publish(self, channel: str, payload: str) -> None:
        """Send soon, at most once. A payload over `LARGEST` bytes, one too many, or one without a wire is dropped."""
        if self.connected and not self._outgoing.full() and len(payload.encode()) <= LARGEST:
            self._outgoing.put_nowait((channel, payload))

    async def run(self) -> None:
        """Until cancelled; reconnects by itself."""
        first = True
        while True:
            try:
                async with asyncio.timeout(CONNECTED_WITHIN):
                    wire = await self._connect(list(self._handlers), self._receive)
            except Exception as error:
                if self.connected or first:
                    log.warning("the bus is not there", error=repr(error))
                first = False
                await asyncio.sleep(0.5)
                continue
            try:
                self._opened(first=first)
                first = False
                await self._until_lost(wire)
            except Exception as error:
                log.warning("bus lost its connection", error=repr(error))
            finally:
                self.connected = False
                self._outgoing = asyncio.Queue(maxsize=10_000)  # by the time it could be sent, nobody wants it
                await wire.close()

    def _opened(self, *, first: bool) -> None:
        self.connected = True
        if not first:
            self.on_gap()
            self.publish(_GAP, self._echo)  # what this process said meanwhile, the others have missed

    def _receive(self, channel: str, payload: str) -> None:
        if handler := self._handlers.get(channel):
            handler(payload)

    async def _until_lost(self, wire: Wire) -> None:
        parts = {asyncio.create_task(part) for part in (self._send(wire), self._listen_for_echo(), wire.lost())}
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
        for part in done:
            part.result()

    async def _send(self, wire: Wire) -> None:
        while True:
            batch = [await self._outgoing.get()]
            while not self._outgoing.empty() and len(batch) < TOGETHER_AT_MOST:
                batch.append(self._outgoing.get_nowait())
            async with asyncio.timeout(CONNECTED_WITHIN):
                await wire.send(batch)

    async def _listen_for_echo(self) -> None:
        while True:
            self._heard.clear()
            self.publish(self._echo, "")
            try:
                await asyncio.wait_for(self._heard.wait(), ECHO_WITHIN)
            except TimeoutError as error:
                raise Silent("no echo") from error
            await asyncio.sleep(ECHO_EVERY)
