"""The robot in conversations: over real sockets, with a real serving process."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from tests.contracts.steps import Frame, say
from tests.realtime.conftest import Client, Shop, server, shop
from yingke.agents import set_availability
from yingke.conversations.assigning import accept_conversation
from yingke.conversations.models import Conversation, Message
from yingke.conversations.posting import Draft, post_message
from yingke.conversations.queries import Filter, list_conversations
from yingke.identity import Actor, Role
from yingke.inboxes import Site
from yingke.inboxes.editing import change_site
from yingke.kit.errors import Refusal
from yingke.kit.ids import new_id
from yingke.knowledge.editing import create_entry
from yingke.knowledge.values import EntryContent
from yingke.robot.jobs import look_after_robots
from yingke.words.editing import create_list

__all__ = ["server", "shop"]
FAQ = {
    "怎么退货": ["可以退吗", "七天无理由退货怎么办理", "买错了想退掉"],
    "怎么换货": ["可以换吗", "换个尺码", "大小不合适想换"],
    "运费多少": ["邮费怎么算", "满多少包邮"],
    "多久发货": ["什么时候能发", "催一下发货"],
}


@pytest.fixture
async def answering(shop: Shop) -> Shop:
    """A shop whose robot always answers first."""
    ground, boss = shop.server.services.ground, Actor(shop.workspace_id, shop.agent.agent_id, Role.owner, sees_all=True)
    async with ground.work_in(shop.workspace_id) as work:
        await change_site(work, shop.site.id, settings={"robot": {"mode": "always", "name": {"zh-CN": "小松"}}})
        for question, similar in FAQ.items():
            content = EntryContent(question=question, similar=similar, answer_html=f"<p>{question}：见说明。</p>")
            await create_entry(work, boss, "zh-CN", content, publish=True)
    return shop


async def from_robot(client: Client, after: int, type: str) -> Frame:
    """What the robot says after the message `after`."""
    data = await client.fact(
        "message.posted",
        lambda d: (
            d["message"].get("seq", 0) > after
            and d["message"].get("author", {}).get("kind") == "robot"
            and (d["message"]["content"] or {}).get("type") == type
        ),
    )
    message: Frame = data["message"]
    return message


async def conversation_of(shop: Shop, id: str) -> Conversation:
    async with shop.server.services.ground.work_in(shop.workspace_id) as work:
        return (await work.scalars(select(Conversation).where(Conversation.id == id))).one()


async def test_a_question_is_answered_by_the_robot_and_nobody_is_made_to_wait(answering: Shop) -> None:
    visitor, welcome = await answering.visitor()
    assert welcome["robot"] is True
    ack = await say(visitor, "七天无理由怎么退货")
    answer = await from_robot(visitor, ack["seq"], "answer")
    assert (answer["author"]["name"], answer["content"]["question"], answer["kind"]) == ("小松", "怎么退货", "outgoing")
    assert answer["text"] == "怎么退货：见说明。"
    row = await conversation_of(answering, ack["conversation"])
    assert (row.robot, row.status, row.agent_id, row.queued_at, row.unread, row.waiting_since) == (
        True, "open", None, None, 0, None,
    )  # fmt: skip
    async with answering.server.services.ground.work_in(answering.workspace_id) as work:
        watched = await list_conversations(work, answering.agent, Filter(view="robot"), limit=10, cursor=None)
    assert [str(each.id) for each in watched.items] == [ack["conversation"]]


async def test_asking_for_a_person_hands_over_and_the_agent_sees_it_all(answering: Shop) -> None:
    desk = await answering.desk()
    visitor, _ = await answering.visitor()
    ack = await say(visitor, "可以退吗")
    await from_robot(visitor, ack["seq"], "answer")
    wish = await say(visitor, "转人工", ack["conversation"])
    told = await from_robot(visitor, wish["seq"], "notice")
    assert told["content"]["notice"] == "handed_over"
    mine = str(answering.agent.agent_id)
    given = await desk.fact("conversation.changed", lambda d: d["conversation"]["agent_id"] == mine)
    assert (given["conversation"]["robot"], given["conversation"]["unread"]) == (False, 2)
    assert given["conversation"]["handed_over_at"] is not None
    assert given["conversation"]["waiting_since"] is not None


@pytest.mark.parametrize(
    ("language", "wish", "told"),
    [("zh-CN", "转人工", "现在没有客服在线"), ("en", "talk to a person", "Nobody is at the desk")],
)
async def test_who_is_handed_over_while_nobody_is_at_the_desk_is_told_so(
    answering: Shop, language: str, wish: str, told: str
) -> None:
    async with answering.server.services.ground.work_in(answering.workspace_id) as work:
        await set_availability(work, answering.agent.agent_id, "offline")
    visitor, _ = await answering.visitor(language=language)
    ack = await say(visitor, wish)
    said = await from_robot(visitor, ack["seq"], "notice")
    assert said["content"]["notice"] == "handed_over" and said["text"].startswith(told)


async def test_a_follow_up_does_not_get_the_answer_that_the_question_before_it_got(answering: Shop) -> None:
    visitor, _ = await answering.visitor()
    ack = await say(visitor, "什么时候能发")
    await from_robot(visitor, ack["seq"], "answer")
    follow_up = await say(visitor, "ok那退呢", ack["conversation"])
    offer = await from_robot(visitor, follow_up["seq"], "choices")
    assert "怎么退货" in [choice["question"] for choice in offer["content"]["choices"]]


async def test_what_is_unclear_is_offered_and_a_click_is_answered(answering: Shop) -> None:
    visitor, _ = await answering.visitor()
    ack = await say(visitor, "想退或者换")
    offer = await from_robot(visitor, ack["seq"], "choices")
    assert 2 <= len(offer["content"]["choices"]) <= 3
    choice = offer["content"]["choices"][0]
    clicked = await say(visitor, choice["question"], ack["conversation"], entry_id=choice["entry_id"])
    answer = await from_robot(visitor, clicked["seq"], "answer")
    assert answer["content"]["entry_id"] == choice["entry_id"]
    solved = await visitor.ask("robot_solved", conversation=ack["conversation"], seq=answer["seq"], solved=True)
    assert solved["op"] == "ack"
    thanks = await from_robot(visitor, answer["seq"], "notice")
    assert thanks["content"]["notice"] == "solved"


async def test_an_agent_takes_over_before_he_answers(answering: Shop) -> None:
    visitor, _ = await answering.visitor()
    ack = await say(visitor, "可以退吗")
    await from_robot(visitor, ack["seq"], "answer")
    draft = Draft(client_id=new_id(), text="我来")
    async with answering.server.services.ground.work_in(answering.workspace_id) as work:
        with pytest.raises(Refusal, match="Accept it"):
            await post_message(work, answering.agent, UUID(ack["conversation"]), draft)
    async with answering.server.services.ground.work_in(answering.workspace_id) as work:
        taken = await accept_conversation(work, answering.agent, UUID(ack["conversation"]))
        assert (taken.robot, taken.agent_id) == (False, answering.agent.agent_id)
        await post_message(work, answering.agent, UUID(ack["conversation"]), draft)
    gone = await visitor.ask("robot_solved", conversation=ack["conversation"], seq=4, solved=True)
    assert gone["code"] == "robot_gone"


async def test_a_form_is_asked_for_before_people_have_it_and_kept(answering: Shop) -> None:
    ground = answering.server.services.ground
    async with ground.work_in(answering.workspace_id) as work:
        await change_site(work, answering.site.id, settings={"robot": {"form": {"enabled": True}}})
        await create_list(work, name="不文明", side="visitor", action="mask", enabled=True, words=["傻瓜"])
    visitor, _ = await answering.visitor()
    ack = await say(visitor, "转人工")
    form = await from_robot(visitor, ack["seq"], "form")
    assert [field["key"] for field in form["content"]["fields"]] == ["order_number", "email"]
    assert (await conversation_of(answering, ack["conversation"])).robot
    values = {"order_number": "SG-1001 傻瓜", "email": "zhou@example.com"}
    filled = await visitor.ask("robot_form", client_id=new_id(), conversation=ack["conversation"], values=values)
    assert filled["op"] == "ack", filled
    async with asyncio.timeout(30):  # the name on the conversation follows the contact
        while (row := await conversation_of(answering, ack["conversation"])).who.get("email") != "zhou@example.com":
            await asyncio.sleep(0.05)
    assert not row.robot
    async with ground.work_in(answering.workspace_id) as work:
        said = list(await work.scalars(select(Message.text).where(Message.kind == "incoming").order_by(Message.seq)))
    assert said == ["转人工", "订单号: SG-1001 **\n邮箱: zhou@example.com"]


async def test_questions_are_suggested_while_typing_and_the_most_asked_are_public(answering: Shop) -> None:
    visitor, _ = await answering.visitor()
    told = await visitor.ask("suggest", text="邮费")
    assert told["items"][0]["question"] == "运费多少"


async def test_what_was_asked_on_a_page_is_offered_first_there(answering: Shop) -> None:
    page = {"url": f"{answering.server.url}/products/7?ref=mail", "title": "山核桃"}
    for question in ("怎么换货", "怎么退货", "怎么退货"):  # what is asked most of all is another
        elsewhere, _ = await answering.visitor()
        ack = await say(elsewhere, question)
        await from_robot(elsewhere, ack["seq"], "answer")
    for questions in (("满多少包邮",), ("邮费怎么算",), ("怎么换货", "可以换吗", "换个尺码")):
        visitor, _ = await answering.visitor(page=page)
        conversation = None
        for question in questions:  # however often one asks: others are not shown what he wants to know
            ack = await say(visitor, question, conversation)
            conversation = ack["conversation"]
            await from_robot(visitor, ack["seq"], "answer")
    async with httpx.AsyncClient(base_url=f"{answering.server.url}/w/{answering.site.key}") as anybody:
        here = (await anybody.get("questions?language=zh-CN&limit=2&page=/products/7/")).json()["items"]
        there = (await anybody.get("questions?language=zh-CN&limit=2&page=/about")).json()["items"]
    assert [each["question"] for each in here] == ["运费多少", "怎么换货"]
    assert there[0]["question"] == "怎么换货"


async def test_what_a_robot_left_unanswered_is_handed_to_people_and_what_is_done_ends(answering: Shop) -> None:
    ground = answering.server.services.ground
    visitor, _ = await answering.visitor()
    ack = await say(visitor, "可以退吗")
    await from_robot(visitor, ack["seq"], "answer")
    other, _ = await answering.visitor()
    left = await say(other, "满多少包邮")
    await from_robot(other, left["seq"], "answer")
    async with ground.work_in(answering.workspace_id) as work:
        for id, kind in ((ack["conversation"], "outgoing"), (left["conversation"], "incoming")):
            row: Any = (await work.scalars(select(Conversation).where(Conversation.id == id).with_for_update())).one()
            row.last_message = row.last_message | {"kind": kind}
            row.last_message_at = row.last_message_at.replace(year=row.last_message_at.year - 1)
    await look_after_robots(ground)
    done, handed = (
        await conversation_of(answering, ack["conversation"]),
        await conversation_of(answering, left["conversation"]),
    )
    assert (done.status, done.resolve_reason, done.robot) == ("resolved", "answered_by_robot", False)
    assert (handed.robot, handed.status in ("queued", "open")) == (False, True)


async def test_without_a_robot_everything_is_as_before(shop: Shop) -> None:
    visitor, welcome = await shop.visitor()
    assert welcome["robot"] is False
    ack = await say(visitor, "可以退吗")
    async with shop.server.services.ground.work_in(shop.workspace_id) as work:
        site = await work.get(Site, shop.site.id)
    assert site.settings.get("robot") is None
    assert (await conversation_of(shop, ack["conversation"])).robot is False
