"""Faults that are put into the program on purpose, to see that the harness finds them.

They exist in the process that `forking` makes for a test and nowhere else: nothing of the program knows of them.
"""

from collections.abc import Callable, Sequence
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
    from yingke.realtime import gatherer

    store = gatherer.append

    async def append_and_answer(work: Any, postings: Sequence[Any]) -> list[Any]:
        answers = await store(work, postings)
        for posting, result in zip(postings, answers, strict=True):
            waiting.pop(id(posting), repr)(result)
        return answers

    waiting: dict[int, Any] = {}
    submit = gatherer.Gatherer.submit

    def submit_and_answer_early(self: Any, posting: Any, answer: Any) -> None:
        waiting[id(posting)] = answer
        submit(self, posting, lambda result: None)

    gatherer.append = append_and_answer
    gatherer.Gatherer.submit = submit_and_answer_early  # type: ignore[method-assign]


@_named("no unique key")
def _no_unique_key() -> None:
    from yingke.conversations import appending

    async def nothing_is_stored(*_: Any) -> dict[Any, Any]:
        return {}

    appending._already_stored = nothing_is_stored
    _after_upgrade("DROP INDEX IF EXISTS uq_messages_client_id")


@_named("seq by the clock")
def _seq_by_the_clock() -> None:
    from yingke.conversations import appending

    counted = appending.after

    def by_the_clock(thread: Any, posting: Any, now: Any) -> dict[str, Any]:
        columns = counted(thread, posting, now)
        columns["last_seq"] = int((now - thread["opened_at"]).total_seconds() * 1000) + 10
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
    from yingke.kit.outbox import Outbox

    store = Outbox.store

    async def store_and_publish(self: Any, connection: Any, told: Any, now: Any) -> None:
        await store(self, connection, told, now)
        self.push([each.fact for each in told if each.fact])

    Outbox.store = store_and_publish  # type: ignore[method-assign]


@_named("listeners run twice, and one minds")
def _listeners_run_twice() -> None:
    from yingke.kit.outbox import Relay

    once = Relay._hand_over

    async def twice(self: Any, workspace_id: Any, rows: Any) -> None:
        await once(self, workspace_id, rows)
        await once(self, workspace_id, rows)

    Relay._hand_over = twice  # type: ignore[method-assign]
    _after_upgrade("DROP INDEX IF EXISTS uq_mails_reply")


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
