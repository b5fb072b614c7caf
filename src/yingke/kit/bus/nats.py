"""NATS as the wire: core subjects, nothing kept."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

from yingke.kit.bus.wires import Connect, Receive


class NatsWire:
    def __init__(self, client: Client, gone: asyncio.Event, prefix: str) -> None:
        self._client = client
        self._gone = gone
        self._prefix = prefix

    async def send(self, messages: Sequence[tuple[str, str]]) -> None:
        for channel, payload in messages:
            await self._client.publish(self._prefix + channel, payload.encode())
        await self._client.flush(5)

    async def lost(self) -> None:
        await self._gone.wait()

    async def close(self) -> None:
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self._client.close(), 1)


def connecting(url: str, prefix: str) -> Connect:
    async def connect(channels: Sequence[str], receive: Receive) -> NatsWire:
        gone = asyncio.Event()

        async def closed() -> None:
            gone.set()

        async def received(message: Msg) -> None:
            receive(message.subject.removeprefix(prefix), message.data.decode())

        async def failed(error: Exception) -> None:
            """Reported by the bus when the connection is gone; the driver would write a traceback."""

        options: dict[str, Any] = {"allow_reconnect": False, "connect_timeout": 5, "name": "yingke bus"}
        client = await nats.connect(url, closed_cb=closed, disconnected_cb=closed, error_cb=failed, **options)
        try:
            for channel in channels:
                await client.subscribe(prefix + channel, cb=received)
            await client.flush(5)  # confirmed, so that nothing said from now on is missed
        except BaseException:
            await client.close()
            raise
        return NatsWire(client, gone, prefix)

    return connect
