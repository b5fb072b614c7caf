"""What happens in a conversation is told at the desk as a sentence, in both of its languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONVERSATIONS = ROOT / "web/apps/console/src/features/conversations"
VARIANTS = {"assigned": "routed", "robot_solved": "robotSolved"}
"""Types that have several sentences, and one of them."""


def _types(tree: ast.AST) -> Iterator[str]:
    """The constants under `type` of what is given to `note_activity`, there or by the name `activity`."""
    for node in ast.walk(tree):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "note_activity":
            given = node.args
        elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "activity":
            given = [node.value]
        for each in given:
            if isinstance(each, ast.Dict):
                for key, value in zip(each.keys, each.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "type":
                        yield from (str(c.value) for c in ast.walk(value) if isinstance(c, ast.Constant) and c.value)


def test_every_activity_has_its_sentence_at_the_desk() -> None:
    noting = [path for path in (ROOT / "src/yingke").rglob("*.py") if "note_activity(" in path.read_text()]
    told = {name for path in noting for name in _types(ast.parse(path.read_text()))}
    assert {"transferred", "announcement", "resolved"} <= told, "what is looked for is found"
    texts = re.findall(r"\n    activity: \{\n(.*?)\n    \},", (CONVERSATIONS / "locales.ts").read_text(), re.S)
    assert len(texts) == 2
    for text in texts:
        known = set(re.findall(r"^ +(\w+): ", text, re.M))
        assert {VARIANTS.get(name, name) for name in told} <= known
