"""Somebody leaves: everything goes to others in one act, and nothing is left."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from tests.conftest import Company, sign_in, sign_in_token
from tests.people import arrive, found_team, hire, open_site
from yingke.conversations.assigning import accept_conversation
from yingke.conversations.closing import snooze_conversation
from yingke.conversations.models import Conversation, Message
from yingke.conversations.opening import open_conversation
from yingke.conversations.posting import Draft, post_message
from yingke.identity import Actor, Role
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.knowledge.models import KnowledgeEntry
from yingke.leaving.handing_over import hand_over
from yingke.service_requests.forms import RequestForm, change_form
from yingke.training.drilling import give_drill, make_drill


class Leaving:
    """李雷 has one of everything; 店主 is at the desk, 韩梅梅 stays."""

    def __init__(self, ground: Ground, http: httpx.AsyncClient, company: Company) -> None:
        self.ground, self.http, self.workspace_id = ground, http, company.workspace_id
        self.li: Actor
        self.han: Actor
        self.owner: Actor
        self.team: UUID
        self.conversation: UUID

    async def begin(self) -> "Leaving":
        self.team = await found_team(self.ground, self.workspace_id, "售后")
        self.owner = await hire(self.ground, self.workspace_id, "店主", role=Role.owner)
        self.li = await hire(self.ground, self.workspace_id, "李雷", teams=(self.team,))
        self.han = await hire(self.ground, self.workspace_id, "韩梅梅")
        async with self.ground.work_in(self.workspace_id) as work:
            visitor = await arrive(work, await open_site(self.ground, self.workspace_id))
            self.conversation = (await open_conversation(work, visitor, client_id=new_id(), team_id=self.team)).id
        async with self.ground.work_in(self.workspace_id) as work:
            await accept_conversation(work, self.li, self.conversation)
            await post_message(work, self.li, self.conversation, Draft(client_id=new_id(), text="您好"))
            await change_form(work, "access", RequestForm(enabled=True))
        await sign_in(self.ground, self.http, self.li)
        request = {"client_id": str(new_id()), "kind": "access", "conversation_id": str(self.conversation)}
        for answer in (
            await self.http.post("/api/v1/service-requests", json=request),
            await self.http.put(f"/api/v1/conversations/{self.conversation}/draft", json={"text": "明天给您回电"}),
            await self.http.post(
                "/api/v1/canned-responses", json={"scope": "personal", "title": "问好", "text": "您好"}
            ),
            await self.http.post(
                f"/api/v1/conversations/{self.conversation}/promises",
                json={"text": "回电", "due_at": str(datetime.now(UTC) + timedelta(days=1))},
            ),
            await self.http.post("/api/v1/views", json={"name": "我的", "shared": False, "filter": {}}),
        ):
            assert answer.status_code < 300, answer.text
        await sign_in(self.ground, self.http, self.han)
        same = {"scope": "personal", "title": "问好", "text": "欢迎"}
        assert (await self.http.post("/api/v1/canned-responses", json=same)).status_code == 201
        await sign_in(self.ground, self.http, self.owner)
        body = {"language": "zh-CN", "question": "怎么退货？", "answers": []}
        await self.http.post("/api/v1/knowledge/entries", json=body)
        async with self.ground.work_in(self.workspace_id) as work:
            drill = await make_drill(
                work, self.owner, title="催", criterion="", situation="?", kind="free", options=[], good="!"
            )
            await give_drill(work, self.owner, drill.id, [self.li.agent_id], None)
            for entry in await work.all(select(KnowledgeEntry).where(KnowledgeEntry.workspace_id == self.workspace_id)):
                entry.owner_id = self.li.agent_id
        return self

    async def belongings(self) -> dict[str, int]:
        return dict((await self.http.get(f"/api/v1/agents/{self.li.agent_id}/belongings")).json())

    async def leave(self, **heirs: Any) -> httpx.Response:
        return await self.http.put(f"/api/v1/agents/{self.li.agent_id}/hand-over", json=heirs)


@pytest.fixture
async def leaving(ground: Ground, http: httpx.AsyncClient, company: Company) -> Leaving:
    return await Leaving(ground, http, company).begin()


async def test_everything_goes_to_a_colleague_and_nothing_is_left(leaving: Leaving) -> None:
    shown = await leaving.belongings()
    one_each = (
        "conversations",
        "promises",
        "service_requests",
        "drafts",
        "exercises",
        "canned_responses",
        "views",
        "teams",
    )
    assert {name: shown[name] for name in one_each} == dict.fromkeys(one_each, 1)
    token = await sign_in_token(leaving.ground, leaving.li)
    answer = await leaving.leave(heir_id=str(leaving.han.agent_id))
    assert answer.status_code == 200, answer.text
    assert answer.json()["before"]["conversations"] == 1
    assert set(answer.json()["left"].values()) == {0}
    assert set((await leaving.belongings()).values()) == {0}
    async with leaving.ground.work_in(leaving.workspace_id) as work:
        row = await work.get(Conversation, leaving.conversation)
        assert (row.agent_id, row.status) == (leaving.han.agent_id, "open")
        said = await work.all(select(Message).where(Message.conversation_id == leaving.conversation))
        assert any(each.kind == "note" and each.text == "李雷: 明天给您回电" for each in said)
        assert any(each.author_name == "李雷" and each.text == "您好" for each in said), "history keeps the name"
    agents = (await leaving.http.get("/api/v1/agents")).json()["items"]
    gone = next(each for each in agents if each["id"] == str(leaving.li.agent_id))
    assert (gone["name"], gone["disabled"], gone["team_ids"]) == ("李雷", True, [])
    newest = (await leaving.http.get("/api/v1/audit")).json()["items"][0]
    assert newest["act"] in ("agents.hand-over.changed", "session.removed")
    await sign_in(leaving.ground, leaving.http, leaving.han)
    titles = [each["title"] for each in (await leaving.http.get("/api/v1/canned-responses")).json()["items"]]
    assert titles.count("问好") == 2
    leaving.http.cookies.set("yingke_session", token, domain="desk.test")
    assert (await leaving.http.get("/api/v1/session")).status_code == 401


async def test_conversations_go_to_the_front_of_a_teams_queue_when_a_team_is_named(leaving: Leaving) -> None:
    other = await found_team(leaving.ground, leaving.workspace_id, "售前")
    answer = await leaving.leave(heir_id=str(leaving.han.agent_id), team_id=str(other))
    assert answer.status_code == 200, answer.text
    async with leaving.ground.work_in(leaving.workspace_id) as work:
        row = await work.get(Conversation, leaving.conversation)
        assert (row.agent_id, row.status, row.team_id, row.priority) == (None, "queued", other, "returning")


async def test_what_was_put_aside_stays_so_and_is_the_heirs(leaving: Leaving) -> None:
    until = datetime.now(UTC) + timedelta(days=2)
    async with leaving.ground.work_in(leaving.workspace_id) as work:
        await snooze_conversation(work, leaving.li, leaving.conversation, until)
    other = await found_team(leaving.ground, leaving.workspace_id, "售前")
    answer = await leaving.leave(heir_id=str(leaving.han.agent_id), team_id=str(other))
    assert answer.status_code == 200, answer.text
    async with leaving.ground.work_in(leaving.workspace_id) as work:
        row = await work.get(Conversation, leaving.conversation)
        assert (row.agent_id, row.status, row.snoozed_until) == (leaving.han.agent_id, "snoozed", until)


async def test_a_draft_is_left_where_whoever_closes_the_account_has_no_sight(leaving: Leaving) -> None:
    """One whose role may close accounts, and sees the conversations of no team but the own."""
    blind = replace(leaving.owner, sees_all=False, team_ids=frozenset())
    async with leaving.ground.work_in(leaving.workspace_id) as work:
        done = await hand_over(work, blind, leaving.li.agent_id, heir_id=leaving.han.agent_id)
    assert done.left.nothing
    async with leaving.ground.work_in(leaving.workspace_id) as work:
        said = await work.all(select(Message).where(Message.conversation_id == leaving.conversation))
    assert [each.text for each in said if each.kind == "note"] == ["李雷: 明天给您回电"]


async def test_what_is_refused_changes_nothing(leaving: Leaving) -> None:
    before = await leaving.belongings()
    assert (await leaving.leave()).json()["code"] == "no_heir"
    assert (await leaving.leave(heir_id=str(leaving.li.agent_id))).json()["code"] == "no_heir"
    assert (await leaving.leave(heir_id=str(new_id()))).json()["code"] == "no_heir"
    assert (await leaving.leave(heir_id=str(leaving.han.agent_id), team_id=str(new_id()))).status_code == 404
    own = f"/api/v1/agents/{leaving.owner.agent_id}/hand-over"
    assert (await leaving.http.put(own, json={"heir_id": str(leaving.han.agent_id)})).json()["code"] == "own_leaving"
    assert await leaving.belongings() == before
    await sign_in(leaving.ground, leaving.http, leaving.han)
    assert (await leaving.leave(heir_id=str(leaving.han.agent_id))).status_code == 403
