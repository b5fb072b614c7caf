"""docs/protocol.md says what the program reads."""

import json
import re
from pathlib import Path

import pytest

from yingke.realtime import frames

DOCUMENT = Path(__file__).parents[2] / "docs" / "protocol.md"
EXAMPLES = re.findall(r"```json (visitor|agent|server)\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
HELLO = {"visitor": frames.VisitorHello, "agent": frames.AgentHello}
LATER = {"visitor": frames.VisitorFrame, "agent": frames.AgentFrame}


@pytest.mark.parametrize(("side", "example"), [each for each in EXAMPLES if each[0] != "server"])
def test_every_frame_in_the_document_is_understood_as_it_stands(side: str, example: str) -> None:
    said = json.loads(example)
    shape = HELLO[side] if said["op"] == "hello" else LATER[side]
    understood = frames.decoder(shape).decode(example)
    assert set(said) - {"op"} <= set(understood.__struct_fields__)


def test_every_operation_is_in_the_document() -> None:
    text = DOCUMENT.read_text()
    for shapes in LATER.values():
        for shape in shapes.__args__:
            assert f"`{shape.__struct_config__.tag}" in text or f'"op": "{shape.__struct_config__.tag}"' in text


def test_frames_from_the_server_are_json() -> None:
    for side, example in EXAMPLES:
        if side == "server":
            assert "op" in json.loads(example)
