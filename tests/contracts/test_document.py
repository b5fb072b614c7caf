"""docs/protocol.md says what the program reads: every example decodes, every operation is in it."""

import json
import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from pydantic import TypeAdapter

from yingke.conversations.errors import ClientIdReused
from yingke.realtime import description, frames, signals

TEXT = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
BLOCKS = re.findall(r"```json (visitor|agent|server)\n(.*?)```", TEXT, re.DOTALL)


def objects(block: str) -> list[dict[str, Any]]:
    """The frames of one block, which follow each other."""
    found, at, decoder = [], 0, json.JSONDecoder()
    while at < len(block.rstrip()):
        value, at = decoder.raw_decode(block, at)
        found.append(value)
        at += len(block[at:]) - len(block[at:].lstrip())
    return found


SIGNALS = {signal.name: signal for signal in (*signals.FOR_AGENTS, *signals.FOR_VISITORS)}
FROM_SERVER: dict[str, set[str]] = {"fact": {"op", "name", "data"}, "signal": {"op", "name", "data"}}
for shape in description.FROM_SERVER:
    fields = {field.name: field.default for field in msgspec.structs.fields(shape)}
    if "op" in fields:
        FROM_SERVER.setdefault(fields["op"], set()).update(fields)
EXAMPLES = [(side, frame) for side, block in BLOCKS for frame in objects(block)]


def test_the_document_has_examples_of_all_three_sides() -> None:
    assert {side for side, _ in EXAMPLES} == {"visitor", "agent", "server"}


@pytest.mark.parametrize(("side", "frame"), EXAMPLES, ids=lambda each: each if isinstance(each, str) else each["op"])
def test_an_example_is_a_frame_of_its_side_without_a_field_that_is_not_read(side: str, frame: dict[str, Any]) -> None:
    if side == "server":
        assert set(frame) <= FROM_SERVER[frame["op"]]
        if frame["op"] == "signal":
            TypeAdapter(SIGNALS[frame["name"]]).validate_python(frame["data"])
        return
    hello = frames.VisitorHello if side == "visitor" else frames.AgentHello
    shape = hello if frame["op"] == "hello" else (frames.VisitorFrame if side == "visitor" else frames.AgentFrame)
    read = frames.decoder(shape).decode(json.dumps(frame))
    assert set(frame) - {"op"} <= set(read.__struct_fields__)


@pytest.mark.parametrize(("side", "shapes"), [("visitor", frames.VisitorFrame), ("agent", frames.AgentFrame)])
def test_every_operation_is_in_the_document(side: str, shapes: Any) -> None:
    for shape in get_args(shapes):
        tag = msgspec.inspect.type_info(shape).tag  # type: ignore[union-attr]
        assert f'"{tag}"' in TEXT or f"`{tag}`" in TEXT or f"`{tag} " in TEXT or f"`{tag}{{" in TEXT, (side, tag)


@pytest.mark.parametrize("name", SIGNALS)
def test_every_signal_is_in_the_document(name: str) -> None:
    assert f"`{name}`" in TEXT or f'"name": "{name}"' in TEXT


@pytest.mark.parametrize(
    "word", ["bad_frame", "too_many_requests", "hello_missing", "too_early", "frame_too_large", "binary_frame", "going_away",
             "blocked", "signed_out", "rights_changed", "resync", "reload", "heartbeat", ClientIdReused.code, "10,000", "64 KiB"],
)  # fmt: skip
def test_what_a_client_may_meet_is_in_the_document(word: str) -> None:
    assert word in TEXT
