"""Real PostgreSQL for every test: one server for the run, one database for each worker, workspaces apart for each test."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import hypothesis
import pytest

from yingke.asgi import make_app
from yingke.channels.webchat.report_door import ReportDoor
from yingke.identity.actors import Actor, Role
from yingke.identity.authentication import COOKIE, SESSION_LENGTH
from yingke.identity.models import Login, LoginSession, Membership, Workspace
from yingke.identity.tokens import new_token, token_hash
from yingke.kit.bus import open_bus
from yingke.kit.clock import FixedClock
from yingke.kit.database import make_engine
from yingke.kit.embedded import ROLE, EmbeddedPostgres
from yingke.kit.files import Folder
from yingke.kit.ids import new_id
from yingke.kit.mail import Mailer
from yingke.kit.outbound import OutboundClient
from yingke.kit.outbox import Outbox
from yingke.kit.work import Ground
from yingke.logs import configure_logs
from yingke.migrations import upgrade
from yingke.realtime.faces import Faces
from yingke.realtime.hub import Hub
from yingke.settings import Settings
from yingke.wiring import LISTENERS, Services

configure_logs("console")
# A busy machine is no fault of what is tested.
hypothesis.settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("any machine")


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="yingke-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="session")
async def database(postgres_folder: Path) -> AsyncIterator[str]:
    """A migrated database of this test run."""
    if given := os.environ.get("YINGKE_TEST_DATABASE_URL"):
        yield given
        return
    postgres = EmbeddedPostgres(postgres_folder / "pg")
    url = await postgres.start()
    await upgrade(url)
    yield url
    postgres.stop()


@pytest.fixture
async def dsn(database: str) -> str:
    """The database, in which nothing is due: what other tests told nobody would be told in this one."""
    opened = await asyncpg.connect(database)
    await opened.execute("SET yingke.workspace = '*'; DELETE FROM outbox")
    await opened.close()
    return database


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 11, 20, 2, 0, tzinfo=UTC))


@pytest.fixture
async def ground(dsn: str, clock: FixedClock) -> AsyncIterator[Ground]:
    engine = make_engine(dsn, connections=6)
    yield Ground(engine, Outbox(LISTENERS), clock)
    await engine.dispose()


@dataclass(frozen=True)
class Company:
    """A workspace with an owner, as most tests need one."""

    workspace_id: UUID
    owner: Actor


@pytest.fixture
async def company(ground: Ground) -> Company:
    return await found_company(ground)


async def found_company(ground: Ground, name: str = "松果商店") -> Company:
    workspace_id, agent_id = new_id(), new_id()
    async with ground.work_everywhere() as work:
        login = Login(email=f"{agent_id}@example.com", password_hash="-", created_at=work.now)
        work.add(Workspace(id=workspace_id, name=name, created_at=work.now))
        work.add(login)
        await work.rows.flush()
        work.add(Membership(workspace_id=workspace_id, id=agent_id, login_id=login.id, role="owner"))
    return Company(workspace_id, Actor(workspace_id, agent_id, Role.owner, sees_all=True))


@pytest.fixture
async def services(ground: Ground, dsn: str, tmp_path: Path) -> Services:
    """What `serve` puts together, over this test's ground; mails go to `tmp_path/outbox`."""
    bus = open_bus(dsn)
    settings = Settings(data=tmp_path, public_url="http://desk.test", mail_from="desk@desk.test")
    return Services(
        settings=settings,
        ground=ground,
        bus=bus,
        hub=Hub(ground, bus, Faces()),
        files=Folder(tmp_path / "files"),
        mailer=Mailer(None, tmp_path / "outbox", settings.mail_from),
        outbound=OutboundClient(),
    )


@pytest.fixture
async def http(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole HTTP application, in process. Sign in with `signed_in`."""
    transport = httpx.ASGITransport(app=ReportDoor(make_app(services), services), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk.test") as client:
        yield client


async def sign_in(ground: Ground, http: httpx.AsyncClient, actor: Actor) -> None:
    """Give `http` the cookie of a browser session of `actor`."""
    http.cookies.set(COOKIE, await sign_in_token(ground, actor), domain="desk.test")


async def sign_in_token(ground: Ground, actor: Actor) -> str:
    """The token of a new browser session of `actor`."""
    token = new_token()
    async with ground.work_everywhere() as work:
        membership = await work.rows.get(Membership, (actor.workspace_id, actor.agent_id))
        assert membership is not None
        work.add(
            LoginSession(
                token_hash=token_hash(token),
                login_id=membership.login_id,
                workspace_id=actor.workspace_id,
                agent_id=actor.agent_id,
                created_at=work.now,
                last_seen_at=work.now,
                expires_at=work.now + SESSION_LENGTH,
            )
        )
    return token


@pytest.fixture
async def connection(dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the application's role, outside any work."""
    opened = await asyncpg.connect(dsn)
    yield opened
    await opened.close()


__all__ = ["ROLE", "Company", "found_company", "sign_in"]
