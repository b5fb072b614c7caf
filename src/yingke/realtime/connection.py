"""One socket: its frames in order, its answers, and what happens when it does not read."""

import asyncio
import time
from abc import abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

import msgspec
import structlog
from msgspec import UNSET
from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport
from prometheus_client import Counter, Gauge

from yingke.kit.database import is_away
from yingke.kit.errors import Invalid, Kind, Refusal, Throttled, Unavailable
from yingke.kit.text import storable
from yingke.kit.values import Value, encode
from yingke.realtime.protocol import LARGEST_FRAME
from yingke.realtime.server_frames import Ack, Bye, Refused

log = structlog.get_logger()

HELLO_WITHIN = 10.0
BEHIND_AT_MOST = 1024 * 1024
"""Bytes a reader may be behind before it is cut off; it resumes with `after_seq`."""
BEHIND_FOR = 10.0
UNDER_WAY_AT_MOST = 32
"""Operations of one socket that may be under way."""
HELD_AT_MOST = 10.0
"""Far less than the silence after which a socket is taken for dead."""

_cut = Counter("yingke_sockets_cut_total", "Sockets closed by the server", ["why"])
_held = Counter("yingke_sockets_held_total", "Times a socket was not read because it did not heed a refusal")
_operations = Gauge(
    "yingke_operations_under_way", "Operations of sockets that have begun and not ended", multiprocess_mode="livesum"
)


_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class BadFrame(Invalid):
    code, detail = "bad_frame", "This frame is not understood; docs/protocol.md describes what is."


class Connection(WSListener):
    """Base of visitors' and agents' sockets. Subclasses give the decoders and handle operations."""

    side = ""
    """`agent` or `visitor`."""

    __slots__ = (
        "_hello_timer", "_holding", "_in_line", "_parts", "_stalled", "_under_way", "_unsent", "heard_at", "ready", "subscribed", "transport",
    )  # fmt: skip

    def __init__(self) -> None:
        self.transport: WSTransport | None = None
        self.heard_at = time.monotonic()
        self.ready = False
        self.subscribed: set[UUID] = set()
        self._parts: list[bytes] | None = None
        self._unsent: list[bytes] = []
        self._under_way = 0
        self._stalled: asyncio.TimerHandle | None = None
        self._hello_timer: asyncio.TimerHandle | None = None
        self._holding: asyncio.TimerHandle | None = None
        self._in_line: asyncio.Task[None] | None = None

    # To be given by subclasses.

    @abstractmethod
    def first_frame(self, text: bytes) -> Awaitable[None]:
        """Handle the hello."""

    @abstractmethod
    def handle(self, text: bytes) -> None:
        """Handle any later frame."""

    @abstractmethod
    def gone(self) -> None:
        """The socket is closed."""

    # Called by picows.

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        loop = asyncio.get_running_loop()
        self._hello_timer = loop.call_later(HELLO_WITHIN, self.close, "hello_missing", WSCloseCode.POLICY_VIOLATION)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        self.heard_at = time.monotonic()
        if frame.msg_type in (WSMsgType.TEXT, WSMsgType.CONTINUATION):
            if (text := self._whole(frame)) is not None:
                self._receive(storable(text))
        elif frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(WSCloseCode.OK)
            transport.disconnect()
        elif frame.msg_type == WSMsgType.BINARY:
            self.close("binary_frame", WSCloseCode.UNSUPPORTED_DATA)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.transport = None
        for timer in (self._hello_timer, self._holding, self._stalled):
            if timer:
                timer.cancel()
        if self._in_line:
            self._in_line.cancel()
        self.gone()

    def pause_writing(self) -> None:
        self._stalled = asyncio.get_running_loop().call_later(BEHIND_FOR, self._cut_off, "too_slow")

    def resume_writing(self) -> None:
        if self._stalled:
            self._stalled.cancel()
            self._stalled = None

    # For whoever writes to it.

    def send(self, frame: bytes) -> None:
        """Have a frame written. What one turn of the loop has for a socket is one write, the dearest part of it."""
        if self.transport is None:
            return
        if not self._unsent:
            asyncio.get_running_loop().call_soon(self._write)
        self._unsent += _head(len(frame)), frame

    def behind(self) -> int:
        """Bytes that wait to be read by the other side."""
        return self.transport.underlying_transport.get_write_buffer_size() if self.transport is not None else 0

    def beat(self, frame: bytes, silent_for: float) -> None:
        """Send a heartbeat and ask for a sign of life; who gave none for `silent_for` seconds is taken for dead."""
        if self.transport is None:
            return
        if time.monotonic() - self.heard_at > silent_for:
            self._cut_off("silent")
            return
        self.send(frame)
        self._unsent.append(_PING)

    def say(self, frame: Value) -> None:
        self.send(encode(frame))

    def ack(self, ref: str | None) -> None:
        self.say(Ack(ref=ref))

    def refuse(self, ref: str | None, refusal: Refusal) -> None:
        retry_after = UNSET if refusal.retry_after is None else refusal.retry_after
        self.say(
            Refused(
                ref=ref,
                code=refusal.code,
                detail=refusal.detail,
                field=refusal.field or UNSET,
                retry_after=retry_after,
            )
        )

    def close(self, code: str, close_code: WSCloseCode = WSCloseCode.OK, retry_after: float | None = None) -> None:
        """Say goodbye with `code` and close."""
        if self.transport is None:
            return
        self.say(Bye(code=code, retry_after=UNSET if retry_after is None else retry_after))
        self._write()
        if self.transport is None:
            return
        self.transport.send_close(close_code, code.encode())
        self.transport.disconnect()
        _cut.labels(code).inc()

    def close_for_restart(self) -> None:
        self.close("going_away", WSCloseCode.GOING_AWAY, retry_after=1)

    # For subclasses.

    def start(self, ref: str | None, operation: Callable[[], Awaitable[None]]) -> None:
        """Run `operation` beside the others of this socket, and answer what it refuses."""
        if self._under_way >= UNDER_WAY_AT_MOST:
            self.refuse(ref, Throttled(retry_after=1))
            return
        self._under_way += 1
        _operations.inc()
        task = asyncio.create_task(self._run(ref, operation))
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)

    def hold(self, seconds: float) -> None:
        """Read nothing more for `seconds` (at most HELD_AT_MOST): what comes meanwhile waits with whoever sends it."""
        if self.transport is None or self._holding:
            return
        _held.inc()
        self.transport.underlying_transport.pause_reading()
        self._holding = asyncio.get_running_loop().call_later(min(seconds, HELD_AT_MOST), self._listen_again)

    def welcomed(self) -> None:
        self.ready = True
        if self._hello_timer:
            self._hello_timer.cancel()
            self._hello_timer = None

    @asynccontextmanager
    async def waiting_for(self, turn: AbstractAsyncContextManager[None]) -> AsyncIterator[None]:
        """Have `turn`. Who goes while waiting for it leaves the line, so that those behind wait for nobody who has gone."""
        self._in_line = asyncio.current_task()
        try:
            async with turn:
                self._in_line = None
                yield
        finally:
            self._in_line = None

    def _listen_again(self) -> None:
        self._holding = None
        if self.transport is not None and not self.transport.underlying_transport.is_closing():
            self.transport.underlying_transport.resume_reading()

    async def _run(self, ref: str | None, operation: Callable[[], Awaitable[None]]) -> None:
        try:
            await operation()
        except Refusal as refusal:
            self.refuse(ref, refusal)
        except Exception as error:
            if is_away(error):
                log.warning("database unavailable", error=repr(error))
            else:
                log.exception("socket operation failed", error=repr(error))
            self.refuse(ref, Unavailable(retry_after=2))
        finally:
            self._under_way -= 1
            _operations.dec()

    async def _hello(self, text: bytes) -> None:
        try:
            await self.first_frame(text)
        except _UNREADABLE as error:
            self.refuse(None, BadFrame(str(error)))
            self.close("bad_frame", WSCloseCode.POLICY_VIOLATION)
        except Refusal as refusal:
            self.refuse(None, refusal)
            final = refusal.kind in (Kind.unauthenticated, Kind.forbidden, Kind.missing)
            self.close("signed_out" if final else "refused", WSCloseCode.POLICY_VIOLATION, refusal.retry_after)

    def _receive(self, text: bytes) -> None:
        if not self.ready:
            if self._under_way:  # frames before the welcome
                self.close("too_early", WSCloseCode.POLICY_VIOLATION)
                return
            self.start(None, lambda: self._hello(text))
            return
        try:
            self.handle(text)
        except _UNREADABLE as error:
            self.refuse(ref_of(text), BadFrame(str(error)))
        except Refusal as refusal:
            self.refuse(ref_of(text), refusal)

    def _whole(self, frame: WSFrame) -> bytes | None:
        payload = frame.get_payload_as_bytes()
        if self._parts is None and frame.fin:
            return payload
        self._parts = [*(self._parts or ()), payload]
        if sum(map(len, self._parts)) > LARGEST_FRAME:
            self.close("frame_too_large", WSCloseCode.MESSAGE_TOO_BIG)
            return None
        if not frame.fin:
            return None
        whole, self._parts = b"".join(self._parts), None
        return whole

    def _write(self) -> None:
        """Write what was sent; a reader too far behind is cut off instead."""
        unsent, self._unsent = self._unsent, []
        if self.transport is None or not unsent:
            return
        if self.behind() > BEHIND_AT_MOST:
            self._cut_off("too_slow")
            return
        self.transport.underlying_transport.write(b"".join(unsent))

    def _cut_off(self, why: str) -> None:
        _cut.labels(why).inc()
        if self.transport is not None:
            self.transport.disconnect(False)


def _head(length: int) -> bytes:
    """Before a whole text frame of a server (RFC 6455, 5.2)."""
    if length < 126:
        return bytes((0x81, length))
    return b"\x81\x7e" + length.to_bytes(2) if length < 1 << 16 else b"\x81\x7f" + length.to_bytes(8)


_PING = b"\x89\x00"

_tasks: set[asyncio.Task[None]] = set()


class _Ref(msgspec.Struct):
    ref: str | None = None


def ref_of(text: bytes) -> str | None:
    """The `ref` of a frame, whatever else is in it."""
    try:
        return msgspec.json.decode(text, type=_Ref).ref
    except _UNREADABLE:
        return None
