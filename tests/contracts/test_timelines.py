"""The rules of order, repeats and gaps: the cases that the web packages are tested with, and real sockets."""

import asyncio
import json
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.steps import say, talk
from tests.contracts.timelines import Timeline
from tests.realtime.conftest import Client, Shop
from yingke.realtime.server_frames import Heartbeat, Messages

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "realtime_cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_case(case: dict[str, Any]) -> None:
    timeline = Timeline(case["conversation"], case["after_seq"])
    for frame in case["frames"]:
        timeline.take(frame)
    assert [message["seq"] for message in timeline.shown] == case["shown"]
    assert timeline.resume_after == case["resume_after"]


@pytest.mark.parametrize("frame", [frame for case in CASES for frame in case["frames"]], ids=lambda frame: frame["op"])
def test_the_frames_of_the_cases_are_those_that_the_server_sends(frame: dict[str, Any]) -> None:
    shapes = {"messages": Messages, "heartbeat": Heartbeat}
    if shape := shapes.get(frame["op"]):
        assert set(frame) == set(shape.__struct_fields__)
    else:
        assert set(frame) == {"op", "name", "data"}


def test_every_order_of_arrival_shows_the_same() -> None:
    for order in permutations(range(1, 6)):
        timeline = Timeline("c1")
        for seq in order:
            timeline.take(
                {"op": "fact", "name": "message.posted", "data": {"message": {"seq": seq, "conversation_id": "c1"}}}
            )
        assert (timeline.head, timeline.resume_after) == (5, None)


async def test_a_reader_who_comes_while_both_sides_write_shows_all_of_it_in_order(shop: Shop) -> None:
    visitor, desk, conversation = await talk(shop)
    reader = await shop.desk()
    timeline = Timeline(conversation)

    async def write(client: Client, name: str) -> None:
        for n in range(15):
            await say(client, f"{name} {n}", conversation)

    writing = asyncio.gather(write(visitor, "访客"), write(desk, "客服"))
    await reader.send(op="subscribe", conversation=conversation, after_seq=0)
    await writing
    last = (await reader.ask("subscribe", conversation=conversation, after_seq=2**31 - 1))["last_seq"]
    for frame in reader.frames:
        timeline.take(frame)
    assert (timeline.head, timeline.known, timeline.resume_after) == (last, last, None)
    said = [message["text"] for message in timeline.shown if message["kind"] in ("incoming", "outgoing")]
    for name in ("访客", "客服"):
        assert [text for text in said if text.startswith(name)] == [f"{name} {n}" for n in range(15)]
