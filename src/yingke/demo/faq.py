"""What the shop answers again and again: its entries in two languages, how some came to be, and how often they were asked.

Entries are written by the verbs of the desk. The questions of two months are rows, like the visits: the same on every run.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from msgspec import convert
from sqlalchemy import select

from yingke.demo.catalogue import sample
from yingke.demo.history import Past, Told, move_to
from yingke.identity import Actor
from yingke.inboxes.editing import change_site
from yingke.kit.ids import new_id, new_id_at
from yingke.kit.work import Work
from yingke.knowledge.categories import create_category
from yingke.knowledge.editing import Placement, change_entry, create_entry
from yingke.knowledge.heat import warmed
from yingke.knowledge.languages import Language
from yingke.knowledge.linking import link_entries
from yingke.knowledge.models import (
    AskedQuestion,
    CheckedLink,
    EntryVote,
    KnowledgeEntry,
    KnowledgeHead,
    KnowledgeImport,
)
from yingke.knowledge.publishing import propose_entry, publish_entry, return_entry
from yingke.knowledge.values import EntryContent
from yingke.knowledge.word_lists import add_words

DAYS = 60
_CONTENT = ("similar", "keywords", "never", "buttons", "cards")
_DEAD = "https://songguo.example/returns/2025"
_ROBOT = {"mode": "always", "name": {"zh-CN": "松塔", "en": "Songta"}, "hand_over_words": ["转人工", "agent please"]}
_OWNERS = {"aftersales": "zhao", "damage": "zhao", "returns": "zhao", "tea": "chen", "gifts": "chen", "keeping": "chen"}


async def write_entries(past: Past) -> None:
    """Categories, word lists and entries, from when the shop opened."""
    told = sample("knowledge")
    async with past.work() as work:
        categories: dict[str, UUID] = {}
        for each in told["categories"]:
            parent = categories.get(each.get("parent", ""))
            categories[each["key"]] = await create_category(work, parent_id=parent, names=each["names"])
        for phrases in told["synonyms"]:
            await add_words(work, "synonyms", "zh-CN", phrases)
        await add_words(work, "never", "zh-CN", told["never"])
    ids: dict[str, UUID] = {}
    for each in told["entries"]:
        past.clock.advance(timedelta(minutes=7))
        async with past.work() as work:
            await _write_entry(past, work, each, categories, ids)


async def _write_entry(past: Past, work: Work, each: Told, categories: dict[str, UUID], ids: dict[str, UUID]) -> None:
    """The entry in each of its languages; `ids` gets them by question."""
    writer = past.company.actors[_OWNERS.get(each.get("category", ""), "lin")]
    status = each.get("status", "published")
    placed = Placement(
        category_id=categories.get(each.get("category", "")),
        audience=each.get("audience", "everyone"),
        owner_id=writer.agent_id,
        review_on=work.now.date() + timedelta(days=DAYS + each.get("review_days", 120)),
    )
    first: UUID | None = None
    for language, text in _languages(each):
        content = _content(text, ids)
        made = await create_entry(work, writer, language, content, placed)
        ids[text["question"]] = made.id
        if status == "published":
            await publish_entry(work, past.company.actors["lin"], made.id)
        if each.get("pinned"):
            await change_entry(work, past.company.actors["lin"], made.id, {"pinned": True})
        if first:
            await link_entries(work, first, [made.id])
        first = made.id


def _languages(each: Told) -> Iterator[tuple[Language, Told]]:
    for language, text in each.items():
        if isinstance(text, dict):
            yield cast(Language, language), text


def _content(text: Told, ids: dict[str, UUID]) -> EntryContent:
    told = {name: text[name] for name in _CONTENT if name in text}
    told |= {"question": text["question"], "answer_html": text["answer"], "short_answer": text["short"]}
    told["related_ids"] = [ids[name] for name in text.get("related", ()) if name in ids]
    return convert(told, EntryContent)


async def write_revisions(past: Past, now: datetime) -> None:
    """What colleagues did of late: an answer returned and written better, one being rewritten, one to be reviewed."""
    zhao, chen = past.company.actors["zhao"], past.company.actors["chen"]
    kept, sent = "坚果开封后怎么保存？", "多久发货？"
    better = "密封冷藏，四周内吃完；取出后马上盖好。"
    steps: list[tuple[float, str, str, Actor, str, dict[str, Any]]] = [
        (12, "change", kept, zhao, "客人常问要不要马上盖上", {"short_answer": "密封冷藏，吃完再开下一罐。"}),
        (11.9, "propose", kept, zhao, "", {}),
        (11.2, "return", kept, chen, "请把四周这个期限也写上", {}),
        (11, "change", kept, zhao, "", {"short_answer": better}),
        (10.9, "propose", kept, zhao, "已加上期限", {}),
        (10.5, "publish", kept, chen, "", {}),
        (1.4, "propose", "优惠券为什么不能用？", zhao, "上周有八位客人问", {}),
        (0.2, "change", sent, zhao, "年货节改到 18 点", {"short_answer": "年货节期间 18 点前付款当天发出。"}),
    ]
    for days, what, question, actor, note, changes in steps:
        move_to(past.clock, now - timedelta(days=days))
        async with past.work() as work:
            entry_id = await _id_of(work, question)
            if what == "change":
                await change_entry(work, actor, entry_id, changes, note=note)
            else:
                verb = {"propose": propose_entry, "return": return_entry, "publish": publish_entry}[what]
                await verb(work, actor, entry_id, note)


async def _id_of(work: Work, question: str) -> UUID:
    asked = select(KnowledgeEntry.id).where(
        KnowledgeEntry.workspace_id == work.workspace_id, KnowledgeEntry.question == question
    )
    return cast(UUID, (await work.scalars(asked)).one())


async def write_demand(past: Past, now: datetime) -> None:
    """Two months of questions, views and votes; what the last look at links found; the file the first entries came from."""
    chance = random.Random(20261109)  # noqa: S311 - the same questions on every run
    told = sample("knowledge")
    move_to(past.clock, now)
    async with past.work() as work:
        entries = {row.question: row for row in await work.all(select(KnowledgeEntry))}
        for each in told["entries"]:
            for language, text in _languages(each):
                row, asked = entries[text["question"]], each["asked"] // (1 if language == "zh-CN" else 5)
                _ask_of(past, work, chance, row, asked, now)
                if language == "zh-CN":
                    _vote_on(work, row, *each.get("votes", (0, 0)))
        for each in told["unanswered"]:
            for said in each["said"]:
                for _ in range(chance.randint(1, 3)):
                    work.add(_question(past, chance, said, None, _moment(chance, now)))
        _keep_links_and_import(past, work, now)
        (head := await work.rows.get_one(KnowledgeHead, work.workspace_id)).links_checked_at = now - timedelta(hours=6)
        head.revision += 1
        await change_site(work, past.company.site_id, settings={"robot": _ROBOT})


def _ask_of(past: Past, work: Work, chance: random.Random, row: KnowledgeEntry, times: int, now: datetime) -> None:
    wordings = [row.question, *row.content["similar"]]
    for at in sorted(_moment(chance, now) for _ in range(times)):
        work.add(_question(past, chance, chance.choice(wordings), row, at))
        row.heat = warmed(row.heat, at)
    row.views = times * 3 + chance.randrange(9) if row.live else 0
    row.uses = times // 6


def _question(
    past: Past, chance: random.Random, said: str, answered: KnowledgeEntry | None, at: datetime
) -> AskedQuestion:
    outcome = chance.choices(["solved", None, "not_solved"], [18, 1, 1])[0] if answered else "handed_over"
    return AskedQuestion(
        id=new_id_at(at),
        channel="robot" if chance.random() < 0.7 else "help_centre",
        site_id=past.company.site_id,
        language=answered.language if answered else "zh-CN",
        question=said,
        decision="answer" if answered else "none",
        entry_id=answered.id if answered else None,
        match_ids=[answered.id] if answered else [],
        confidence=round(chance.uniform(0.9, 0.999), 4) if answered else 0.0,
        outcome=outcome,
        asked_at=at,
    )


def _moment(chance: random.Random, now: datetime) -> datetime:
    return now - timedelta(seconds=chance.randrange(600, DAYS * 86_400))


def _vote_on(work: Work, row: KnowledgeEntry, up: int, down: int) -> None:
    row.votes_up, row.votes_down = up, down
    for number in range(up + down):
        work.add(EntryVote(entry_id=row.id, voter=f"reader {number}", useful=number < up, created_at=work.now))


def _keep_links_and_import(past: Past, work: Work, now: datetime) -> None:
    work.add(CheckedLink(url=_DEAD, problem="404", checked_at=now - timedelta(hours=6)))
    counted = len(sample("knowledge")["entries"])
    work.add(
        KnowledgeImport(
            id=new_id(),
            agent_id=past.company.actors["lin"].agent_id,
            state="done",
            format="xlsx",
            source="旧店常见问题.xlsx",
            language="zh-CN",
            total=counted + 1,
            done=counted + 1,
            created=counted,
            refused=[
                {
                    "row": 17,
                    "code": "question_missing",
                    "detail": "An entry needs a question of 1 to 300 characters.",
                    "question": "",
                }
            ],
            created_at=now - timedelta(days=DAYS),
            finished_at=now - timedelta(days=DAYS) + timedelta(seconds=4),
        )
    )
