"""One serving process: everything that runs, started and stopped in order."""

import asyncio
import contextlib
import gc
import resource
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from http import HTTPStatus

import asyncpg
import structlog
import uvicorn
from fastapi import FastAPI
from picows import WSListener, WSUpgradeRequest
from sqlalchemy.exc import SQLAlchemyError

from yingke.asgi import make_app
from yingke.channels.webchat.report_door import ReportDoor
from yingke.kit.bus import open_bus
from yingke.kit.chinese import load as load_chinese
from yingke.kit.client_address import client_address
from yingke.kit.clock import SystemClock
from yingke.kit.database import make_engine, require_durable
from yingke.kit.embedded import EmbeddedPostgres
from yingke.kit.errors import Kind, Refusal
from yingke.kit.files import open_files
from yingke.kit.http import build_routes
from yingke.kit.job_runner import JobRunner
from yingke.kit.mail import Mailer
from yingke.kit.outbound import OutboundClient
from yingke.kit.outbox import Outbox
from yingke.kit.relay import Relay
from yingke.kit.timers import Timer, Timers
from yingke.kit.work import Ground
from yingke.migrations import upgrade
from yingke.realtime.agent_socket import AgentConnection
from yingke.realtime.catching_up import CatchingUp
from yingke.realtime.desk import Desk, SocketRates
from yingke.realtime.faces import Faces
from yingke.realtime.gatherer import Gatherer
from yingke.realtime.heartbeats import Heartbeats
from yingke.realtime.hub import Hub
from yingke.realtime.openings import Openings
from yingke.realtime.positions import Positions
from yingke.realtime.presence import Presence
from yingke.realtime.protocol import origin_of, protocol_class
from yingke.realtime.roll_call import RollCall
from yingke.realtime.viewers import Viewers
from yingke.realtime.visitor_socket import VisitorConnection
from yingke.settings import Settings
from yingke.wiring import JOBS, LISTENERS, Services, timers

log = structlog.get_logger()

GRACE = 10
"""Seconds for what is under way when the server stops."""
KEEP_ALIVE = 25
"""Seconds an idle connection stays open: a page gives a sign of life every twenty, and opening another costs more."""


class NotStarted(Refusal):
    kind, code = Kind.unavailable, "not_started"


@contextlib.asynccontextmanager
async def database(settings: Settings, *, upgraded: bool = True) -> AsyncIterator[str]:
    """The libpq URL of a running, durable database: the operator's, or the embedded one. Of this release if `upgraded`."""
    settings.data.mkdir(parents=True, exist_ok=True)
    embedded = EmbeddedPostgres(settings.data / "postgres") if settings.database_url is None else None
    dsn = await embedded.start() if embedded else settings.database_url
    assert dsn is not None
    watch = asyncio.create_task(embedded.keep_running()) if embedded else None
    try:
        await _check(dsn)
        if upgraded:
            await upgrade(dsn)
        yield dsn
    finally:
        if watch:
            watch.cancel()
        if embedded:
            await asyncio.to_thread(embedded.stop)


async def _check(dsn: str) -> None:
    try:
        connection = await asyncpg.connect(dsn, timeout=10)
    except (OSError, asyncpg.PostgresError, TimeoutError, ValueError) as error:
        raise NotStarted(
            f"PostgreSQL does not answer ({error}). Check YINGKE_DATABASE_URL and that it runs."
        ) from error
    try:
        await require_durable(connection)
    finally:
        await connection.close()


@contextlib.asynccontextmanager
async def services(settings: Settings, dsn: str) -> AsyncIterator[Services]:
    """What routes, jobs and commands need, on an open database."""
    engine = make_engine(dsn, connections=settings.connections)
    ground = Ground(engine, Outbox(LISTENERS), SystemClock())
    bus = open_bus(settings.bus_url or dsn)
    try:
        yield Services(
            settings=settings,
            ground=ground,
            bus=bus,
            hub=Hub(ground, bus, Faces()),
            files=open_files(settings.files_url, settings.data / "files"),
            mailer=Mailer(settings.smtp, settings.data / "outbox", settings.mail_from),
            outbound=OutboundClient(
                also=[*settings.reachable, *([f"{settings.host}:{settings.port}"] if settings.demo else ())]
            ),
        )
    finally:
        await engine.dispose()


class Running:
    """The background of a serving process."""

    def __init__(self, dsn: str, all_services: Services) -> None:
        ground, hub = all_services.ground, all_services.hub
        self.services = all_services
        self.gatherer = Gatherer(ground)
        process = ground.outbox.process.hex
        self.presence = Presence(ground, hub, all_services.bus)
        self.viewers = Viewers(hub, all_services.bus, process)
        self.relay = Relay(ground)
        self.jobs = JobRunner(ground, JOBS, all_services)
        self.positions = Positions(ground, hub)
        self.openings = Openings(ground, hub)
        self.desk = Desk(
            ground=ground,
            hub=hub,
            gatherer=self.gatherer,
            presence=self.presence,
            viewers=self.viewers,
            rates=SocketRates(),
            tracking=all_services.tracking,
            words=all_services.words,
            banks=all_services.banks,
            origins=frozenset({all_services.settings.public_url.lower()}),
        )
        roll_call = Timer(
            "presence.roll_call", 1, RollCall(ground, hub, all_services.bus, self.presence.whereabouts).run
        )
        self._timers = Timers(dsn, [*timers(all_services, self.relay), roll_call], process)
        self._heartbeats = Heartbeats(ground, hub)
        self._catching_up = CatchingUp(ground, hub, all_services.bus)
        hub.listeners += [self.presence.notice, self.positions.notice, self.openings.notice]

    async def run(self) -> None:
        """Until cancelled. Each part survives a failing database by itself; one that fails otherwise starts again."""
        parts: dict[str, Callable[[], Awaitable[None]]] = {
            "bus": self.services.bus.run,
            "facts of others": self.services.hub.read_foreign,
            "what the bus did not bring": self._catching_up.run,
            "gatherer": self.gatherer.run,
            "presence": self.presence.run,
            "viewers": self.viewers.run,
            "relay": self.relay.run,
            "jobs": self.jobs.run,
            "positions": self.positions.run,
            "openings": self.openings.run,
            "timers": self._timers.run,
            "heartbeats": self._heartbeats.run,
            "tracking": self.services.tracking.run,
            "segments": self.services.sighting.run,
            "outreach": self.services.outreach.run,
        }
        async with asyncio.TaskGroup() as group:
            for name, run in parts.items():
                group.create_task(_forever(name, run), name=name)

    async def settle(self) -> None:
        """Finish what is under way before the process stops."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.gatherer.drained(), GRACE)
            await asyncio.wait_for(self.services.tracking.recorder.settle(), GRACE)
        await self.jobs.finish(GRACE)
        with contextlib.suppress(OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError):
            await asyncio.wait_for(self.presence.leave(), 5)


async def _forever(name: str, run: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            await run()
        except Exception:
            log.exception("a part of the server failed and starts again", part=name)
            await asyncio.sleep(1)


def listener_factory(desk: Desk, settings: Settings) -> Callable[[WSUpgradeRequest, str], WSListener | HTTPStatus]:
    """Routes a handshake: `/ws/v1/agent` for our own pages and API keys, `/ws/v1/visitor` for visitors."""

    def make(request: WSUpgradeRequest, peer: str) -> WSListener | HTTPStatus:
        path = request.path.decode("latin-1").partition("?")[0]
        if path == "/ws/v1/agent":
            origin = origin_of(request)
            if origin is not None and origin not in desk.origins:
                return HTTPStatus.FORBIDDEN
            return AgentConnection(desk, request)
        if path == "/ws/v1/visitor":
            forwarded = request.headers.get("x-forwarded-for", "")
            return VisitorConnection(desk, request, client_address(peer, forwarded, settings.trusted_proxies))
        return HTTPStatus.NOT_FOUND

    return make


async def serve(
    settings: Settings,
    started: Callable[[], None] = lambda: None,
    listening: list[socket.socket] | None = None,
) -> None:
    """Serve until asked to stop (SIGINT, SIGTERM), on sockets of one's own or on those `listening`.

    Raises NotStarted, DatabaseUnfit.
    """
    _allow_many_sockets()
    # Who hands over listening sockets has upgraded the database before.
    async with database(settings, upgraded=listening is None) as dsn, services(settings, dsn) as all_services:
        await serve_on(settings, dsn, all_services, started, listening=listening)


def _allow_many_sockets() -> None:
    """Every socket is an open file, and many systems begin with 1,024: take what the operator allows at most."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):  # a system that calls its limit endless and still has one
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def serve_on(
    settings: Settings,
    dsn: str,
    all_services: Services,
    started: Callable[[], None],
    more: Callable[[FastAPI], None] = lambda app: None,
    listening: list[socket.socket] | None = None,
) -> None:
    """Serve on an open database. `more` adds to the application before it starts."""
    app = make_app(all_services)
    more(app)
    running = Running(dsn, all_services)
    config = uvicorn.Config(
        ReportDoor(app, all_services),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        ws=protocol_class(listener_factory(running.desk, settings)),
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=KEEP_ALIVE,
        backlog=4096,
    )
    server = _Server(config, started, all_services.outreach.held.close)
    background = asyncio.create_task(running.run())
    preparing = asyncio.create_task(_prepare(app, server))
    try:
        await server.serve(listening)
        if not server.started:
            raise NotStarted(f"Port {settings.port} on {settings.host} is taken. Set YINGKE_PORT to another one.")
    finally:
        await running.settle()
        preparing.cancel()
        background.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await background


async def _prepare(app: FastAPI, server: uvicorn.Server) -> None:
    """What the first requests would wait for, after the start and a little at a time. What is there then stays, and no
    collection looks at it."""
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.05)
    await build_routes(app)
    load_chinese()
    gc.freeze()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None], on_stopping: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started
        self._on_stopping = on_stopping

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """uvicorn waits for answers that are under way: those that only wait for news end here."""
        self._on_stopping()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn raises what it caught once more after it has stopped, and nothing that follows would run: what is
        under way would not be finished, and the embedded database not be stopped."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        except SystemExit:  # uvicorn's way to say that the port is taken
            self.should_exit = True
            return
        if self.started:
            self._on_started()
