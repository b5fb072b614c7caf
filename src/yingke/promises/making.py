"""Making promises, changing them, handing them over and settling them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from yingke.agents import Agent, agent_value
from yingke.conversations.changes import locked, locked_for, place_of, sees
from yingke.conversations.clocks import nearest, set_clock
from yingke.conversations.models import Conversation, Message
from yingke.conversations.rows import conversation_value
from yingke.conversations.values import Due
from yingke.identity import Actor
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.promises.errors import PromiseMissing, PromiseSettled
from yingke.promises.facts import PromiseChanged
from yingke.promises.models import Promise
from yingke.promises.values import PromiseValue, promise_value

LONGEST = timedelta(days=400)
SOONEST_REMINDER, LATEST_REMINDER = timedelta(minutes=5), timedelta(hours=2)


async def make_promise(
    work: Work,
    actor: Actor,
    conversation_id: UUID,
    *,
    text: str,
    due_at: datetime,
    owner_id: UUID | None = None,
    seq: int | None = None,
) -> PromiseValue:
    """The owner is the actor unless another is named. Raises ConversationMissing, Invalid naming the field."""
    row = await locked_for(work, actor, conversation_id)
    _require_ahead(work, due_at)
    if row.channel == "colleague":
        raise Invalid("Promises are made to contacts.", field="conversation_id")
    if seq is not None and await work.rows.get(Message, (work.workspace_id, conversation_id, seq)) is None:
        raise Invalid("The message that promises does not exist.", field="seq")
    promise = Promise(
        id=new_id(),
        conversation_id=row.id,
        seq=seq,
        owner_id=await _owner(work, owner_id or actor.agent_id),
        made_by=actor.agent_id,
        text=text,
        created_at=work.now,
        changed_at=work.now,
        state="open",
        reason="",
    )
    work.add(promise)
    _set_due(work, promise, due_at)
    return await tell(work, promise, row)


async def change_promise(work: Work, actor: Actor, promise_id: UUID, change: dict[str, Any]) -> PromiseValue:
    """`change` holds some of `text`, `due_at`, `owner_id`. Raises PromiseMissing, PromiseSettled, Invalid."""
    promise, row = await _locked_for(work, actor, promise_id)
    _require_going_on(promise)
    before = promise.owner_id
    promise.text = change.get("text", promise.text)
    if "owner_id" in change:
        promise.owner_id = await _owner(work, change["owner_id"])
    if "due_at" in change and change["due_at"] != promise.due_at:
        if promise.state == "broken":
            raise PromiseSettled("Its time has run out: make a new promise, and say so to the contact.")
        _require_ahead(work, change["due_at"])
        _set_due(work, promise, change["due_at"])
    return await tell(work, promise, row, owner_id_before=before)


async def keep_promise(work: Work, actor: Actor, promise_id: UUID) -> PromiseValue:
    """It was done; a broken one stays broken. Doing it again does nothing. Raises PromiseMissing, PromiseSettled."""
    promise, row = await _locked_for(work, actor, promise_id)
    if promise.state == "dropped":
        raise PromiseSettled
    if promise.done_at is not None:
        return _value(promise, row)
    promise.done_at, promise.look_at = work.now, None
    if promise.state == "open":
        promise.state = "kept"
    return await tell(work, promise, row)


async def drop_promise(work: Work, actor: Actor, promise_id: UUID, reason: str) -> PromiseValue:
    """It need not be done any more, and `reason` says why. One whose time ran out stays broken. Raises PromiseSettled."""
    promise, row = await _locked_for(work, actor, promise_id)
    _require_going_on(promise)
    if promise.state == "broken":
        promise.done_at = work.now
    else:
        promise.state = "dropped"
    promise.reason, promise.look_at = reason, None
    return await tell(work, promise, row)


async def hand_over(work: Work, actor: Actor, from_id: UUID, to_id: UUID) -> int:
    """What `from_id` still has to do is `to_id`'s now: how many. Raises Forbidden, Invalid naming `to_agent_id`.

    Of somebody else it is what was promised in conversations in which the actor may do that.
    """
    if actor.agent_id != from_id:
        actor.require("promises.manage")
    return await pass_on(work, from_id, await _owner(work, to_id, "to_agent_id"), by=actor)


async def pass_on(work: Work, from_id: UUID, to_id: UUID, *, by: Actor | None = None) -> int:
    """Like `hand_over`; without `by` all of them, for one who was asked for the right to it already."""
    undone = select(Promise.id, Promise.conversation_id).where(
        Promise.workspace_id == work.workspace_id, Promise.owner_id == from_id, Promise.undone
    )
    count = 0
    for promise_id, conversation_id in (
        await work.rows.execute(undone.order_by(Promise.conversation_id, Promise.id))
    ).all():
        row = await locked(work, conversation_id)
        promise = await work.get(Promise, promise_id, lock=True)
        if promise.owner_id != from_id or not (by is None or by.agent_id == from_id or _manages(by, row)):
            continue
        promise.owner_id = to_id
        await tell(work, promise, row, owner_id_before=from_id)
        count += 1
    return count


def _manages(actor: Actor, row: Conversation) -> bool:
    return actor.may("promises.manage", place_of(row)) and sees(actor, row)


async def tell(work: Work, promise: Promise, row: Conversation, *, owner_id_before: UUID | None = None) -> PromiseValue:
    """Announce what became of `promise`, and set the countdown of its locked conversation."""
    promise.changed_at = work.now
    await work.flush()
    set_clock(work, row, "promise", await _nearest(work, row))
    value = _value(promise, row)
    work.tell(
        PromiseChanged(
            workspace_id=work.workspace_id,
            promise=value,
            conversation=conversation_value(row),
            owner_id_before=owner_id_before,
        )
    )
    return value


def _value(promise: Promise, row: Conversation) -> PromiseValue:
    return promise_value(promise, row.number, row.who.get("name"))


async def _nearest(work: Work, row: Conversation) -> Due | None:
    """What is still to be done, in time or late."""
    undone = select(Promise).where(
        Promise.workspace_id == work.workspace_id,
        Promise.conversation_id == row.id,
        Promise.undone,
    )
    return nearest([Due(kind="promise", at=each.due_at, warn_at=each.remind_at) for each in await work.all(undone)])


async def _locked_for(work: Work, actor: Actor, promise_id: UUID) -> tuple[Promise, Conversation]:
    """The conversation is locked first, as everywhere, and the promise is as it is now. Raises PromiseMissing."""
    found = await work.find(Promise, promise_id)
    if found is None:
        raise PromiseMissing
    row = await locked(work, found.conversation_id)
    if found.owner_id != actor.agent_id and not sees(actor, row):
        raise PromiseMissing
    promise = await work.get(Promise, promise_id, lock=True)
    run_out(promise, work.now)
    return promise, row


def run_out(promise: Promise, now: datetime) -> None:
    """Break what is due, also when no timer came by yet: it does, and raises the alarm."""
    if promise.state == "open" and promise.due_at <= now:
        promise.state = "broken"


async def _owner(work: Work, agent_id: UUID, field: str = "owner_id") -> UUID:
    """Raises Invalid for one who is not here, or not any more."""
    if await work.find(Agent, agent_id) is None or (await agent_value(work, agent_id)).disabled:
        raise Invalid("This colleague is not in this workspace.", field=field)
    return agent_id


def _require_going_on(promise: Promise) -> None:
    if not promise.undone:
        raise PromiseSettled


def _require_ahead(work: Work, due_at: datetime) -> None:
    if not work.now < due_at <= work.now + LONGEST:
        raise Invalid("Choose a time in the future, within the next year.", field="due_at")


def _set_due(work: Work, promise: Promise, due_at: datetime) -> None:
    """The reminder comes after four fifths of the time: two hours before at most, and five minutes at least."""
    ahead = min(max((due_at - work.now) / 5, SOONEST_REMINDER), LATEST_REMINDER)
    promise.due_at = due_at
    promise.remind_at = max(due_at - ahead, work.now)
    promise.look_at = promise.remind_at
