"""Two hosts on one database, behind HAProxy. No connection sticks to a host."""

import asyncio
import contextlib
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.journeys.conftest import Product

_CONFIGURATION = """
global
  maxconn 2000
defaults
  mode http
  timeout connect 2s
  timeout client 75s
  timeout server 75s
  timeout tunnel 75s
  option redispatch 1
  retries 3
  retry-on conn-failure empty-response
frontend browsers
  bind 127.0.0.1:{port}
  default_backend hosts
backend hosts
  balance roundrobin
  option forwardfor
  option httpchk GET /ready
  timeout check 3s
  default-server check inter 300ms fall 2 rise 1
{servers}
"""


@dataclass
class OneOfTwo(Product):
    """A host; browsers see the balancer's address."""

    database_url: str = ""
    public_url: str = ""

    def start(self) -> None:
        self.data.mkdir(exist_ok=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("YINGKE_")} | {
            "YINGKE_DATA": str(self.data),
            "YINGKE_PORT": str(self.port),
            "YINGKE_PUBLIC_URL": self.public_url,
            "YINGKE_DATABASE_URL": self.database_url,
            "YINGKE_TRUSTED_PROXIES": "127.0.0.1",
        }
        with (self.data / "server.log").open("ab") as log:
            command = [str(Path(sys.executable).with_name("yingke")), "serve"]
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{self.port}/ready").status_code == 200:
                    return
            time.sleep(0.1)
        raise RuntimeError((self.data / "server.log").read_text()[-4000:])

    async def restart(self) -> None:
        """As an upgrade would: asked to stop, and started again."""
        await asyncio.to_thread(self.stop)
        await asyncio.to_thread(self.start)

    def sockets(self, side: str) -> int:
        """Open sockets of this host alone."""
        text = httpx.get(f"http://127.0.0.1:{self.port}/metrics").text
        found = re.search(rf'yingke_sockets{{side="{side}"}} (\d+)', text)
        return int(found[1]) if found else 0


@dataclass
class Balanced(Product):
    """What the journeys see as the product: the balancer."""

    hosts: list[OneOfTwo] = field(default_factory=list)

    def start(self) -> None:
        found = shutil.which("haproxy", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        assert found, "this journey needs HAProxy: apt-get install haproxy"
        servers = "\n".join(f"  server host{n} 127.0.0.1:{host.port}" for n, host in enumerate(self.hosts, start=1))
        configuration = self.data / "haproxy.cfg"
        configuration.write_text(_CONFIGURATION.format(port=self.port, servers=servers))
        for host in self.hosts:
            host.public_url = self.url
            host.start()
        self.process = subprocess.Popen([found, "-q", "-db", "-f", str(configuration)])
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(self.url + "/ready").status_code == 200:
                    return
            time.sleep(0.1)
        raise RuntimeError("the balancer does not answer")

    def stop(self) -> None:
        super().stop()
        for host in self.hosts:
            host.stop()
