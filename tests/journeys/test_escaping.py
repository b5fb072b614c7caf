"""What people write is shown as they wrote it, everywhere, and never becomes part of a page."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from tests.journeys.conftest import People, Product, Shop, Visitor, opened_shop
from tests.journeys.mailbox import mail_to
from tests.journeys.markers import Seen, mark, mark_everything, rated_conversation, watch_policy
from tests.journeys.test_visits import PERSON

# Where at the desk, and which fields are read there.
AT_THE_DESK = {
    "conversations/mine/{talk}": "agent.nickname away.reason file.name.txt note outgoing quoting site.name tag.name",
    "conversations/all/{rated}": "contact.company contact.field contact.name contact.note contact.value incoming "
    "page.title rating.comment summary.category summary.outcome summary.text visitor.name",
    "colleagues/{room}": "colleague.nickname colleague.text draft",
    "contacts": "contact.company contact.name tag.name",
    "contacts/{contact}": "contact.company contact.field contact.name contact.note contact.value",
    "search?q=data": "incoming",
    "canned-responses": "canned.folder canned.text canned.title",
    "visitors": "seen.title",
    "settings/profile": "agent.name agent.nickname agent.title",
    "settings/sites": "site.name",
    "settings/sites/{site}/look": "site.look.launcher_text site.name",
    "settings/sites/{site}/words": "site.answer site.banner site.greeting site.question site.title",
    "settings/sites/{site}/talk": "site.consent.text site.prechat.fields.label site.rating.reasons.label "
    "team.public_name",
    "settings/sites/{site}/hours": "site.address site.contact site.offline.text",
    "settings/team": "colleague.name team.name team.public_name",
    "settings/tags": "tag.name",
    "settings/workspace": "workspace.name",
    "settings/api-keys": "api_key.name",
    "settings/mails": "workspace.name",
}
IN_THE_WIDGET = {
    "site.greeting", "site.banner", "site.look.launcher_text", "site.title", "site.prechat.fields.label",
    "site.question", "agent.nickname", "outgoing", "quoting", "file.name.txt",
}  # fmt: skip
_WALK = "(title) => { history.pushState({}, '', `/?q=${title}`); document.title = title; }"
_GO = """(path) => {
  history.pushState({}, "", path);
  dispatchEvent(new PopStateEvent("popstate", { state: null }));
}"""


@pytest.fixture(scope="module")
def marked_shop() -> Iterator[Shop]:
    """A company of its own: nobody else's shop is to be full of marks."""
    with tempfile.TemporaryDirectory(prefix="yingke-escaping-") as folder:
        Path(folder).chmod(0o755)
        product = Product(Path(folder))
        product.start()
        with opened_shop(product) as shop:
            yield shop
        product.stop()


@pytest.fixture
async def marked_people(chromium: Browser, marked_shop: Shop) -> AsyncIterator[People]:
    made = People(chromium, marked_shop)
    yield made
    await made.leave()
    assert made.errors == []


async def test_nothing_that_people_write_becomes_part_of_a_page(marked_people: People, marked_shop: Shop) -> None:
    visitor, agent = await marked_people.visitor(user_agent=PERSON), await marked_people.agent()
    for page in (visitor.page, agent.page):
        await page.context.add_init_script(watch_policy())
    await visitor.page.evaluate(_WALK, mark("seen.title"))
    await visitor.open()
    await visitor.write("你好")
    await agent.choose("你好")
    await agent.write("请说")
    await visitor.sees("请说")
    talk = agent.page.url.rsplit("/", 1)[1]
    rated_conversation(marked_shop)  # of somebody whom nobody gives another name
    ids = mark_everything(marked_shop, talk, rated_conversation(marked_shop))

    await agent.page.goto(f"{marked_shop.product.url}/desk/conversations/mine/{talk}")
    await agent.page.get_by_placeholder("调出常用语").wait_for()
    for place, fields in AT_THE_DESK.items():
        await agent.page.evaluate(_GO, f"/desk/{place.format(**ids)}")
        await read(agent.page, set(fields.split()), place)
    await look_at_menus(agent.page, ids)
    await look_at_widget(visitor, await marked_people.visitor())
    await look_at_mails(marked_people, marked_shop, ids)


async def read(page: Page, fields: set[str], place: str) -> None:
    """Until these fields can be read on the page; nothing on it may have been made by a mark."""
    seen = Seen()
    for _ in range(150):
        await seen.look(page)
        assert seen.made == [], place
        if seen.fields >= fields:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{place}: {fields - seen.fields} not seen")


async def look_at_menus(page: Page, ids: dict[str, str]) -> None:
    """What opens only when it is asked for."""
    await page.evaluate(_GO, f"/desk/conversations/mine/{ids['talk']}")
    box = page.get_by_placeholder("调出常用语")
    await box.fill("/data")
    await page.get_by_role("option").first.wait_for()
    await read(page, {"canned.title"}, "canned responses in the composer")
    await box.fill("")
    await page.keyboard.press("Control+k")
    await page.get_by_role("dialog").wait_for()
    await page.keyboard.type("data")
    await read(page, {"contact.name"}, "the palette")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Alt+t")
    await page.get_by_role("dialog").wait_for()
    await read(page, {"team.name", "colleague.nickname"}, "the transfer")
    await page.keyboard.press("Escape")


async def look_at_widget(visitor: Visitor, newcomer: Visitor) -> None:
    """A visitor with the conversation, and one who comes for the first time and is asked for a name."""
    await visitor.page.reload()
    seen = Seen()
    for each in (visitor, newcomer):
        await each.open()
        await each.panel.get_by_text("data-m=").first.wait_for()
        await look(each.page, seen)
    await visitor.panel.locator("button").filter(has_text="data-m=").first.click()
    await visitor.panel.get_by_role("log").get_by_text("data-m=quoting").first.wait_for()
    await newcomer.panel.get_by_role("button", name="开始咨询").click()
    await newcomer.panel.get_by_text("data-m=site.prechat").first.wait_for()
    for each in (visitor, newcomer):
        await look(each.page, seen)
    assert seen.made == []
    assert seen.fields >= IN_THE_WIDGET, IN_THE_WIDGET - seen.fields


async def look(page: Page, seen: Seen) -> None:
    for frame in page.frames:
        await seen.look(frame)


async def look_at_mails(people: People, shop: Shop, ids: dict[str, str]) -> None:
    """The transcript, opened as a mail program would open it: the marks are text in it as well."""
    shop.owner.ask("POST", f"/conversations/{ids['talk']}/transcript", email="zhou@example.com")
    page = await people.stranger("/health")
    letter = (await mail_to(shop.product.data / "outbox", "zhou@example.com")).get_body(("html",))
    assert letter
    await page.set_content(letter.get_content())
    await read(page, {"outgoing", "quoting", "agent.nickname", "file.name.txt"}, "a mail")
