"""PostgreSQL's NOTIFY as the wire: one connection that listens for the whole process, and publishes for it."""

import asyncio
from collections.abc import Sequence

import asyncpg

from yingke.kit.bus.wires import Connect, Receive
from yingke.kit.database import MISSED_SOON

_NOTIFY = "SELECT pg_notify(c, p) FROM unnest($1::text[], $2::text[]) AS t (c, p)"


class PostgresWire:
    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._gone = asyncio.Event()
        connection.add_termination_listener(lambda _: self._gone.set())

    async def send(self, messages: Sequence[tuple[str, str]]) -> None:
        await self._connection.execute(_NOTIFY, *map(list, zip(*messages, strict=True)))

    async def lost(self) -> None:
        await self._gone.wait()

    async def close(self) -> None:
        self._connection.terminate()


def connecting(dsn: str) -> Connect:
    async def connect(channels: Sequence[str], receive: Receive) -> PostgresWire:
        def received(connection: object, process: int, channel: str, payload: str) -> None:
            receive(channel, payload)

        connection = await asyncpg.connect(dsn, server_settings={"application_name": "yingke bus", **MISSED_SOON})
        try:
            for channel in channels:
                await connection.add_listener(channel, received)
        except BaseException:
            connection.terminate()
            raise
        return PostgresWire(connection)

    return connect
