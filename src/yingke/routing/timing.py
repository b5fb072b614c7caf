"""What time alone does: to those who wait, and to those who have a conversation and are silent.

Nothing of this is asked when a message is posted: what became of a conversation is looked at when its time has come.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from yingke.agents import Agent, Team, set_availability
from yingke.conversations.assigning import back_to_queue
from yingke.conversations.changes import changed, note_activity
from yingke.conversations.models import Conversation
from yingke.inboxes import in_language
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.routing.assigning import assign_waiting
from yingke.routing.choosing import Policy, choose, lane_of
from yingke.routing.facts import Alarm, RoutingAlarm
from yingke.routing.loading import candidates
from yingke.routing.models import QueuePlace, RoutingDecision
from yingke.routing.places import ask_of, enter, given, next_due, steps_of_waiting, waits
from yingke.routing.rules import Rules
from yingke.routing.wrapping_up import end_wrap_ups

AT_ONCE = 200


async def look_at_due(work: Work, rules: Rules) -> None:
    await end_wrap_ups(work)
    due = (
        select(QueuePlace)
        .where(QueuePlace.workspace_id == work.workspace_id, QueuePlace.due_at <= work.now)
        .order_by(QueuePlace.conversation_id)
        .limit(AT_ONCE)
    )
    ids = [place.conversation_id for place in await work.all(due)]
    rows = await work.all(
        select(Conversation)
        .where(Conversation.workspace_id == work.workspace_id, Conversation.id.in_(ids))
        .order_by(Conversation.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    places = {t.conversation_id: t for t in await work.all(due.execution_options(populate_existing=True))}
    for row in rows:
        place = places.get(row.id)
        if place is None:
            continue
        if waits(row) and place.state != "given":
            await _waits_on(work, rules, row, place)
        elif given(row) and place.state == "given" and place.agent_id == row.agent_id:
            await _is_silent(work, rules, row, place)
        else:  # answered, ended or with somebody else meanwhile
            place.due_at = None
    await assign_waiting(work)


async def _waits_on(work: Work, rules: Rules, row: Conversation, place: QueuePlace) -> None:
    policy = rules.of(row.team_id)
    waited = (work.now - place.since).total_seconds()
    if place.state == "offered":
        place.state, place.offered = "waiting", True
    for after, step in steps_of_waiting(policy):
        if after > waited or step in place.done:
            continue
        place.done = [*place.done, step]
        if step == "alerted":
            _alarm(work, "waits_long", row, None, waited)
        elif step == "message":
            await note_activity(work, row, {"type": "message_offered"})
            changed(work, row, "placed")
        elif step == "overflowed":
            await _overflow(work, rules, row, policy)
            return
        else:
            await _announce(work, row, policy, int(step.partition(":")[2]))
    place.lane = lane_of(ask_of(place), policy)
    place.due_at = next_due(place, policy)


async def _announce(work: Work, row: Conversation, policy: Policy, number: int) -> None:
    text = in_language(policy.waiting.announcements[number].text, row.language)
    if text:
        await note_activity(work, row, {"type": "announcement", "text": text})
        changed(work, row, "placed")


async def _overflow(work: Work, rules: Rules, row: Conversation, policy: Policy) -> None:
    """It waits for another team now, at the place it has earned."""
    team = await work.find(Team, policy.waiting.overflow_team_id) if policy.waiting.overflow_team_id else None
    if team is None or team.id == row.team_id:
        return
    before, row.team_id = row.team_id, team.id
    activity = {"type": "overflowed", "team_id": str(team.id), "team_name": team.public_name or team.name}
    await note_activity(work, row, activity)
    changed(work, row, "transferred", team_id_before=before)
    _keep(work, row, "overflowed", None)
    await enter(work, rules, [row])


async def _is_silent(work: Work, rules: Rules, row: Conversation, place: QueuePlace) -> None:
    """The agent has it and has not answered: was it seen, and how long may it take?"""
    answering = rules.of(row.team_id).answering
    assert place.given_at is not None and place.agent_id is not None
    silent = work.now - place.given_at
    if row.agent_read_seq >= place.given_seq and "accepted" not in place.done:
        place.done = [*place.done, "accepted"]
    if _over(silent, answering.accept_within) and "accepted" not in place.done:
        await _pass_on(work, rules, row, place, "not_accepted", set_away=answering.set_away)
    elif _over(silent, answering.reply_within) and "answered" not in place.done:
        await _pass_on(work, rules, row, place, "not_answered", set_away=False)
    else:
        place.due_at = next_due(place, rules.of(row.team_id))


async def _pass_on(
    work: Work, rules: Rules, row: Conversation, place: QueuePlace, alarm: Alarm, *, set_away: bool
) -> None:
    """To the next one; where there is none, the silent one keeps it, and supervisors hear of it all the same."""
    silent_id = place.agent_id
    assert silent_id is not None and place.given_at is not None
    _alarm(work, alarm, row, silent_id, (work.now - place.given_at).total_seconds())
    policy = rules.of(row.team_id)
    place.declined = [*{*place.declined, silent_id}]
    others = [each for each in await candidates(work, rules) if each.agent_id != silent_id]
    next_one = choose(ask_of(place), others, policy, work.now)
    if next_one.agent_id is None and not next_one.offered_ids:
        place.done = [*place.done, "accepted" if alarm == "not_accepted" else "answered"]
        place.due_at = next_due(place, policy)
        return
    if set_away and (agent := await work.find(Agent, silent_id)) is not None and agent.availability == "online":
        await set_availability(work, silent_id, "away", "not_accepted")
    _keep(work, row, alarm, silent_id)
    await back_to_queue(work, row, why=alarm, first=True)
    place.done = [each for each in place.done if each not in ("accepted", "answered")]
    await enter(work, rules, [row])


def _over(silent: timedelta, seconds: int | None) -> bool:
    return seconds is not None and silent >= timedelta(seconds=seconds)


def _alarm(work: Work, alarm: Alarm, row: Conversation, agent_id: UUID | None, waited: float) -> None:
    work.tell(
        RoutingAlarm(
            workspace_id=work.workspace_id,
            alarm=alarm,
            conversation_id=row.id,
            team_id=row.team_id,
            site_id=row.site_id,
            agent_id=agent_id,
            waited=round(waited),
        )
    )


def _keep(work: Work, row: Conversation, kind: str, agent_id: UUID | None) -> None:
    waited = (work.now - row.queued_at).total_seconds() if row.queued_at else 0.0
    work.add(
        RoutingDecision(
            id=new_id(),
            conversation_id=row.id,
            kind=kind,
            team_id=row.team_id,
            agent_id=agent_id,
            decided_at=work.now,
            waited=waited,
        )
    )
