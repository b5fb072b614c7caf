"""A process that has imported the program and becomes `yingke` as often as it is asked: a killed server is back at once.

Reads one JSON line for each start (`arguments`, `environment`, `log`, `fault`) and answers its `pid`; a line with `reap`
answers how that process ended. What is forked runs the real command line from its beginning.
"""

import contextlib
import ctypes
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

READ_AHEAD = ("yingke.cli", "yingke.worker", "yingke.migrations", "uvloop", "psutil", "alembic.runtime.migration",
              "sqlalchemy.dialects.postgresql.asyncpg", "uvicorn.lifespan.off", "uvicorn.protocols.http.httptools_impl")  # fmt: skip
"""What `serve` imports, now or later. None of it may draw random numbers while it is imported: forks would share them."""

_SIGNAL_OF_PARENTS_DEATH = 1


def main() -> int:
    for name in READ_AHEAD:
        with contextlib.suppress(ModuleNotFoundError):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        if "reap" in order:
            _, status = os.waitpid(order["reap"], 0)
            _answer({"status": os.waitstatus_to_exitcode(status)})
            continue
        read_end, log = os.pipe()
        # Through a pipe: a process whose disk is full still has to be able to say so.
        with Path(order["log"]).open("ab") as kept:
            subprocess.Popen(["cat"], stdin=read_end, stdout=kept)
        os.close(read_end)
        if pid := os.fork():
            os.close(log)
            _answer({"pid": pid})
        else:
            return _become(order, log)
    return 0


def _answer(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def _become(order: dict[str, Any], log: int) -> int:
    os.setsid()
    ctypes.CDLL(None).prctl(_SIGNAL_OF_PARENTS_DEATH, signal.SIGTERM)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.clear()
    os.environ.update(order["environment"])
    if order["fault"]:
        from tests.durability.planted import plant

        plant(order["fault"])
    from yingke.cli import main as yingke

    return yingke(order["arguments"])


if __name__ == "__main__":
    sys.exit(main())
