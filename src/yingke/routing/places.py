"""Places: kept in step with their conversations, so that routing finds who waits without reading the queue."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select

from yingke.agents import Team
from yingke.conversations.changes import changed
from yingke.conversations.models import Conversation
from yingke.kit.work import Work
from yingke.routing.choosing import Ask, Demand, Policy, Priority, Traits, holds, lane_of
from yingke.routing.models import QueuePlace
from yingke.routing.rules import Rules, rules_of
from yingke.routing.traits import traits_of


async def follow(work: Work, conversation_ids: Collection[UUID]) -> None:
    """Make the places what their conversations say now; doing it again changes nothing."""
    ids = sorted(set(conversation_ids))
    conversations = await work.all(
        select(Conversation)
        .where(Conversation.workspace_id == work.workspace_id, Conversation.id.in_(ids))
        .order_by(Conversation.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    places = await places_of(work, ids)
    rules = await rules_of(work)
    await enter(work, rules, [row for row in conversations if waits(row) and not _entered(row, places.get(row.id))])
    for row in conversations:
        place = places.get(row.id)
        if given(row):
            _note_given(work, rules, row, place)
        elif place is not None and not waits(row):
            await work.rows.delete(place)


def waits(row: Conversation) -> bool:
    """For routing to give it to somebody. Messages that were left are taken by who has time."""
    return row.status == "queued" and row.kind == "chat" and row.channel != "colleague"


def given(row: Conversation) -> bool:
    """Somebody has it who owes the visitor an answer."""
    held = row.status == "open" and row.channel != "colleague" and row.kind == "chat" and row.agent_id is not None
    return held and row.waiting_since is not None


def _entered(row: Conversation, place: QueuePlace | None) -> bool:
    return place is not None and place.state != "given" and (place.since, place.team_id) == (row.queued_at, row.team_id)


async def enter(work: Work, rules: Rules, rows: Sequence[Conversation]) -> None:
    """Places for these locked conversations, whose class, place and, where nobody chose one, team follow the rules."""
    if not rows:
        return
    known = await traits_of(work, [row.id for row in rows])
    teams = set(await work.scalars(select(Team.id).where(Team.workspace_id == work.workspace_id)))
    entering = []
    for row in rows:
        traits = known[row.id]
        applied = [rule for rule in rules.settings.rules if holds(rule.when, traits)]
        _set_place(
            work, rules, row, [rule.team_id for rule in applied if rule.team_id in teams], any(r.vip for r in applied)
        )
        demands = tuple(Demand(each.skill_id, each.level) for rule in applied for each in rule.skills)
        entering.append((row, traits, demands))
    places = await places_of(work, [row.id for row in rows])
    for row, traits, demands in entering:
        _write(work, rules, row, traits, demands, places.get(row.id))


def _set_place(work: Work, rules: Rules, row: Conversation, teams: list[UUID | None], vip: bool) -> None:
    before = row.team_id
    if row.team_id is None and teams:
        row.team_id = teams[0]
    priority = row.priority or ("vip" if vip else "")
    start = getattr(rules.settings.head_starts, priority) if priority else 0
    assert row.queued_at is not None
    place_at = row.queued_at - timedelta(seconds=start)
    if (row.priority, row.place_at, row.team_id) != (priority, place_at, before):
        row.priority, row.place_at = priority, place_at
        changed(work, row, "placed", team_id_before=before)


def _write(
    work: Work,
    rules: Rules,
    row: Conversation,
    traits: Traits,
    demands: tuple[Demand, ...],
    place: QueuePlace | None,
) -> None:
    assert row.queued_at is not None and row.place_at is not None
    if place is None:
        place = QueuePlace(conversation_id=row.id, declined=[], done=[], offered=False, given_seq=0)
        work.add(place)
    place.team_id, place.state, place.priority = row.team_id, "waiting", row.priority
    place.since, place.place_at = row.queued_at, row.place_at
    place.traits = msgspec.to_builtins(traits)
    place.demands = [[str(skill_id), level] for skill_id, level in demands]
    place.weight = rules.settings.weights.get(row.channel, 1.0)
    place.agent_id = place.given_at = None
    policy = rules.of(row.team_id)
    place.lane = lane_of(ask_of(place), policy)
    place.due_at = next_due(place, policy)


def _note_given(work: Work, rules: Rules, row: Conversation, place: QueuePlace | None) -> None:
    if place is not None and (place.state, place.agent_id) == ("given", row.agent_id):
        return
    if place is None:
        since = row.queued_at or row.waiting_since or work.now
        place = QueuePlace(
            conversation_id=row.id, declined=[], done=[], offered=False, lane="", priority=row.priority, since=since,
            place_at=since, traits={}, demands=[], weight=rules.settings.weights.get(row.channel, 1.0),
        )  # fmt: skip
        work.add(place)
    place.state, place.agent_id, place.team_id = "given", row.agent_id, row.team_id
    place.given_at, place.given_seq = work.now, row.last_seq
    place.due_at = next_due(place, rules.of(row.team_id))


def next_due(place: QueuePlace, policy: Policy) -> datetime | None:
    """When the place has to be looked at again because of what the policy says of time."""
    if place.state == "given":
        assert place.given_at is not None
        within = (policy.answering.accept_within, "accepted"), (policy.answering.reply_within, "answered")
        moments = [place.given_at + timedelta(seconds=s) for s, done in within if s and done not in place.done]
    else:
        moments = [
            place.since + timedelta(seconds=after) for after, done in steps_of_waiting(policy) if done not in place.done
        ]
    return min(moments, default=None)


def steps_of_waiting(policy: Policy) -> list[tuple[int, str]]:
    """What happens to one who waits, after how many seconds, and the mark that it was done."""
    waiting = policy.waiting
    found = [(each.after, f"announced:{number}") for number, each in enumerate(waiting.announcements)]
    timed = (waiting.alert_after, "alerted"), (waiting.overflow_after, "overflowed"), (waiting.message_after, "message")
    return sorted([*found, *((after, done) for after, done in timed if after is not None)])


def ask_of(place: QueuePlace) -> Ask:
    priority: Priority = place.priority  # type: ignore[assignment] # the column holds nothing else
    return Ask(
        conversation_id=place.conversation_id,
        team_id=place.team_id,
        since=place.since,
        place=place.place_at,
        priority=priority,
        traits=msgspec.convert(place.traits, Traits),
        demands=tuple(Demand(UUID(skill_id), level) for skill_id, level in place.demands),
        weight=place.weight,
        declined=frozenset(place.declined),
        offered=place.offered,
    )


async def places_of(work: Work, conversation_ids: Sequence[UUID]) -> dict[UUID, QueuePlace]:
    rows = await work.all(
        select(QueuePlace).where(
            QueuePlace.workspace_id == work.workspace_id, QueuePlace.conversation_id.in_(conversation_ids)
        )
    )
    return {row.conversation_id: row for row in rows}


async def enter_again(work: Work, team_id: UUID | None, *, every: bool = False) -> None:
    """The policy changed: those who wait stand in other lanes now."""
    mine = select(QueuePlace).where(QueuePlace.workspace_id == work.workspace_id, QueuePlace.state != "given")
    if not every:
        mine = mine.where(QueuePlace.team_id.is_not_distinct_from(team_id))
    rules = await rules_of(work)
    for place in await work.all(mine.order_by(QueuePlace.conversation_id).with_for_update()):
        policy = rules.of(place.team_id)
        place.lane = lane_of(ask_of(place), policy)
        place.due_at = next_due(place, policy)


__all__ = ["ask_of", "enter", "enter_again", "follow", "given", "next_due", "places_of", "steps_of_waiting", "waits"]
