"""The load generator: a process of its own that holds both sides of many conversations and measures between them.

Reads one JSON line of configuration, connects, answers `{"ready": …}`; then each line `{"rate", "seconds"}` is one run,
answered by one line of results. Sending never waits for answers, so a slow server is not asked less.
"""

import asyncio
import gc
import json
import sys
import time
from typing import Any

import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from benchmarks.figures import percentile

SETTLE = 5.0
"""Seconds after a run in which what is still missing may come; then it counts as lost."""
PAUSE = 0.002
"""Seconds between two looks at what is due: looking more often would cost what the server needs."""
CLIENT_ID = b'"client_id":"'
_REF = b'"ref":"'


class Peer(WSListener):
    """One socket. `other` is whoever receives what it sends."""

    def __init__(self, run: "Conversations") -> None:
        self.run = run
        self.transport: WSTransport | None = None
        self.conversation = ""
        self.token = ""
        self.other: Peer | None = None
        self.waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.transport = None
        self.run.cut += 1

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type != WSMsgType.TEXT:
            return
        payload = frame.get_payload_as_bytes()
        if self.run.measuring:
            self.run.heard(self, payload, time.perf_counter())
        else:
            self._prepare(json.loads(payload))

    def _prepare(self, frame: dict[str, Any]) -> None:
        future = self.waiting.pop(frame.get("ref") or frame["op"], None)
        if future and not future.done():
            future.set_result(frame)
        elif frame.get("name") == "conversation.changed":
            conversation = frame["data"]["conversation"]
            if conversation.get("agent_id"):
                self.run.held[conversation["id"]] = conversation["agent_id"]

    async def ask(self, answer: str, frame: dict[str, Any]) -> dict[str, Any]:
        """Send `frame` and wait for the frame whose `ref` or `op` is `answer`."""
        future = self.waiting[answer] = asyncio.get_running_loop().create_future()
        self.send(json.dumps(frame).encode())
        return await asyncio.wait_for(future, 60)

    def send(self, frame: bytes) -> None:
        assert self.transport is not None, "the server closed the socket"
        self.transport.send(WSMsgType.TEXT, frame)


class Conversations:
    """Both sides of all conversations, and what is under way between them."""

    def __init__(self) -> None:
        self.pairs: list[tuple[Peer, Peer]] = []
        self.held: dict[str, str] = {}
        self.cut = 0
        self.measuring = False
        self.sent = 0
        self.unacknowledged: dict[int, float] = {}
        self.unseen: dict[int, tuple[float, Peer]] = {}
        self.acknowledged: list[float] = []
        self.seen: list[float] = []
        self.refused = 0

    def heard(self, peer: Peer, payload: bytes, now: float) -> None:
        at = payload.find(CLIENT_ID)
        if at >= 0:
            number = int(payload[at + len(CLIENT_ID) + 24 : at + len(CLIENT_ID) + 36], 16)
            expected = self.unseen.get(number)
            if expected and expected[1] is peer:
                del self.unseen[number]
                self.seen.append(now - expected[0])
                return
        at = payload.find(_REF, 0, 60)
        if at >= 0:
            end = payload.index(b'"', at + len(_REF))
            began = self.unacknowledged.pop(int(payload[at + len(_REF) : end]), None)
            if payload.startswith(b'{"op":"error"'):
                self.refused += 1
            elif began is not None:
                self.acknowledged.append(now - began)

    def post(self) -> None:
        number, self.sent = self.sent, self.sent + 1
        visitor, agent = self.pairs[number % len(self.pairs)]
        to_agent = (number // len(self.pairs)) % 2 == 0
        sender, receiver = (visitor, agent) if to_agent else (agent, visitor)
        frame = (
            f'{{"op":"send","ref":"{number}","client_id":"00000000-0000-4000-8000-{number:012x}",'
            f'"conversation":"{visitor.conversation}","text":"请问这款山核桃什么时候发货？订单号 {number}"}}'
        ).encode()
        now = time.perf_counter()
        self.unacknowledged[number] = now
        self.unseen[number] = (now, receiver)
        sender.send(frame)

    async def measure(self, rate: float, seconds: float) -> dict[str, Any]:
        self.acknowledged, self.seen, self.refused, self.cut = [], [], 0, 0
        self.unacknowledged, self.unseen = {}, {}
        self.measuring = True
        first, began = self.sent, time.perf_counter()
        while (elapsed := time.perf_counter() - began) < seconds and len(self.unseen) < rate * 3 + 100:
            for _ in range(int(elapsed * rate) - (self.sent - first)):
                self.post()
            await asyncio.sleep(max(PAUSE, (self.sent - first + 1) / rate - (time.perf_counter() - began)))
        sent, elapsed = self.sent - first, time.perf_counter() - began
        while (self.unacknowledged or self.unseen) and time.perf_counter() - began < elapsed + SETTLE:
            await asyncio.sleep(0.02)
        self.measuring = False
        return {
            "rate": rate,
            "sent": sent,
            "sent_per_second": round(sent / elapsed, 1),
            "lost": len(self.unacknowledged.keys() | self.unseen.keys()),
            "refused": self.refused,
            "cut": self.cut,
            "ack": spread(self.acknowledged),
            "received": spread(self.seen),
        }


def spread(seconds: list[float]) -> dict[str, float]:
    """Milliseconds."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {name: round(percentile(seconds, share) * 1000, 2) for name, share in shares.items()} if seconds else {}


async def connect(run: Conversations, url: str, number: int, headers: dict[str, str] | None = None) -> Peer:
    """Each visitor has an address of its own (127.0.0.0/8), as the server counts per address."""
    address = f"127.{1 + number // 60000}.{number // 250 % 240}.{1 + number % 250}"
    _, peer = await ws_connect(lambda: Peer(run), url, extra_headers=headers or {}, local_addr=(address, 0))
    return peer  # type: ignore[return-value]


async def open_product(run: Conversations, given: dict[str, Any]) -> None:
    """Visitors write a first message, routing gives each conversation to an agent; then each has a peer."""
    agents: dict[str, Peer] = {}
    for number, agent in enumerate(given["agents"]):
        peer = await connect(run, given["url"] + "/ws/v1/agent", number, {"Cookie": agent["cookie"]})
        await peer.ask("welcome", {"op": "hello", "v": 1})
        agents[agent["id"]] = peer
    at_once = asyncio.Semaphore(16)

    async def arrive(number: int) -> Peer:
        async with at_once:
            visitor = await connect(run, given["url"] + "/ws/v1/visitor", number)
            hello = {"op": "hello", "v": 1, "site": given["site"], "language": "zh-CN"}
            visitor.token = (await visitor.ask("welcome", hello))["token"]
            opening = {"op": "send", "ref": "open", "client_id": f"00000000-0000-4000-9000-{number:012x}",
                       "conversation": None, "text": "在吗？"}  # fmt: skip
            visitor.conversation = (await visitor.ask("open", opening))["conversation"]
            return visitor

    visitors = await asyncio.gather(*(arrive(number) for number in range(given["conversations"])))
    async with asyncio.timeout(120):
        while any(visitor.conversation not in run.held for visitor in visitors):
            await asyncio.sleep(0.05)
    run.pairs = [(visitor, agents[run.held[visitor.conversation]]) for visitor in visitors]
    await asyncio.sleep(2)  # what the openings started comes to rest


async def open_bare(run: Conversations, given: dict[str, Any]) -> None:
    for number in range(given["conversations"]):
        pair = (await connect(run, given["url"], number), await connect(run, given["url"], number))
        for peer in pair:
            peer.conversation = f"00000000-0000-4000-a000-{number:012x}"
            peer.send(peer.conversation.encode())
        run.pairs.append(pair)


async def main() -> None:
    gc.disable()  # a pause of whoever measures is none of the server's
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    given = json.loads(await reader.readline())
    run, began = Conversations(), time.perf_counter()
    await (open_bare if given.get("bare") else open_product)(run, given)
    print(json.dumps({"ready": round(time.perf_counter() - began, 2)}), flush=True)
    while line := await reader.readline():
        asked = json.loads(line)
        print(json.dumps(await run.measure(asked["rate"], asked["seconds"])), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
