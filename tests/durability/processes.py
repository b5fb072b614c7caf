"""Programs that the harness starts, signals and waits for."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Forge:
    """Our side of `forking`: makes servers out of a process that has everything imported."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.durability.forking", stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip

    async def stop(self) -> None:
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            await self._process.wait()

    async def make(self, arguments: list[str], environment: dict[str, str], log: Path, fault: str | None) -> "Program":
        order = {"arguments": arguments, "environment": environment, "log": str(log), "fault": fault}
        return Program((await self._ask(order))["pid"], self)

    async def reap(self, pid: int) -> int:
        return int((await self._ask({"reap": pid}))["status"])

    async def _ask(self, line: dict[str, Any]) -> dict[str, Any]:
        assert self._process is not None and self._process.stdin is not None and self._process.stdout is not None
        async with self._turn:
            self._process.stdin.write(json.dumps(line).encode() + b"\n")
            return dict(json.loads(await self._process.stdout.readline()))


@dataclass
class Program:
    """One process, until it has ended."""

    pid: int
    forge: Forge
    returncode: int | None = None
    _ending: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def runs(self) -> bool:
        return self.returncode is None and not _is_zombie(self.pid)

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def wait(self) -> int:
        async with self._ending:
            if self.returncode is None:
                await _ended(self.pid)
                self.returncode = await self.forge.reap(self.pid)
            return self.returncode


async def _ended(pid: int) -> None:
    handle = os.pidfd_open(pid)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(handle, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def children(pid: int) -> list[int]:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
