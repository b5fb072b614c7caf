"""Past days at the shop: conversations as they went, written by the verbs that would have written them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from yingke.contacts import edit_contact
from yingke.contacts.editing import add_note, tag_contact
from yingke.conversations.assigning import accept_conversation
from yingke.conversations.closing import resolve_conversation, snooze_conversation
from yingke.conversations.editing import summarise_conversation, tag_conversation
from yingke.conversations.offline import leave_message
from yingke.conversations.opening import open_room
from yingke.conversations.posting import Draft, post_from_visitor, post_message
from yingke.conversations.reading import read_by_agent, read_by_visitor
from yingke.conversations.values import Summary
from yingke.demo.catalogue import sample
from yingke.demo.company import Company
from yingke.identity import Actor
from yingke.inboxes import Site
from yingke.kit.clock import FixedClock
from yingke.kit.ids import new_id
from yingke.kit.work import Ground, Work
from yingke.ratings import rate_as_visitor
from yingke.visitors import Visitor, give_contact, greet_visitor, identify_visitor, sign_identity

SHANGHAI = ZoneInfo("Asia/Shanghai")
Told = dict[str, Any]

_DEVICES = {
    "windows": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "mac": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
    "iphone": "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
    "android": "Mozilla/5.0 (Linux; Android 15; 24129PN74C) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
    "wechat": "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.62",
}
_REFERRERS = (
    "https://www.baidu.com/",
    "https://www.xiaohongshu.com/",
    "",
    "https://cn.bing.com/",
    "https://mp.weixin.qq.com/",
    "",
)

_AMONG_COLLEAGUES = (
    ("zhao", "仓库说五层纸箱明天到货，破损应该能少一半。"),
    ("chen", "太好了。群体种龙井只剩两罐了，有人问就先登记。"),
    ("lin", "收到。年货礼盒今天开始预订，团购的都转给我。"),
)


class PassingWork(Work):
    """A work in which time passes: a whole conversation in one transaction."""

    @property
    def now(self) -> datetime:
        return self.clock.now()


@dataclass(slots=True)
class Past:
    """Writes at the time its clock shows, and moves the clock on."""

    ground: Ground
    clock: FixedClock
    company: Company
    shop_url: str
    tokens: dict[str, str] = field(default_factory=dict)
    """What the browsers of known people keep, by name."""
    told: int = 0

    def work(self) -> Work:
        return PassingWork(self.ground.engine, self.ground.outbox, self.clock, self.company.workspace_id)

    def pause(self) -> None:
        """As long as people take to read and type: 20 to 90 seconds, the same on every run."""
        self.told += 1
        self.clock.advance(timedelta(seconds=20 + self.told * 37 % 71))


async def write_past(past: Past, now: datetime) -> None:
    """Every conversation of the sample that has ended, oldest first."""
    for each in sample("conversations")["conversations"]:
        hour, minute = map(int, each["at"].split(":"))
        day = (now.astimezone(SHANGHAI) - timedelta(days=each["day"])).replace(hour=hour, minute=minute, second=8)
        move_to(past.clock, min(day.astimezone(UTC), now - timedelta(hours=5)))
        async with past.work() as work:
            conversation_id = await _talk(past, work, each)
            await _close(past, work, each, conversation_id)


async def write_present(past: Past, now: datetime) -> None:
    """What is going on: open, waiting and resting conversations, a message left, a word among colleagues."""
    for each in sorted(sample("conversations")["current"], key=lambda c: -c["minutes"]):
        move_to(past.clock, now - timedelta(minutes=each["minutes"]))
        async with past.work() as work:
            if each["state"] == "message":
                await _leave_message(past, work, each)
                continue
            conversation_id = await _talk(past, work, each)
            if each["state"] == "snoozed":
                agent = past.company.actors[each["agent"]]
                await snooze_conversation(work, agent, conversation_id, now + timedelta(hours=20))
    move_to(past.clock, now - timedelta(minutes=50))
    await _chat_among_colleagues(past)


async def _talk(past: Past, work: Work, each: Told) -> UUID:
    """The conversation's lines, with their pauses; its id."""
    agent = past.company.actors.get(each.get("agent", ""))
    conversation_id: UUID | None = None
    for line in each["lines"]:
        mark, text = line[0], line[2:]
        if mark == ">":
            conversation_id = await _visitor_says(past, work, each, conversation_id, text)
        else:
            assert agent is not None and conversation_id is not None
            await _agent_says(work, agent, conversation_id, text, note=mark == "!")
        past.pause()
    assert conversation_id is not None
    if each.get("tags") and agent:
        await tag_conversation(work, agent, conversation_id, [past.company.tags[key] for key in each["tags"]])
    return conversation_id


async def _visitor_says(past: Past, work: Work, each: Told, conversation_id: UUID | None, text: str) -> UUID:
    visitor = await _visitor(past, work, each)
    draft = Draft(client_id=new_id(), text=text, kind="incoming")
    posted = await post_from_visitor(work, visitor, conversation_id, draft, team_id=past.company.teams[each["team"]])
    return posted.conversation_id


async def _agent_says(work: Work, agent: Actor, conversation_id: UUID, text: str, *, note: bool) -> None:
    await accept_conversation(work, agent, conversation_id)
    draft = Draft(client_id=new_id(), text=text, kind="note" if note else "outgoing")
    posted = await post_message(work, agent, conversation_id, draft)
    await read_by_agent(work, agent, conversation_id, posted.seq)


async def _visitor(past: Past, work: Work, each: Told) -> Visitor:
    """The browser at the page of the conversation, known as far as the person is."""
    name = each.get("who", f"anonymous of {each['lines'][0]}")
    person: Told = next((p for p in sample("people")["contacts"] if p["name"] == name), {})
    site = await work.get(Site, past.company.site_id)
    greeted = await greet_visitor(
        work,
        site,
        token=past.tokens.get(name),
        page_url=f"{past.shop_url}/{'' if each['page'] == 'home' else each['page']}",
        page_title="松果商店",
        referrer=_REFERRERS[len(past.tokens) % len(_REFERRERS)],
        language=person.get("language", "zh-CN"),
        user_agent=_DEVICES[person.get("device", "windows" if len(each["lines"]) % 2 else "android")],
        address=f"203.0.113.{len(past.tokens)}",
    )
    if greeted.token is None:
        return greeted.visitor
    past.tokens[name] = greeted.token
    return await _introduce(past, work, site, greeted.visitor, person) if person else greeted.visitor


async def _introduce(past: Past, work: Work, site: Site, visitor: Visitor, person: Told) -> Visitor:
    said: Any = {key: person.get(key) for key in ("name", "email", "phone")}
    if number := person.get("external_id"):
        signature = sign_identity(site.identity_secret, number)
        visitor = (await identify_visitor(work, site, visitor, external_id=number, hash=signature, **said)).visitor
    else:
        await give_contact(work, visitor, **said)
    contact_id = visitor.contact_id
    assert contact_id is not None
    visitor.name = person["name"]
    more: Any = {key: person[key] for key in ("company", "language", "fields") if key in person}
    await edit_contact(work, contact_id, more)
    if person.get("tags"):
        await tag_contact(work, contact_id, [past.company.tags[key] for key in person["tags"]])
    for text in person.get("notes", ()):
        await add_note(work, contact_id, agent_id=past.company.actors["lin"].agent_id, text=text)
    return visitor


async def _close(past: Past, work: Work, each: Told, conversation_id: UUID) -> None:
    agent = past.company.actors[each["agent"]]
    if "summary" in each:
        await summarise_conversation(work, agent, conversation_id, Summary(**each["summary"]))
    ended = await resolve_conversation(work, agent, conversation_id)
    assert ended.who.visitor_id is not None
    past.pause()
    await read_by_visitor(work, [ended.who.visitor_id], conversation_id, ended.last_seq)
    if "stars" in each:
        said = {key: each[key] for key in ("stars", "solved", "reasons", "comment") if key in each}
        await rate_as_visitor(work, [ended.who.visitor_id], conversation_id, **said)


async def _leave_message(past: Past, work: Work, each: Told) -> None:
    person = next(p for p in sample("people")["contacts"] if p["name"] == each["who"])
    await leave_message(
        work,
        await _visitor(past, work, each),
        client_id=new_id(),
        text=each["lines"][0][2:],
        channel=each["channel"],
        reply_to=person[each["channel"]],
        name=person["name"],
        team_id=past.company.teams[each["team"]],
    )


async def _chat_among_colleagues(past: Past) -> None:
    actors = past.company.actors
    async with past.work() as work:
        room = await open_room(work, actors["lin"], [actors["chen"].agent_id, actors["zhao"].agent_id])
        for key, text in _AMONG_COLLEAGUES:
            posted = await post_message(work, actors[key], room.id, Draft(client_id=new_id(), text=text))
            for actor in actors.values():
                await read_by_agent(work, actor, room.id, posted.seq)
            past.pause()


def move_to(clock: FixedClock, at: datetime) -> None:
    clock.advance(at - clock.now())
