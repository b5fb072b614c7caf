"""The processes of one PostgreSQL folder, and what can befall them."""

import contextlib
import os
import resource
import signal
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from tests.durability.processes import children

FULL = 4 * 1024 * 1024
"""Bytes that a file may have while the disk is full; PostgreSQL meets it like the end of the disk. Its memory is of files
of 1 MiB, which are not on the disk."""


def limit_files(pids: list[int], most: int | None) -> None:
    """Let no file of these processes grow over `most` bytes, or as far as they like again."""
    for pid in pids:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            _limit(pid, most)


def _limit(pid: int, most: int | None) -> None:
    """Only a process of the same user may, so we become one: PostgreSQL is not run by root."""
    status = Path(f"/proc/{pid}/status").read_text()
    (user, group) = (int(line.split()[1]) for line in status.splitlines() if line.startswith(("Uid:", "Gid:")))
    if child := os.fork():
        _, ended = os.waitpid(child, 0)
        assert ended == 0 or not Path(f"/proc/{pid}").exists(), f"process {pid} cannot be limited"
        return
    code = 1
    try:
        if os.getuid() != user:
            os.setgid(group)
            os.setuid(user)
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard if most is None else most, hard))
        code = 0
    finally:
        os._exit(code)


@dataclass(frozen=True)
class Database:
    folder: Path

    @property
    def socket(self) -> Path:
        return Path((self.folder / "postmaster.pid").read_text().splitlines()[4]) / ".s.PGSQL.5432"

    @property
    def dsn(self) -> str:
        return f"postgresql://yingke@/yingke?host={self.socket.parent}"

    @property
    def postmaster(self) -> int | None:
        """None while it is away."""
        with contextlib.suppress(FileNotFoundError, ValueError, IndexError):
            pid = int((self.folder / "postmaster.pid").read_text().split()[0])
            if "postgres" in Path(f"/proc/{pid}/comm").read_text():
                return pid
        return None

    def processes(self) -> list[int]:
        postmaster = self.postmaster
        return [postmaster, *children(postmaster)] if postmaster else []

    def kill(self) -> None:
        """SIGKILL of the postmaster; its children notice and go."""
        self._signal(signal.SIGKILL)

    def stop_at_once(self) -> None:
        """Immediate shutdown: no checkpoint, recovery at the next start."""
        self._signal(signal.SIGQUIT)

    def pause(self) -> list[int]:
        """Stop every process where it stands. What `resume` takes."""
        stopped = self.processes()
        for pid in stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        return stopped

    def resume(self, stopped: list[int]) -> None:
        for pid in stopped:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def limit_files(self, most: int | None) -> None:
        limit_files(self.processes(), most)

    async def connect(self) -> asyncpg.Connection:
        """As the application, in every workspace."""
        connection = await asyncpg.connect(self.dsn, timeout=10)
        await connection.execute("SELECT set_config('yingke.workspace', '*', false)")
        return connection

    def _signal(self, number: signal.Signals) -> None:
        if (postmaster := self.postmaster) is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(postmaster, number)
