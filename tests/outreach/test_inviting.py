"""A visitor is invited at the right moment, by a rule or by hand, and what he answers is done."""

import asyncio
from datetime import timedelta
from typing import Any

from tests.conftest import Company
from tests.outreach.conftest import Page, Shop
from tests.people import hire
from yingke.agents import Agent
from yingke.conversations.models import Conversation, Message
from yingke.conversations.posting import Draft, post_from_visitor
from yingke.kit.clock import FixedClock
from yingke.kit.ids import new_id
from yingke.outreach.answering import settle_unanswered
from yingke.outreach.limiting import is_held_out
from yingke.visitors import Visitor, block_network, block_visitor
from yingke.visitors.blocking import remove_block
from yingke.visits import LiveVisitor
from yingke.visits.live.loading import Loaded


async def invited(shop: Shop, page: Page) -> dict[str, Any]:
    """The invitation that `page` is told of."""
    said = await page.hears()
    assert "invitation" in said, said
    told: dict[str, Any] = said["invitation"]
    return told


async def hand(shop: Shop, page: Page, status: int = 201, **more: Any) -> Any:
    body = {"text": "您好，这款在打折"} | more
    await shop.as_agent()
    return await shop.call("POST", f"/visitors/{await shop.visitor_id(page)}/invitations", status, json=body)


async def thread(shop: Shop, conversation_id: str) -> tuple[Conversation, list[Message]]:
    from uuid import UUID

    from sqlalchemy import select

    async with shop.ground.work_in(shop.workspace_id) as work:
        row = await work.get(Conversation, UUID(conversation_id))
        query = select(Message).where(Message.conversation_id == row.id, Message.kind != "activity")
        return row, list(await work.all(query.order_by(Message.seq)))


async def test_a_page_that_listens_is_told_of_an_invitation_as_soon_as_a_rule_fits(shop: Shop) -> None:
    await shop.rule()
    page = shop.page()
    await page.open()
    told = await invited(shop, page)
    assert told["kind"] == "message" and told["content"]["text"] == "您好，需要帮忙吗？"
    assert told["agent"]["name"] == "李雷" and (told["style"], told["place"]) == ("bubble", "corner")
    (row,) = await shop.invitations()
    assert row["state"] == "offered" and row["agent_id"] == shop.agent.agent_id


async def test_accepting_opens_a_conversation_that_the_inviting_agent_has(shop: Shop, company: Company) -> None:
    for name in ("韩梅梅", "林涛"):
        await hire(shop.ground, company.workspace_id, name)
    sender = {"kind": "agent", "agent_id": str(shop.agent.agent_id)}
    content = {"text": {"zh-CN": "我是{{agent.name}}，需要帮忙吗？"}}
    await shop.rule(action={"kind": "message", "content": content, "sender": sender})
    page = shop.page()
    await page.open()
    told = await invited(shop, page)
    answer = await page.answers(told["id"], "accepted")
    accepted = answer.json()["accepted"]
    assert accepted["invitation"] == told["id"]
    await shop.settle()
    row, messages = await thread(shop, accepted["conversation"])
    assert (row.status, row.agent_id) == ("open", shop.agent.agent_id), "routing leaves it with who invited"
    assert [each.text for each in messages] == ["我是李雷，需要帮忙吗？"]
    assert row.first_replied_at is None, "an invitation is no answer"
    again = (await page.answers(told["id"], "accepted")).json()["accepted"]
    assert again == accepted, "repeating it changes nothing"
    assert len(await shop.tracked.rows("conversations")) == 1


async def test_the_form_of_an_invitation_becomes_the_visitors_first_words(shop: Shop) -> None:
    page = shop.page()
    await page.open()
    form = [{"key": "name", "label": "称呼", "required": True}, {"key": "size", "label": "尺码"}]
    await hand(shop, page, form=form, card={"title": "秋季新品", "url": "https://shop.example/new", "text": "九折"})
    told = await invited(shop, page)
    assert [field["label"] for field in told["content"]["form"]] == ["称呼", "尺码"]
    answer = await page.answers(told["id"], "accepted", form={"name": "周敏", "size": "XL", "other": "x"})
    row, messages = await thread(shop, answer.json()["accepted"]["conversation"])
    assert [each.text for each in messages] == [
        "您好，这款在打折\n\n秋季新品\n九折\nhttps://shop.example/new",
        "称呼：周敏\n尺码：XL",
    ]
    assert [each.author_kind for each in messages] == ["agent", "visitor"]
    assert row.who["name"] == "周敏" and row.waiting_since is not None


async def test_a_page_that_waits_is_told_of_an_invitation_by_hand_without_asking_again(shop: Shop) -> None:
    page = shop.page()
    await page.open()
    waiting = asyncio.create_task(page.hears())
    await asyncio.sleep(0.2)
    assert not waiting.done()
    made = await hand(shop, page)
    said = await waiting
    assert said["invitation"]["id"] == made["id"] and made["by_agent_id"] == str(shop.agent.agent_id)
    assert (await page.hears(timeout=0.3)) == {}, "it is told once"
    await page.open("https://shop.example/p/2")
    assert (await invited(shop, page))["id"] == made["id"], "another page has not shown it yet"
    assert (await page.answers(made["id"], "shown")).status_code == 204
    await page.open("https://shop.example/p/3")
    assert (await page.hears(timeout=0.3)) == {}


async def test_who_declined_is_left_in_peace_by_agents_and_rules(shop: Shop, clock: FixedClock) -> None:
    page = shop.page()
    await page.open()
    made = await hand(shop, page)
    await page.answers(made["id"], "declined")
    refused = await hand(shop, page, status=409)
    assert refused["code"] == "invitation_refused" and refused["retry_after"] > 23 * 3600
    await shop.rule()
    await page.open("https://shop.example/p/2")
    await shop.settle()
    assert len(await shop.invitations()) == 1
    clock.advance(timedelta(hours=25))
    await refresh_desk(shop)
    await page.open("https://shop.example/p/3")
    await invited(shop, page)


async def refresh_desk(shop: Shop) -> None:
    """The agent's desk still beats."""
    async with shop.ground.work_in(shop.workspace_id) as work:
        agent = await work.get(Agent, shop.agent.agent_id)
        agent.last_beat_at = work.now


async def test_what_was_read_before_an_answer_came_does_not_hide_it_from_the_live_view(shop: Shop) -> None:
    page = shop.page()
    await page.open()
    made = await hand(shop, page)
    await shop.settle()
    roster, visitor_id = shop.services.tracking.roster, await shop.visitor_id(page)

    async def becomes(state: str) -> LiveVisitor:
        async with asyncio.timeout(30):
            while (present := roster.find(shop.workspace_id, visitor_id)) is None or present.value.invitation != state:
                await asyncio.sleep(0.05)
        return present.value

    stale = await becomes("offered")
    await page.answers(made["id"], "shown")
    await shop.settle()
    await becomes("shown")
    roster.invited(shop.workspace_id, visitor_id, "shown")
    roster._take_in([Loaded(shop.workspace_id, stale)])
    await becomes("shown")


async def test_nobody_is_invited_out_of_a_blocked_network(shop: Shop) -> None:
    page = shop.page()
    await page.open()
    async with shop.ground.work_in(shop.workspace_id) as work:
        block_id = await block_network(work, "127.0.0.1", by=None)
    refused = await hand(shop, page, status=403)
    assert refused["code"] == "network_blocked"
    rule = await shop.rule()
    await page.open("https://shop.example/p/2")
    await shop.settle()
    asked = {"visitor_id": str(await shop.visitor_id(page))}
    (trial,) = (await shop.call("POST", "/outreach/try", json=asked))["items"]
    against = [limit["code"] for limit in trial["limits"] if not limit["holds"]]
    assert "network_blocked" in against and await shop.invitations() == []
    await shop.call("DELETE", f"/outreach/rules/{rule['id']}", 204)
    async with shop.ground.work_in(shop.workspace_id) as work:
        await remove_block(work, block_id)
    await hand(shop, page)


async def test_who_is_blocked_before_an_invitation_reaches_the_page_is_told_none(shop: Shop) -> None:
    page = shop.page()
    await page.open()
    await hand(shop, page)
    async with shop.ground.work_in(shop.workspace_id) as work:
        await block_visitor(work, await shop.visitor_id(page), by=None)
    assert "invitation" not in await page.hears(timeout=1)
    assert [each["state"] for each in await shop.invitations()] == ["expired"]


async def test_nobody_is_invited_over_a_conversation(shop: Shop) -> None:
    page = shop.page()
    await page.open()
    async with shop.ground.work_in(shop.workspace_id) as work:
        visitor = await work.get(Visitor, await shop.visitor_id(page))
        await post_from_visitor(work, visitor, None, Draft(client_id=new_id(), text="在吗", kind="incoming"))
    await shop.rule()
    await page.open("https://shop.example/p/2")
    await shop.settle()
    assert await shop.invitations() == []
    assert (await hand(shop, page, status=409))["code"] == "visitor_in_conversation"


async def test_nobody_is_invited_to_an_empty_desk_but_to_leave_a_message(shop: Shop) -> None:
    async with shop.ground.work_in(shop.workspace_id) as work:
        (await work.get(Agent, shop.agent.agent_id)).availability = "away"
    await shop.rule()
    leave = {"kind": "leave_message", "content": {"text": {"zh-CN": "留个言吧"}}}
    await shop.rule(name="留言", action=leave)
    page = shop.page()
    await page.open()
    told = await invited(shop, page)
    assert (told["kind"], told["agent"], told["content"]["text"]) == ("leave_message", None, "留个言吧")
    answer = await page.answers(told["id"], "accepted")
    assert answer.json()["accepted"]["conversation"] is None


async def test_nobody_is_invited_while_a_form_is_being_filled_in(shop: Shop) -> None:
    await shop.rule({"field": "time_on_page", "op": "at_least", "value": 5})
    page = shop.page()
    await page.open()
    await page.says(visible=6000, filling=True)
    await shop.settle()
    assert await shop.invitations() == []
    await page.says(visible=9000)
    await shop.settle()
    assert len(await shop.invitations()) == 1


async def test_the_page_is_told_what_to_look_for_and_never_the_rules(shop: Shop) -> None:
    await shop.rule(
        {"field": "url", "op": "matches", "value": ["/p/*"]},
        {"match": "any", "items": [{"field": "scroll", "op": "at_least", "value": 60},
                                   {"field": "exit_intent", "op": "is", "value": True}]},
        {"field": "time_on_page", "op": "at_least", "value": 30},
    )  # fmt: skip
    page = shop.page()
    await page.open("https://shop.example/cart")
    assert await page.hears(timeout=0.3) == {}, "on this page it cannot fire"
    await page.says(left=True)
    await page.open("https://shop.example/p/7")
    assert await page.hears() == {"watch": {"visible": [30], "scroll": [60], "exit": True}}
    await page.says(visible=31_000, scroll=20)
    await shop.settle()
    assert await shop.invitations() == []
    await page.says(visible=32_000, scroll=20, exit=True)
    await invited(shop, page)


async def test_custom_events_are_counted_within_their_time(shop: Shop, clock: FixedClock) -> None:
    await shop.rule({"field": "event", "key": "add_to_cart", "op": "at_least", "value": 2, "within": 60})
    page = shop.page()
    await page.open()

    async def adds() -> None:
        await page.send({"kind": "event", "id": str(new_id()), "name": "add_to_cart", "page": page.page})
        await shop.settle()

    await adds()
    clock.advance(timedelta(seconds=61))
    await refresh_desk(shop)
    await adds()
    assert await shop.invitations() == []
    clock.advance(timedelta(seconds=20))
    await adds()
    assert len(await shop.invitations()) == 1


async def test_fields_of_the_contact_and_the_last_visit_are_looked_up_for_rules_that_ask(shop: Shop) -> None:
    page = shop.page()
    await page.open()
    path = f"/visitors/{await shop.visitor_id(page)}/profile"
    await shop.call("PATCH", path, json={"fields": {"等级": "金卡"}})
    await shop.rule({"field": "contact_field", "key": "等级", "op": "is", "value": ["金卡"]})
    await page.open("https://shop.example/p/2")
    await invited(shop, page)


async def test_caps_hold_for_a_visitor_and_a_day(shop: Shop, clock: FixedClock) -> None:
    await shop.rule(limits={"per_visitor": 0, "per_day": 2, "cool_down_hours": 0})
    page = shop.page()

    async def comes() -> int:
        clock.advance(timedelta(minutes=15))
        await refresh_desk(shop)
        await page.open(f"https://shop.example/{new_id()}")
        await shop.settle()
        for row in await shop.invitations():
            if row["state"] == "offered":
                await page.answers(str(row["id"]), "ignored")
        return len(await shop.invitations())

    assert [await comes() for _ in range(4)] == [1, 2, 2, 2]
    clock.advance(timedelta(days=1))
    assert await comes() == 3


async def test_a_rule_waits_out_its_delay(shop: Shop, clock: FixedClock) -> None:
    await shop.rule(limits={"delay": 1})
    page = shop.page()
    await page.open()
    await shop.settle()
    assert await shop.invitations() == []
    clock.advance(timedelta(seconds=1))
    await asyncio.sleep(1.2)
    await shop.settle()
    assert len(await shop.invitations()) == 1


async def test_who_is_held_out_sees_nothing_and_is_counted_once(shop: Shop) -> None:
    from uuid import UUID

    rule = await shop.rule(hold_out=50)
    await shop.rule(name="另一条")
    shown = 0
    for _ in range(12):
        page = shop.page()
        await page.open()
        await shop.settle()
        held = is_held_out(UUID(rule["id"]), await shop.visitor_id(page), 50)
        said = await page.hears(timeout=0.1 if held else 20)
        assert ("invitation" in said) is not held, "and no other rule takes the place"
        shown += not held
    rows = await shop.invitations()
    assert len(rows) == 12 and sum(row["state"] == "held_out" for row in rows) == 12 - shown
    listed = await shop.call("GET", "/outreach/invitations")
    assert len(listed["items"]) == shown, "those held out were no invitations"


async def test_the_first_rule_in_order_wins_and_a_switched_off_one_never_does(shop: Shop) -> None:
    first, second = await shop.rule(name="先"), await shop.rule(name="后")
    await shop.call("PUT", "/outreach/rules/order", json={"ids": [second["id"], first["id"]]})
    page = shop.page()
    await page.open()
    await shop.settle()
    assert [str(row["rule_id"]) for row in await shop.invitations()] == [second["id"]]
    await shop.call("PATCH", f"/outreach/rules/{second['id']}", json={"active": False})
    other = shop.page()
    await other.open()
    await shop.settle()
    assert [str(row["rule_id"]) for row in await shop.invitations()][1:] == [first["id"]]


async def test_an_invitation_leaves_the_screen_when_it_is_taken_back(shop: Shop) -> None:
    page = shop.page()
    await page.open()
    made = await hand(shop, page)
    await invited(shop, page)
    waiting = asyncio.create_task(page.hears())
    await asyncio.sleep(0.1)
    await shop.call("DELETE", f"/outreach/invitations/{made['id']}", 204)
    assert await waiting == {"gone": made["id"]}


async def test_what_nobody_shows_expires_and_what_nobody_answers_was_ignored(shop: Shop, clock: FixedClock) -> None:
    first, second = shop.page(), shop.page()
    await first.open()
    await second.open()
    await hand(shop, first)
    made = await hand(shop, second)
    await second.answers(made["id"], "shown")
    clock.advance(timedelta(minutes=31))
    await settle_unanswered(shop.ground)
    assert sorted(row["state"] for row in await shop.invitations()) == ["expired", "ignored"]


async def test_who_writes_by_himself_after_an_invitation_has_accepted_it(shop: Shop) -> None:
    await shop.rule(action={"kind": "open_panel"})
    page = shop.page()
    await page.open()
    told = await invited(shop, page)
    await page.answers(told["id"], "shown")
    async with shop.ground.work_in(shop.workspace_id) as work:
        visitor = await work.get(Visitor, await shop.visitor_id(page))
        posted = await post_from_visitor(work, visitor, None, Draft(client_id=new_id(), text="在吗", kind="incoming"))
    await shop.settle()
    (row,) = await shop.invitations()
    assert (row["state"], row["conversation_id"]) == ("accepted", posted.conversation_id)


async def test_an_invitation_is_answered_by_its_own_visitor_only(shop: Shop) -> None:
    page, other = shop.page(), shop.page()
    await page.open()
    await other.open()
    made = await hand(shop, page)
    await other.answers(made["id"], "declined")
    await other.answers(str(new_id()), "declined")
    assert (await other.answers(str(new_id()), "accepted")).status_code == 404
    assert (await shop.invitations())[0]["state"] == "offered"


async def test_who_is_not_on_the_site_cannot_be_invited(shop: Shop) -> None:
    answer = await shop.call("POST", f"/visitors/{new_id()}/invitations", 409, json={"text": "您好"})
    assert answer["code"] == "visitor_gone"


async def test_with_a_busy_agent_gone_an_accepted_invitation_waits_at_the_front(shop: Shop) -> None:
    page = shop.page()
    await page.open()
    made = await hand(shop, page)
    async with shop.ground.work_in(shop.workspace_id) as work:
        (await work.get(Agent, shop.agent.agent_id)).availability = "offline"
    accepted = (await page.answers(made["id"], "accepted")).json()["accepted"]
    row, messages = await thread(shop, accepted["conversation"])
    assert (row.status, row.priority, row.agent_id) == ("queued", "returning", None)
    assert [each.text for each in messages] == ["您好，这款在打折"]
