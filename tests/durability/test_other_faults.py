"""What else befalls a server, its database and the way between them loses and doubles nothing either."""

from pathlib import Path

from tests.durability.nemesis import possible
from tests.durability.running import Plan, run
from tests.durability.test_kills import folder

__all__ = ["folder"]


async def test_each_fault_loses_and_doubles_nothing(folder: Path) -> None:
    """Beside the server, so that the way to the database can be spoiled too. (The disk filling up is in the long form.)"""
    kinds = [name for name in possible(own_database=False, workers=1) if "disk" not in name]
    verdict = await run(Plan(faults=[(name,) for name in kinds], acked_at_least=500, own_database=False), folder)
    assert not verdict.wrong, str(verdict)


async def test_a_bus_that_is_killed_or_paused_between_two_processes_loses_and_doubles_nothing(folder: Path) -> None:
    """Alone, and while one of the processes is killed."""
    faults = [("bus killed",), ("bus paused",), ("one worker killed",), ("bus killed", "one worker killed")]
    verdict = await run(Plan(faults=faults, acked_at_least=500, workers=2, bus=True), folder)
    assert not verdict.wrong, str(verdict)
