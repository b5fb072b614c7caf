"""A real serving process on a real port, and clients that speak the documented protocol."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import websockets

from tests.conftest import Company, found_company, sign_in_token
from tests.people import hire, open_site
from yingke.identity import Actor
from yingke.inboxes import Site
from yingke.kit.ids import new_id
from yingke.settings import Settings
from yingke.wiring import Services
from yingke.worker import serve_on, services


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    url: str
    services: Services


@pytest.fixture
async def server(dsn: str, tmp_path: Path) -> AsyncIterator[Server]:
    port = free_port()
    settings = Settings(data=tmp_path, port=port, public_url=f"http://127.0.0.1:{port}")
    async with services(settings, dsn) as all_services:
        ready = asyncio.Event()
        task = asyncio.create_task(serve_on(settings, dsn, all_services, ready.set))
        await asyncio.wait_for(ready.wait(), 60)
        yield Server(settings.public_url, all_services)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class Client:
    """One socket; remembers every frame it got."""

    def __init__(self, connection: websockets.ClientConnection) -> None:
        self.connection = connection
        self.frames: list[dict[str, Any]] = []
        self._seen = 0

    async def send(self, **frame: Any) -> None:
        await self.connection.send(json.dumps(frame, default=str))

    async def wait_for(self, wanted: Callable[[dict[str, Any]], bool], timeout: float = 30) -> dict[str, Any]:
        """The first frame, also among those that came already, that is `wanted`."""
        for frame in self.frames:
            if wanted(frame):
                return frame
        try:
            async with asyncio.timeout(timeout):
                while True:
                    frame = json.loads(await self.connection.recv())
                    self.frames.append(frame)
                    if wanted(frame):
                        return frame
        except TimeoutError:
            last = "\n".join(json.dumps(frame, ensure_ascii=False)[:300] for frame in self.frames[-12:])
            raise TimeoutError(f"it did not come in {timeout} s; what came last:\n{last}") from None

    async def ask(self, op: str, **fields: Any) -> dict[str, Any]:
        """The ack or error that answers this operation."""
        ref = new_id().hex[-12:]
        await self.send(op=op, ref=ref, **fields)
        return await self.wait_for(lambda f: f.get("ref") == ref)

    async def fact(self, name: str, wanted: Callable[[dict[str, Any]], bool] = lambda data: True) -> dict[str, Any]:
        frame = await self.wait_for(lambda f: f.get("op") == "fact" and f["name"] == name and wanted(f["data"]))
        return dict(frame["data"])


@dataclass
class Shop:
    """A company with a site and one agent at the desk."""

    company: Company
    site: Site
    agent: Actor
    server: Server
    stack: contextlib.AsyncExitStack

    @property
    def workspace_id(self) -> UUID:
        return self.company.workspace_id

    async def visitor(self, **hello: Any) -> tuple[Client, dict[str, Any]]:
        """A visitor's socket and its welcome."""
        client = await self._connect("visitor", self.server.url)
        await client.send(**{"op": "hello", "v": 1, "site": self.site.key, "token": None, "language": "zh-CN"} | hello)
        return client, await client.wait_for(lambda f: f["op"] in ("welcome", "error"))

    async def desk(self, actor: Actor | None = None, **hello: Any) -> Client:
        token = await sign_in_token(self.server.services.ground, actor or self.agent)
        client = await self._connect("agent", self.server.url, cookie=f"yingke_session={token}")
        await client.send(op="hello", v=1, **hello)
        await client.wait_for(lambda f: f["op"] == "welcome")
        return client

    async def _connect(self, side: str, origin: str, cookie: str = "") -> Client:
        url = self.server.url.replace("http", "ws") + f"/ws/v1/{side}"
        headers = {"Cookie": cookie} if cookie else {}
        opened = await self.stack.enter_async_context(
            websockets.connect(url, origin=origin, additional_headers=headers, max_queue=None)  # type: ignore[arg-type]
        )
        return Client(opened)


@pytest.fixture
async def shop(server: Server) -> AsyncIterator[Shop]:
    ground = server.services.ground
    company = await found_company(ground)
    site = await open_site(ground, company.workspace_id)
    agent = await hire(ground, company.workspace_id)
    async with contextlib.AsyncExitStack() as stack:
        yield Shop(company, site, agent, server, stack)
