"""Two months of visits at the shop, so that its figures have something to show. The same on every run.

Written as rows and not through the door that browsers report to: that one knows no clock but its own.
"""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from yingke.conversations.models import Conversation
from yingke.demo.catalogue import sample
from yingke.demo.history import SHANGHAI, Past
from yingke.kit.ids import new_id, new_id_at
from yingke.kit.work import Work
from yingke.traffic import roll_up_days
from yingke.visitors import Visitor, recognise
from yingke.visits.models import Conversion, Goal, PageView, Visit
from yingke.visits.sources import source_of

DAYS = 60
_HOURS = (1, 0, 0, 0, 0, 0, 1, 2, 4, 6, 8, 7, 6, 6, 7, 7, 7, 6, 6, 8, 10, 11, 8, 4)
"""How busy the shop is in each hour."""
_CART = "/cart"


async def write_visits(past: Past, now: datetime) -> None:
    """The visits of the days before `now`, their pages and the goal some of them reached; and the figures of each day."""
    chance = random.Random(20261108)  # noqa: S311 - the same visits on every run
    async with past.work() as work:
        work.add(goal := _goal(past, now))
        await work.flush()
        for back in range(DAYS, 0, -1):
            day = (now.astimezone(SHANGHAI) - timedelta(days=back)).date()
            for _ in range(chance.randint(10, 16 + (DAYS - back) // 5) + 6 * (day.weekday() >= 5)):
                at, browser = _moment(chance, day), _one_of("devices", chance)["agent"]
                visitor = _stranger(past, chance, at, browser)
                work.add(visitor)
                _visit(past, work, chance, visitor, at, goal, number=1)
        came: Counter[UUID] = Counter()
        for place, (visitor, opened_at) in enumerate(await _who_wrote(work)):
            came[visitor.id] += 1
            _visit(
                past, work, chance, visitor, opened_at - timedelta(seconds=40 + place), goal, number=came[visitor.id]
            )
    await roll_up_days(past.ground)


def _goal(past: Past, now: datetime) -> Goal:
    return Goal(
        id=new_id(),
        site_id=past.company.site_id,
        name="放进购物车",
        kind="url",
        pattern="/demo/cart*",
        value=86.0,
        created_at=now - timedelta(days=DAYS + 1),
    )


async def _who_wrote(work: Work) -> list[tuple[Visitor, datetime]]:
    """The visitors of the sample's conversations, and when each began."""
    wrote = select(Visitor, Conversation.opened_at).where(
        Visitor.workspace_id == Conversation.workspace_id, Visitor.id == Conversation.visitor_id
    )
    rows = await work.rows.execute(wrote.order_by(Conversation.opened_at))
    return [(row.Visitor, row.opened_at) for row in rows]


def _moment(chance: random.Random, day: date) -> datetime:
    hour = chance.choices(range(24), _HOURS)[0]
    return datetime(day.year, day.month, day.day, hour, chance.randrange(60), chance.randrange(60), tzinfo=SHANGHAI)


def _stranger(past: Past, chance: random.Random, at: datetime, browser: str) -> Visitor:
    return Visitor(
        id=new_id_at(at),
        site_id=past.company.site_id,
        token_hash=sha256(chance.randbytes(32)).digest(),
        language="zh-CN",
        user_agent=browser,
        device=dict(recognise(browser)),
        first_seen_at=at,
        last_seen_at=at,
    )


def _visit(
    past: Past, work: Work, chance: random.Random, visitor: Visitor, at: datetime, goal: Goal, number: int
) -> None:
    """One visit of `visitor`, which begins at `at`: the `number`th, from 1."""
    visitor.visits = number
    came = _one_of("sources", chance)
    pages = [_one_of("pages", chance) for _ in range(min(1 + int(chance.expovariate(0.45)), 9))]
    address = past.shop_url + pages[0]["path"] + came.get("marks", "")
    source = msgspec.to_builtins(source_of(address, came["referrer"]))
    visit = Visit(
        id=new_id_at(at),
        site_id=past.company.site_id,
        visitor_id=visitor.id,
        number=number,
        started_at=at,
        page_views=len(pages),
        landing_url=address,
        landing_title=pages[0]["title"],
        referrer=came["referrer"],
        language="zh-CN",
        source=source,
        region=_one_of("regions", chance)["is"],
        device=visitor.device,
    )
    touch = {"source": source, "landing_url": address, "at": at.isoformat(), "visit_id": str(visit.id)}
    visitor.first_touch, visitor.last_touch = visitor.first_touch or touch, touch
    work.add(visit)
    left = _look(past, work, chance, visit, pages)
    visit.active_at = left
    visitor.last_seen_at = max(visitor.last_seen_at, left)
    visit.exit_url, visit.exit_title = past.shop_url + pages[-1]["path"], pages[-1]["title"]
    if any(page["path"] == _CART for page in pages):
        reached = {"visit_id": visit.id, "visitor_id": visitor.id, "site_id": visit.site_id, "at": left}
        work.add(Conversion(goal_id=goal.id, value=goal.value, **reached))


def _look(past: Past, work: Work, chance: random.Random, visit: Visit, pages: Sequence[dict[str, Any]]) -> datetime:
    """The pages one after the other; when the last one was left."""
    at = visit.started_at
    for page in pages:
        stay = timedelta(seconds=chance.randint(6, 150))
        view = PageView(
            workspace_id=past.company.workspace_id,
            visit_id=visit.id,
            id=new_id_at(at),
            visitor_id=visit.visitor_id,
            site_id=visit.site_id,
            at=at,
            left_at=at + stay,
            url=past.shop_url + page["path"],
            title=page["title"],
            open_ms=int(stay.total_seconds() * 1000),
            visible_ms=int(stay.total_seconds() * chance.uniform(600, 1000)),
            scroll=chance.randint(20, 100),
        )
        work.add(view)
        at += stay
    return at


def _one_of(kind: str, chance: random.Random) -> dict[str, Any]:
    choices: list[dict[str, Any]] = sample("visits")[kind]
    return chance.choices(choices, [each["often"] for each in choices])[0]
