"""Processes that get no more than a share of a core each, by control groups of the kernel. Needs root."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

_PERIOD = 10_000
"""Microseconds: short, so that a process waits a few milliseconds for its next share."""
_ROOTS = (Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup"))
"""Where groups for processor time are made: version 1, version 2."""


@contextlib.contextmanager
def held_to(share: float, pids: Sequence[int]) -> Iterator[None]:
    """Within, each of `pids` has at most `share` of a core. Raises OSError where groups cannot be made."""
    root = next(each for each in _ROOTS if each.is_dir())
    groups = {pid: root / f"yingke-bench-{pid}" for pid in pids}
    try:
        for pid, group in groups.items():
            group.mkdir()
            quota = int(share * _PERIOD)
            if (group / "cpu.cfs_quota_us").exists():
                (group / "cpu.cfs_period_us").write_text(str(_PERIOD))
                (group / "cpu.cfs_quota_us").write_text(str(quota))
            else:
                (group / "cpu.max").write_text(f"{quota} {_PERIOD}")
            (group / "cgroup.procs").write_text(str(pid))
        yield
    finally:
        for pid, group in groups.items():
            with contextlib.suppress(OSError):
                (root / "cgroup.procs").write_text(str(pid))
            with contextlib.suppress(OSError):
                group.rmdir()
