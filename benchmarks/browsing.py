"""The load of visitors who look around: a process of its own, with a connection, an address and a token for each.

Reads one JSON line of configuration, then lines `{"run": "browse", …}` or `{"run": "flood", …}`, each answered by one
line of results. Nobody waits for anybody: a slow server is not asked less.
"""

import asyncio
import contextlib
import json
import re
import sys
import time
from typing import Any

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from benchmarks.figures import percentile

AGENT = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
PAGE_EVERY = 20.0
"""Seconds; the last word about a page is its heart-beat."""
_SHOWN = re.compile(rb'"title":"t(\d+)"')


class Answer(asyncio.Protocol):
    """One HTTP connection; answers come in order."""

    def __init__(self, visitor: "Visitor") -> None:
        self._visitor = visitor

    def data_received(self, data: bytes) -> None:
        self._visitor.answered(data.count(b"HTTP/1.1 204"), data.count(b"HTTP/1.1"))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if self._visitor.transport is self._transport:
            self._visitor.lost()


class Visitor:
    def __init__(self, crowd: "Crowd", number: int) -> None:
        self.crowd = crowd
        self.number = number
        self.address = f"127.{1 + number // 60000}.{number // 250 % 240}.{1 + number % 250}"
        self.token = f"v_{number:043d}"
        self.transport: asyncio.Transport | None = None
        self.under_way: list[float] = []
        self.last = b""
        self.page = ""
        self.pages = 0

    async def look(self) -> None:
        """Another page: the last word about the one before, and the view of the new one, as two loads of a page send."""
        if self.page:
            await self.say(self._read(left=True))
            await asyncio.sleep(0.2)
        await self.view()

    async def view(self) -> None:
        self.pages += 1
        self.page = f"00000000-0000-4000-8000-{self.number:06x}{self.crowd.run:02x}{self.pages:04x}"
        title = f"t{time.perf_counter_ns()}"
        url = f"https://shop.example/p/{(self.number * 7 + self.pages) % 500}"
        referrer = "https://www.baidu.com/s?wd=%E5%9D%9A%E6%9E%9C"
        await self.say(
            f'{{"kind":"page","id":"{self.page}","age":3,"url":"{url}","title":"{title}","referrer":"{referrer}"}}'
        )

    def _read(self, *, left: bool) -> str:
        told = f'"open":20000,"visible":18000,"scroll":40,"hidden":false,"left":{str(left).lower()}'
        return f'{{"kind":"read","page":"{self.page}","age":0,{told}}}'

    async def say(self, event: str) -> None:
        body = f'{{"v":1,"token":"{self.token}","language":"zh-CN","events":[{event}]}}'.encode()
        head = (
            f"POST /w/{self.crowd.site}/v HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {AGENT}\r\n"
            f"Content-Type: text/plain;charset=UTF-8\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        began = time.perf_counter()
        if self.transport is None or self.transport.is_closing():
            self.transport = None
            loop = asyncio.get_running_loop()
            try:
                transport, _ = await loop.create_connection(
                    lambda: Answer(self), "127.0.0.1", self.crowd.port, local_addr=(self.address, 0)
                )
            except OSError:
                self.crowd.failed += 1
                return
            self.transport = transport
        self.under_way.append(began)
        self.last = head + body
        self.transport.write(self.last)

    def lost(self) -> None:
        """The server closed what it took for idle while this was under way: sent again, as browsers do."""
        self.transport = None
        if self.under_way:
            self.crowd.later(self.repeat())

    async def repeat(self) -> None:
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(
            lambda: Answer(self), "127.0.0.1", self.crowd.port, local_addr=(self.address, 0)
        )
        self.transport = transport
        transport.write(self.last)

    def answered(self, good: int, count: int) -> None:
        now = time.perf_counter()
        self.crowd.failed += count - good
        for _ in range(min(count, len(self.under_way))):
            self.crowd.taken.append(now - self.under_way.pop(0))
        if self.crowd.flooding and self.crowd.ends > now:
            self.crowd.later(self.view())


class Desk(WSListener):
    """An agent who looks at the live view."""

    def __init__(self) -> None:
        self.delays: list[float] = []
        self.seen: set[bytes] = set()
        self.items = 0
        self.since = 0
        """Page views before this are of the list, and tell nothing."""

    def on_ws_connected(self, transport: WSTransport) -> None:
        transport.send(WSMsgType.TEXT, b'{"op":"hello","v":1}')

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type != WSMsgType.TEXT:
            return
        payload = frame.get_payload_as_bytes()
        if payload.startswith(b'{"op":"welcome"'):
            transport.send(WSMsgType.TEXT, b'{"op":"watch_visitors","ref":"w"}')
        elif payload.startswith(b'{"op":"visitors"'):
            now = time.perf_counter_ns()
            for shown in _SHOWN.findall(payload):
                self.items += 1
                if shown not in self.seen and int(shown) >= self.since:
                    self.seen.add(shown)
                    self.delays.append((now - int(shown)) / 1e9)


class Crowd:
    def __init__(self, given: dict[str, Any]) -> None:
        self.port, self.site = int(given["port"]), str(given["site"])
        self.visitors = [Visitor(self, number) for number in range(int(given["visitors"]))]
        self.taken: list[float] = []
        self.failed = 0
        self.run = 0
        self.flooding = False
        self.ends = 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    def later(self, doing: Any) -> None:
        task = asyncio.get_running_loop().create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def arrive(self) -> None:
        """Everybody looks at a first page, a few hundred a second."""
        for start in range(0, len(self.visitors), 50):
            for visitor in self.visitors[start : start + 50]:
                self.later(visitor.look())
            await asyncio.sleep(0.1)
        await self._quiet()

    async def browse(self, seconds: float) -> dict[str, Any]:
        """Everybody looks at another page every twenty seconds."""
        self._begin()
        each = PAGE_EVERY / len(self.visitors)
        began, done = time.perf_counter(), 0
        while (elapsed := time.perf_counter() - began) < seconds:
            while done < elapsed / each:
                self.later(self.visitors[done % len(self.visitors)].look())
                done += 1
            await asyncio.sleep(0.002)
        await self._quiet()
        return self._result(2 * done / seconds)

    async def flood(self, seconds: float, at_once: int) -> dict[str, Any]:
        """As many page views as the server stores."""
        self._begin()
        self.ends = time.perf_counter() + seconds
        self.flooding = True
        for visitor in self.visitors[:at_once]:
            self.later(visitor.view())
        await asyncio.sleep(seconds)
        stored = len(self.taken)
        self.flooding = False
        await self._quiet()
        return self._result(stored / seconds) | {"stored_per_second": round(stored / seconds, 1)}

    def _begin(self) -> None:
        self.taken, self.failed, self.run = [], 0, self.run + 1
        for visitor in self.visitors:
            visitor.pages = 0

    async def _quiet(self) -> None:
        for _ in range(200):
            if not self._tasks and not any(visitor.under_way for visitor in self.visitors):
                return
            await asyncio.sleep(0.05)

    def _result(self, rate: float) -> dict[str, Any]:
        shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
        spread = {name: round(percentile(self.taken, share) * 1000, 1) for name, share in shares.items()}
        lost = sum(len(visitor.under_way) for visitor in self.visitors)
        return {"rate": round(rate), "answered": len(self.taken), "failed": self.failed, "lost": lost, **spread}


async def main() -> None:
    given = json.loads(sys.stdin.readline())
    crowd = Crowd(given)
    desk = Desk()
    await crowd.arrive()
    url = f"ws://127.0.0.1:{crowd.port}/ws/v1/agent"
    transport, _ = await ws_connect(lambda: desk, url, extra_headers={"Cookie": given["cookie"]})
    print(json.dumps({"ready": len(crowd.taken), "failed": crowd.failed}), flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        asked = json.loads(line)
        desk.delays, desk.since = [], time.perf_counter_ns()
        if asked["run"] == "browse":
            result = await crowd.browse(asked["seconds"])
        else:
            result = await crowd.flood(asked["seconds"], asked["at_once"])
        await asyncio.sleep(1)
        shares = {"p50": 0.5, "p95": 0.95, "max": 1.0}
        live = (
            {name: round(percentile(desk.delays, share) * 1000) for name, share in shares.items()}
            if desk.delays
            else {}
        )
        print(json.dumps(result | {"live": live, "live_items": len(desk.delays)}), flush=True)
    with contextlib.suppress(Exception):
        transport.disconnect()


if __name__ == "__main__":
    uvloop.run(main())
