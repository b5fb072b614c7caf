"""People at real sockets: they write without pause, come back after every cut, and note all they are told."""

import asyncio
import contextlib
import hashlib
import itertools
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import websockets

from tests.durability.history import History
from tests.durability.proxies import TEXT
from yingke.kit.ids import new_id

LOST = (OSError, TimeoutError, EOFError, websockets.WebSocketException, json.JSONDecodeError)
ANSWERED_WITHIN = 4.0
_FIRST_DELAY = 0.1
"""Seconds before a lost socket is opened again, doubled each time: a tenth of what the protocol asks for, as everything
here happens in a tenth of the time."""
_PASSING = ("unavailable", "too_many_requests", "accept_first")
"""Refusals after which the same message is sent again."""


@dataclass
class Screen:
    """What one person is shown of a conversation: by seq the id of the message, or None where he may not see it."""

    items: dict[int, str | None] = field(default_factory=dict)
    head: int = 0
    """Below it, and at it, nothing is missing."""
    asking: bool = False

    def put(self, seq: int, id: str | None) -> bool:
        """Whether it is news. A place that changes its message is told twice, and found by the checker."""
        if seq in self.items and self.items[seq] == id:
            return False
        self.items[seq] = id
        while self.head + 1 in self.items:
            self.head += 1
        return True


class Person:
    """One browser. Its socket is opened again whenever it is lost."""

    def __init__(self, who: str, url: str, hello: dict[str, Any], history: History, headers: dict[str, str]) -> None:
        self.who = who
        self.hello = hello
        self.screens: dict[str, Screen] = {}
        self.history = history
        self._url = url
        self._headers = headers
        self._socket: Any = None
        self._here = asyncio.Event()
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._asking: set[asyncio.Task[None]] = set()
        self._delay = _FIRST_DELAY

    async def stay(self) -> None:
        """Until cancelled."""
        try:
            while True:
                with contextlib.suppress(*LOST):
                    await self._visit()
                await asyncio.sleep(random.uniform(0.5, 1) * self._delay)
                self._delay = min(0.8, 2 * self._delay)
        finally:
            if self._socket is not None:
                await self._socket.close()

    async def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        """Its ack or error. Raises one of LOST when none comes."""
        return await self.answer_to(await self.post(op, **fields))

    async def post(self, op: str, **fields: Any) -> str:
        """Send an operation without waiting for its answer; the `ref` of it."""
        await asyncio.wait_for(self._here.wait(), 30)
        if self._socket is None:
            raise OSError("cut")
        ref = new_id().hex[-12:]
        self._answers[ref] = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send(json.dumps({"op": op, "ref": ref, **fields}))
        except BaseException:
            del self._answers[ref]
            raise
        return ref

    async def answer_to(self, ref: str) -> dict[str, Any]:
        socket = self._socket
        try:
            return await asyncio.wait_for(self._answers[ref], ANSWERED_WITHIN)
        except TimeoutError:
            if socket is not None:  # no answer: the way there is taken for dead
                socket.transport.abort()
            raise
        finally:
            self._answers.pop(ref, None)

    async def here(self) -> None:
        """Returns when the socket is open and welcomed."""
        await self._here.wait()

    def read(self, conversation: str) -> None:
        """Be shown everything of it, from the beginning."""
        if conversation not in self.screens:
            self.screens[conversation] = Screen()
            self.history.note("reads", who=self.who, conversation=conversation)
            self._resume(conversation)

    async def _visit(self) -> None:
        async with websockets.connect(
            self._url, additional_headers=self._headers, max_queue=None, open_timeout=3, close_timeout=0.2,
            ping_interval=1.5, ping_timeout=2,
        ) as socket:  # fmt: skip
            await socket.send(json.dumps(self.hello))
            welcome = json.loads(await asyncio.wait_for(socket.recv(), 5))
            if welcome["op"] != "welcome":
                self.history.note("turned_away", who=self.who, code=welcome.get("code"))
                await asyncio.sleep(min(2, welcome.get("retry_after") or 0))
                return
            self._delay = _FIRST_DELAY
            if "token" in welcome:
                self.hello["token"] = welcome["token"]
            self._socket = socket
            self._here.set()
            self.history.note("connected", who=self.who)
            for conversation, screen in self.screens.items():
                screen.asking = False
                self._resume(conversation)
            try:
                while True:
                    self._hear(json.loads(await socket.recv()))
            finally:
                self._gone()

    def _gone(self) -> None:
        self._socket = None
        self._here.clear()
        self.history.note("lost", who=self.who)
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(OSError("cut"))
                answer.exception()  # whoever waited for it may have gone

    def _hear(self, frame: dict[str, Any]) -> None:
        match frame["op"]:
            case "ack" | "error":
                answer = self._answers.get(frame.get("ref") or "")
                if answer is not None and not answer.done():
                    answer.set_result(frame)
            case "messages":
                self._show(frame["conversation"], frame["items"])
            case "fact" if frame["name"] == "message.posted":
                self._show(frame["data"]["conversation"]["id"], [frame["data"]["message"]])
            case "heartbeat":
                for conversation, head in frame["heads"].items():
                    if conversation in self.screens and head > self.screens[conversation].head:
                        self._resume(conversation)
            case "bye":
                self.history.note("bye", who=self.who, code=frame["code"], retry_after=frame.get("retry_after"))
            case "resync":
                for conversation in self.screens:
                    self._resume(conversation)

    def _show(self, conversation: str, items: Sequence[dict[str, Any]]) -> None:
        if (screen := self.screens.get(conversation)) is None:
            return
        for item in items:
            id, text = (None, None) if item.get("hidden") else (item["id"], item["text"])
            if screen.put(item["seq"], id):
                self.history.note(
                    "received", who=self.who, conversation=conversation, seq=item["seq"], id=id, text=text
                )
        if any(item["seq"] > screen.head for item in items):  # a gap is never shown
            self._resume(conversation)

    def _resume(self, conversation: str) -> None:
        screen = self.screens[conversation]
        if screen.asking or self._socket is None:
            return
        screen.asking = True
        task = asyncio.create_task(self._catch_up(conversation, screen))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _catch_up(self, conversation: str, screen: Screen) -> None:
        try:
            while True:
                answer = await self.ask("subscribe", conversation=conversation, after_seq=screen.head)
                wanted = answer.get("last_seq", float("inf"))
                for _ in range(6):  # the messages come behind the acknowledgement
                    if screen.head >= wanted:
                        return
                    await asyncio.sleep(0.05)
        except LOST:
            return
        finally:
            screen.asking = False


@dataclass
class Writer:
    """One side of one conversation. What is not acknowledged is sent again, alone and in order."""

    person: Person
    pace: float
    """Seconds between two turns."""
    conversation: str | None = None
    at_once: int = 1
    """Messages of one turn that are sent without waiting for each other's acknowledgement."""
    started: asyncio.Event = field(default_factory=asyncio.Event)
    files: "Files | None" = None
    team_id: str | None = None
    _acked: dict[str, dict[str, Any]] = field(default_factory=dict)
    _said: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def who(self) -> str:
        return f"{self.person.who}>{self.conversation or ''}"

    async def write(self, enough: asyncio.Event) -> None:
        """Until `enough`, and until the last message is acknowledged."""
        for turn in itertools.count():
            at_once = self.at_once if self.conversation else 1
            said = [await self._say(f"{turn}.{n}", turn) for n in range(at_once)]
            posted = [(client_id, await self._post(client_id, 1)) for client_id in said]
            for client_id, ref in posted:
                await self._hear(client_id, ref)
            for client_id in said:
                for attempt in itertools.count(2):
                    if client_id in self._acked:
                        break
                    await asyncio.sleep(0.05)
                    await self._hear(client_id, await self._post(client_id, attempt))
            if enough.is_set():
                return
            await asyncio.sleep(random.uniform(0.5, 1.5) * self.pace)

    async def repeat(self, most: int) -> None:
        """Send the last messages once more; the answers are noted."""
        for client_id in list(self._acked)[-most:]:
            del self._acked[client_id]
            while client_id not in self._acked:
                await self._hear(client_id, await self._post(client_id, 2))

    async def _say(self, name: str, turn: int) -> str:
        client_id = str(new_id())
        fields: dict[str, Any] = {"text": f"{name} 你好 {client_id[-6:]} {TEXT}\u2028\U0001f600"}
        if self.files is not None and turn % 20 == 3:
            fields["attachment_ids"] = [await self.files.upload(self.person)]
        self._said[client_id] = fields
        return client_id

    async def _post(self, client_id: str, attempt: int) -> str | None:
        """The `ref` of what was sent, if it was."""
        fields = self._said[client_id]
        self.person.history.note(
            "sent", who=self.who, client_id=client_id, conversation=self.conversation, text=fields["text"],
            files=fields.get("attachment_ids", []), attempt=attempt,
        )  # fmt: skip
        opening = {"team_id": self.team_id} if self.conversation is None else {}
        with contextlib.suppress(*LOST):
            return await self.person.post(
                "send", client_id=client_id, conversation=self.conversation, **opening, **fields
            )
        return None

    async def _hear(self, client_id: str, ref: str | None) -> None:
        note, who = self.person.history.note, self.who
        if ref is None:
            return
        try:
            answer = await self.person.answer_to(ref)
        except LOST:
            return
        if answer["op"] == "error":
            assert answer["code"] in _PASSING, answer
            note("refused", who=who, client_id=client_id, code=answer["code"])
            await asyncio.sleep(min(1.0, answer.get("retry_after") or 0.1))
            return
        self._acked[client_id] = answer
        if self.conversation is None:
            self.conversation = answer["conversation"]
            self.person.read(answer["conversation"])
        note("acked", who=who, client_id=client_id, conversation=answer["conversation"], seq=answer["seq"],
             message_id=answer["message_id"], created_at=answer["created_at"],
             repeated=answer.get("repeated", False))  # fmt: skip
        if len(self._said) > 200:  # the history has them; repeating needs the last ones only
            for old in list(self._acked)[:100]:
                del self._acked[old], self._said[old]
        self.started.set()


@dataclass
class Files:
    """Uploads of visitors to a site, over HTTP."""

    url: str
    site: str
    history: History
    http: httpx.AsyncClient
    refused: list[int] = field(default_factory=list)
    """Status codes of uploads that did not succeed."""

    async def upload(self, person: Person) -> str:
        """The id of a new file, once the server confirmed it."""
        content = random.randbytes(random.randint(100, 40_000)).hex().encode()
        while True:
            with contextlib.suppress(httpx.HTTPError, KeyError):
                answer = await self.http.post(
                    f"{self.url}/w/{self.site}/files",
                    headers={"Authorization": f"Bearer {person.hello['token']}"},
                    files={"file": ("提单.txt", content, "text/plain")},
                )
                if answer.status_code == 201:
                    digest = hashlib.sha256(content).hexdigest()
                    self.history.note("uploaded", who=person.who, file_id=answer.json()["id"], sha256=digest)
                    return str(answer.json()["id"])
                self.refused.append(answer.status_code)
            await asyncio.sleep(0.2)

    async def content(self, person: Person, file_id: str) -> bytes:
        answer = await self.http.get(
            f"{self.url}/w/{self.site}/files/{file_id}", headers={"Authorization": f"Bearer {person.hello['token']}"}
        )
        return answer.content if answer.status_code == 200 else b""
