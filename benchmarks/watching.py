"""Many who watch one conversation, at the desks of one company: a process of its own.

Reads one JSON line `{"url", "site", "agents", "watchers", "messages"}`, connects, posts as the visitor, one message in
`EVERY` seconds, and prints the spread of the time until each of the watchers had each message.
"""

import asyncio
import gc
import json
import sys
import time

import uvloop

from benchmarks.load import CLIENT_ID, Conversations, Peer, connect, open_product, spread

EVERY = 0.25


class Watched(Conversations):
    """Whoever gets a message counts."""

    def __init__(self) -> None:
        super().__init__()
        self.sent_at: list[float] = []
        self.watching: set[Peer] = set()

    def heard(self, peer: Peer, payload: bytes, now: float) -> None:
        at = payload.find(CLIENT_ID)
        if at >= 0 and peer in self.watching:
            number = int(payload[at + len(CLIENT_ID) + 24 : at + len(CLIENT_ID) + 36], 16)
            self.seen.append(now - self.sent_at[number])


async def main() -> None:
    gc.disable()
    given = json.loads(sys.stdin.readline())
    run = Watched()
    await open_product(run, given | {"conversations": 1})
    for number in range(given["watchers"]):
        agent = given["agents"][number % len(given["agents"])]
        desk = await connect(run, given["url"] + "/ws/v1/agent", number, {"Cookie": agent["cookie"]})
        await desk.ask("welcome", {"op": "hello", "v": 1})
        run.watching.add(desk)
    await asyncio.sleep(2)
    run.measuring = True
    ((visitor, _),) = run.pairs
    for number in range(given["messages"]):
        frame = {"op": "send", "ref": str(number), "client_id": f"00000000-0000-4000-8000-{number:012x}",
                 "conversation": visitor.conversation, "text": f"这款山核桃还有货吗？{number}"}  # fmt: skip
        run.sent_at.append(time.perf_counter())
        visitor.send(json.dumps(frame).encode())
        await asyncio.sleep(EVERY)
    await asyncio.sleep(2)
    wanted = given["messages"] * given["watchers"]
    print(json.dumps({"missing": wanted - len(run.seen), "cut": run.cut} | spread(run.seen)), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
