"""The pure heart of the core, for any thread and any message; and that memory and SQL agree on who sees what."""

from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from tests.conftest import Company
from tests.people import found_team, hire, open_site
from yingke.conversations.changes import sees as sees_row
from yingke.conversations.models import Conversation
from yingke.conversations.queries import visible_to
from yingke.conversations.rows import conversation_value
from yingke.conversations.threads import Posting, after, may_see, refusal_of
from yingke.conversations.values import Author
from yingke.identity import Actor, Role
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.realtime.audience import sees

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
VISITOR, AGENT, COLLEAGUE = UUID(int=1), UUID(int=2), UUID(int=3)
TEAMS = [UUID(int=11), UUID(int=12)]

threads = st.fixed_dictionaries(
    {
        "version": st.integers(1, 9),
        "last_seq": st.integers(0, 9),
        "channel": st.sampled_from(["webchat", "webchat", "colleague"]),
        "status": st.sampled_from(["queued", "open", "snoozed", "resolved"]),
        "visitor_id": st.just(VISITOR),
        "agent_id": st.sampled_from([None, AGENT, COLLEAGUE]),
        "team_id": st.sampled_from([None, *TEAMS]),
        "participant_ids": st.sampled_from([[], [AGENT], [AGENT, COLLEAGUE]]),
        "last_message_at": st.sampled_from([NOW - timedelta(seconds=9), NOW, NOW + timedelta(seconds=9)]),
        "last_message": st.none(),
        "reads": st.just({}),
        "unread": st.integers(0, 5),
        "waiting_since": st.sampled_from([None, NOW - timedelta(minutes=1)]),
        "first_replied_at": st.sampled_from([None, NOW - timedelta(minutes=1)]),
        "snoozed_until": st.none(),
        "visitor_read_seq": st.just(0),
        "visitor_delivered_seq": st.just(0),
        "agent_read_seq": st.just(0),
        "robot": st.just(False),
    }
)
authors = {
    "incoming": Author(kind="visitor", id=VISITOR),
    "outgoing": Author(kind="agent", id=AGENT),
    "note": Author(kind="agent", id=AGENT),
    "activity": Author(kind="system"),
}


def posting_of(kind: Any, **more: Any) -> Posting:
    return Posting(
        workspace_id=UUID(int=5), conversation_id=UUID(int=6), client_id=new_id(), kind=kind, author=authors[kind], text="话", **more
    )  # fmt: skip


postings = st.sampled_from(list(authors)).map(posting_of)


@given(threads, postings)
def test_every_message_takes_the_next_seq_and_raises_the_version_once(thread: dict[str, Any], posting: Posting) -> None:
    before = dict(thread)
    then = after(thread, posting, NOW)
    assert (then["last_seq"], then["version"]) == (before["last_seq"] + 1, before["version"] + 1)
    assert thread == before, "the thread that was given is left alone"


@given(threads, postings)
def test_a_list_never_jumps_back_in_time(thread: dict[str, Any], posting: Posting) -> None:
    assert after(thread, posting, NOW)["last_message_at"] == max(NOW, thread["last_message_at"])


@given(threads)
def test_the_clock_of_an_unanswered_visitor_runs_from_the_first_message_to_the_answer(thread: dict[str, Any]) -> None:
    thread |= {"channel": "webchat", "waiting_since": None}
    first = after(thread, posting_of("incoming"), NOW)
    second = after(first, posting_of("incoming"), NOW + timedelta(minutes=1))
    noted = after(second, posting_of("note"), NOW + timedelta(minutes=2))
    answered = after(noted, posting_of("outgoing"), NOW + timedelta(minutes=3))
    assert first["waiting_since"] == second["waiting_since"] == noted["waiting_since"] == first["last_message_at"]
    assert (second["unread"], noted["unread"]) == (thread["unread"] + 2, thread["unread"] + 2)
    assert (answered["waiting_since"], answered["unread"]) == (None, 0)
    assert answered["first_replied_at"] == (thread["first_replied_at"] or answered["last_message_at"])


@given(threads)
def test_nobody_waits_while_a_robot_has_the_conversation_and_agents_take_it_before_they_answer(
    thread: dict[str, Any],
) -> None:
    thread |= {
        "channel": "webchat",
        "status": "open",
        "robot": True,
        "waiting_since": None,
        "unread": 0,
        "team_id": None,
    }
    asked = after(thread, posting_of("incoming"), NOW)
    assert (asked["waiting_since"], asked["unread"]) == (None, 0)
    refusal = refusal_of(thread, posting_of("outgoing"))
    assert refusal is not None and refusal.code == "accept_first"
    assert refusal_of(thread, posting_of("note")) is None


@given(threads)
def test_a_visitor_who_writes_wakes_a_snoozed_conversation_and_no_other_message_does(thread: dict[str, Any]) -> None:
    thread |= {"channel": "webchat", "status": "snoozed", "snoozed_until": NOW}
    assert after(thread, posting_of("incoming"), NOW)["status"] == "open"
    for kind in ("outgoing", "note", "activity"):
        assert after(thread, posting_of(kind), NOW)["status"] == "snoozed"


@given(threads, postings)
def test_what_ended_takes_notes_and_activity_only(thread: dict[str, Any], posting: Posting) -> None:
    thread["status"] = "resolved"
    refusal = refusal_of(thread, posting)
    if posting.kind in ("incoming", "outgoing"):
        assert refusal is not None
    if posting.kind == "activity":
        assert refusal is None


@given(threads, st.sampled_from([AGENT, COLLEAGUE]), st.frozensets(st.sampled_from(TEAMS)), st.booleans())
def test_who_may_not_see_a_conversation_cannot_write_into_it(
    thread: dict[str, Any], agent_id: UUID, team_ids: frozenset[UUID], sees_all: bool
) -> None:
    posting = Posting(
        workspace_id=UUID(int=5), conversation_id=UUID(int=6), client_id=new_id(), kind="note", text="话",
        author=Author(kind="agent", id=agent_id), team_ids=team_ids, sees_all=sees_all,
    )  # fmt: skip
    seen = may_see(thread, agent_id=agent_id, team_ids=team_ids, sees_all=sees_all)
    assert (refusal_of(thread, posting) is None) == seen


@given(threads)
def test_another_visitor_finds_no_conversation(thread: dict[str, Any]) -> None:
    stranger = Posting(
        workspace_id=UUID(int=5), conversation_id=UUID(int=6), client_id=new_id(), kind="incoming", text="话",
        author=Author(kind="visitor", id=UUID(int=99)),
    )  # fmt: skip
    refusal = refusal_of(thread, stranger)
    assert refusal is not None and refusal.code == "conversation_not_found"


@pytest.fixture
async def mixed(ground: Ground, company: Company) -> tuple[list[UUID], list[UUID], list[Conversation]]:
    """Conversations of every combination that visibility looks at: (agents, teams, rows)."""
    workspace_id = company.workspace_id
    agents = [(await hire(ground, workspace_id, name)).agent_id for name in ("甲", "乙")]
    teams = [await found_team(ground, workspace_id, name) for name in ("售前", "售后")]
    sites = [(await open_site(ground, workspace_id)).id for _ in "甲乙"]
    combinations = [
        (channel, agent, team, members, site)
        for channel in ("webchat", "colleague")
        for agent in (None, *agents)
        for team in (None, *teams)
        for members in ([], agents[:1], agents)
        for site in (None, *sites)
    ]
    async with ground.work_in(workspace_id) as work:
        await work.rows.execute(
            insert(Conversation),
            [
                {
                    "workspace_id": workspace_id, "id": new_id(), "number": number, "channel": channel, "status": "open",
                    "agent_id": agent, "team_id": team, "site_id": site, "participant_ids": members, "opened_at": work.now,
                    "last_message_at": work.now, "who": {}, "reads": {}, "tag_ids": [],
                }
                for number, (channel, agent, team, members, site) in enumerate(combinations, start=1)
            ],
        )  # fmt: skip
        rows = list(await work.all(select(Conversation).where(Conversation.workspace_id == workspace_id)))
    return agents, teams, rows


async def test_memory_sql_and_pushes_agree_on_what_every_kind_of_agent_sees(
    ground: Ground, company: Company, mixed: tuple[list[UUID], list[UUID], list[Conversation]]
) -> None:
    agents, teams, rows = mixed
    assert len(rows) == 162
    a_site = next(row.site_id for row in rows if row.site_id)
    for agent_id, team_ids, sees_all, sites in product(
        agents,
        (frozenset[UUID](), frozenset(teams[:1]), frozenset(teams)),
        (False, True),
        (None, frozenset[UUID](), frozenset({a_site})),
    ):
        actor = Actor(
            company.workspace_id, agent_id, Role.agent, team_ids=team_ids, sees_all=sees_all, only_site_ids=sites
        )
        async with ground.work_everywhere() as work:
            by_sql = set(await work.scalars(select(Conversation.id).where(visible_to(actor))))
        in_memory = {row.id for row in rows if sees_row(actor, row)}
        pushed = {row.id for row in rows if sees(conversation_value(row), actor)}
        assert by_sql == in_memory == pushed
