"""The generator of overload: visitors who send far more than can be stored, and agents who answer meanwhile.

Reads one JSON line of configuration like `load`; then each line `{"visitors", "agents", "seconds"}` (messages a second)
is one run. With `"heeding": true` visitors send as the widget does: one message at a time, and when told to come again later,
not before; what they write meanwhile waits with them. `{"cut": true}` ends all sockets at once and answers the seconds
until all are back.
"""

import asyncio
import contextlib
import gc
import heapq
import json
import random
import sys
import time
from typing import Any

import uvloop
from picows import WSError

from benchmarks.figures import percentile
from benchmarks.load import _REF, Conversations, Peer, connect, open_product, spread

SETTLE = 5.0
_RETRY = b'"retry_after":'
FIRST_DELAY = 1.0
"""Seconds: what docs/protocol.md tells clients to wait at first, doubled each time, at random over its upper half."""


class Side:
    """What visitors, or agents, sent and were answered in one run."""

    def __init__(self) -> None:
        self.sent = 0
        self.waiting: dict[int, float] = {}
        self.acked: list[float] = []
        self.refused: list[float] = []
        self.without_retry = 0
        self.written: int | None = None
        """What was meant to be sent, where that is more than was sent."""
        self.by_second: dict[int, int] = {}

    def told(self, seconds: float) -> dict[str, Any]:
        prompt = sum(wait <= 0.05 for wait in self.refused)
        return {
            "sent": self.sent,
            "written": self.sent if self.written is None else self.written,
            "acked": len(self.acked),
            "acked_per_second": round(sum(self.by_second.get(n, 0) for n in range(int(seconds))) / int(seconds), 1),
            "refused": len(self.refused),
            "refused_within_50_ms": round(prompt / len(self.refused), 4) if self.refused else None,
            "without_retry_after": self.without_retry,
            "unanswered": len(self.waiting),
            "ack": spread(self.acked),
            "refusal": spread(self.refused),
            "by_second": [self.by_second.get(n, 0) for n in range(int(seconds))],
        }


class Flood(Conversations):
    """Refs begin with the side: `v12`, `a12`."""

    def __init__(self) -> None:
        super().__init__()
        self.sides = {"v": Side(), "a": Side()}
        self.began = 0.0
        self.number = 0
        self.visitors: dict[Peer, int] = {}
        """Those who heed what they are told; empty in a run of others."""
        self.through: list[int] = []
        self.due: list[tuple[float, int]] = []
        self.every = 0.0

    def heard(self, peer: Peer, payload: bytes, now: float) -> None:
        at = payload.find(_REF, 0, 60)
        if at < 0:
            return
        start = at + len(_REF)
        ref = payload[start : payload.index(b'"', start)].decode()
        side = self.sides.get(ref[:1])
        sent_at = side.waiting.pop(int(ref[1:]), None) if side else None
        if side is None or sent_at is None:
            return
        if payload.startswith(b'{"op":"error"'):
            side.refused.append(now - sent_at)
            at = payload.find(_RETRY)
            side.without_retry += at < 0
            self.answered(peer, now, float(payload[at + len(_RETRY) : payload.index(b"}", at)]) if at >= 0 else 1.0)
        else:
            side.acked.append(now - sent_at)
            second = int(now - self.began)
            side.by_second[second] = side.by_second.get(second, 0) + 1
            self.answered(peer, now, None)

    def answered(self, peer: Peer, now: float, retry_after: float | None) -> None:
        """Say when `peer`, a visitor who heeds what he is told, sends next."""
        if (number := self.visitors.get(peer)) is None:
            return
        if retry_after is None:
            self.through[number] += 1
            at = max(now, self.began + (self.through[number] + self.phase(number)) * self.every)
        else:
            at = now + retry_after
        heapq.heappush(self.due, (at, number))

    def phase(self, number: int) -> float:
        return number / len(self.pairs)

    def say(self, name: str, pair: int) -> None:
        self.number += 1
        number, side = self.number, self.sides[name]
        visitor, agent = self.pairs[pair]
        frame = (
            f'{{"op":"send","ref":"{name}{number}","client_id":"00000000-0000-4000-8000-{number:012x}",'
            f'"conversation":"{visitor.conversation}","text":"请问这款山核桃什么时候发货？订单号 {number}"}}'
        ).encode()
        side.sent += 1
        side.waiting[number] = time.perf_counter()
        (visitor if name == "v" else agent).send(frame)

    async def flood(self, visitors: float, agents: float, seconds: float, heeding: bool = False) -> dict[str, Any]:
        self.sides = {"v": Side(), "a": Side()}
        self.measuring, self.began = True, time.perf_counter()
        if heeding:
            self.heed(visitors)
        while (elapsed := time.perf_counter() - self.began) < seconds:
            self.say_at("a", agents * elapsed)
            if heeding:
                self.say_due()
            else:
                self.say_at("v", visitors * elapsed)
            await asyncio.sleep(0.002)
        while any(side.waiting for side in self.sides.values()) and time.perf_counter() - self.began < seconds + SETTLE:
            await asyncio.sleep(0.02)
        self.measuring, self.visitors = False, {}
        if heeding:
            self.sides["v"].written = round(visitors * seconds)
        return {"visitors": self.sides["v"].told(seconds), "agents": self.sides["a"].told(seconds), "cut": self.cut}

    def say_at(self, name: str, due: float) -> None:
        """Send what is due by now, whatever became of what was sent before."""
        side = self.sides[name]
        for _ in range(min(int(due) - side.sent, 500)):
            self.say(name, side.sent % len(self.pairs))

    def heed(self, rate: float) -> None:
        """Each visitor writes a message every so many seconds, all of them together `rate` a second."""
        self.every = len(self.pairs) / rate
        self.visitors = {visitor: number for number, (visitor, _) in enumerate(self.pairs)}
        self.through = [0] * len(self.pairs)
        self.due = [(self.began + self.phase(number) * self.every, number) for number in range(len(self.pairs))]

    def say_due(self) -> None:
        now = time.perf_counter()
        while self.due and self.due[0][0] <= now:
            self.say("v", heapq.heappop(self.due)[1])


async def come_back(run: Flood, given: dict[str, Any]) -> dict[str, Any]:
    """All visitors lose their sockets at once and return as the protocol tells them to."""
    tokens = [visitor.token for visitor, _ in run.pairs]
    for visitor, _ in run.pairs:
        if visitor.transport is not None:
            visitor.transport.disconnect(False)
    began = time.perf_counter()
    took: list[float] = []
    refused: list[int] = []

    async def back(number: int) -> None:
        delay = FIRST_DELAY
        pause = delay * random.uniform(0.5, 1)
        while True:
            await asyncio.sleep(pause)
            delay = min(30, delay * 2)
            pause = delay * random.uniform(0.5, 1)
            with contextlib.suppress(OSError, TimeoutError, AssertionError, WSError):
                visitor = await asyncio.wait_for(connect(run, given["url"] + "/ws/v1/visitor", number), 10)
                hello = {"op": "hello", "v": 1, "site": given["site"], "token": tokens[number]}
                answer = visitor.waiting["bye"] = visitor.waiting["welcome"] = (
                    asyncio.get_running_loop().create_future()
                )
                visitor.send(json.dumps(hello).encode())
                told = await asyncio.wait_for(answer, 10)
                if told["op"] == "welcome":
                    took.append(time.perf_counter() - began)
                    return
                refused.append(number)
                delay, pause = FIRST_DELAY, told["retry_after"]

    await asyncio.wait({asyncio.create_task(back(n)) for n in range(len(tokens))}, timeout=120)
    return {
        "sockets": len(tokens),
        "back": len(took),
        "p50": percentile(took, 0.5),
        "last": max(took),
        "refused": len(refused),
    }


async def main() -> None:
    gc.disable()
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    given = json.loads(await reader.readline())
    run = Flood()
    await open_product(run, given)
    print(json.dumps({"ready": len(run.pairs)}), flush=True)
    while line := await reader.readline():
        asked = json.loads(line)
        answer = await (come_back(run, given) if asked.get("cut") else run.flood(**asked))
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
