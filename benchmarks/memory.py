"""Resident memory of a tree of processes, from the kernel."""

from pathlib import Path

KIB = 1024


def tree_of(pid: int) -> list[int]:
    """`pid` and everything it started, also what has detached itself but stands below it."""
    found, waiting = [], [pid]
    while waiting:
        each = waiting.pop()
        found.append(each)
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            waiting += [int(child) for child in task.read_text().split()]
    return found


def pss(pid: int) -> int:
    """Proportional set size in bytes: shared pages are counted once among those who share them."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * KIB
    return 0


def rss(pid: int) -> int:
    """Resident set size in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * KIB
    return 0


def postmaster_of(data: Path) -> int:
    """The process id of the embedded PostgreSQL below a data folder."""
    return int((data / "postgres" / "postmaster.pid").read_text().splitlines()[0])
