"""Writes the types of the web packages from what the server says of itself. With --check it writes nothing, and fails
when they are not of this server."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from yingke.asgi import described_app
from yingke.realtime.description import socket_document

ROOT = Path(__file__).parents[1]
PACKAGES = ROOT / "web" / "packages"
GENERATOR = ROOT / "web" / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
NODE = Path(sys.executable).with_name("node")


def typescript(document: dict[str, Any]) -> str:
    """The shapes of an OpenAPI document."""
    shapes = {
        "openapi": "3.1.0",
        "info": document["info"],
        "paths": {},
        "components": _untitled(document["components"]),
    }
    with tempfile.TemporaryDirectory() as folder:
        described, written = Path(folder, "document.json"), Path(folder, "types.ts")
        described.write_text(json.dumps(shapes))
        command = [NODE, GENERATOR, described, "--output", written, "--default-non-nullable=false"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "NO_COLOR": "1"})  # noqa: S603
        return written.read_text()


def _untitled(value: Any) -> Any:
    """Without the titles that pydantic makes of names: they say nothing that the names do not."""
    if isinstance(value, list):
        return [_untitled(each) for each in value]
    if isinstance(value, dict):
        return {key: _untitled(each) for key, each in value.items() if key != "title" or not isinstance(each, str)}
    return value


def main() -> int:
    types = {
        PACKAGES / "api" / "src" / "generated.ts": typescript(described_app().openapi()),
        PACKAGES / "realtime" / "src" / "generated.ts": typescript(socket_document()),
    }
    stale = [path for path, text in types.items() if not path.exists() or path.read_text() != text]
    if "--check" not in sys.argv:
        for path in stale:
            path.write_text(types[path])
    elif stale:
        names = ", ".join(str(path.relative_to(ROOT)) for path in stale)
        print(f"{names}: not what the server says; run `make types`.", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
