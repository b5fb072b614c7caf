"""Rules are made, tried, warned about and reported over HTTP."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.outreach.conftest import Shop
from yingke.identity import Actor
from yingke.kit.clock import FixedClock
from yingke.kit.ids import new_id
from yingke.outreach.limiting import is_held_out

SCROLLED = {"field": "scroll", "op": "at_least", "value": 60}
TEXT = {"kind": "message", "content": {"text": {"zh-CN": "您好"}}}


def codes(warnings: list[dict[str, Any]]) -> list[str]:
    return [each["code"] for each in warnings]


async def test_rules_are_listed_in_order_and_for_a_site(shop: Shop) -> None:
    one = await shop.rule(name="一")
    two = await shop.rule(SCROLLED, name="二", site_id=str(shop.tracked.site.id), hold_out=10)
    listed = (await shop.call("GET", "/outreach/rules"))["items"]
    assert [each["name"] for each in listed] == ["一", "二"] and listed[1] == two
    assert two["conditions"]["items"] == [SCROLLED] and two["limits"]["per_visitor"] == 1
    other = await shop.call("GET", f"/outreach/rules?site_id={new_id()}")
    assert [each["id"] for each in other["items"]] == [one["id"]]
    changed = await shop.call("PATCH", f"/outreach/rules/{two['id']}", json={"hold_out": 25, "site_id": None})
    assert (changed["hold_out"], changed["site_id"], changed["name"]) == (25, None, "二")
    await shop.call("DELETE", f"/outreach/rules/{one['id']}", 204)
    await shop.call("GET", f"/outreach/rules/{one['id']}", 404)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"conditions": {"items": [{"field": "url", "op": "contains"}]}}, "conditions.items.0.condition.url"),
        ({"conditions": {"items": [{"field": "weather", "op": "is"}]}}, "conditions.items.0.condition"),
        ({"action": {"kind": "message"}}, "action"),
        ({"action": {"kind": "message", "content": {"text": {"en": "Hi {{visitor.shoe}}"}}}}, "action.content.text.en"),
        ({"action": TEXT | {"content": {"text": {"en": "Hi"}, "image_file_id": str(new_id())}}}, "action.content.image_file_id"),
        ({"action": TEXT | {"sender": {"kind": "random", "team_id": str(new_id())}}}, "action.sender.team_id"),
        ({"hold_out": 51}, "hold_out"),
        ({"conditions": {"items": [SCROLLED] * 31}}, "conditions.items"),
    ],
)  # fmt: skip
async def test_what_cannot_be_understood_is_refused_with_its_place(
    shop: Shop, more: dict[str, Any], field: str
) -> None:
    refused = await shop.rule(status=422, **more)
    assert refused["field"].startswith(field), refused


async def test_a_rule_that_can_never_fire_is_refused_unless_it_is_switched_off(shop: Shop) -> None:
    never = ({"field": "known", "value": True}, {"field": "known", "value": False})
    refused = await shop.rule(*never, status=422)
    assert refused["code"] == "rule_never_fires" and "known" in refused["detail"]
    off = await shop.rule(*never, active=False)
    assert "never_fires" in codes(off["warnings"])
    assert (await shop.call("PATCH", f"/outreach/rules/{off['id']}", 422, json={"active": True}))[
        "field"
    ] == "conditions"
    empty_desk = {"field": "agents_available", "op": "at_most", "value": 0}
    assert (await shop.rule(empty_desk, status=422))["code"] == "rule_never_fires"


async def test_odd_rules_are_warned_about_while_they_are_written(shop: Shop) -> None:
    endless = {"per_visitor": 0, "per_day": 0, "cool_down_hours": 0}
    first = await shop.rule(SCROLLED, limits=endless, name="先")
    assert codes(first["warnings"]) == ["loops"]
    body = {"conditions": {"items": [SCROLLED]}, "action": TEXT}
    twin = await shop.call("POST", "/outreach/rules/check", json=body)
    assert [(each["code"], each["rule_id"]) for each in twin["warnings"]] == [("no_text", None), ("twin", first["id"])]
    body["conditions"] = {"items": [SCROLLED, {"field": "known", "value": True}]}
    shadowed = await shop.call("POST", "/outreach/rules/check", json=body)
    assert codes(shadowed["warnings"]) == ["no_text", "shadowed"]
    body |= {"conditions": {"items": []}, "action": TEXT | {"sender": {"kind": "agent", "agent_id": str(new_id())}}}
    assert codes((await shop.call("POST", "/outreach/rules/check", json=body))["warnings"]) == [
        "always",
        "sender_gone",
        "no_text",
    ]


async def test_trying_says_which_rule_fires_for_a_visitor_and_why_not(shop: Shop) -> None:
    waits = await shop.rule(SCROLLED, name="看得久")
    fires = await shop.rule(name="到了就请")
    off = await shop.rule(name="停用", active=False)
    page = shop.page()
    await page.open()
    visitor_id = str(await shop.visitor_id(page))
    await shop.settle()
    (row,) = await shop.invitations()
    await page.answers(str(row["id"]), "declined")
    tried = (await shop.call("POST", "/outreach/try", json={"visitor_id": visitor_id}))["items"]
    by_id = {each["rule_id"]: each for each in tried}

    def against(rule: dict[str, Any]) -> set[str]:
        return {each["code"] for each in by_id[rule["id"]]["limits"] if not each["holds"]}

    assert by_id[waits["id"]]["reasons"] == [
        {"code": "scroll", "path": [0], "holds": None, "actual": 0, "condition": SCROLLED}
    ]
    assert against(waits) == {"site_cool_down"}
    assert against(fires) == {"per_visitor", "per_day", "cool_down", "site_cool_down"}
    assert "inactive" in against(off)
    assert {each["outcome"] for each in tried} == {"no"} and not any(each["first"] for each in tried)
    gone = await shop.call("POST", "/outreach/try", 404, json={"visitor_id": str(new_id())})
    assert gone["code"] == "visitor_not_there"


async def test_trying_describes_a_visitor_who_is_not_there(shop: Shop) -> None:
    rule = await shop.rule(SCROLLED, {"field": "keyword", "op": "contains", "value": ["坚果"]})
    facts = {"keyword": "每日坚果", "source": "search", "agents_available": 1}

    async def outcome(**more: Any) -> tuple[str, bool]:
        tried = await shop.call("POST", "/outreach/try", json={"facts": facts | more})
        return tried["items"][0]["outcome"], tried["items"][0]["first"]

    assert await outcome() == ("waits", False)
    assert await outcome(scroll=80) == ("fires", True)
    assert await outcome(scroll=80, keyword="") == ("no", False)
    assert await outcome(scroll=80, agents_available=0) == ("no", False)
    draft = {"conditions": {"items": []}, "action": TEXT, "name": "草稿"}
    (alone,) = (await shop.call("POST", "/outreach/try", json={"facts": facts, "rule": draft}))["items"]
    assert (alone["rule_id"], alone["name"], alone["outcome"]) == (None, "草稿", "fires")
    assert rule["id"] not in str(alone)
    await shop.call("POST", "/outreach/try", 422, json={})


async def test_agents_read_rules_and_only_supervisors_change_them(shop: Shop) -> None:
    rule = await shop.rule()
    await shop.as_agent()
    await shop.call("GET", "/outreach/rules")
    await shop.call("PATCH", f"/outreach/rules/{rule['id']}", 403, json={"active": False})
    await shop.call("GET", "/outreach/report", 403)
    await shop.call("GET", "/outreach/invitations")


async def test_the_report_compares_the_invited_with_those_held_out(shop: Shop, clock: FixedClock) -> None:
    rule = await shop.rule(hold_out=50)
    goal = await shop.call("POST", "/goals", 201, json={"name": "下单", "kind": "event", "pattern": "paid"})
    treated = held = accepted = 0
    for number in range(10):
        page = shop.page()
        await page.open()
        await shop.settle()
        if is_held_out(UUID(rule["id"]), await shop.visitor_id(page), 50):
            held += 1
            continue
        treated += 1
        told = (await page.hears())["invitation"]
        await page.answers(told["id"], "shown")
        if number % 2:
            accepted += 1
            await page.answers(told["id"], "accepted")
        else:
            await page.answers(told["id"], "declined")
        await page.send({"kind": "event", "id": str(new_id()), "name": "paid", "page": page.page})
    await by_hand(shop, shop.agent)
    await shop.as_agent(shop.owner)
    report = await shop.call("GET", "/outreach/report?from=2026-11-20&to=2026-11-20")
    (figures,) = report["items"]
    assert (figures["offered"], figures["shown"], figures["accepted"]) == (treated, treated, accepted)
    assert figures["declined"] == treated - accepted and figures["conversations"] == accepted
    assert figures["treated"]["visitors"] == treated and figures["treated"]["reached"] == treated
    assert figures["held_out"]["visitors"] == held and figures["held_out"]["rate"] == 0
    assert figures["lift"]["difference"] == 1 and figures["lift"]["clear"] is True
    assert figures["lift"]["low"] < 1 <= figures["lift"]["high"] and figures["lift"]["relative"] is None
    assert [(each["goal_id"], each["treated"], each["held_out"]) for each in figures["by_goal"]] == [
        (goal["id"], treated, 0)
    ]
    assert (report["hand"]["offered"], report["hand"]["accepted"]) == (1, 1)
    assert report["hand"]["by_agent"][0]["name"] == "李雷" and report["time_zone"] == "Asia/Shanghai"
    empty = await shop.call("GET", "/outreach/report?from=2026-11-18&to=2026-11-19")
    assert empty["items"][0]["offered"] == 0 and empty["items"][0]["held_out"] is None


async def by_hand(shop: Shop, actor: Actor) -> None:
    page = shop.page()
    await shop.as_agent(shop.owner)
    for rule in (await shop.call("GET", "/outreach/rules"))["items"]:
        await shop.call("PATCH", f"/outreach/rules/{rule['id']}", json={"active": False})
    await page.open()
    await shop.as_agent(actor)
    visitor_id = await shop.visitor_id(page)
    made = await shop.call("POST", f"/visitors/{visitor_id}/invitations", 201, json={"text": "您好"})
    await page.answers(made["id"], "accepted")
    listed = await shop.call("GET", f"/visitors/{visitor_id}/invitations")
    assert [(each["id"], each["state"]) for each in listed["items"]] == [(made["id"], "accepted")]


async def test_conversions_of_a_goal_are_told_by_invitation(shop: Shop) -> None:
    rule = await shop.rule(name="请进")
    goal = await shop.call("POST", "/goals", 201, json={"name": "下单", "kind": "event", "pattern": "paid"})
    page, other = shop.page(), shop.page()
    await page.open()
    await page.answers((await page.hears())["invitation"]["id"], "shown")
    await shop.call("PATCH", f"/outreach/rules/{rule['id']}", json={"active": False})
    await other.open()
    for each in (page, other):
        await each.send({"kind": "event", "id": str(new_id()), "name": "paid", "page": each.page})
    path = f"/goals/{goal['id']}/conversions?by=invitation&from=2026-11-20&to=2026-11-22"
    found = await shop.call("GET", path)
    assert sorted((each["key"], each["name"], each["conversions"]) for each in found["items"]) == [
        ("", "", 1), (rule["id"], "请进", 1),
    ]  # fmt: skip


async def test_what_is_recorded_of_a_visitor_holds_the_invitations_and_is_erased_with_them(
    shop: Shop, clock: FixedClock
) -> None:
    await shop.rule()
    page = shop.page()
    await page.open()
    await shop.settle()
    assert len(await shop.invitations()) == 1
    clock.advance(timedelta(seconds=1))
    exported = await shop.call("GET", f"/visitors/{await shop.visitor_id(page)}/export")
    assert [each["text"] for each in exported["invitations"]] == ["您好，需要帮忙吗？"]
    await shop.call("DELETE", f"/visitors/{await shop.visitor_id(page)}", 204)
    assert await shop.invitations() == []
