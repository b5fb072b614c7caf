"""Search through the HTTP door, over the index that the listeners keep."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from tests.conftest import Company, sign_in
from tests.people import arrive, found_team, hire, open_site
from tests.relaying import settle
from yingke.contacts import ContactChanged, contact_value, create_contact, edit_contact, merge_contacts
from yingke.contacts.editing import add_note, delete_contact
from yingke.conversations.editing import recall_message
from yingke.conversations.facts import MessagePosted, MessageRecalled
from yingke.conversations.opening import open_conversation, open_room
from yingke.conversations.posting import Draft, post_from_visitor, post_message
from yingke.conversations.search import SearchText, querying
from yingke.conversations.search.indexing import forget_message, index_contact, index_message
from yingke.identity import Actor
from yingke.kit.clock import FixedClock
from yingke.kit.facts import Fact
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.wiring import Services

BOUNDS = [(querying.WINDOWS, querying.RARE), ((3, 2), querying.RARE), ((3, 2), 1)]
Say = Callable[..., Awaitable[UUID]]


@pytest.fixture
async def said(ground: Ground, company: Company, clock: FixedClock) -> Say:
    """Has a new visitor say something, a second later than the one before; the conversation's id."""
    site = await open_site(ground, company.workspace_id)

    async def say(*texts: str, team_id: UUID | None = None) -> UUID:
        async with ground.work_in(company.workspace_id) as work:
            visitor = await arrive(work, site)
            opened = await open_conversation(work, visitor, client_id=new_id(), team_id=team_id)
        for text in texts:
            clock.advance(timedelta(seconds=1))
            async with ground.work_in(company.workspace_id) as work:
                draft = Draft(client_id=new_id(), text=text, kind="incoming")
                await post_from_visitor(work, await work.get(type(visitor), visitor.id), opened.id, draft)
        return opened.id

    return say


@pytest.fixture
def walked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How far the newest texts are walked through before the index is asked, and which words count as rare."""
    monkeypatch.setattr(querying, "WINDOWS", request.param[0])
    monkeypatch.setattr(querying, "RARE", request.param[1])


async def find(http: httpx.AsyncClient, q: str, **params: Any) -> list[dict[str, Any]]:
    answer = await http.get("/api/v1/search", params={"q": q} | params)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def all_pages(http: httpx.AsyncClient, q: str, *, limit: int) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        params = {"q": q, "limit": limit} | ({"cursor": cursor} if cursor else {})
        page = (await http.get("/api/v1/search", params=params)).json()
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items


async def texts(http: httpx.AsyncClient, q: str, **params: Any) -> list[str]:
    return [item["snippet"].replace("\u0001", "").replace("\u0002", "") for item in await find(http, q, **params)]


async def test_what_was_said_is_found_by_words_in_chinese_and_english_newest_first(
    http: httpx.AsyncClient, ground: Ground, company: Company, services: Services, said: Say
) -> None:
    await said("请问什么时候发货?", "Where is my Order?", "发货了吗", "谢谢")
    await settle(services)
    await sign_in(ground, http, company.owner)
    assert await texts(http, "发货") == ["发货了吗", "请问什么时候发货?"]
    assert await texts(http, "什么 发货") == ["请问什么时候发货?"]
    assert await texts(http, "ord") == ["Where is my Order?"]
    assert await texts(http, "货") == ["发货了吗", "请问什么时候发货?"]
    assert await texts(http, "退款") == []
    assert await texts(http, "?!") == []
    (hit,) = await find(http, "order")
    assert (hit["kind"], hit["message"]["text"], hit["contact"]) == ("message", "Where is my Order?", None)
    assert hit["snippet"] == "Where is my \u0001Order\u0002?"
    assert hit["conversation"]["id"] == hit["message"]["conversation_id"]


async def test_notes_are_found_as_notes_and_contacts_by_fragments_of_phone_and_mail(
    http: httpx.AsyncClient, ground: Ground, company: Company, services: Services, said: Say
) -> None:
    conversation_id = await said("在吗")
    agent = await hire(ground, company.workspace_id)
    async with ground.work_in(company.workspace_id) as work:
        await post_message(work, agent, conversation_id, Draft(client_id=new_id(), text="老客户,要优先", kind="note"))
        details = {"name": "欧阳娜", "phone": "138 0013 8000", "email": "ouyang.na@shop.example"}
        contact = await create_contact(work, details)  # type: ignore[arg-type]
        await add_note(work, contact.id, agent_id=agent.agent_id, text="喜欢绿色")
    await settle(services)
    await sign_in(ground, http, agent)
    assert [item["kind"] for item in await find(http, "优先")] == ["note"]
    assert await find(http, "优先", kind="messages") == []
    for q in ("欧阳", "0013", "13800138", "138-0013", "ouyang.n", "OUYANG"):
        (hit,) = await find(http, q)
        assert (hit["kind"], hit["contact"]["name"], hit["conversation"]) == ("contact", "欧阳娜", None)
    (hit,) = await find(http, "绿色", kind="notes")
    assert (hit["kind"], hit["contact"]["name"], hit["snippet"]) == ("note", "欧阳娜", "喜欢\u0001绿色\u0002")
    assert [item["kind"] for item in await find(http, "0013", kind="contacts")] == ["contact"]


@pytest.mark.parametrize("walked", BOUNDS, indirect=True)
async def test_nobody_finds_what_they_may_not_read(
    http: httpx.AsyncClient, company: Company, services: Services, said: Say, walked: None
) -> None:
    """In the newest texts and through the index: what a team, colleagues or another company said stays with them."""
    ground = services.ground
    team_id = await found_team(ground, company.workspace_id)
    member = await hire(ground, company.workspace_id, teams=(team_id,))
    outsider = await hire(ground, company.workspace_id, "李雷")
    third = await hire(ground, company.workspace_id, "韩梅")
    await said("暗号在这里", team_id=team_id)
    async with ground.work_in(company.workspace_id) as work:
        room = await open_room(work, member, [third.agent_id])
        await post_message(work, member, room.id, Draft(client_id=new_id(), text="暗号是松果"))
    await settle(services)

    async def found_by(actor: Actor) -> list[str]:
        await sign_in(ground, http, actor)
        return [item["message"]["text"] for item in await all_pages(http, "暗号", limit=1)]

    assert await found_by(member) == ["暗号是松果", "暗号在这里"]
    assert await found_by(third) == ["暗号是松果"]
    assert await found_by(outsider) == []
    assert await found_by(company.owner) == ["暗号在这里"]


async def test_a_recalled_message_is_not_found_even_before_the_index_knows(
    http: httpx.AsyncClient, ground: Ground, company: Company, services: Services, said: Say
) -> None:
    conversation_id = await said("在吗")
    agent = await hire(ground, company.workspace_id)
    async with ground.work_in(company.workspace_id) as work:
        draft = Draft(client_id=new_id(), text="发错了的话", kind="note")
        posted = await post_message(work, agent, conversation_id, draft)
    await settle(services)
    await sign_in(ground, http, agent)
    assert await texts(http, "发错") == ["发错了的话"]
    async with ground.work_in(company.workspace_id) as work:
        await recall_message(work, agent, conversation_id, posted.seq)
    assert await texts(http, "发错") == []
    await settle(services)
    async with ground.work_in(company.workspace_id) as work:
        assert await work.rows.get(SearchText, (company.workspace_id, posted.message_id)) is None


@pytest.mark.parametrize("walked", BOUNDS, indirect=True)
async def test_pages_follow_each_other_without_gap_or_repeat_also_where_the_index_takes_over(
    http: httpx.AsyncClient, company: Company, services: Services, said: Say, walked: None
) -> None:
    await said(*(f"第 {number} 次催发货" for number in range(9)), "谢谢")
    await settle(services)
    await sign_in(services.ground, http, company.owner)
    agent = await hire(services.ground, company.workspace_id)
    for actor in (company.owner, agent):
        await sign_in(services.ground, http, actor)
        seen = [item["message"]["text"] for item in await all_pages(http, "发货", limit=2)]
        assert seen == [f"第 {number} 次催发货" for number in reversed(range(9))]
    assert (await http.get("/api/v1/search", params={"q": "a", "cursor": "x"})).json()["code"] == "bad_cursor"


async def test_the_index_follows_a_contact_through_change_merge_and_removal(
    http: httpx.AsyncClient, ground: Ground, company: Company, services: Services
) -> None:
    async with ground.work_in(company.workspace_id) as work:
        one = await create_contact(work, {"name": "欧阳娜"})
        other = await create_contact(work, {"name": "司马光"})
    await settle(services)
    await sign_in(ground, http, company.owner)
    async with ground.work_in(company.workspace_id) as work:
        await edit_contact(work, one.id, {"name": "上官婉"})
    await settle(services)
    assert (await texts(http, "欧阳"), await texts(http, "上官")) == ([], ["上官婉"])
    async with ground.work_in(company.workspace_id) as work:
        await merge_contacts(work, one.id, other.id, by=None)
    await settle(services)
    assert await texts(http, "司马") == []
    async with ground.work_in(company.workspace_id) as work:
        await delete_contact(work, one.id)
    await settle(services)
    assert await texts(http, "上官") == []


async def entries(ground: Ground, company: Company) -> list[tuple[str, UUID]]:
    async with ground.work_in(company.workspace_id) as work:
        mine = select(SearchText).where(SearchText.workspace_id == company.workspace_id).order_by(SearchText.id)
        return [(row.kind, row.id) for row in await work.all(mine)]


async def test_each_listener_may_run_twice_and_late(ground: Ground, company: Company, said: Say) -> None:
    told: list[Fact] = []
    ground.outbox.push = told.extend
    conversation_id = await said("发货了吗")
    agent = await hire(ground, company.workspace_id)
    posted = next(f for f in told if isinstance(f, MessagePosted) and f.message.text == "发货了吗")
    async with ground.work_in(company.workspace_id) as work:
        contact = await create_contact(work, {"name": "欧阳娜"})
        changed = ContactChanged(workspace_id=company.workspace_id, contact=await contact_value(work, contact))
    for _ in range(2):
        async with ground.work_in(company.workspace_id) as work:
            await index_message(work, posted)
            await index_contact(work, changed)
    once = await entries(ground, company)
    assert sorted(once) == sorted([("message", posted.message.id), ("contact", contact.id)])
    async with ground.work_in(company.workspace_id) as work:
        draft = Draft(client_id=new_id(), text="备注", kind="note")
        note = await post_message(work, agent, conversation_id, draft)
        await recall_message(work, agent, conversation_id, note.seq)
    noted = next(f for f in told if isinstance(f, MessagePosted) and f.message.text == "备注")
    recalled = next(f for f in told if isinstance(f, MessageRecalled))
    async with ground.work_in(company.workspace_id) as work:
        await forget_message(work, recalled)
        await forget_message(work, recalled)
        await index_message(work, noted)  # late: the message was recalled meanwhile
    assert await entries(ground, company) == once
