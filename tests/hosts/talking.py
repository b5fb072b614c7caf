"""Somebody who says one thing after the other over a socket, and whose socket comes back after every cut."""

import asyncio
import contextlib
import json
from typing import Any

import websockets

from yingke.kit.ids import new_id

LOST = (OSError, TimeoutError, EOFError, websockets.WebSocketException)


class Talker:
    """`said` is what was acknowledged: client id → the ack. `shown` is what he is shown of it: seq → text."""

    def __init__(self, url: str, hello: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self.url = url
        self.hello = {"op": "hello", "v": 1, **hello}
        self.headers = headers or {}
        self.conversation: str | None = None
        self.said: dict[str, dict[str, Any]] = {}
        self.texts: dict[str, str] = {}
        self.shown: dict[int, str | None] = {}
        self.frames: list[dict[str, Any]] = []
        self.visits = 0
        self.refused: dict[str, Any] | None = None
        self._socket: Any = None
        self._here = asyncio.Event()
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._staying: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Talker":
        self._staying = asyncio.create_task(self._stay())
        try:
            await asyncio.wait_for(self._here.wait(), 20)
        except TimeoutError as error:
            raise AssertionError(f"not welcome: {self.refused}") from error
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._staying is not None
        self._staying.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._staying

    async def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        """The ack or error that answers it. Raises one of LOST when the socket is cut meanwhile."""
        await asyncio.wait_for(self._here.wait(), 30)
        ref = new_id().hex[-12:]
        answer = self._answers[ref] = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send(json.dumps({"op": op, "ref": ref, **fields}, default=str))
            return await asyncio.wait_for(answer, 5)
        finally:
            self._answers.pop(ref, None)

    async def tell(self, op: str, **fields: Any) -> None:
        """Say what needs no answer."""
        await self._socket.send(json.dumps({"op": op, **fields}, default=str))

    async def say(self, text: str) -> dict[str, Any]:
        """The ack; the same message is sent again until it comes."""
        client_id = str(new_id())
        self.texts[client_id] = text
        async with asyncio.timeout(60):
            while True:
                with contextlib.suppress(*LOST):
                    sent = {"client_id": client_id, "conversation": self.conversation, "text": text}
                    answer = await self.ask("send", **sent)
                    if answer["op"] == "ack":
                        break
                    # `accept_first`: the conversation is not assigned yet.
                    assert answer["code"] in ("unavailable", "too_many_requests", "accept_first"), answer
                await asyncio.sleep(0.1)
        self.said[client_id] = answer
        if self.conversation is None:
            await self.open(answer["conversation"])
        return answer

    async def open(self, conversation: str) -> None:
        self.conversation = conversation
        with contextlib.suppress(*LOST):
            await self.ask("subscribe", conversation=conversation, after_seq=0)

    async def sees(self, seq: int, within: float) -> None:
        """Returns when everything up to `seq` is shown."""
        async with asyncio.timeout(within):
            while not set(range(1, seq + 1)) <= set(self.shown):
                await asyncio.sleep(0.02)

    async def signalled(self, name: str, within: float = 5, **wanted: Any) -> dict[str, Any]:
        """The data of the newest signal of this name, once it has what is `wanted`."""
        async with asyncio.timeout(within):
            while True:
                for frame in reversed(self.frames):
                    if frame.get("op") == "signal" and frame["name"] == name:
                        if all(frame["data"].get(key) == value for key, value in wanted.items()):
                            return dict(frame["data"])
                        break
                await asyncio.sleep(0.02)

    async def _stay(self) -> None:
        while True:
            with contextlib.suppress(*LOST):
                await self._visit()
            self._here.clear()
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(OSError("cut"))
            await asyncio.sleep(0.1)

    async def _visit(self) -> None:
        async with websockets.connect(
            self.url, additional_headers=self.headers, max_queue=None, open_timeout=5, close_timeout=1
        ) as socket:
            self._socket = socket
            await socket.send(json.dumps(self.hello))
            welcome = json.loads(await asyncio.wait_for(socket.recv(), 5))
            if welcome["op"] != "welcome":
                self.refused = welcome
                raise OSError(welcome)
            self.frames.append(welcome)
            if welcome.get("token"):
                self.hello["token"] = welcome["token"]
            self.visits += 1
            self._here.set()
            if self.conversation is not None:
                await self._resume()
            async for text in socket:
                await self._take(json.loads(text))

    async def _take(self, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        if frame["op"] in ("ack", "error") and (answer := self._answers.get(frame.get("ref") or "")):
            if not answer.done():
                answer.set_result(frame)
        elif frame["op"] == "messages" and frame["conversation"] == self.conversation:
            for item in frame["items"]:
                self._show(item)
        elif frame["op"] == "fact" and frame["name"] == "message.posted":
            if frame["data"]["conversation"]["id"] == self.conversation:
                self._show(frame["data"]["message"])
        elif self.conversation is not None and self._is_behind(frame):
            await self._resume()

    def _is_behind(self, frame: dict[str, Any]) -> bool:
        return frame["op"] == "resync" or frame.get("heads", {}).get(self.conversation, 0) > len(self.shown)

    async def _resume(self) -> None:
        await self.tell("subscribe", ref="resume", conversation=self.conversation, after_seq=0)

    def _show(self, item: dict[str, Any]) -> None:
        shown = item.get("text")
        assert self.shown.setdefault(item["seq"], shown) == shown, "a place changed its message"
