"""What is remembered of visitors: as it would be read afresh, and never older than what happened."""

import asyncio
from datetime import UTC
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.segments.test_segments import ask, desk, segment, visitor_of
from tests.visits.conftest import Browser, Tracked, tracked
from yingke.kit.ids import new_id
from yingke.outreach.facts import RuleDeleted
from yingke.segments import SegmentChanged
from yingke.segments.conditions import Group, SegmentGroup
from yingke.segments.deciding import compiled
from yingke.segments.knowing import read_profiles
from yingke.segments.moments import Profile, moment_of
from yingke.segments.profiles import Profiles
from yingke.segments.saving import change_segment, create_segment
from yingke.segments.seeking import Sought
from yingke.visitors import VisitorChanged
from yingke.visitors.profiles import profile_of
from yingke.visits.live import Filter, Watch
from yingke.visits.values import LiveVisitor

__all__ = ["desk", "tracked"]

ALL = Sought(profile=True, pages=True, events=frozenset({"add_to_cart", "never"}))


async def settled(tracked: Tracked) -> None:
    await tracked.services.tracking.recorder.settle()


def present(tracked: Tracked, visitor_id: UUID) -> LiveVisitor:
    found = tracked.services.tracking.roster.find(tracked.workspace_id, visitor_id)
    assert found
    return found.value


async def read(tracked: Tracked, visitor_id: UUID, sought: Sought = ALL) -> None:
    async with tracked.services.ground.work_in(tracked.workspace_id) as work:
        await tracked.services.profiles.read(work, [visitor_id], sought)


def found(tracked: Tracked, visitor_id: UUID, sought: Sought = ALL) -> Profile | None:
    return tracked.services.profiles.find(tracked.workspace_id, present(tracked, visitor_id), sought)


async def does(browser: Browser, name: str) -> None:
    assert (await browser.send({"kind": "event", "id": str(new_id()), "name": name})).status_code == 204


@pytest.fixture
async def visitor(tracked: Tracked) -> tuple[Browser, UUID]:
    browser = tracked.browser()
    await browser.look("https://shop.example/p/1")
    await does(browser, "add_to_cart")
    await settled(tracked)
    return browser, await visitor_of(tracked, browser)


async def test_pages_and_events_are_added_to_what_was_read_as_reading_it_again_would_say(
    tracked: Tracked, visitor: tuple[Browser, UUID]
) -> None:
    browser, id = visitor
    await read(tracked, id)
    await browser.look("https://shop.example/p/2")
    await browser.look("https://shop.example/p/1")
    await does(browser, "add_to_cart")
    await does(browser, "nobody_asks_for_it")
    await settled(tracked)
    kept = found(tracked, id)
    async with tracked.services.ground.work_in(tracked.workspace_id) as work:
        afresh = (await read_profiles(work, [id], ALL))[id]
    assert kept and kept.pages and afresh.pages
    assert set(kept.pages) == set(afresh.pages) == {"https://shop.example/p/1", "https://shop.example/p/2"}
    assert kept.past == afresh.past and len(kept.past["add_to_cart"]) == 2
    assert kept.past.keys() == {"add_to_cart", "never"}, "what nobody asks for is not kept"


async def test_events_that_were_asked_for_are_found_behind_many_others(
    tracked: Tracked, visitor: tuple[Browser, UUID]
) -> None:
    browser, id = visitor
    for _ in range(8):
        events = [{"kind": "event", "id": str(new_id()), "name": "scrolled"} for _ in range(40)]
        assert (await browser.send(*events)).status_code == 204
    await settled(tracked)
    await read(tracked, id)
    kept = found(tracked, id)
    assert kept and len(kept.past["add_to_cart"]) == 1


async def test_a_change_during_a_read_is_not_hidden_by_it(tracked: Tracked, visitor: tuple[Browser, UUID]) -> None:
    _, id = visitor
    profiles: Profiles = tracked.services.profiles
    fact = await changed(tracked, id)
    reading = asyncio.create_task(read(tracked, id))
    while not len(profiles):
        await asyncio.sleep(0)
    profiles.learn([fact])
    await reading
    assert found(tracked, id) is None, "it has to be read again"
    assert profiles.latest(tracked.workspace_id, id) is not None, "what was known is not thrown away"
    await read(tracked, id)
    assert found(tracked, id) is not None


async def changed(tracked: Tracked, id: UUID) -> VisitorChanged:
    async with tracked.services.ground.work_in(tracked.workspace_id) as work:
        return VisitorChanged(workspace_id=tracked.workspace_id, visitor_id=id, profile=await profile_of(work, id))


async def test_who_asks_for_less_takes_nothing_away(tracked: Tracked, visitor: tuple[Browser, UUID]) -> None:
    _, id = visitor
    await read(tracked, id, Sought(profile=True))
    assert found(tracked, id, Sought(profile=True)) is not None and found(tracked, id) is None
    await read(tracked, id)
    await read(tracked, id, Sought(profile=True))
    assert found(tracked, id) is not None


async def test_who_leaves_during_a_read_is_not_kept(tracked: Tracked, visitor: tuple[Browser, UUID]) -> None:
    _, id = visitor
    reading = asyncio.create_task(read(tracked, id))
    while not len(tracked.services.profiles):
        await asyncio.sleep(0)
    tracked.services.tracking.roster.drop(tracked.workspace_id, id)
    await reading
    assert not len(tracked.services.profiles)


# What desks see of it.


def looks(tracked: Tracked, **filter: Any) -> list[bytes]:
    frames: list[bytes] = []
    watch = Watch(tracked.workspace_id, Filter(**filter), frames.append, lambda: 0)
    tracked.services.tracking.watches.start(watch)
    return frames


async def shows(frames: list[bytes], what: str) -> None:
    async with asyncio.timeout(30):
        while not any(what.encode() in frame for frame in frames):
            await asyncio.sleep(0.05)


async def test_what_another_process_stored_brings_somebody_into_a_segment_that_is_looked_at(
    tracked: Tracked, desk: httpx.AsyncClient, visitor: tuple[Browser, UUID]
) -> None:
    _, id = visitor
    bought = {"field": "past_event", "key": "buy", "op": "at_least", "value": 1, "days": 7}
    made = await segment(desk, bought)
    frames = looks(tracked, segment_id=UUID(made["id"]))
    async with asyncio.timeout(30):
        while found(tracked, id, Sought(profile=True, events=frozenset({"buy"}))) is None:
            await asyncio.sleep(0.05)
    await tracked.connection.execute(
        "INSERT INTO custom_events (workspace_id, visit_id, id, visitor_id, site_id, at, kind, name, properties)"
        " VALUES ($1, $2, $3, $4, $5, $6, 'event', 'buy', '{}')",
        tracked.workspace_id, present(tracked, id).visit_id, new_id(), id, tracked.site.id,
        tracked.services.ground.clock.now(),
    )  # fmt: skip
    tracked.services.tracking.roster.reload(tracked.workspace_id, id)
    await shows(frames, str(id))


async def test_who_is_in_a_segment_stays_in_sight_while_what_changed_is_read(
    tracked: Tracked, desk: httpx.AsyncClient, visitor: tuple[Browser, UUID]
) -> None:
    _, id = visitor
    await ask(desk, "PATCH", f"/visitors/{id}/profile", json={"fields": {"等级": "金卡"}})
    made = await segment(desk, {"field": "contact_field", "key": "等级", "op": "is", "value": ["金卡"]})
    frames = looks(tracked, segment_id=UUID(made["id"]))
    await shows(frames, str(id))
    roster = tracked.services.tracking.roster
    for note in ("一", "二", "三"):
        await ask(desk, "PATCH", f"/visitors/{id}/profile", json={"fields": {"等级": "金卡", "备注": note}})
        for learn in (tracked.services.profiles.learn, roster.learn):
            learn([await changed(tracked, id)])
        assert roster.segments.has(tracked.workspace_id, UUID(made["id"]), present(tracked, id))
        async with asyncio.timeout(30):
            while found(tracked, id, Sought(profile=True)) is None:
                await asyncio.sleep(0.02)
    assert not any(b'"gone":["' in frame for frame in frames)
    await ask(desk, "PATCH", f"/visitors/{id}/profile", json={"fields": {"等级": "银卡"}})
    for learn in (tracked.services.profiles.learn, roster.learn):
        learn([await changed(tracked, id)])
    await shows(frames, f'"gone":["{id}"]')


async def test_a_desk_that_looks_at_no_segment_is_not_told_of_what_was_read_for_one(
    tracked: Tracked, visitor: tuple[Browser, UUID]
) -> None:
    _, id = visitor
    frames = looks(tracked)
    await shows(frames, str(id))
    tracked.services.tracking.roster.look_again(tracked.workspace_id, id)
    browser = tracked.browser()
    told = len(frames)
    await browser.look("https://shop.example/p/3", "后来的")
    await shows(frames, "后来的")
    assert not any(str(id).encode() in frame for frame in frames[told:])


async def test_what_could_not_be_read_is_read_when_the_database_answers_again(
    tracked: Tracked, desk: httpx.AsyncClient, visitor: tuple[Browser, UUID]
) -> None:
    _, id = visitor
    cart = {"field": "past_event", "key": "add_to_cart", "op": "at_least", "value": 1, "days": 7}
    made = await segment(desk, cart)
    async with tracked.connection.transaction():
        await tracked.connection.execute("LOCK TABLE custom_events IN ACCESS EXCLUSIVE MODE")
        frames = looks(tracked, segment_id=UUID(made["id"]))
        async with asyncio.timeout(30):
            while not await tracked.connection.fetchval(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            ):
                await asyncio.sleep(0.05)
    await shows(frames, str(id))


async def test_a_segment_that_changes_while_it_is_read_is_read_again(
    tracked: Tracked, visitor: tuple[Browser, UUID]
) -> None:
    _, id = visitor
    sighting, ground = tracked.services.sighting, tracked.services.ground
    async with ground.work_in(tracked.workspace_id) as work:
        made = await create_segment(work, name="客户", conditions=known(True))
    async with ground.work_in(tracked.workspace_id) as work:
        reading = asyncio.create_task(sighting.look(work, made.id))
        await asyncio.sleep(0)
        sighting.learn([SegmentChanged(workspace_id=tracked.workspace_id, segment=made)])
        await reading
    async with ground.work_in(tracked.workspace_id) as work:
        await change_segment(work, made.id, conditions=known(False))
    assert not sighting.has(tracked.workspace_id, made.id, present(tracked, id))
    running = asyncio.create_task(sighting.run())
    try:
        async with asyncio.timeout(30):
            while not sighting.has(tracked.workspace_id, made.id, present(tracked, id)):
                await asyncio.sleep(0.05)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def known(value: bool) -> SegmentGroup:
    return SegmentGroup.model_validate({"items": [{"field": "known", "op": "is", "value": value}]})


async def test_rules_that_change_while_they_are_read_are_read_again(tracked: Tracked) -> None:
    rulebook = tracked.services.outreach.rulebook
    reading = asyncio.create_task(rulebook.read(tracked.workspace_id))
    await asyncio.sleep(0)
    rulebook.learn([RuleDeleted(workspace_id=tracked.workspace_id, rule_id=new_id())])
    await reading
    assert rulebook.find(tracked.workspace_id) is None
    await rulebook.read(tracked.workspace_id)
    assert rulebook.find(tracked.workspace_id) is not None


async def test_a_rule_over_the_history_waits_until_that_was_read(
    tracked: Tracked, visitor: tuple[Browser, UUID]
) -> None:
    browser, id = visitor
    await browser.look("https://shop.example/p/2")
    await browser.look("https://shop.example/p/3")
    await settled(tracked)
    never_saw = {"field": "page_seen", "op": "contains_not", "value": ["/p/2"]}
    never_put = {"field": "past_event", "key": "add_to_cart", "op": "at_most", "value": 0}
    for condition in (never_saw, never_put):
        branch = compiled(Group.model_validate({"items": [condition]}))
        for sought, holds in ((Sought(profile=True), None), (ALL, False)):
            await read(tracked, id, sought)
            profile = tracked.services.profiles.latest(tracked.workspace_id, id)
            now = tracked.services.ground.clock.now()
            assert branch.decide(moment_of(present(tracked, id), at=now, zone=UTC, profile=profile)) is holds
        tracked.services.tracking.roster.drop(tracked.workspace_id, id)
        await tracked.services.tracking.roster.rebuild()
