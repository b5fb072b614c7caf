"""What hangs outside holds up no message, and a database that is far away costs its two round trips and nothing more."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx

from tests.conftest import found_company, sign_in_token
from tests.durability.history import History
from tests.durability.processes import Forge
from tests.durability.serving import Serving, free_port
from tests.durability.test_kills import folder
from tests.durability.traffic import Person
from tests.people import hire, open_site
from yingke.kit.ids import new_id

__all__ = ["folder"]

AT_LEAST = 0.03
"""Seconds: below it a median says more of the machine's other work than of ours."""
ROUND_TRIPS = 2
"""What a message costs of the database, see docs/performance.md."""


@dataclass
class Chat:
    serving: Serving
    visitor: Person
    conversation: str
    desk: Person
    left: str
    """A conversation of somebody who left a message and is answered by mail."""

    async def answer_by_mail(self, count: int) -> None:
        for _ in range(count):
            sent = {"client_id": str(new_id()), "conversation": self.left, "text": "周末也发货"}
            assert (await self.desk.ask("send", **sent))["op"] == "ack"

    async def times(self, count: int) -> list[float]:
        """Seconds from a message to its acknowledgement, one after the other."""
        return [await self._say() for _ in range(count)]

    async def _say(self) -> float:
        began = time.perf_counter()
        sent = {"client_id": str(new_id()), "conversation": self.conversation, "text": "在吗？"}
        answer = await self.visitor.ask("send", **sent)
        assert answer["op"] == "ack", answer
        await asyncio.sleep(0.2)  # the rate of one visitor
        return time.perf_counter() - began - 0.2


class Silent:
    """A server that takes every connection and never says a word."""

    def __init__(self) -> None:
        self.port = free_port()
        self.waiting = 0

    async def __aenter__(self) -> "Silent":
        self._server = await asyncio.start_server(self._keep, "127.0.0.1", self.port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _keep(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.waiting += 1
        await reader.read()
        self.waiting -= 1
        writer.close()


@contextlib.asynccontextmanager
async def chatting(folder: Path, *, own_database: bool, mail_port: int) -> AsyncIterator[Chat]:
    """A visitor in conversation, and another who left a message."""
    forge = Forge()
    await forge.start()
    environment = {"YINGKE_SMTP_URL": f"smtp+plain://127.0.0.1:{mail_port}"}
    serving = Serving(folder / "data", forge, own_database=own_database, more_environment=environment)
    history = History(folder / "history.jsonl")
    staying: list[asyncio.Task[None]] = []

    def come(who: str, side: str, hello: dict[str, object], headers: dict[str, str] | None = None) -> Person:
        person = Person(who, f"{serving.socket_url}/{side}", {"v": 1, "op": "hello", **hello}, history, headers or {})
        staying.append(asyncio.create_task(person.stay()))
        return person

    async with httpx.AsyncClient(timeout=10) as http:
        try:
            await serving.open()
            ground = serving.ground()
            company = await found_company(ground)
            site = await open_site(ground, company.workspace_id)
            agent = await hire(ground, company.workspace_id)
            cookie = {"Cookie": f"yingke_session={await sign_in_token(ground, agent)}"}
            await ground.engine.dispose()
            desk = come("desk", "agent", {}, cookie)
            visitor = come("visitor", "visitor", {"site": site.key, "token": None})
            opened = await visitor.ask("send", client_id=str(new_id()), conversation=None, text="你好")
            left = await come("left", "visitor", {"site": site.key, "token": None}).ask(
                "leave_message",
                client_id=str(new_id()),
                text="周末发货吗？",
                channel="email",
                reply_to="left@home.test",
            )
            accepting = f"{serving.public_url}/api/v1/conversations/{left['conversation']}/accept"
            accepted = await http.post(accepting, headers=cookie | {"Origin": serving.public_url})
            accepted.raise_for_status()
            yield Chat(serving, visitor, opened["conversation"], desk, left["conversation"])
        finally:
            for task in staying:
                task.cancel()
            await asyncio.gather(*staying, return_exceptions=True)
            await serving.close()
            await forge.stop()
            history.close()


async def test_a_mail_server_that_says_nothing_makes_no_message_wait(folder: Path) -> None:
    async with Silent() as silent, chatting(folder, own_database=True, mail_port=silent.port) as chat:
        before = median(await chat.times(30))
        await chat.answer_by_mail(12)
        async with asyncio.timeout(30):
            while silent.waiting < 4:  # as many as are sent at once
                await asyncio.sleep(0.1)
        meanwhile = median(await chat.times(30))
        assert silent.waiting >= 4, "they did not hang all the time"
        assert meanwhile <= 2 * max(before, AT_LEAST), f"{before:.3f} s before, {meanwhile:.3f} s meanwhile"
        database = await chat.serving.database.connect()
        async with asyncio.timeout(10):  # the listeners go on
            while await database.fetchval("SELECT count(*) FROM outbox WHERE fact_id IS NOT NULL"):
                await asyncio.sleep(0.1)
        await database.close()


async def test_a_database_half_a_second_away_costs_its_round_trips_and_refuses_nothing(folder: Path) -> None:
    async with chatting(folder, own_database=False, mail_port=free_port()) as chat:
        before = median(await chat.times(20))
        chat.serving.before_database.delay = 0.5
        far = median(await chat.times(10))
        chat.serving.before_database.delay = 0.0
        # A third round trip would be half a second more.
        assert far <= 2 * max(before, AT_LEAST) + 1.2 * ROUND_TRIPS * 0.5, f"{before:.3f} s before, {far:.3f} s then"
        await asyncio.sleep(10)
        after = median(await chat.times(20))
        assert after <= 2 * max(before, AT_LEAST), f"{before:.3f} s before, {after:.3f} s afterwards"
