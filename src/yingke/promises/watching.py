"""What time does to promises: a reminder before, and the end of the time."""

from typing import Literal

from sqlalchemy import select

from yingke.conversations.changes import locked
from yingke.conversations.models import Conversation
from yingke.conversations.rows import conversation_value
from yingke.kit.timers import in_each
from yingke.kit.work import Ground, Work
from yingke.promises.facts import PromiseAlarm
from yingke.promises.making import run_out, tell
from yingke.promises.models import Promise

AT_ONCE = 200


async def look_at_all_due(ground: Ground) -> None:
    """For a timer: what is to be reminded of, or overdue, in every workspace."""
    await in_each(ground, lambda w: select(Promise.workspace_id).where(Promise.look_at <= w.now), look_at_due)


async def look_at_due(work: Work) -> None:
    due = select(Promise.id, Promise.conversation_id).where(
        Promise.workspace_id == work.workspace_id, Promise.look_at <= work.now
    )
    for promise_id, conversation_id in (
        await work.rows.execute(due.order_by(Promise.conversation_id, Promise.id).limit(AT_ONCE))
    ).all():
        row = await locked(work, conversation_id)
        promise = await work.find(Promise, promise_id, lock=True)
        if promise is not None and promise.look_at is not None and promise.look_at <= work.now:
            await _look(work, promise, row)


async def _look(work: Work, promise: Promise, row: Conversation) -> None:
    run_out(promise, work.now)
    if promise.state == "broken":
        promise.look_at = None
        await _alarm(work, "overdue", promise, row)
    else:
        promise.look_at = promise.due_at
        await _alarm(work, "soon", promise, row)


async def _alarm(work: Work, stage: Literal["soon", "overdue"], promise: Promise, row: Conversation) -> None:
    value = await tell(work, promise, row)
    work.tell(
        PromiseAlarm(workspace_id=work.workspace_id, stage=stage, promise=value, conversation=conversation_value(row))
    )
