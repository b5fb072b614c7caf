"""Faults that are put into the program on purpose, to see that the harness finds them.

They exist in the process that `forking` makes for a test and nowhere else: nothing of the program knows of them.
"""

from collections.abc import Callable
from typing import Any

PLANTED: dict[str, Callable[[], None]] = {}


def plant(fault: str) -> None:
    """Change the program in this process."""
    PLANTED[fault]()


def _named(name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    def enter(planting: Callable[[], None]) -> Callable[[], None]:
        PLANTED[name] = planting
        return planting

    return enter


@_named("acknowledged before the commit")
def _ack_before_commit() -> None:
    from yingke.conversations import appending
    from yingke.realtime.gatherer import Gatherer

    waiting: dict[Any, Callable[[Any], None]] = {}
    submit, store = Gatherer.submit, appending._store

    def submit_and_remember(self: Any, posting: Any, answer: Callable[[Any], None]) -> None:
        def answer_late(result: Any) -> None:
            if (late := waiting.pop(posting.client_id, None)) is not None:
                late(result)

        waiting[posting.client_id] = answer
        submit(self, posting, answer_late)

    async def answer_and_store(ground: Any, direct: Any, decision: Any) -> Any:
        for answer in decision.answers:
            if getattr(answer, "message", None):
                waiting.pop(answer.message.client_id, repr)(answer)
        return await store(ground, direct, decision)

    Gatherer.submit = submit_and_remember  # type: ignore[method-assign]
    appending._store = answer_and_store


@_named("no unique key")
def _no_unique_key() -> None:
    from yingke.conversations import appending

    read = appending.read

    async def find_nothing_stored(*given: Any) -> Any:
        threads, _ = await read(*given)
        return threads, {}

    appending.read = find_nothing_stored
    _after_upgrade("DROP INDEX IF EXISTS uq_messages_client_id")


@_named("seq by the clock")
def _seq_by_the_clock() -> None:
    from yingke.conversations import appending

    counted = appending.after

    def by_the_clock(thread: Any, posting: Any, now: Any) -> dict[str, Any]:
        columns = counted(thread, posting, now)
        since_opening = int((now - thread["opened_at"]).total_seconds() * 1000)
        columns["last_seq"] = max(thread["last_seq"] + 1, since_opening)
        return columns

    appending.after = by_the_clock


@_named("history off by one")
def _history_off_by_one() -> None:
    from yingke.realtime import agent_socket, visitor_socket

    for module in (agent_socket, visitor_socket):
        whole = module.messages_after

        async def one_short(work: Any, conversation: Any, after: int, limit: int, whole: Any = whole) -> Any:
            return await whole(work, conversation, after + 1 if after else 0, limit)

        module.messages_after = one_short


@_named("published before the commit")
def _published_before_the_commit() -> None:
    from yingke.conversations import appending

    store = appending._store

    async def publish_and_store(ground: Any, direct: Any, decision: Any) -> Any:
        ground.outbox.push(decision.facts)
        return await store(ground, direct, decision)

    appending._store = publish_and_store


@_named("listeners run twice, and one minds")
def _listeners_run_twice() -> None:
    from yingke.kit.relay import Relay

    once = Relay._hand_over

    async def twice(self: Any, *given: Any) -> None:
        await once(self, *given)
        await once(self, *given)

    Relay._hand_over = twice  # type: ignore[method-assign]
    _after_upgrade("DROP INDEX IF EXISTS uq_mails_reply")


@_named("given to two agents")
def _given_twice() -> None:
    from yingke.routing import assigning

    once = assigning.give_all

    async def twice(work: Any, given: Any, **more: Any) -> Any:
        await once(work, given, **more)
        return await once(work, given, **more)

    assigning.give_all = twice


def _after_upgrade(statement: str) -> None:
    import asyncpg

    from yingke import worker

    upgrade = worker.upgrade

    async def upgrade_and_spoil(dsn: str) -> None:
        await upgrade(dsn)
        connection = await asyncpg.connect(dsn)
        await connection.execute(statement)
        await connection.close()

    worker.upgrade = upgrade_and_spoil
