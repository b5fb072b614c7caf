"""Whether the addresses in answers work, asked for with care: few at once, once each."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

import httpx
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from yingke.kit.errors import Refusal
from yingke.kit.outbound import OutboundClient
from yingke.kit.work import Work
from yingke.knowledge.checking.rules import addresses_of
from yingke.knowledge.content import content_of
from yingke.knowledge.models import CheckedLink, KnowledgeEntry, KnowledgeHead

if TYPE_CHECKING:
    from yingke.wiring import Services

_AT_ONCE = 8
MOST = 5_000
_REFUSES_ROBOTS = frozenset({401, 403, 405, 429, 503})
"""Answers that say nothing about whether a person gets the page."""


async def check_links(services: "Services", *, workspace_id: UUID) -> None:
    """Job: look at every address once. What is not linked any more is forgotten."""
    async with services.ground.work_in(workspace_id) as work:
        urls = await _addresses(work)
    turns = asyncio.Semaphore(_AT_ONCE)

    async def look_at(url: str) -> tuple[str, str]:
        async with turns:
            return url, await problem_of(services.outbound, url)

    problems = await asyncio.gather(*(look_at(url) for url in urls))
    async with services.ground.work_in(workspace_id) as work:
        await _keep(work, problems)


async def problem_of(outbound: OutboundClient, url: str) -> str:
    """What is wrong with an address, empty when it works."""
    try:
        status = (await outbound.get(url)).status_code
    except Refusal as refusal:
        return refusal.code
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return "no_answer"
    return "" if status < 400 or status in _REFUSES_ROBOTS else str(status)


async def _addresses(work: Work) -> list[str]:
    live = select(KnowledgeEntry.live).where(
        KnowledgeEntry.workspace_id == work.workspace_id,
        KnowledgeEntry.deleted_at.is_(None),
        KnowledgeEntry.live.is_not(None),
    )
    told = [url for content in await work.scalars(live) for url in addresses_of(content_of(content))]
    return list(dict.fromkeys(told))[:MOST]


async def _keep(work: Work, problems: Iterable[tuple[str, str]]) -> None:
    await work.rows.execute(delete(CheckedLink).where(CheckedLink.workspace_id == work.workspace_id))
    rows = [
        {"workspace_id": work.workspace_id, "url": url, "problem": problem, "checked_at": work.now}
        for url, problem in problems
    ]
    if rows:
        await work.rows.execute(insert(CheckedLink).on_conflict_do_nothing(), rows)
    head = await work.rows.get(KnowledgeHead, work.workspace_id)
    if head is not None:
        head.links_checked_at = work.now
