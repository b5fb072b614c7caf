"""Visitors and agents who write without pause over real sockets, and remember what was acknowledged to them."""

import asyncio
import contextlib
import itertools
import json
from dataclasses import dataclass, field
from typing import Any

import websockets

from yingke.kit.ids import new_id

LOST = (OSError, TimeoutError, EOFError, websockets.WebSocketException, json.JSONDecodeError)


@dataclass
class Reader:
    """What one side of a conversation has on its screen: kept over cuts, filled up by `after_seq`."""

    items: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def head(self) -> int:
        """The highest seq below which nothing is missing."""
        return next(n for n in itertools.count() if n + 1 not in self.items)

    def take(self, frame: dict[str, Any], conversation: str | None) -> None:
        if frame.get("op") == "messages" and frame["conversation"] == conversation:
            items = frame["items"]
        elif frame.get("op") == "fact" and frame["name"] == "message.posted":
            items = [frame["data"]["message"]] if frame["data"]["conversation"]["id"] == conversation else []
        else:
            return
        for item in items:
            assert self.items.setdefault(item["seq"], item) == item, "a place changed its message"


@dataclass
class Writer:
    """One side of a conversation. Sends one message after the other, each until it is acknowledged."""

    url: str
    hello: dict[str, Any]
    pace: float
    """Seconds between two messages."""
    headers: dict[str, str] = field(default_factory=dict)
    conversation: str | None = None
    reader: Reader = field(default_factory=Reader)
    acked: dict[str, dict[str, Any]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    reconnects: int = -1
    refused: list[str] = field(default_factory=list)
    byes: list[dict[str, Any]] = field(default_factory=list)
    started: asyncio.Event = field(default_factory=asyncio.Event)
    _socket: Any = None
    _answers: dict[str, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)

    async def write(self, enough: asyncio.Event) -> None:
        """Until `enough`, and until the last message is acknowledged."""
        for n in itertools.count():
            client_id = str(new_id())
            self.texts[client_id] = f"{n} {client_id[-6:]}"
            self.acked[client_id] = await self.send_until_acked(client_id)
            self.conversation = self.conversation or self.acked[client_id]["conversation"]
            self.started.set()
            if enough.is_set():
                return
            await asyncio.sleep(self.pace)

    async def send_until_acked(self, client_id: str) -> dict[str, Any]:
        while True:
            with contextlib.suppress(*LOST):
                answer = await self.ask(
                    {
                        "op": "send",
                        "client_id": client_id,
                        "conversation": self.conversation,
                        "text": self.texts[client_id],
                    }
                )
                if answer["op"] == "ack":
                    return answer
                self.refused.append(answer["code"])
                assert answer["code"] in ("unavailable", "too_many_requests", "accept_first"), answer
            await asyncio.sleep(0.05)

    async def ask(self, frame: dict[str, Any]) -> dict[str, Any]:
        if self._socket is None:
            await self._connect()
        ref = new_id().hex[-12:]
        self._answers[ref] = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send(json.dumps(frame | {"ref": ref}))
            return await asyncio.wait_for(self._answers[ref], 5)
        finally:
            self._answers.pop(ref, None)

    async def catch_up(self) -> int:
        """Resume as the protocol says; the head as the server says it."""
        while True:
            with contextlib.suppress(*LOST):
                answer = await self.ask(
                    {"op": "subscribe", "conversation": self.conversation, "after_seq": self.reader.head}
                )
                if answer["op"] == "ack" and self.reader.head >= answer["last_seq"]:
                    return int(answer["last_seq"])
            await asyncio.sleep(0.05)

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def _connect(self) -> None:
        socket = await websockets.connect(
            self.url, additional_headers=self.headers, max_queue=None, open_timeout=5, close_timeout=1
        )
        await socket.send(json.dumps(self.hello))
        welcome = json.loads(await asyncio.wait_for(socket.recv(), 5))
        if welcome["op"] != "welcome":
            await socket.close()
            raise OSError(welcome)
        if "token" in welcome:
            self.hello["token"] = welcome["token"]
        self._socket = socket
        self.reconnects += 1
        self._task = asyncio.create_task(self._read(socket))
        if self.conversation:
            await self.ask({"op": "subscribe", "conversation": self.conversation, "after_seq": self.reader.head})

    async def _read(self, socket: Any) -> None:
        early: list[dict[str, Any]] = []
        with contextlib.suppress(*LOST):
            while True:
                frame = json.loads(await socket.recv())
                if self.conversation is None:
                    early.append(frame)
                else:
                    for each in (*early, frame):
                        self.reader.take(each, self.conversation)
                    early.clear()
                if frame["op"] == "bye":
                    self.byes.append(frame)
                answer = self._answers.get(frame.get("ref") or "")
                if answer is not None and not answer.done():
                    answer.set_result(frame)
        self._socket = None
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(OSError("cut"))
