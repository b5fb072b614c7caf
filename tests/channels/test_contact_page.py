"""The contact page without scripts, as a browser uses it."""

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from tests.conftest import Company
from tests.people import found_team
from yingke.channels.webchat.contact_page import style_of
from yingke.conversations.models import Conversation, Message
from yingke.inboxes import Site, create_site
from yingke.kit.ids import new_id
from yingke.kit.rates import Rates
from yingke.kit.work import Ground
from yingke.visitors import block_network
from yingke.wiring import Services

HOSTILE = "<img src=x onerror=alert(1)>\"'{{7*7}}"


async def make_site(ground: Ground, company: Company, **settings: Any) -> Site:
    async with ground.work_in(company.workspace_id) as work:
        value = await create_site(work, name=f"松果 {HOSTILE}", settings=settings)
        return await work.get(Site, value.id)


@pytest.fixture
async def site(ground: Ground, company: Company) -> Site:
    return await make_site(ground, company)


def form(**more: str) -> dict[str, str]:
    return {
        "client_id": str(new_id()),
        "text": "请问山核桃还有货吗？",
        "name": "王芳",
        "channel": "email",
        "reply_to": "wang@example.com",
        "website": "",
    } | more


async def left(ground: Ground, company: Company) -> list[Conversation]:
    async with ground.work_in(company.workspace_id) as work:
        return list(await work.all(select(Conversation)))


async def test_a_message_is_left_without_scripts(
    ground: Ground, http: httpx.AsyncClient, company: Company, site: Site
) -> None:
    page = await http.get(f"/w/{site.key}/contact", headers={"accept-language": "zh-CN"})
    assert page.status_code == 200
    found = re.search(r'name="client_id" value="([^"]+)"', page.text)
    assert found is not None
    answer = await http.post(f"/w/{site.key}/contact", data=form(client_id=found[1]))
    assert answer.status_code == 303
    thanks = await http.get(answer.headers["location"])
    assert "留言已收到" in thanks.text
    (conversation,) = await left(ground, company)
    assert (conversation.kind, conversation.reply_channel, conversation.reply_to) == (
        "offline",
        "email",
        "wang@example.com",
    )
    assert conversation.who["name"] == "王芳"
    async with ground.work_in(company.workspace_id) as work:
        said = await work.all(select(Message).where(Message.kind == "incoming"))
    assert [message.text for message in said] == ["请问山核桃还有货吗？"]


async def test_nobody_leaves_a_message_from_a_blocked_network(
    ground: Ground, http: httpx.AsyncClient, company: Company, site: Site
) -> None:
    async with ground.work_in(company.workspace_id) as work:
        await block_network(work, "127.0.0.0/24", reason="刷屏", by=None)
    answer = await http.post(f"/w/{site.key}/contact", data=form())
    assert answer.status_code == 403
    assert "暂时无法在这里联系我们" in answer.text
    assert "请问山核桃还有货吗？" in answer.text
    assert await left(ground, company) == []


async def test_sending_the_form_twice_leaves_one_message(
    ground: Ground, http: httpx.AsyncClient, company: Company, site: Site
) -> None:
    once = form()
    for _ in range(2):
        assert (await http.post(f"/w/{site.key}/contact", data=once)).status_code == 303
    assert len(await left(ground, company)) == 1


async def test_a_robot_that_fills_every_field_is_thanked_and_ignored(
    ground: Ground, http: httpx.AsyncClient, company: Company, site: Site
) -> None:
    assert (await http.post(f"/w/{site.key}/contact", data=form(website="http://spam"))).status_code == 303
    assert await left(ground, company) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": "  "}, "text"),
        ({"text": "x" * 100_000}, "text"),
        ({"channel": "pigeon"}, "channel"),
        ({"reply_to": "nobody"}, "reply_to"),
        ({"channel": "phone", "reply_to": "abc"}, "reply_to"),
        ({"reply_to": ""}, "reply_to"),
    ],
)
async def test_what_is_wrong_is_said_beside_what_was_typed(
    ground: Ground, http: httpx.AsyncClient, company: Company, site: Site, wrong: dict[str, str], field: str
) -> None:
    answer = await http.post(
        f"/w/{site.key}/contact", data=form(name=HOSTILE) | wrong, headers={"accept-language": "zh"}
    )
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "<img" not in answer.text
    assert "&lt;img src=x onerror" in answer.text
    assert await left(ground, company) == []


async def test_a_flood_of_messages_keeps_the_text_and_says_when(
    ground: Ground, http: httpx.AsyncClient, site: Site, services: Services
) -> None:
    services.rates.message_left = Rates(per_second=0.1, burst=1)
    assert (await http.post(f"/w/{site.key}/contact", data=form())).status_code == 303
    answer = await http.post(f"/w/{site.key}/contact", data=form(text="第二次"))
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 10
    assert "第二次" in answer.text


@pytest.mark.parametrize(
    "body", [b"\x00", b"text=%00%ED%A0%80&channel=email&reply_to=a@b.cn&client_id=1", b"a" * 500_000]
)
async def test_rubbish_is_never_a_failure_of_the_server(http: httpx.AsyncClient, site: Site, body: bytes) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await http.post(f"/w/{site.key}/contact", content=body, headers=headers)
    assert answer.status_code in (303, 400, 413, 422), answer.status_code


async def test_a_page_of_another_site_cannot_post(http: httpx.AsyncClient, site: Site) -> None:
    answer = await http.post(f"/w/{site.key}/contact", data=form(), headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("fixed", "accepted", "language", "heading"),
    [
        ("auto", "zh-CN,zh;q=0.9", "zh-CN", "给我们留言"),
        ("auto", "zh-HK,en;q=0.5", "zh-TW", "給我們留言"),
        ("auto", "de,en;q=0.5", "en", "Leave a message"),
        ("auto", "fr", "en", "Leave a message"),
        ("auto", "", "zh-CN", "给我们留言"),
        ("en", "zh-CN", "en", "Leave a message"),
    ],
)
async def test_the_page_speaks_the_visitors_language(
    ground: Ground, http: httpx.AsyncClient, company: Company, fixed: str, accepted: str, language: str, heading: str
) -> None:
    site = await make_site(ground, company, language=fixed)
    page = (await http.get(f"/w/{site.key}/contact", headers={"accept-language": accepted})).text
    assert f'<html lang="{language}">' in page
    assert heading in page


async def test_everything_a_shop_wrote_is_shown_as_text(
    ground: Ground, http: httpx.AsyncClient, company: Company
) -> None:
    team_id = await found_team(ground, company.workspace_id, HOSTILE)
    words = {"zh-CN": HOSTILE}
    site = await make_site(
        ground,
        company,
        greeting=words,
        team_ids=[str(team_id)],
        consent={"enabled": True, "text": words, "url": "https://shop.example/privacy"},
        contact={"phone": HOSTILE[:30], "email": "a@b.cn", "address": HOSTILE, "text": words},
        top_questions=[{"question": words, "answer": words}],
    )
    answer = await http.get(f"/w/{site.key}/contact")
    assert "<img" not in answer.text
    assert answer.text.count("&lt;img src=x onerror") >= 7
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "'unsafe-inline'" not in policy


async def test_a_site_without_messages_shows_how_else_to_reach_it(
    ground: Ground, http: httpx.AsyncClient, company: Company
) -> None:
    site = await make_site(ground, company, offline={"enabled": False}, contact={"phone": "400-800-1234"})
    page = (await http.get(f"/w/{site.key}/contact")).text
    assert "400-800-1234" in page
    assert "<form" not in page
    assert (await http.post(f"/w/{site.key}/contact", data=form())).status_code == 404


@pytest.mark.parametrize("color", ["#1f6f5c", "#ffff00", "#000000", "#ffffff", "#e07a5f", "#3b82f6"])
def test_the_button_can_be_read_in_any_colour(color: str) -> None:
    found = re.match(r":root{--accent:#(\w{6});--on-accent:(#\w+)}", style_of(color))
    assert found is not None
    parts = [int(found[1][at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    ground = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    text = 1.0 if found[2] == "#fff" else 0.0075
    low, high = sorted((ground, text))
    assert (high + 0.05) / (low + 0.05) >= 4.5
