"""Notices on an agent's screen while the desk is out of sight or closed.

Browsers take pushes from their makers' services only, so what such a service would hand over is handed over here by the
DevTools; that the server seals this very content is shown in `tests/notifications/test_push.py`.
"""

import asyncio
import json
from typing import Any

from playwright.async_api import BrowserContext, CDPSession, Page, Worker, expect

from tests.journeys.conftest import Agent, People, Shop, Visitor

_PRESS = """async (tag) => {
  const opened = [];
  self.clients.openWindow = (url) => Promise.resolve(opened.push(url));
  const [notification] = await self.registration.getNotifications({ tag });
  const event = new NotificationEvent('notificationclick', { notification });
  await new Promise((done) => {
    event.waitUntil = (work) => work.then(done);
    self.dispatchEvent(event);
  });
  return opened;
}"""
_SHOWN = """(tag) => self.registration.getNotifications({ tag })
  .then((all) => all.map(({ title, body }) => [title, body]))"""


class PushService:
    """Hands pushes to the worker of a desk, whether a page of it is open or not."""

    def __init__(self, devtools: CDPSession, origin: str, registration: str) -> None:
        self._devtools = devtools
        self._push = {"origin": origin, "registrationId": registration}

    @classmethod
    async def of(cls, agent: Agent, front: Page) -> "PushService":
        """`front`: a page that stays when the desk is closed."""
        found: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def note(event: dict[str, Any]) -> None:
            for each in event["registrations"]:
                if each["scopeURL"].endswith("/desk/") and not found.done():
                    found.set_result(each["registrationId"])

        devtools = await agent.page.context.new_cdp_session(agent.page)
        devtools.on("ServiceWorker.workerRegistrationUpdated", note)
        await devtools.send("ServiceWorker.enable")
        stays = await front.context.new_cdp_session(front)
        await stays.send("ServiceWorker.enable")
        return cls(stays, await agent.page.evaluate("origin"), await asyncio.wait_for(found, 10))

    async def hand_over(self, conversation: str, title: str, body: str) -> None:
        """As `notifications/pushing.py` writes it."""
        notice = {"title": title, "body": body, "tag": conversation, "url": f"/desk/conversations/{conversation}"}
        await self._devtools.send("ServiceWorker.deliverPushMessage", {**self._push, "data": json.dumps(notice)})


async def worker_of(context: BrowserContext) -> Worker:
    return context.service_workers[0] if context.service_workers else await context.wait_for_event("serviceworker")


async def covered(agent: Agent) -> Page:
    """Another page of the agent's browser, in front of the desk."""
    await agent.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    devtools = await agent.page.context.new_cdp_session(agent.page)
    await devtools.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    page = await agent.page.context.new_page()
    await page.bring_to_front()
    return page


async def settled(worker: Worker, tag: str, notices: list[list[str]]) -> None:
    """Until these notices of a conversation are on the screen, and no others."""
    seen: Any = None
    for _ in range(100):
        if (seen := await worker.evaluate(_SHOWN, tag)) == notices:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(seen)


async def begin(visitor: Visitor, text: str) -> str:
    """The id of the conversation that begins with `text`, as the shop's own scripts hear of it."""
    heard = "() => { window.begun = new Promise((done) => window.yingke.on('conversation', ({ id }) => done(id))); }"
    await visitor.page.evaluate(heard)
    await visitor.open()
    await visitor.write(text)
    return str(await visitor.page.evaluate("() => window.begun"))


async def test_a_desk_behind_another_page_shows_one_notice_and_a_press_on_it_opens_the_conversation(
    people: People, shop: Shop
) -> None:
    agent = await people.agent(permissions=["notifications"])
    front = await covered(agent)
    visitor = await people.visitor()
    conversation = await begin(visitor, "<b>礼盒</b>有现货吗")
    number = shop.owner.ask("GET", f"/conversations/{conversation}")["number"]
    worker = await worker_of(agent.page.context)
    await settled(worker, conversation, [[f"访客 {number}", "<b>礼盒</b>有现货吗"]])

    service = await PushService.of(agent, front)
    await service.hand_over(conversation, "新消息", "推送来的")
    await settled(worker, conversation, [["新消息", "推送来的"]])  # in the place of the other, not beside it
    assert await worker.evaluate(_PRESS, conversation) == []  # the open desk takes it
    await agent.page.wait_for_url(f"**/{conversation}")
    await expect(agent.page.get_by_placeholder("调出常用语")).to_be_visible()


async def test_a_closed_desk_is_opened_by_a_press_on_what_was_pushed(people: People, shop: Shop) -> None:
    agent = await people.agent(permissions=["notifications"])
    context = agent.page.context
    blank = await covered(agent)
    visitor = await people.visitor()
    conversation = await begin(visitor, "几点下班")
    await agent.page.get_by_text("几点下班").first.wait_for()
    worker = await worker_of(context)
    await worker.evaluate(
        "() => self.registration.getNotifications().then((all) => all.forEach((each) => each.close()))"
    )
    service = await PushService.of(agent, blank)
    await agent.page.close()
    await service.hand_over(conversation, "访客 的新消息", "几点下班")
    await settled(worker, conversation, [["访客 的新消息", "几点下班"]])
    [opened] = await worker.evaluate(_PRESS, conversation)
    await blank.goto(shop.product.url + opened)
    await Agent(blank).sees("几点下班")
    await expect(blank.get_by_placeholder("调出常用语")).to_be_visible()
