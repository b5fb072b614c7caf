"""Reading what the rules need, and asking the engine for entries that are nearly the same."""

import asyncio
import math
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from yingke.kit.work import Work
from yingke.knowledge.banks import Banks
from yingke.knowledge.categories import category_rows, shown_name
from yingke.knowledge.checking.rules import Known, Shop, findings
from yingke.knowledge.checking.values import CheckSummary, Finding, Kind, KindCount
from yingke.knowledge.content import content_of
from yingke.knowledge.languages import LANGUAGES, Language
from yingke.knowledge.models import CheckedLink, KnowledgeEntry, KnowledgeHead
from yingke.knowledge.readers import within

NEAR = 0.8
"""Confidence with which another entry answers an entry's own question."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found. `compared` of the live entries were asked for others like them, and `left` were not yet."""

    found: list[Finding]
    compared: int
    left: int


async def look(
    work: Work,
    banks: Banks,
    *,
    kind: Kind | None = None,
    language: Language | None = None,
    only_site_ids: Collection[UUID] | None = None,
    wait: float = math.inf,
) -> Looked:
    """Every finding, with `only_site_ids` about entries of those sites; the work is at rest while it is thought about.

    Comparing the entries of a large bank with one another takes long: it ends after `wait` seconds, and the next look goes on.
    """
    shop = await _read(work, language, only_site_ids)
    workspace_id = work.workspace_id
    async with work.at_rest():
        found = await asyncio.to_thread(lambda: [*findings(shop)])
        compared, left = 0, 0
        if kind in (None, "near_duplicate"):
            near, compared, left = await _near(banks, workspace_id, shop.entries, time.monotonic() + wait)
            found += near
    return Looked([one for one in found if kind in (None, one.kind)], compared, left)


async def summary(work: Work, looked: Looked) -> CheckSummary:
    head = await work.rows.get(KnowledgeHead, work.workspace_id)
    counts: dict[Kind, int] = {}
    for one in looked.found:
        counts[one.kind] = counts.get(one.kind, 0) + 1
    return CheckSummary(
        items=[KindCount(kind=kind, count=count) for kind, count in counts.items()],
        links_checked_at=head.links_checked_at if head else None,
        compared=looked.compared,
        not_compared=looked.left,
    )


async def _read(work: Work, language: Language | None, only_site_ids: Collection[UUID] | None) -> Shop:
    entry = KnowledgeEntry
    there = select(
        entry.id,
        entry.language,
        entry.content,
        entry.live_version,
        entry.category_id,
        entry.group_id,
        entry.review_on,
        entry.valid_until,
    ).where(
        entry.workspace_id == work.workspace_id,
        entry.deleted_at.is_(None),
        entry.status != "archived",
        within(only_site_ids),
    )
    if language:
        there = there.where(entry.language == language)
    rows = (await work.rows.execute(there.order_by(entry.id))).all()
    answering = select(entry.id).where(
        entry.workspace_id == work.workspace_id, entry.deleted_at.is_(None), entry.live_version.is_not(None)
    )
    categories = await category_rows(work)
    links = await work.all(
        select(CheckedLink).where(CheckedLink.workspace_id == work.workspace_id, CheckedLink.problem != "")
    )
    return Shop(
        entries=await asyncio.to_thread(lambda: [*map(_known, rows)]),
        categories={row.id: shown_name(row.names) for row in categories.values()},
        parents={row.id: row.parent_id for row in categories.values()},
        dead={link.url: link.problem for link in links},
        today=work.now.date(),
        answering=frozenset(await work.scalars(answering)),
    )


def _known(row: Row[Any]) -> Known:
    return Known(
        row.id,
        row.language,
        content_of(row.content),
        row.live_version is not None,
        row.category_id,
        row.group_id,
        row.review_on,
        row.valid_until,
    )


async def _near(
    banks: Banks, workspace_id: UUID, entries: Sequence[Known], until: float
) -> tuple[list[Finding], int, int]:
    """Live entries whose own question finds another one as well; how many were asked for that, and how many not yet."""
    found: list[Finding] = []
    told = {entry.id: entry for entry in entries if entry.live}
    left = 0
    for language in LANGUAGES:
        mine = {id: entry.content.question for id, entry in told.items() if entry.language == language}
        if not mine:
            continue
        alike = await banks.alike(workspace_id, language, mine, NEAR, until)
        left += alike.left
        for id, other_id in alike.pairs:
            if other_id in told:
                found.append(
                    Finding(
                        kind="near_duplicate",
                        entry_id=id,
                        question=told[id].content.question,
                        other_id=other_id,
                        other_question=told[other_id].content.question,
                    )
                )
    return found, len(told) - left, left
