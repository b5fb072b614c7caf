"""The help centre: pages of a site that need no scripts, as a reader and as a search engine see them."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from tests.conftest import Company
from yingke.conversations.models import Conversation, Message
from yingke.inboxes import Site, create_site
from yingke.inboxes.editing import change_site
from yingke.kit.work import Ground
from yingke.knowledge.categories import create_category
from yingke.knowledge.editing import Placement, create_entry, undelete_entry
from yingke.knowledge.grouping import merge_entries
from yingke.knowledge.linking import link_entries
from yingke.knowledge.models import AskedQuestion, Evidence, KnowledgeEntry
from yingke.knowledge.ordering import remove_deleted
from yingke.knowledge.values import Button, Card, EntryContent
from yingke.words.editing import create_list

HOSTILE = "<img src=x onerror=alert(1)>\"'{{7001*7001}}</script>"


class Centre:
    """A site with a help centre, and a way to write in it."""

    def __init__(self, ground: Ground, http: httpx.AsyncClient, company: Company, site: Site) -> None:
        self.ground, self.http, self.site = ground, http, site
        self.boss = company.owner

    async def write(
        self, question: str, *, language: Any = "zh-CN", html: str = "<p>见说明。</p>", **more: Any
    ) -> UUID:
        placed = {
            name: more.pop(name) for name in ("category_id", "audience", "site_ids", "valid_until") if name in more
        }
        placement = Placement(**placed)
        content = EntryContent(question=question, answer_html=html, **more)
        async with self.ground.work_in(self.boss.workspace_id) as work:
            entry = await create_entry(work, self.boss, language, content, placement, publish=True)
        return entry.id

    async def read(self, path: str, **more: Any) -> httpx.Response:
        return await self.http.get(f"/help/{self.site.key}/{path}", **more)


@pytest.fixture
async def centre(ground: Ground, http: httpx.AsyncClient, company: Company) -> Centre:
    async with ground.work_in(company.workspace_id) as work:
        value = await create_site(work, name="松果", settings={})
        return Centre(ground, http, company, await work.get(Site, value.id))


def described(page: str) -> list[dict[str, Any]]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    return json.loads(found[1]) if found else []


async def test_a_reader_is_led_to_his_language_and_from_the_first_page_to_an_answer(centre: Centre) -> None:
    async with centre.ground.work_in(centre.boss.workspace_id) as work:
        category = await create_category(work, parent_id=None, names={"zh-CN": "退换货", "en": "Returns"})
    id = await centre.write("怎么退货", category_id=category)
    led = await centre.read("", headers={"accept-language": "en"})
    assert led.headers["location"] == f"/help/{centre.site.key}/zh-CN/"  # nothing is written in English
    home = await centre.read("zh-CN/")
    assert "怎么退货" in home.text and "退换货" in home.text
    shelf = await centre.read(f"zh-CN/c/{category}")
    assert f"/help/{centre.site.key}/zh-CN/e/{id}" in shelf.text
    entry = await centre.read(f"zh-CN/e/{id}")
    assert "<h1>怎么退货</h1>" in entry.text and "<p>见说明。</p>" in entry.text


async def test_an_entry_says_of_itself_what_it_is_and_where_it_is_known(centre: Centre) -> None:
    id = await centre.write("怎么退货")
    page = (await centre.read(f"zh-CN/e/{id}")).text
    questions, path = described(page)
    assert questions["@type"] == "FAQPage" and questions["mainEntity"][0]["name"] == "怎么退货"
    address = path["itemListElement"][-1]["item"]
    assert address.startswith("http") and address.endswith(f"/help/{centre.site.key}/zh-CN/e/{id}")
    assert f'<link rel="canonical" href="{address}">' in page


async def test_what_is_for_members_staff_or_other_sites_or_is_over_is_on_no_page(
    centre: Centre, ground: Ground
) -> None:
    async with ground.work_in(centre.boss.workspace_id) as work:
        other = await create_site(work, name="别处", settings={})
        over = work.now - timedelta(days=1)
    hidden = [
        await centre.write("成员专享折扣", audience="members"),
        await centre.write("内部赔付标准", audience="staff"),
        await centre.write("别处的营业时间", site_ids=[other.id]),
        await centre.write("去年的活动", valid_until=over),
    ]
    open_to_all = await centre.write("运费多少")
    pages = [await centre.read(path) for path in ("zh-CN/", "sitemap.xml", "zh-CN/search?q=内部赔付标准")]
    for id in hidden:
        assert (await centre.read(f"zh-CN/e/{id}")).status_code == 404
        assert all(str(id) not in page.text for page in pages)
    assert str(open_to_all) in pages[0].text and str(open_to_all) in pages[1].text


async def test_what_people_wrote_stays_text(centre: Centre) -> None:
    id = await centre.write(f"问题 {HOSTILE}", html=f"<p>好</p><script>alert(1)</script>{HOSTILE}", buttons=[Button(label=HOSTILE, action="hand_over")])  # fmt: skip
    for path in ("zh-CN/", f"zh-CN/e/{id}", f"zh-CN/search?q={HOSTILE}"):
        page = await centre.read(path)
        assert page.status_code == 200
        assert "<img src=x onerror" not in page.text and "<script>" not in page.text and "49014001" not in page.text
        assert "script-src" not in page.headers["content-security-policy"]
    assert described((await centre.read(f"zh-CN/e/{id}")).text)[0]["mainEntity"][0]["name"].startswith("问题 <img")


async def test_a_vote_counts_once_for_a_reader_and_needs_no_script(centre: Centre) -> None:
    id = await centre.write("怎么退货")
    for useful in ("yes", "yes", "no"):
        told = await centre.http.post(f"/help/{centre.site.key}/zh-CN/e/{id}/vote", data={"useful": useful})
        assert told.status_code == 303
    assert "谢谢您的反馈" in (await centre.http.get(told.headers["location"])).text
    async with centre.ground.work_in(centre.boss.workspace_id) as work:
        row = await work.get(KnowledgeEntry, id)
    assert (row.votes_up, row.votes_down) == (0, 1)


async def test_a_search_forgives_typos_and_is_no_page_for_search_engines(centre: Centre) -> None:
    await centre.write("怎么退货", similar=["七天无理由退货怎么办理", "买错了想退掉"])
    await centre.write("运费多少", similar=["邮费怎么算", "满多少包邮"])
    page = await centre.read("zh-CN/search", params={"q": "七天无里由退货"})
    assert "怎么退货" in page.text and 'content="noindex"' in page.text


async def test_translations_lead_to_each_other(centre: Centre) -> None:
    chinese, english = await centre.write("怎么退货"), await centre.write("How to return", language="en")
    async with centre.ground.work_in(centre.boss.workspace_id) as work:
        await link_entries(work, chinese, [english])
    page = (await centre.read(f"zh-CN/e/{chinese}")).text
    assert re.search(rf'hreflang="en" href="http[^"]+/en/e/{english}"', page)
    elsewhere = await centre.read(f"zh-CN/e/{english}")
    assert (elsewhere.status_code, elsewhere.headers["location"]) == (301, f"/help/{centre.site.key}/en/e/{english}")


async def test_the_address_of_a_merged_entry_leads_to_what_it_became_also_over_several_merges(centre: Centre) -> None:
    first, second, last = [await centre.write(question) for question in ("退货流程", "退货步骤", "怎么退货")]
    async with centre.ground.work_in(centre.boss.workspace_id) as work:
        await merge_entries(work, centre.boss, second, [first])
        await merge_entries(work, centre.boss, last, [second])
        for old in (first, second):  # long after others would be gone
            (await work.get(KnowledgeEntry, old)).deleted_at = work.now - timedelta(days=400)
    async with centre.ground.work_everywhere() as work:
        await remove_deleted(work)
    for old in (first, second):
        led = await centre.read(f"zh-CN/e/{old}")
        assert (led.status_code, led.headers["location"]) == (301, f"/help/{centre.site.key}/zh-CN/e/{last}")
    voted = await centre.http.post(f"/help/{centre.site.key}/zh-CN/e/{first}/vote", data={"useful": "yes"})
    assert voted.status_code == 303  # from a page that was open meanwhile
    async with centre.ground.work_in(centre.boss.workspace_id) as work:
        assert (await work.get(KnowledgeEntry, last)).votes_up == 1


async def test_a_merged_entry_leads_nobody_to_what_he_may_not_see_and_one_brought_back_is_itself_again(
    centre: Centre,
) -> None:
    gone, hidden = await centre.write("赔付标准"), await centre.write("内部赔付标准", audience="staff")
    async with centre.ground.work_in(centre.boss.workspace_id) as work:
        await merge_entries(work, centre.boss, hidden, [gone])
    led = await centre.read(f"zh-CN/e/{gone}")
    assert led.status_code == 404 and str(hidden) not in led.text
    async with centre.ground.work_in(centre.boss.workspace_id) as work:
        await undelete_entry(work, centre.boss, gone)
    assert (await centre.read(f"zh-CN/e/{gone}")).status_code == 200


async def test_a_browser_that_has_the_page_is_told_so_and_a_site_may_have_no_help_centre(
    centre: Centre, ground: Ground
) -> None:
    await centre.write("怎么退货")
    first = await centre.read("zh-CN/")
    again = await centre.read("zh-CN/", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    async with ground.work_in(centre.boss.workspace_id) as work:
        await change_site(work, centre.site.id, settings={"help_centre": {"enabled": False}})
    for path in ("", "zh-CN/", "sitemap.xml"):
        assert (await centre.read(path)).status_code == 404


@pytest.mark.parametrize("path", ["fr/", "fr/e/nothing", "zh-CN/e/nothing", "xx/search?q=a", "en/c/1"])
async def test_an_address_that_never_was_shows_the_way_back_in_the_language_of_the_site(
    centre: Centre, path: str
) -> None:
    gone = await centre.read(path, headers={"accept-language": "fr"})
    assert (gone.status_code, gone.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "没有这个页面" in gone.text or "There is no such page" in gone.text


async def test_what_readers_searched_for_and_found_useful_is_evidence_once_for_each_network(centre: Centre) -> None:
    id = await centre.write("怎么退货", similar=["可以退吗"])
    found = await centre.read("zh-CN/search?q=买错了能退钱吗")
    link = re.search(rf'href="(/help/[^"]*{id}[^"]*)"', found.text)
    assert link is not None and "?asked=" in link[1]
    entry = (await centre.http.get(unescape(link[1]))).text
    signed = dict(re.findall(r'<input type="hidden" name="(asked|found)" value="([^"]*)">', entry))
    assert signed["asked"] == "买错了能退钱吗"
    browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    other = await centre.write("运费多少")
    forged = [(other, signed), (id, signed | {"asked": "哪里可以赌钱"}), (id, {"asked": "哪里可以赌钱"})]
    for entry_id, said in forged:
        told = await centre.http.post(
            f"/help/{centre.site.key}/zh-CN/e/{entry_id}/vote", data={"useful": "yes", **said}
        )
        assert told.status_code == 303  # a vote, of a reader who searched for something else
    shown = (await centre.read(f"zh-CN/e/{id}?asked=哪里可以赌钱&found={signed['found']}")).text
    assert "哪里可以赌钱" not in shown
    for agent in (browser, f"{browser} other", "Googlebot/2.1"):
        voted = await centre.http.post(
            f"/help/{centre.site.key}/zh-CN/e/{id}/vote",
            data={"useful": "yes", **signed},
            headers={"user-agent": agent},
        )
        assert voted.status_code == 303
    async with centre.ground.work_in(centre.boss.workspace_id) as work:
        (kept,) = await work.all(select(Evidence))
    assert (kept.entry_id, kept.question, kept.source, kept.weight) == (id, "买错了能退钱吗", "vote", 1.0)


async def test_who_still_needs_help_may_ask_to_be_called(centre: Centre) -> None:
    home = (await centre.read("zh-CN/")).text
    assert f'href="/w/{centre.site.key}/contact?channel=phone"' in home
    async with centre.ground.work_in(centre.boss.workspace_id) as work:
        await create_list(work, name="不文明", side="visitor", action="mask", enabled=True, words=["傻瓜"])
    form = (await centre.http.get(f"/w/{centre.site.key}/contact?channel=phone")).text
    assert re.search(r'value="phone" required checked', form)
    client_id = re.search(r'name="client_id" value="([^"]+)"', form)
    assert client_id is not None
    wished = {"text": "想问退货", "channel": "phone", "reply_to": "13800138000", "call_at": "明天下午三点，傻瓜"}
    sent = await centre.http.post(f"/w/{centre.site.key}/contact", data=wished | {"client_id": client_id[1]})
    assert sent.status_code == 303
    async with centre.ground.work_in(centre.boss.workspace_id) as work:
        (row,) = await work.all(select(Conversation))
        (said,) = await work.scalars(select(Message.text).where(Message.kind == "incoming"))
    assert (row.kind, row.reply_channel, row.reply_to) == ("offline", "phone", "13800138000")
    assert said == "想问退货\n希望的回电时间: 明天下午三点，**"


BROWSER = {
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
}
CRAWLER = {"user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}


async def test_an_entry_with_only_a_short_answer_shows_it(centre: Centre) -> None:
    id = await centre.write("几点开门", html="", short_answer="九点 & 准时。")
    page = (await centre.read(f"zh-CN/e/{id}")).text
    assert "<p>九点 &amp; 准时。</p>" in page
    assert described(page)[0]["mainEntity"][0]["acceptedAnswer"]["text"] == "九点 & 准时。"


async def test_what_a_crawler_reads_is_no_demand(centre: Centre) -> None:
    id = await centre.write("怎么退货")
    for reader in (CRAWLER, CRAWLER, BROWSER):
        assert (await centre.read(f"zh-CN/e/{id}", headers=reader)).status_code == 200
    async with centre.ground.work_in(centre.boss.workspace_id) as work:
        assert (await work.get(KnowledgeEntry, id)).views == 1


async def test_a_button_leads_only_to_what_the_reader_may_see(centre: Centre) -> None:
    inner = await centre.write("内部赔付标准", audience="staff")
    open_to_all = await centre.write("运费多少")
    buttons = [Button(label=f"去{id}", action="entry", entry_id=id) for id in (inner, open_to_all)]
    page = (await centre.read(f"zh-CN/e/{await centre.write('怎么退货', buttons=buttons)}")).text
    assert f"去{open_to_all}" in page and f"去{inner}" not in page


async def test_a_search_is_a_question_that_counts_and_is_solved_when_the_reader_says_so(centre: Centre) -> None:
    id = await centre.write("怎么退货", similar=["可以退吗", "七天无理由退货怎么办理"])
    await centre.read("zh-CN/search?q=怎么退货", headers=CRAWLER)
    page = (await centre.read("zh-CN/search?q=怎么退货", headers=BROWSER)).text
    await centre.read("zh-CN/search?q=有没有实体店在上海", headers=BROWSER)

    async def kept() -> list[tuple[str, str, str | None]]:
        async with centre.ground.work_in(centre.boss.workspace_id) as work:
            rows = await work.all(select(AskedQuestion).order_by(AskedQuestion.id))
            return [(row.question, row.channel, row.outcome) for row in rows]

    asked = [("怎么退货", "help_centre"), ("有没有实体店在上海", "help_centre")]
    assert await kept() == [(*asked[0], None), (*asked[1], None)]
    link = re.search(rf'href="([^"]*/e/{id}[^"]*)"', page)
    assert link
    opened = await centre.http.get(unescape(link[1]), headers=BROWSER)
    assert await kept() == [(*asked[0], "chosen"), (*asked[1], None)]
    fields = dict(re.findall(r'name="(asked|found)" value="([^"]*)"', opened.text))
    vote = f"/help/{centre.site.key}/zh-CN/e/{id}/vote"
    await centre.http.post(vote, data={"useful": "yes", **fields}, headers=BROWSER)
    assert await kept() == [(*asked[0], "solved"), (*asked[1], None)]


async def test_a_help_centre_with_a_name_of_its_own_tells_search_engines_where_its_map_is(centre: Centre) -> None:
    async with centre.ground.work_in(centre.boss.workspace_id) as work:
        await change_site(work, centre.site.id, settings={"help_centre": {"address": "https://help.example.com"}})
    told = (await centre.read("robots.txt")).text
    assert told.splitlines()[-1] == "Sitemap: https://help.example.com/sitemap.xml"


async def test_under_a_name_of_its_own_pictures_are_ours_and_a_reader_may_vote(centre: Centre) -> None:
    async with centre.ground.work_in(centre.boss.workspace_id) as work:
        await change_site(work, centre.site.id, settings={"help_centre": {"address": "https://help.example.com"}})
    picture = "/media/images/01a20715-4d70-726b-864e-f785c9ca2663"
    id = await centre.write(
        "怎么退货",
        html=f'<p>看图<img src="{picture}"></p>',
        cards=[Card(title="退货单", image_url=picture, url=picture)],
        buttons=[Button(label="下载", action="link", url=picture)],
    )
    there = {"host": "help.example.com", "origin": "https://help.example.com"}  # as its server passes it on
    page = (await centre.read(f"zh-CN/e/{id}", headers=there)).text
    assert page.count(f'src="http://desk.test{picture}"') == 2 and page.count(f'href="http://desk.test{picture}"') == 2
    assert f'"{picture}' not in page
    assert f'<form method="post" action="https://help.example.com/zh-CN/e/{id}/vote">' in page
    path = f"/help/{centre.site.key}/zh-CN/e/{id}/vote"
    voted = await centre.http.post(path, data={"useful": "yes"}, headers=there)
    assert voted.headers["location"] == f"https://help.example.com/zh-CN/e/{id}?voted=true#vote"
