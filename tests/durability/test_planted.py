"""A check that never failed proves nothing: each planted fault is found, by the check that is meant to find it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.durability.planted import PLANTED
from tests.durability.running import Plan, make_template, run, scratch

_KILL, _CUT, _RETURN = ("server killed",), ("cut before the acknowledgement",), ("clients cut",)
FOUND_BY = {
    "acknowledged before the commit": ([_KILL] * 3, "acknowledged"),
    "no unique key": ([_CUT] * 2, "stored 2 times"),
    "seq by the clock": ([], "seq is not 1…"),
    "history off by one": ([_RETURN] * 2, "never saw seq"),
    "published before the commit": ([_KILL] * 3, "two messages at seq"),
    "listeners run twice, and one minds": ([], "different mails"),
    "given to two agents": ([], "given to two agents"),
}


@pytest.fixture(scope="module")
async def template() -> AsyncIterator[Path]:
    async with scratch() as folder:
        yield await make_template(folder)


@pytest.mark.parametrize("fault", sorted(PLANTED))
async def test_a_planted_fault_is_found(fault: str, template: Path) -> None:
    faults, sentence = FOUND_BY[fault]
    async with scratch() as folder:
        plan = Plan(faults=faults, acked_at_least=60, planted=fault, conversations=4, agents=2, waiting=1, left=1,
                    slow_every=2)  # fmt: skip
        verdict = await run(plan, folder, template)
    assert any(sentence in wrong for wrong in verdict.wrong), str(verdict)
