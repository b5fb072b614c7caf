"""A request that loses a deadlock to somebody else's is run again, and nobody notices."""

import asyncio

import asyncpg
import httpx
import pytest
from sqlalchemy import select
from starlette.types import Receive, Scope, Send

from tests.conftest import Company, sign_in
from tests.people import arrive, found_team, open_site
from yingke.conversations.models import Conversation
from yingke.conversations.opening import open_conversation
from yingke.kit.ids import new_id
from yingke.kit.repeating import LONGEST_KEPT, TIMES, Repeating
from yingke.kit.work import Ground

_CHANGE = "UPDATE conversations SET language = language WHERE id = $1"


async def test_a_team_is_deleted_although_its_conversations_are_written_in_meanwhile(
    ground: Ground, company: Company, http: httpx.AsyncClient, dsn: str
) -> None:
    site = await open_site(ground, company.workspace_id)
    team = await found_team(ground, company.workspace_id)
    async with ground.work_in(company.workspace_id) as work:
        first, second = [
            (await open_conversation(work, await arrive(work, site), client_id=new_id(), team_id=team)).id
            for _ in range(2)
        ]
    await sign_in(ground, http, company.owner)
    writer = await asyncpg.connect(dsn)
    await writer.execute("SET yingke.workspace = '*'")
    try:
        async with writer.transaction():
            await writer.execute(_CHANGE, second)
            deleting = asyncio.create_task(http.delete(f"/api/v1/teams/{team}", headers={"Origin": "http://desk.test"}))
            await _waits_for(ground, writer.get_server_pid())
            await writer.execute(_CHANGE, first)  # each now waits for the other, and who deletes is ended
    finally:
        await writer.close()
    assert (await deleting).status_code == 204
    async with ground.work_in(company.workspace_id) as work:
        assert (await work.all(select(Conversation.team_id))) == [None, None]


async def _waits_for(ground: Ground, pid: int) -> None:
    async with asyncio.timeout(10), ground.work_everywhere() as work:
        connection = await work.raw()
        while not await connection.fetchval(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND $1 = ANY(pg_blocking_pids(pid))", pid
        ):
            await asyncio.sleep(0.02)


class Losing:
    """An application that reads the whole request and loses every time but the last."""

    def __init__(self) -> None:
        self.read: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.read.append(body)
        if len(self.read) < TIMES:
            raise asyncpg.DeadlockDetectedError("deadlock detected")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})


async def test_each_time_reads_the_same_body_and_one_too_long_to_be_kept_is_read_once() -> None:
    app = Losing()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Repeating(app)), base_url="http://desk.test") as http:
        assert (await http.post("/", content=b"a" * 1000)).content == b"a" * 1000
        assert app.read == [b"a" * 1000] * TIMES
        app.read = []
        with pytest.raises(asyncpg.DeadlockDetectedError):
            await http.post("/", content=b"b" * (LONGEST_KEPT + 1))
        assert len(app.read) == 1
