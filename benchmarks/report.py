"""The figures as a table of docs/performance.md, between its markers."""

import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure

BEGIN, END = "<!-- figures -->", "<!-- /figures -->"


def write(page: Path, runs: Sequence[Sequence[Figure]]) -> None:
    """Put these figures between the markers of `page`; with several runs, the middle one and the spread.

    Raises ValueError when the page has no markers.
    """
    text = page.read_text()
    if BEGIN not in text or END not in text:
        raise ValueError(f"{page} has no {BEGIN} … {END}")
    head, _, rest = text.partition(BEGIN)
    _, _, tail = rest.partition(END)
    page.write_text(f"{head}{BEGIN}\n{_machine(len(runs))}\n\n{_table(runs)}\n{END}{tail}")


def _table(runs: Sequence[Sequence[Figure]]) -> str:
    lines = [
        "| figure | value | spread | at least | aim | reached | over the bare limit |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    by_name: dict[str, list[Figure]] = {}
    for figure in (each for run in runs for each in run):
        by_name.setdefault(figure.figure, []).append(figure)
    for name, taken in by_name.items():
        ordered = sorted(taken, key=lambda each: each.value)
        middle = ordered[len(ordered) // 2]
        spread = f"{_shown(ordered[0].value)} – {_shown(ordered[-1].value)}" if len(ordered) > 1 else ""
        sign = "≥" if middle.at_least else "≤"
        cells = (
            name,
            f"{_shown(middle.value)} {middle.unit}",
            spread,
            f"{sign} {_shown(middle.limit)}" if middle.limit is not None else "",
            f"{sign} {_shown(middle.aim)}" if middle.aim is not None else "",
            {True: "yes", False: "**no**", None: ""}[middle.ok],
            f"{middle.value / middle.bare:.2f}" if middle.bare else "",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _machine(runs: int) -> str:
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), ""
    )
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    cores = len([line for line in _lines("/proc/cpuinfo") if line.startswith("processor")])
    load = Path("/proc/loadavg").read_text().split()[0]
    revision = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return (
        f"{when}, revision {revision.strip()}; {cores} cores ({model or platform.machine()}), {memory / 2**20:.0f} GiB, "
        f"Linux {platform.release().partition('-')[0]}, Python {platform.python_version()}; {runs} run(s); load average {load} at the end."
    )


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()


def _shown(value: float) -> str:
    return (
        f"{value:,.0f}"
        if value >= 100
        else f"{value:.1f}".removesuffix(".0")
        if value >= 10
        else f"{value:.2f}".rstrip("0").rstrip(".")
    )
