"""First start: one person sets up, once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import asyncpg
import httpx
import pytest

from tests.identity.people import PASSWORD
from yingke.asgi import make_app
from yingke.kit.clock import FixedClock
from yingke.kit.database import make_engine
from yingke.kit.outbox import Outbox
from yingke.kit.work import Ground
from yingke.migrations import upgrade
from yingke.wiring import Services


@pytest.fixture(scope="module")
async def blank(database: str) -> AsyncIterator[str]:
    """A migrated database without a row, to be copied."""
    admin = await asyncpg.connect(database.replace("yingke@/yingke", "postgres@/postgres"))
    await admin.execute("CREATE DATABASE yingke_blank OWNER yingke TEMPLATE template0")
    await upgrade(database.replace("@/yingke", "@/yingke_blank"))
    yield "yingke_blank"
    await admin.execute("DROP DATABASE yingke_blank WITH (FORCE)")
    await admin.close()


@pytest.fixture
async def fresh(dsn: str, blank: str, clock: FixedClock, services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an installation on which nobody has done anything yet."""
    admin = await asyncpg.connect(dsn.replace("yingke@/yingke", "postgres@/postgres"))
    await admin.execute(f"CREATE DATABASE yingke_fresh OWNER yingke TEMPLATE {blank}")
    engine = make_engine(dsn.replace("@/yingke", "@/yingke_fresh"), connections=6)
    apart = replace(services, ground=Ground(engine, Outbox({}), clock))
    transport = httpx.ASGITransport(app=make_app(apart), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.test") as client:
        yield client
    await engine.dispose()
    await admin.execute("DROP DATABASE yingke_fresh WITH (FORCE)")
    await admin.close()


SETUP = {
    "workspace_name": "松果商店",
    "time_zone": "Asia/Shanghai",
    "locale": "zh-CN",
    "name": "王芳",
    "email": "wang@example.com",
    "password": PASSWORD,
}


async def test_the_first_person_sets_up_and_is_signed_in_as_owner_with_a_team(fresh: httpx.AsyncClient) -> None:
    assert (await fresh.get("/api/v1/setup")).json() == {"needed": True}
    answer = await fresh.post("/api/v1/setup", json=SETUP)
    assert answer.status_code == 201, answer.text
    session = answer.json()
    assert session["agent"]["role"] == "owner"
    assert session["agent"]["availability"] == "online"
    assert session["workspace"]["name"] == "松果商店"
    assert (await fresh.get("/api/v1/session")).json() == session
    [team] = (await fresh.get("/api/v1/teams")).json()["items"]
    assert (team["name"], team["agent_ids"]) == ("售前咨询", [session["agent"]["id"]])
    assert (await fresh.get("/api/v1/setup")).json() == {"needed": False}


async def test_nobody_sets_up_a_second_time(fresh: httpx.AsyncClient) -> None:
    await fresh.post("/api/v1/setup", json=SETUP)
    again = await fresh.post("/api/v1/setup", json=SETUP | {"email": "mallory@example.com"})
    assert (again.status_code, again.json()["code"]) == (409, "already_set_up")
    credentials = {"email": "mallory@example.com", "password": PASSWORD}
    assert (await fresh.post("/api/v1/session", json=credentials)).status_code == 401


async def test_of_several_who_set_up_at_once_one_wins(fresh: httpx.AsyncClient) -> None:
    bodies = [SETUP | {"email": f"racer{n}@example.com"} for n in range(5)]
    answers = await asyncio.gather(*(fresh.post("/api/v1/setup", json=body) for body in bodies))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409, 409]


async def test_what_cannot_be_accepted_names_the_field_and_leaves_nothing_behind(fresh: httpx.AsyncClient) -> None:
    for field, value in (
        ("email", "wang"),
        ("password", "1234567890"),
        ("time_zone", "Mars/Olympus"),
        ("locale", "tlh"),
        ("workspace_name", "  "),
        ("name", ""),
    ):
        answer = await fresh.post("/api/v1/setup", json=SETUP | {field: value})
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert (await fresh.get("/api/v1/setup")).json() == {"needed": True}
