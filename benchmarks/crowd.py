"""Thousands of visitors who are only there: a process of its own, one small protocol object for each socket.

`python -m benchmarks.crowd HOST PORT SITE_KEY FROM COUNT`: connects visitors number FROM … and says hello for each, prints
`{"connected", "seconds"}`, answers pings until standard input closes, then prints how many were cut off.
"""

import asyncio
import json
import sys
import time
from typing import Any

import uvloop

AT_ONCE = 100
_PONG = bytes([0x8A, 0x80, 0, 0, 0, 0])


class Silent(asyncio.Protocol):
    """Says hello; knows of the answer only that it came."""

    __slots__ = ("_hello", "_upgraded", "crowd", "transport", "welcomed")

    def __init__(self, crowd: "Crowd", hello: bytes, welcomed: "asyncio.Future[None]") -> None:
        self.crowd = crowd
        self._hello: bytes | None = hello
        self._upgraded = False
        self.welcomed: asyncio.Future[None] | None = welcomed

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self.crowd.handshake)

    def data_received(self, data: bytes) -> None:
        if self._hello is not None:
            self.transport.write(self._hello)
            self._hello = None
        elif self.welcomed is not None and b'"welcome"' in data:
            self.welcomed.set_result(None)
            self.welcomed = None
        elif data[-2:] == b"\x89\x00":  # a ping, alone or after a heartbeat
            self.transport.write(_PONG)

    def connection_lost(self, error: Exception | None) -> None:
        self.crowd.lost += 1
        if self.welcomed is not None and not self.welcomed.done():
            self.welcomed.set_exception(ConnectionError("closed before the welcome"))


class Crowd:
    def __init__(self, host: str, port: int, site: str) -> None:
        self.host, self.port = host, port
        self.lost = 0
        self.handshake = (
            f"GET /ws/v1/visitor HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/142.0 Safari/537.36\r\n\r\n"
        ).encode()
        page = {"url": "https://shop.example/p/1", "title": "山核桃", "referrer": ""}
        self._hello = _frame(
            json.dumps({"op": "hello", "v": 1, "site": site, "token": None, "language": "zh-CN", "page": page}).encode()
        )

    async def connect(self, number: int) -> None:
        loop = asyncio.get_running_loop()
        welcomed: asyncio.Future[None] = loop.create_future()
        # An address of its own for every 150: the server limits how often one address says hello.
        address = (f"127.2.{number // 150 // 250}.{1 + number // 150 % 250}", 0)
        await loop.create_connection(
            lambda: Silent(self, self._hello, welcomed), self.host, self.port, local_addr=address
        )
        await asyncio.wait_for(welcomed, 60)


def _frame(payload: bytes) -> bytes:
    """A masked text frame; a mask of zeros changes nothing."""
    return bytes([0x81, 0x80 | 126]) + len(payload).to_bytes(2, "big") + bytes(4) + payload


async def main(host: str, port: int, site: str, first: int, count: int) -> None:
    crowd, at_once = Crowd(host, port, site), asyncio.Semaphore(AT_ONCE)

    async def come(number: int) -> None:
        async with at_once:
            await crowd.connect(number)

    began = time.perf_counter()
    await asyncio.gather(*(come(number) for number in range(first, first + count)))
    print(json.dumps({"connected": count, "seconds": round(time.perf_counter() - began, 1)}), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    print(json.dumps({"lost": crowd.lost}), flush=True)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5])))
