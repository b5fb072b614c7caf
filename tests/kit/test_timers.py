"""What recurs in every workspace."""

from uuid import UUID

from sqlalchemy import text

from tests.conftest import Company
from yingke.kit.timers import in_each
from yingke.kit.work import Ground, Work


async def test_the_fault_of_one_workspace_keeps_nothing_from_the_others(ground: Ground, company: Company) -> None:
    first, last = UUID(int=0), UUID(int=2**128 - 1)
    ids = [last, company.workspace_id, first, company.workspace_id]
    seen: list[UUID] = []

    async def look(work: Work) -> None:
        seen.append(work.workspace_id)
        if work.workspace_id == first:
            raise RuntimeError("something of this workspace")

    await in_each(ground, lambda _: text("SELECT unnest(CAST(:ids AS uuid[]))").bindparams(ids=ids), look)
    assert sorted(seen) == [first, company.workspace_id, last], "each once"
