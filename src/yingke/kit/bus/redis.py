"""Redis or Valkey as the wire: one connection that is subscribed, one that publishes."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import PubSub

from yingke.kit.bus.wires import Connect, Receive


class RedisWire:
    def __init__(self, redis: Redis, subscribed: PubSub, prefix: str, receive: Receive) -> None:
        self._redis = redis
        self._subscribed = subscribed
        self._prefix = prefix
        self._listening = asyncio.create_task(self._listen(receive))

    async def send(self, messages: Sequence[tuple[str, str]]) -> None:
        together = self._redis.pipeline(transaction=False)
        for channel, payload in messages:
            together.publish(self._prefix + channel, payload)
        await together.execute()

    async def lost(self) -> None:
        await asyncio.wait({self._listening})

    async def close(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        for each in (self._subscribed, self._redis):
            with contextlib.suppress(Exception):  # it is gone either way
                await asyncio.wait_for(each.aclose(), 1)

    async def _listen(self, receive: Receive) -> None:
        async for message in self._subscribed.listen():
            if message["type"] == "message":
                receive(message["channel"].removeprefix(self._prefix), message["data"])


def connecting(url: str, prefix: str) -> Connect:
    async def connect(channels: Sequence[str], receive: Receive) -> RedisWire:
        options: dict[str, Any] = {"decode_responses": True, "socket_connect_timeout": 5, "retry": None}
        redis = Redis.from_url(url, **options)
        subscribed = redis.pubsub()
        try:
            await subscribed.subscribe(*(prefix + channel for channel in channels))
            for _ in channels:  # confirmed, so that nothing said from now on is missed
                await subscribed.parse_response(block=True)
        except BaseException:
            await redis.aclose()
            raise
        return RedisWire(redis, subscribed, prefix, receive)

    return connect
