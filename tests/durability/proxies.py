"""A small TCP proxy that spoils what passes: between clients and the server, or between the server and its database."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from pathlib import Path

Address = tuple[str, int] | Path
"""Host and port, or a Unix socket."""

TEXT = "<b>&"
"""In every text that the writers of the harness send."""
ACK = b'"message_id"'
"""In a frame to a client: the acknowledgement of a message (and its push)."""
COMMITS = (b"COMMIT", TEXT.encode())
"""In bytes to PostgreSQL: the end of a transaction, or a statement that is one of its own and brings messages."""
_DB_TAKES_IT = 0.05


class Proxy:
    """Passes everything on, until told otherwise."""

    def __init__(self, port: int, to: Callable[[], Address]) -> None:
        self.port = port
        self._to = to
        self._links: set[_Link] = set()
        self._server: asyncio.Server | None = None
        self.held = False
        self.delay = 0.0
        """Seconds that what the server says takes longer: a round trip is that much slower."""
        self.cut_before: tuple[bytes, ...] = ()
        """Cut a connection instead of passing what contains one of these on to the client."""
        self.cut_after: tuple[bytes, ...] = ()
        """Pass what contains one of these on to the server, and cut before it can answer."""

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Client(self), "127.0.0.1", self.port)

    async def stop(self) -> None:
        self.cut()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def cut(self) -> None:
        """Reset every connection."""
        for link in list(self._links):
            link.end()

    async def hole(self, seconds: float) -> None:
        """Nothing passes in either direction and nobody is told; then whoever used it has to begin anew."""
        self.held = True
        await asyncio.sleep(seconds)
        self.held = False
        self.cut()

    def half_open(self) -> None:
        """One side's connections are gone and the other side is not told: by turns the server's and the client's."""
        for number, link in enumerate(list(self._links)):
            link.forget(client=number % 2 == 0)

    async def cut_when(self, *, before: tuple[bytes, ...] = (), after: tuple[bytes, ...] = (), seconds: float) -> None:
        """For `seconds` cut each connection at the moment that matters."""
        self.cut_before, self.cut_after = before, after
        await asyncio.sleep(seconds)
        self.cut_before = self.cut_after = ()

    def add(self, link: "_Link") -> None:
        self._links.add(link)

    def remove(self, link: "_Link") -> None:
        self._links.discard(link)

    async def dial(self, link: "_Link") -> asyncio.Transport:
        loop, to = asyncio.get_running_loop(), self._to()
        if isinstance(to, Path):
            made = await loop.create_unix_connection(lambda: _Upstream(self, link), str(to))
        else:
            made = await loop.create_connection(lambda: _Upstream(self, link), *to)
        return made[0]


class _Link:
    """A client's connection and ours to the server."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self.client: asyncio.Transport | None = None
        self.server: asyncio.Transport | None = None
        self.early: list[bytes] = []
        self.silent = False
        self._late: deque[tuple[float, bytes]] = deque()
        proxy.add(self)

    def end(self) -> None:
        self.proxy.remove(self)
        for side in (self.client, self.server):
            if side is not None:
                side.abort()

    def answer(self, data: bytes) -> None:
        """Pass on what the server says, in order and after the delay."""
        loop = asyncio.get_running_loop()
        if self.proxy.delay or self._late:
            self._late.append((loop.time() + self.proxy.delay, data))
            loop.call_later(self.proxy.delay, self._pass_late, loop)
        elif self.client is not None:
            with contextlib.suppress(RuntimeError):
                self.client.write(data)

    def _pass_late(self, loop: asyncio.AbstractEventLoop) -> None:
        while self._late and self._late[0][0] <= loop.time() + 0.002:
            _, data = self._late.popleft()
            if self.client is not None and not self.client.is_closing():
                self.client.write(data)

    def forget(self, *, client: bool) -> None:
        """End one side only; the other hears nothing more for a while."""
        gone = self.client if client else self.server
        self.silent = True
        if gone is not None:
            gone.abort()
        asyncio.get_running_loop().call_later(20, self.end)

    def lost(self) -> None:
        """One side closed: the other is closed too, after what is on its way."""
        if self.silent or self.proxy.held:
            return
        self.proxy.remove(self)
        for side in (self.client, self.server):
            if side is not None:
                side.close()


class _Client(asyncio.Protocol):
    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._link = _Link(proxy)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._link.client = transport
        self._dialling = asyncio.get_running_loop().create_task(self._dial())

    async def _dial(self) -> None:
        try:
            self._link.server = await self._proxy.dial(self._link)
        except OSError:
            self._link.end()
            return
        for data in self._link.early:
            self.data_received(data)
        self._link.early.clear()

    def data_received(self, data: bytes) -> None:
        link, proxy = self._link, self._proxy
        if proxy.held or link.silent:
            return
        if link.server is None:
            link.early.append(data)
            return
        link.server.write(data)
        if any(mark in data for mark in proxy.cut_after):
            link.silent = True
            if link.client is not None:
                link.client.abort()
            asyncio.get_running_loop().call_later(_DB_TAKES_IT, link.end)

    def connection_lost(self, error: Exception | None) -> None:
        self._link.lost()


class _Upstream(asyncio.Protocol):
    def __init__(self, proxy: Proxy, link: _Link) -> None:
        self._proxy = proxy
        self._link = link

    def data_received(self, data: bytes) -> None:
        link, proxy = self._link, self._proxy
        if proxy.held or link.silent:
            return
        if any(mark in data for mark in proxy.cut_before):
            link.end()
        else:
            link.answer(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._link.lost()
