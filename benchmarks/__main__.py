"""`python -m benchmarks [name …] [--runs 3] [--write docs/performance.md]`."""

import argparse
import asyncio
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

import uvloop

from benchmarks import desk, faq, idle, lists, messages, overload, rest, routing, scale, screens, visitors, wall, widget
from benchmarks.figures import Benchmark, Figure
from benchmarks.report import write

BENCHMARKS: dict[str, Benchmark] = {
    "screen": screens.screen,
    "message": messages.message,
    "sustained": messages.sustained,
    "idle": idle.idle,
    "widget": widget.widget,
    "desk": desk.desk,
    "lists": lists.lists,
    "rest": rest.rest,
    "visitors": visitors.visitors,
    "traffic": visitors.traffic,
    "routing": routing.routing,
    "wall": wall.wall,
    "overload": overload.overload,
    "return": overload.return_of_all,
    "fanout": scale.fan_out,
    "processes": scale.processes,
    "backup": scale.backup,
    "faq": faq.faq,
}
"""By name, in the order of the table."""
GROUPS = {"scale": ("sustained", "fanout", "idle", "processes", "backup")}
"""Names for several."""


async def run(names: Sequence[str]) -> tuple[list[Figure], bool]:
    """Run these benchmarks and print each figure as it comes. What fails is told, and the others run."""
    task = asyncio.current_task()
    assert task is not None
    # Servers and browsers that were started are stopped also when somebody has no more time.
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    figures: list[Figure] = []
    whole = True
    for name in names:
        try:
            async for figure in BENCHMARKS[name]():
                figures.append(figure)
                print(figure.line(), flush=True)
        except Exception:
            whole = False
            print(f"benchmark {name} failed:\n{traceback.format_exc()}", file=sys.stderr, flush=True)
    return figures, whole


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "name", nargs="*", help=f"which to run: {', '.join((*BENCHMARKS, *GROUPS))}; all without a name"
    )
    parser.add_argument("--write", type=Path, help="put the figures into this page, between its markers")
    parser.add_argument("--runs", type=int, default=1, help="how many times; the page then shows the spread")
    asked = parser.parse_args()
    names = [each for name in asked.name or BENCHMARKS for each in GROUPS.get(name, (name,))]
    if unknown := set(names) - BENCHMARKS.keys():
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}; there are {', '.join(BENCHMARKS)}")
    runs, whole = [], True
    for _ in range(asked.runs):
        figures, went_well = uvloop.run(run(names))
        runs.append(figures)
        whole = whole and went_well
    if asked.write:
        write(asked.write, runs)
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
