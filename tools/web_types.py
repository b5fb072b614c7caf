"""Writes the types of the web packages from what the server says of itself, by HTTP and by socket: one file, for most
values come both ways. With --check it writes nothing, and fails when the file is not of this server."""

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
WRITTEN = ROOT / "web" / "packages" / "api" / "src" / "generated.ts"
GENERATOR = ROOT / "web" / "node_modules" / "openapi-typescript" / "bin" / "cli.js"
NODE = Path(sys.executable).with_name("node")


def described() -> dict[str, Any]:
    """The shapes of both documents. A name has one shape, whichever way it comes."""
    http, socket = (
        _plain(document["components"]["schemas"]) for document in (described_app().openapi(), socket_document())
    )
    two = sorted(name for name in http.keys() & socket.keys() if http[name] != socket[name])
    if two:
        sys.exit(f"{', '.join(two)}: not the same by HTTP and by socket; give one of them another name.")
    return {**http, **socket}


def typescript(schemas: dict[str, Any]) -> str:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Yingke", "version": "1"},
        "paths": {},
        "components": {"schemas": dict(sorted(schemas.items()))},
    }
    with tempfile.TemporaryDirectory() as folder:
        source, written = Path(folder, "document.json"), Path(folder, "types.ts")
        source.write_text(json.dumps(document))
        command = [NODE, GENERATOR, source, "--output", written, "--default-non-nullable=false"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "NO_COLOR": "1"})  # noqa: S603
        return written.read_text()


def _plain(value: Any) -> Any:
    """Without the titles that pydantic makes of names, and without defaults of nothing, which only msgspec tells."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if not _says_nothing(key, each)}
    return value


def _says_nothing(key: str, value: Any) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and value is None)


def main() -> int:
    text = typescript(described())
    if WRITTEN.exists() and WRITTEN.read_text() == text:
        return 0
    if "--check" in sys.argv:
        print(f"{WRITTEN.relative_to(ROOT)}: not what the server says; run `make types`.", file=sys.stderr)  # noqa: T201
        return 1
    WRITTEN.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
