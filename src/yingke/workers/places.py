"""A place among the processes: its sockets stay, who serves them is replaced."""

import asyncio
import contextlib
import socket
import sys
import time
from dataclasses import dataclass

import structlog

log = structlog.get_logger()

READY_WITHIN = 60.0
"""Seconds until a process that does not answer is given up."""
GONE_WITHIN = 30.0
"""Seconds a process has to finish what is under way before it is killed."""
SHORT_LIFE = 5.0
"""Seconds; a process that ends sooner is not started again at once."""
METRICS = "PROMETHEUS_MULTIPROC_DIR"
COMMAND = "import sys; from yingke.cli import main; sys.exit(main())"


@dataclass(eq=False)
class Process:
    process: asyncio.subprocess.Process
    line: socket.socket
    """It says one byte here when it serves; when the parent is gone, it reads the end of it and stops."""
    since: float

    async def ready(self) -> bool:
        """False when it ended instead, or took too long."""
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(READY_WITHIN):
                return bool(await asyncio.get_running_loop().sock_recv(self.line, 1))
        return False

    async def stop(self) -> None:
        """Ask it to finish; kill it when it does not."""
        with contextlib.suppress(ProcessLookupError):
            self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), GONE_WITHIN)
        except TimeoutError:
            log.warning("a process did not finish in time and is killed", process=self.process.pid)
            self.process.kill()
            await self.process.wait()
        self.line.close()


class Place:
    """A set of listening sockets and the process that serves them now."""

    def __init__(self, listening: list[socket.socket], environment: dict[str, str]) -> None:
        self._listening = listening
        self._environment = environment
        self._replacing = asyncio.Lock()
        self._current: Process | None = None

    async def start(self) -> bool:
        """Start a process and wait until it serves; the one before it goes on meanwhile and is stopped then."""
        async with self._replacing:
            before, started = self._current, await self._spawn()
            ready = False
            try:
                ready = await started.ready()
            finally:
                if not ready:
                    await started.stop()
            if not ready:
                return False
            self._current = started
            if before is not None:
                await before.stop()
            return True

    async def keep(self) -> None:
        """Until cancelled: start a process again when it ended by itself."""
        while True:
            serving = self._current
            if serving is None:
                await asyncio.sleep(SHORT_LIFE)
            else:
                code = await serving.process.wait()
                async with self._replacing:
                    replaced = serving is not self._current
                if replaced:
                    continue
                log.warning("a process ended and is started again", process=serving.process.pid, code=code)
                self._forget_metrics(serving.process.pid)
                self._current = None
                if time.monotonic() - serving.since < SHORT_LIFE:
                    await asyncio.sleep(SHORT_LIFE)
            if self._current is None and not await self.start():
                log.error("a process could not be started; trying again")

    async def stop(self) -> None:
        async with self._replacing:
            if self._current is not None:
                await self._current.stop()

    async def _spawn(self) -> Process:
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        handed_over = [theirs.fileno(), *(each.fileno() for each in self._listening)]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            COMMAND,
            "serve",
            "--handed-over",
            ",".join(map(str, handed_over)),
            env=self._environment,
            pass_fds=handed_over,
            start_new_session=True,  # Ctrl-C is for the parent, who asks them one by one
        )
        theirs.close()
        return Process(process, ours, time.monotonic())

    def _forget_metrics(self, process: int) -> None:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(process, self._environment[METRICS])  # type: ignore[no-untyped-call]
