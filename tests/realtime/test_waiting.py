"""What cannot be served soon is refused at once, with the time to come again; agents do not wait behind visitors."""

import asyncio
from uuid import UUID

import pytest

from yingke.conversations.threads import Posting
from yingke.conversations.values import Author
from yingke.kit.errors import Unavailable
from yingke.kit.ids import new_id
from yingke.realtime import arrivals as coming
from yingke.realtime.arrivals import WAIT_AT_MOST, Arrivals
from yingke.realtime.waiting import AWAY_AT_MOST, REFUSED_A_SECOND, Line


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def posting(conversation_id: UUID | None = None) -> Posting:
    author = Author(kind="visitor", id=new_id(), name=None)
    return Posting(
        workspace_id=new_id(), conversation_id=conversation_id or new_id(), client_id=new_id(), kind="incoming",
        author=author, text="在吗？",
    )  # fmt: skip


def test_more_posts_than_may_wait_are_refused_with_the_time_to_come_again() -> None:
    line = Line("visitor", most=2, few=1, longest=1, clock=Clock())
    for _ in range(2):
        line.put(posting(), print)
    with pytest.raises(Unavailable) as refusal:
        line.put(posting(), print)
    assert refusal.value.retry_after is not None and 1 <= refusal.value.retry_after <= 1.5
    assert len(line.take(10, set())) == 2
    line.put(posting(), print)


def test_a_post_is_refused_when_more_wait_than_are_stored_together_and_the_first_has_waited_too_long() -> None:
    clock = Clock()
    line = Line("visitor", most=100, few=2, longest=0.5, clock=clock)
    line.put(posting(), print)
    clock.now += 2
    line.put(posting(), print)  # the database is slow, and that is all
    with pytest.raises(Unavailable) as refusal:
        line.put(posting(), print)
    assert refusal.value.retry_after is not None and 4 <= refusal.value.retry_after <= 6
    line.take(10, set())
    line.put(posting(), print)


def test_the_more_are_refused_the_longer_they_are_asked_to_stay_away() -> None:
    clock = Clock()
    line = Line("visitor", most=1, few=1, longest=1, clock=clock)
    line.put(posting(), print)

    def away(refusals: int) -> float:
        return max(line.refusal().retry_after or 0 for _ in range(refusals))

    assert away(REFUSED_A_SECOND) <= 1.5
    assert 3 < away(2 * REFUSED_A_SECOND) <= 4.5
    clock.now += 1
    assert away(1) >= 3  # those of the second before count
    clock.now += 2
    line.take(1, set())
    line.put(posting(), print)
    assert away(1) <= 1.5
    assert away(100 * REFUSED_A_SECOND) <= 1.5 * AWAY_AT_MOST


def test_posts_to_a_conversation_in_flight_keep_their_places() -> None:
    line = Line("visitor", most=100, few=10, longest=1, clock=Clock())
    busy = new_id()
    posts = [posting(busy), posting(), posting(busy), posting()]
    for each in posts:
        line.put(each, print)
    assert [waiting.posting for waiting in line.take(10, {busy})] == [posts[1], posts[3]]
    assert [waiting.posting for waiting in line.take(1, set())] == [posts[0]]
    assert [waiting.posting for waiting in line.take(1, set())] == [posts[2]]


async def test_few_hellos_are_served_at_once_and_the_rest_wait_in_line() -> None:
    arrivals = Arrivals(at_once=2)
    inside, most = 0, 0

    async def arrive() -> None:
        nonlocal inside, most
        async with arrivals.turn():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(arrive() for _ in range(50)))
    assert most == 2 and inside == 0


async def test_a_hello_that_would_wait_too_long_is_told_when_to_come_again() -> None:
    arrivals = Arrivals(at_once=1)
    arrivals._each = 1.0
    waiting = [asyncio.create_task(_stay(arrivals)) for _ in range(6)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable) as refusal:
        async with arrivals.turn():
            raise AssertionError("let in")
    assert refusal.value.retry_after is not None and refusal.value.retry_after > WAIT_AT_MOST
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    async with arrivals.turn():
        pass


async def test_those_who_are_told_to_come_again_are_not_told_the_same_moment() -> None:
    arrivals = Arrivals(at_once=1, clock=Clock())
    arrivals._each = 0.4
    waiting = [asyncio.create_task(_stay(arrivals)) for _ in range(20)]
    await asyncio.sleep(0)
    told: list[float] = []
    for _ in range(1000):
        with pytest.raises(Unavailable) as refusal:
            async with arrivals.turn():
                raise AssertionError("let in")
        told.append(refusal.value.retry_after or 0)
    assert told == sorted(told) and told[10] - told[0] == pytest.approx(2, abs=0.1)
    assert max(told) == coming.AWAY_AT_MOST
    for each in waiting:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def _stay(arrivals: Arrivals) -> None:
    async with arrivals.turn():
        await asyncio.sleep(10)
