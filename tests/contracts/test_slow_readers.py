"""One who does not read is cut off; he comes back without loss, and nobody else notices."""

import asyncio
import json
import os
import socket
from base64 import b64encode
from collections.abc import AsyncIterator

import pytest

from tests.contracts.steps import history, op, return_with, say, talk
from tests.realtime.conftest import Client, Shop
from yingke.kit.ids import new_id
from yingke.realtime import connection as sockets
from yingke.realtime.connection import BEHIND_AT_MOST, Connection

LONG = "长" * 10_000


class Deaf:
    """A visitor's browser that says hello and then reads nothing more."""

    def __init__(self, shop: Shop, token: str) -> None:
        self._shop, self._token = shop, token
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.setblocking(False)

    async def open(self) -> Connection:
        """Connect; the server's side of it."""
        loop = asyncio.get_running_loop()
        before = set(self._shop.server.services.hub.everybody())
        await loop.sock_connect(self._socket, ("127.0.0.1", self._shop.server.services.settings.port))
        key = b64encode(os.urandom(16)).decode()
        await loop.sock_sendall(
            self._socket,
            f"GET /ws/v1/visitor HTTP/1.1\r\nHost: desk\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode(),
        )
        await loop.sock_recv(self._socket, 500)
        hello = json.dumps({"op": "hello", "v": 1, "site": self._shop.site.key, "token": self._token}).encode()
        await loop.sock_sendall(self._socket, _masked(hello))
        for _ in range(1500):
            if mine := set(self._shop.server.services.hub.everybody()) - before:
                return mine.pop()
            await asyncio.sleep(0.02)
        raise TimeoutError("no welcome")

    def close(self) -> None:
        self._socket.close()


def _masked(text: bytes) -> bytes:
    """A text frame of a client, masked with zeros."""
    size = len(text)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return b"\x81" + length + bytes(4) + text


@pytest.fixture
async def chat(shop: Shop) -> AsyncIterator[tuple[Client, Client, str, str, Deaf]]:
    """A visitor, the desk, the conversation, the visitor's token, and another tab of the visitor that never reads."""
    visitor, desk, conversation = await talk(shop)
    token = (await visitor.wait_for(op("welcome")))["token"]
    deaf = Deaf(shop, token)
    yield visitor, desk, conversation, token, deaf
    deaf.close()


async def test_a_reader_who_is_1_mib_behind_is_cut_off_and_resumes_while_the_others_get_everything(
    shop: Shop, chat: tuple[Client, Client, str, str, Deaf]
) -> None:
    visitor, desk, conversation, token, deaf = chat
    stalled = await deaf.open()
    most = 0
    sent: list[int] = []
    while stalled.transport is not None and len(sent) < 600:
        for n in range(10):
            frame = {"op": "send", "ref": f"{len(sent) + n}", "client_id": str(new_id()), "conversation": conversation}
            await desk.connection.send(json.dumps(frame | {"text": LONG}, ensure_ascii=False))
        for _ in range(10):
            ack = await desk.wait_for(lambda f: f.get("ref") == str(len(sent)) and f["op"] == "ack")
            sent.append(ack["seq"])
            if stalled.transport is not None:
                most = max(most, stalled.transport.underlying_transport.get_write_buffer_size())
        desk.frames.clear()
    assert stalled.transport is None, "never cut off"
    assert most < BEHIND_AT_MOST + 256 * 1024  # memory is flat: the bound and the frames of one turn
    last = (await say(desk, "最后一句", conversation))["seq"]
    await visitor.wait_for(lambda f: f["op"] == "fact" and f["data"].get("message", {}).get("seq") == last)
    live = [f["data"]["message"]["seq"] for f in visitor.frames if f["op"] == "fact" and "message" in f["data"]]
    assert set(sent) <= set(live)
    again, _ = await return_with(shop, token)
    assert [item["seq"] for item in await history(again, conversation)] == list(range(1, last + 1))
    pages = [len(json.dumps(f, ensure_ascii=False).encode()) for f in again.frames if f["op"] == "messages"]
    assert max(pages) < BEHIND_AT_MOST / 2  # or a slow reader would be cut off by his own history, for ever


async def test_a_reader_who_is_behind_for_too_long_is_cut_off_however_little_waits(
    shop: Shop, chat: tuple[Client, Client, str, str, Deaf], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "BEHIND_FOR", 0.5)
    *_, deaf = chat
    stalled = await deaf.open()
    while stalled.transport is not None and stalled._stalled is None:
        stalled.send(b'{"op":"heartbeat","heads":{},"at":"' + b"x" * 20_000 + b'"}')
        await asyncio.sleep(0)
    assert stalled.transport is not None
    assert stalled.transport.underlying_transport.get_write_buffer_size() < BEHIND_AT_MOST
    async with asyncio.timeout(3):
        while stalled.transport is not None:
            await asyncio.sleep(0.05)
