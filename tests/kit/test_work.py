"""The unit of work: what commits together, and which rows it can see."""

import asyncio
import contextlib
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import select

from tests.conftest import Company, found_company
from yingke.identity.models import Membership
from yingke.kit.clock import FixedClock
from yingke.kit.database import make_engine
from yingke.kit.facts import Fact, fact
from yingke.kit.job_runner import AT_ONCE, CLAIM, LEASE, JobRunner
from yingke.kit.outbox import ATTEMPTS, FactRow, Outbox, OutboxRow, backoff, together
from yingke.kit.relay import Relay
from yingke.kit.work import Ground, Work


@fact("test.happened")
class Happened(Fact, frozen=True, kw_only=True):
    what: str


async def test_a_fact_is_stored_with_the_change_and_pushed_after_the_commit(ground: Ground, company: Company) -> None:
    pushed: list[Fact] = []
    ground.outbox.push = pushed.extend
    async with ground.work_in(company.workspace_id) as work:
        work.tell(Happened(workspace_id=company.workspace_id, what="one"))
        assert pushed == []
    assert [f.what for f in pushed] == ["one"]
    async with ground.work_in(company.workspace_id) as work:
        rows = await work.all(select(FactRow).where(FactRow.name == "test.happened"))
    assert len(rows) == 1


async def test_a_failed_work_tells_nobody_and_changes_nothing(ground: Ground, company: Company) -> None:
    pushed: list[Fact] = []
    ground.outbox.push = pushed.extend
    with pytest.raises(RuntimeError):
        async with ground.work_in(company.workspace_id) as work:
            work.tell(Happened(workspace_id=company.workspace_id, what="one"))
            raise RuntimeError
    assert pushed == []
    async with ground.work_in(company.workspace_id) as work:
        assert not await work.all(select(FactRow).where(FactRow.name == "test.happened"))


async def test_a_work_sees_only_its_own_workspace(ground: Ground, company: Company) -> None:
    other = await found_company(ground, "别家")
    async with ground.work_in(company.workspace_id) as work:
        seen = await work.all(select(Membership))
    assert {m.workspace_id for m in seen} == {company.workspace_id}
    assert other.workspace_id not in {m.workspace_id for m in seen}


async def test_a_connection_that_names_no_workspace_sees_no_row(
    connection: asyncpg.Connection, company: Company
) -> None:
    assert await connection.fetchval("SELECT count(*) FROM memberships") == 0


async def test_a_row_of_another_workspace_cannot_be_written(ground: Ground, company: Company) -> None:
    other = await found_company(ground, "别家")
    with pytest.raises(Exception, match="row-level security"):
        async with ground.work_in(company.workspace_id) as work:
            work.add(Membership(workspace_id=other.workspace_id, login_id=company.owner.agent_id, role="agent"))


async def test_each_listener_runs_once_and_a_failing_one_does_not_stop_the_others(
    ground: Ground, company: Company
) -> None:
    ran: list[str] = []

    def committed(work: Work, what: str) -> None:
        async def note() -> None:
            ran.append(what)

        work.finish_with(note)

    async def good(work: Work, told: Happened) -> None:
        committed(work, f"good {told.what}")

    async def bad(work: Work, told: Happened) -> None:
        if told.what == "poison":
            raise RuntimeError("cannot")
        committed(work, f"bad {told.what}")

    ground.outbox.listeners = {"test.happened": [good, bad]}
    async with ground.work_in(company.workspace_id) as work:
        for what in ("one", "poison", "two"):
            work.tell(Happened(workspace_id=company.workspace_id, what=what))
    relay = Relay(ground)
    while await relay.drain():
        pass
    assert sorted(ran) == ["bad one", "bad two", "good one", "good poison", "good two"]
    async with ground.work_in(company.workspace_id) as work:
        waiting = await work.all(select(OutboxRow))
    assert [(row.listener.split(".")[-1], row.attempts) for row in waiting if row.listener] == [("bad", 1)]


async def test_one_fact_that_fails_costs_a_hundred_others_a_few_transactions(ground: Ground, company: Company) -> None:
    heard: list[set[str]] = []

    @together
    async def refuses_one(work: Work, *facts: Happened) -> None:
        heard.append({fact.what for fact in facts})
        if "poison" in heard[-1]:
            raise RuntimeError("cannot")

    said = [str(number) for number in range(100)]
    ground.outbox.listeners = {"test.happened": [refuses_one]}
    async with ground.work_in(company.workspace_id) as work:
        for what in (*said[:70], "poison", *said[70:]):
            work.tell(Happened(workspace_id=company.workspace_id, what=what))
    relay = Relay(ground)
    while await relay.drain():
        pass
    assert set().union(*(each for each in heard if "poison" not in each)) == set(said)
    assert len(heard) <= 25


async def test_a_fact_whose_listener_comes_to_no_end_does_not_hold_up_the_others_for_ever(
    ground: Ground, company: Company
) -> None:
    heard: set[str] = set()

    async def never_ends_for_one(work: Work, told: Happened) -> None:
        if told.what == "endless":
            raise TimeoutError  # as the driver says when a statement takes too long, and when nobody answers
        heard.add(told.what)

    ground.outbox.listeners = {"test.happened": [never_ends_for_one]}
    async with ground.work_in(company.workspace_id) as work:
        for what in ("endless", "one", "two", "three"):
            work.tell(Happened(workspace_id=company.workspace_id, what=what))
    relay = Relay(ground)
    for _ in range(30):
        with contextlib.suppress(TimeoutError):
            await relay.drain()
    async with ground.work_in(company.workspace_id) as work:
        waiting = await work.all(select(OutboxRow))
    assert heard == {"one", "two", "three"}
    assert [(row.attempts, row.last_error) for row in waiting] == [(1, "TimeoutError()")]


async def test_a_listener_that_dies_among_failing_ones_runs_again_at_once(ground: Ground, company: Company) -> None:
    ran: list[str] = []

    async def dies_once(work: Work, told: Happened) -> None:
        ran.append(told.what)
        raise RuntimeError if len(ran) == 1 else asyncio.CancelledError

    async def lives(work: Work, told: Happened) -> None:
        ran.append(told.what)

    ground.outbox.listeners = {"test.happened": [dies_once]}
    async with ground.work_in(company.workspace_id) as work:
        work.tell(Happened(workspace_id=company.workspace_id, what="seat"))
    with pytest.raises(asyncio.CancelledError):
        await Relay(ground).drain()
    lives.__name__ = dies_once.__name__
    ground.outbox.listeners = {"test.happened": [lives]}
    await Relay(ground).drain()
    assert ran == ["seat"] * 3


async def test_a_job_runs_after_the_commit_with_its_arguments(ground: Ground, company: Company) -> None:
    ran: list[tuple[UUID, str]] = []

    async def greet(services: object, *, workspace_id: UUID, name: str) -> None:
        ran.append((workspace_id, name))

    async with ground.work_in(company.workspace_id) as work:
        work.defer("greet", name="王芳")
    jobs = JobRunner(ground, {"greet": greet}, None)
    assert await jobs.start() == 1
    await jobs.finish(5)
    assert ran == [(company.workspace_id, "王芳")]
    assert await jobs.start() == 0


def test_a_mail_server_that_is_away_for_a_night_loses_no_mail() -> None:
    tried_for = sum((backoff(attempts) for attempts in range(1, ATTEMPTS)), timedelta())
    assert timedelta(days=1) <= tried_for < timedelta(days=2)


async def test_what_is_due_and_what_was_given_up_are_told_apart(ground: Ground, company: Company) -> None:
    relay = Relay(ground)
    await relay.measure()
    before = _on_gauges()
    async with ground.work_in(company.workspace_id) as work:
        work.defer("mail")
        work.defer("mail", at=work.now + LEASE)
        work.defer("page")
    async with ground.work_everywhere() as work:
        await (await work.raw()).execute("UPDATE outbox SET attempts = $1 WHERE name = 'page'", ATTEMPTS)
    await relay.measure()
    assert [after - at for after, at in zip(_on_gauges(), before, strict=True)] == [1, 1]


def _on_gauges() -> list[float]:
    names = ("yingke_outbox_waiting", "yingke_outbox_given_up")
    return [REGISTRY.get_sample_value(name) or 0.0 for name in names]


async def test_who_waits_for_a_connection_is_on_a_gauge(dsn: str, clock: FixedClock, company: Company) -> None:
    engine = make_engine(dsn, connections=1)
    ground, let_go = Ground(engine, Outbox({}), clock), asyncio.Event()

    async def work() -> None:
        async with ground.work_in(company.workspace_id):
            await let_go.wait()

    before = REGISTRY.get_sample_value("yingke_works_beginning") or 0.0
    works = [asyncio.create_task(work()) for _ in range(3)]
    async with asyncio.timeout(10):
        while REGISTRY.get_sample_value("yingke_works_beginning") != before + 2:
            await asyncio.sleep(0.01)
    let_go.set()
    await asyncio.gather(*works)
    assert REGISTRY.get_sample_value("yingke_works_beginning") == before
    await engine.dispose()


async def test_jobs_that_hang_hold_up_no_fact_and_no_other_job(ground: Ground, company: Company) -> None:
    let_go, ran = asyncio.Event(), list[str]()

    async def mail(services: object, *, workspace_id: UUID) -> None:
        await let_go.wait()
        ran.append("mail")

    async def seat(services: object, *, workspace_id: UUID) -> None:
        ran.append("seat")

    async def heard(work: Work, told: Happened) -> None:
        ran.append(told.what)

    ground.outbox.listeners = {"test.happened": [heard]}
    async with ground.work_in(company.workspace_id) as work:
        for _ in range(AT_ONCE + 2):
            work.defer("mail")
        work.defer("seat")
        work.tell(Happened(workspace_id=company.workspace_id, what="fact"))
    relay, jobs = Relay(ground), JobRunner(ground, {"mail": mail, "seat": seat}, None)
    assert await jobs.start() == AT_ONCE + 1
    assert await relay.drain() == 1
    await asyncio.sleep(0.1)
    assert await jobs.start() == 0
    assert sorted(ran) == ["fact", "seat"]
    let_go.set()
    await jobs.finish(5)
    assert await jobs.start() == 2
    await jobs.finish(5)
    assert ran.count("mail") == AT_ONCE + 2


async def test_no_way_to_join_lets_a_job_take_more_places_than_it_has(ground: Ground, company: Company) -> None:
    async with ground.work_in(company.workspace_id) as work:
        for _ in range(AT_ONCE + 2):
            work.defer("mail")
    async with ground.work_everywhere() as work:
        connection = await work.raw()
        await connection.execute(
            "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_hashagg = off; SET LOCAL enable_sort = off; SET LOCAL enable_material = off"
        )
        rows = await connection.fetch(CLAIM, work.now, ATTEMPTS, work.now + LEASE, ["mail"], [AT_ONCE])
    assert len(rows) == AT_ONCE
