"""One end of the bus in each process: it queues what is said, and comes back by itself."""

import asyncio
from collections.abc import Callable, Collection

import structlog
from prometheus_client import Counter, Gauge

from yingke.kit.bus.wires import Connect, Wire
from yingke.kit.ids import new_id

log = structlog.get_logger()

Handler = Callable[[str], None]

LARGEST = 7900
"""Bytes of one message; PostgreSQL allows 8,000."""
WAITING_AT_MOST = 10_000
TOGETHER_AT_MOST = 500
CONNECTED_WITHIN = 10.0
HERE_EVERY = 1.0
HEARD_WITHIN = 3.0
"""Seconds; a wire that has not brought back what was sent on it by then is dead, whatever its socket says. So is a peer."""
_GAP = "yingke_gap"
_HERE = "yingke_here"

_waiting = Gauge("yingke_bus_waiting", "Messages that wait to be sent to other processes", multiprocess_mode="livesum")
_dropped = Counter("yingke_bus_dropped_total", "Messages to other processes dropped because too many waited")


class Silent(OSError):
    """The wire is open and brings nothing."""


class Bus:
    """Every end says that it is here, and hears itself say so. One that is alone says nothing else."""

    def __init__(self, connect: Connect) -> None:
        self.on_gap: Callable[[], None] = lambda: None
        self.connected = False
        self._connect = connect
        self._outgoing: asyncio.Queue[tuple[str, str]] = asyncio.Queue(maxsize=WAITING_AT_MOST)
        self.id = new_id().hex
        self._heard = asyncio.Event()
        self._peers: dict[str, float] = {}
        """When each was heard, on the clock of the loop."""
        self._unsaid = False
        """Something was said while nobody was known to listen."""
        self._spilt = False
        """Something was dropped, and the others do not know yet."""
        self._handlers: dict[str, Handler] = {_HERE: self._hear, _GAP: self._hear_of_gap}

    @property
    def peers(self) -> Collection[str]:
        """The ids of the others that are known to listen."""
        return self._peers.keys()

    def subscribe(self, channel: str, handler: Handler) -> None:
        """Call `handler` with each payload on `channel`. To be set before `run`."""
        self._handlers[channel] = handler

    def publish(self, channel: str, payload: str) -> None:
        """Send soon, at most once. A payload over `LARGEST` bytes or without a wire is dropped; so is one too many, and the
        others are told that they missed something."""
        if self._peers:
            self._put(channel, payload)
        else:
            self._unsaid = True

    def _put(self, channel: str, payload: str) -> None:
        if not self.connected or len(payload.encode()) > LARGEST:
            return
        if self._outgoing.full():
            self._spilt = True
            _dropped.inc()
            return
        self._outgoing.put_nowait((channel, payload))
        _waiting.set(self._outgoing.qsize())

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
                self._peers.clear()
                self._outgoing = asyncio.Queue(maxsize=WAITING_AT_MOST)  # by the time it could be sent, nobody wants it
                self._spilt = False  # the gap is told as soon as there is a wire again
                _waiting.set(0)
                await wire.close()

    def _opened(self, *, first: bool) -> None:
        self.connected = True
        if not first:
            self.on_gap()
            self._unsaid = True

    def _receive(self, channel: str, payload: str) -> None:
        if handler := self._handlers.get(channel):
            handler(payload)

    def _hear(self, id: str) -> None:
        if id == self.id:
            self._heard.set()
            return
        if id not in self._peers:
            self._put(_HERE, self.id)
            if self._unsaid:  # while nobody was known to listen
                self._put(_GAP, self.id)
                self._unsaid = False
        self._peers[id] = asyncio.get_running_loop().time()

    def _hear_of_gap(self, id: str) -> None:
        if id != self.id:
            self.on_gap()

    def _forget_the_silent(self) -> None:
        """What a peer stored in its last moment it may not have said."""
        since = asyncio.get_running_loop().time() - HEARD_WITHIN
        silent = [id for id, heard in self._peers.items() if heard < since]
        for id in silent:
            del self._peers[id]
        if silent:
            self.on_gap()

    async def _until_lost(self, wire: Wire) -> None:
        parts = {asyncio.create_task(part) for part in (self._send(wire), self._say_here(), wire.lost())}
        try:
            done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.wait(parts, timeout=1)  # a driver may swallow what cancels it; closing the wire ends it
        for part in done:
            part.result()

    async def _send(self, wire: Wire) -> None:
        while True:
            batch = [await self._outgoing.get()]
            while not self._outgoing.empty() and len(batch) < TOGETHER_AT_MOST:
                batch.append(self._outgoing.get_nowait())
            if self._spilt:
                self._spilt = False
                self._put(_GAP, self.id)
            _waiting.set(self._outgoing.qsize())
            async with asyncio.timeout(CONNECTED_WITHIN):
                await wire.send(batch)

    async def _say_here(self) -> None:
        while True:
            self._heard.clear()
            self._put(_HERE, self.id)
            try:
                async with asyncio.timeout(HEARD_WITHIN):
                    await self._heard.wait()
            except TimeoutError as error:
                raise Silent("no echo") from error
            await asyncio.sleep(HERE_EVERY)
            self._forget_the_silent()
