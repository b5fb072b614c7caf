"""The command line as an operator types it, on a machine with nothing on it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.realtime.conftest import free_port
from yingke import __version__

EMAIL, PASSWORD = "zhou@example.com", "松树下的迎客石阶 72"
PATIENCE = 120
"""Seconds that a command may take on a busy machine."""


@dataclass
class Machine:
    data: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
        command = [str(Path(sys.executable).with_name("yingke")), *arguments]
        own = {"YINGKE_DATA": str(self.data), "YINGKE_PORT": str(self.port), **environment}
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=os.environ | own, stdin=pipe, stdout=pipe, stderr=pipe, text=True)

    def run(self, *arguments: str, typed: str = "", **environment: str) -> tuple[int, str]:
        """The exit code, and everything said."""
        process = self.start(*arguments, **environment)
        said = process.communicate(typed, timeout=PATIENCE)
        return process.returncode, "".join(said)


@pytest.fixture
def machine() -> Iterator[Machine]:
    with tempfile.TemporaryDirectory(prefix="yingke-commands-") as folder:
        Path(folder).chmod(0o755)
        yield Machine(Path(folder) / "data", free_port())


def test_an_operator_goes_from_nothing_to_a_backup_that_is_restored(machine: Machine, tmp_path: Path) -> None:
    assert machine.run("version") == (0, f"yingke {__version__}\n")
    assert machine.run("upgrade") == (0, "The database is up to date.\n")
    founded = ("create-admin", "--email", EMAIL, "--workspace", "松间茶铺", "--password-stdin")
    code, said = machine.run(*founded, typed="short\n")
    assert code != 0 and "yingke: " in said and "Traceback" not in said
    assert machine.run(*founded, typed=f"{PASSWORD}\n")[0] == 0

    _serve_and_stop(machine)

    archive = str(tmp_path / "yingke.tar.gz")
    assert machine.run("backup", archive)[0] == 0
    assert machine.run("verify", archive)[0] == 0
    other = Machine(machine.data.with_name("other"), machine.port)
    assert other.run("restore", archive)[0] == 0
    assert other.run("verify")[0] == 0
    code, said = other.run("restore", archive)
    assert code != 0 and "Traceback" not in said  # there is something already
    _serve_and_stop(other)


def _serve_and_stop(machine: Machine) -> None:
    """Serve, sign in, and stop as a service is stopped; nothing secret is in the log."""
    serving = machine.start("serve", YINGKE_LOG_FORMAT="json")
    try:
        _wait_for(machine)
        with httpx.Client(base_url=machine.url, headers={"Origin": machine.url}) as client:
            assert client.get("/health").json() == {"status": "ok", "version": __version__}
            assert "yingke_outbox_waiting" in client.get("/metrics").text
            wrong = client.post("/api/v1/session", json={"email": EMAIL, "password": f"{PASSWORD}!"})
            assert wrong.status_code == 401
            assert client.post("/api/v1/session", json={"email": EMAIL, "password": PASSWORD}).status_code == 200
            secrets = [PASSWORD, *client.cookies.values()]
    finally:
        serving.send_signal(signal.SIGTERM)
        said, log = serving.communicate(timeout=PATIENCE)
    assert serving.returncode == 0 and f"{machine.url}/desk/" in said
    assert all(json.loads(line) for line in log.splitlines())
    assert not any(secret in log for secret in secrets)


def _wait_for(machine: Machine) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{machine.url}/ready").status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise TimeoutError(machine.url)


def test_a_setting_that_cannot_be_used_is_named(machine: Machine) -> None:
    code, said = machine.run("serve", YINGKE_PORT="eighty")
    assert code != 0 and "YINGKE_PORT" in said and "Traceback" not in said
