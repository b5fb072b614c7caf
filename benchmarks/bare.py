"""The bare limit of a message: the same socket class and the same database, and nothing of the product.

A frame is appended to one table, gathered with those that arrived meanwhile into one transaction through asyncpg, and
after the commit written to both sockets of its conversation.
"""

import asyncio
import contextlib
import sys
from collections import defaultdict
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import asyncpg
import uvicorn
import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest

from yingke.kit.embedded import EmbeddedPostgres
from yingke.realtime.protocol import protocol_class

_TABLE = """
CREATE TABLE IF NOT EXISTS bare_messages (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                                          conversation uuid NOT NULL, text text NOT NULL)
"""
_INSERT = "INSERT INTO bare_messages (conversation, text) SELECT * FROM unnest($1::uuid[], $2::text[])"


class Appender:
    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._waiting: list[tuple[UUID, bytes]] = []
        self._wake = asyncio.Event()
        self.sockets: defaultdict[UUID, list[WSTransport]] = defaultdict(list)

    def append(self, conversation: UUID, frame: bytes) -> None:
        self._waiting.append((conversation, frame))
        self._wake.set()

    async def run(self) -> None:
        connection = await asyncpg.connect(self._dsn)
        await connection.execute(_TABLE)
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch, self._waiting = self._waiting, []
            await connection.execute(_INSERT, [each for each, _ in batch], [frame.decode() for _, frame in batch])
            for conversation, frame in batch:
                for transport in self.sockets[conversation]:
                    transport.send(WSMsgType.TEXT, frame)


class BareSocket(WSListener):
    """The first frame names the conversation."""

    def __init__(self, appender: Appender) -> None:
        self._appender = appender
        self._conversation: UUID | None = None

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type != WSMsgType.TEXT:
            return
        payload = frame.get_payload_as_bytes()
        if self._conversation is None:
            self._conversation = UUID(payload.decode())
            self._appender.sockets[self._conversation].append(transport)
        else:
            self._appender.append(self._conversation, payload)


async def main(folder: str, port: int) -> None:
    postgres = EmbeddedPostgres(Path(folder))
    appender = Appender(await postgres.start())

    def listener(request: WSUpgradeRequest, peer: str) -> WSListener | HTTPStatus:
        return BareSocket(appender)

    config = uvicorn.Config(no_http, port=port, ws=protocol_class(listener), lifespan="off", log_config=None)
    working = asyncio.create_task(appender.run())
    try:
        await uvicorn.Server(config).serve()
    finally:
        working.cancel()
        postgres.stop()


async def no_http(scope: object, receive: object, send: object) -> None:
    """Sockets do not come this way."""


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(main(sys.argv[1], int(sys.argv[2])))
