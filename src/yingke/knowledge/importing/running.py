"""An import from its file to its end: started, read, confirmed or cancelled, stored."""

import asyncio
import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx
import msgspec
import structlog
from msgspec import to_builtins
from sqlalchemy import select, text, update

from yingke.agents import Agent
from yingke.identity import Actor, Role, zone_of
from yingke.inboxes import Site
from yingke.kit.errors import Refusal
from yingke.kit.ids import new_id
from yingke.kit.work import Ground, Work
from yingke.knowledge.categories import category_rows
from yingke.knowledge.importing.errors import NotReady, PageNotReached, RowsRefused
from yingke.knowledge.importing.judging import Place, Refused, Wanted, judge
from yingke.knowledge.importing.planning import plan
from yingke.knowledge.importing.reading import Format, format_of, read_file
from yingke.knowledge.importing.storing import store
from yingke.knowledge.importing.values import ImportChanged, ImportProblem, ImportValue, State
from yingke.knowledge.languages import Language
from yingke.knowledge.models import KnowledgeImport
from yingke.knowledge.tree import DEEPEST, depth_of

if TYPE_CHECKING:
    from yingke.wiring import Services

log = structlog.get_logger()
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
_TOLD_EVERY = 0.5
"""Seconds between two words about progress."""


async def start_import(
    work: Work,
    actor: Actor,
    *,
    source: str,
    language: Language,
    category_id: UUID | None,
    file_key: str | None,
    format: Format | None,
) -> ImportValue:
    """A file that lies in the store under `file_key`, or without one the page at the address `source`."""
    row = KnowledgeImport(
        id=new_id(), agent_id=actor.agent_id, state="reading", format=format, source=source[:500], file_key=file_key,
        language=language, category_id=category_id, created_at=work.now,
    )  # fmt: skip
    work.add(row)
    work.defer("read_knowledge_import", import_id=str(row.id))
    await work.flush()
    return import_value(row)


async def confirm_import(work: Work, import_id: UUID, *, skip_refused: bool) -> ImportValue:
    """Raises Missing, NotReady, RowsRefused."""
    row = await work.get(KnowledgeImport, import_id, lock=True)
    if row.state != "ready":
        raise NotReady
    if row.refused and not skip_refused:
        raise RowsRefused
    row.state, row.skip_refused, row.done = "storing", skip_refused, 0
    work.defer("store_knowledge_import", import_id=str(row.id))
    _tell(work, row)
    return import_value(row)


async def cancel_import(work: Work, import_id: UUID) -> None:
    """Forget what was not stored. Raises Missing, NotReady while or after it is stored."""
    row = await work.get(KnowledgeImport, import_id, lock=True)
    if row.state in ("storing", "done"):
        raise NotReady
    row.state, row.finished_at = "cancelled", work.now
    if row.file_key:
        work.defer("drop_knowledge_file", file_key=row.file_key)
        row.file_key = None
    _tell(work, row)


async def read_import(services: "Services", workspace_id: UUID, import_id: UUID) -> None:
    """Fetch, read and judge; nothing is stored but what is told of it."""
    ground = services.ground
    async with ground.work_in(workspace_id) as work:
        row = await work.find(KnowledgeImport, import_id)
        if row is None or row.state != "reading":
            return
        import_, place = import_value(row), await _place(work, row.category_id)
        file_key = row.file_key
    try:
        if file_key is None:
            file_key = await _fetch(services, workspace_id, import_id, import_.source)
        content = await services.files.get(file_key)
        format = import_.format or format_of(content, import_.source)
        wanted, refused = await _judged(ground, workspace_id, import_, content, format, place)  # type: ignore[arg-type] # one of the formats
    except Refusal as refusal:
        await _fail(ground, workspace_id, import_id, refusal)
        return
    async with ground.work_in(workspace_id) as work:
        planned = await plan(work, wanted, import_.category_id)
        row = await work.get(KnowledgeImport, import_id, lock=True)
        if row.state != "reading":
            return
        row.state, row.format = "ready", format
        row.total = row.done = len(wanted) + len(refused)
        row.created, row.updated, row.unchanged = len(planned.create), len(planned.update), len(planned.unchanged)
        row.refused = [each.told() for each in refused]
        row.preview = to_builtins(planned.preview)
        _tell(work, row)


async def store_import(services: "Services", workspace_id: UUID, import_id: UUID) -> None:
    """Everything in one transaction; what has been stored already is not stored again."""
    ground = services.ground
    async with ground.work_in(workspace_id) as work:
        row = await work.find(KnowledgeImport, import_id)
        if row is None or row.state != "storing" or row.file_key is None:
            return
        import_, file_key, actor = import_value(row), row.file_key, await _actor(work, row.agent_id)
        place = await _place(work, row.category_id)
    content = await services.files.get(file_key)
    progress = _Progress(ground, workspace_id, import_id)
    try:
        wanted, refused = await asyncio.to_thread(_read_and_judge, content, import_.format, import_.language, place)
        if len(refused) > import_.refused:
            raise RowsRefused  # what was shown, such as a site, is not there any more
        async with ground.work_in(workspace_id) as work:
            await work.rows.execute(_ONE_AT_A_TIME, {"key": f"knowledge import {import_id}"})
            planned = await plan(work, wanted, import_.category_id)
            await store(work, actor, planned, import_.category_id, progress.tell)
            row = await work.get(KnowledgeImport, import_id, lock=True)
            if row.state != "storing":
                raise NotReady  # another process was quicker: take everything back
            row.state, row.done, row.finished_at, row.file_key = "done", row.total, work.now, None
            row.created, row.updated, row.unchanged = len(planned.create), len(planned.update), len(planned.unchanged)
            work.defer("drop_knowledge_file", file_key=file_key)
            _tell(work, row)
    except NotReady:
        return
    except Refusal as refusal:
        await _fail(ground, workspace_id, import_id, refusal)


def import_value(row: KnowledgeImport) -> ImportValue:

    told = {name: getattr(row, name) for name in ImportValue.__struct_fields__ if name != "refused"}
    return msgspec.convert(told | {"refused": len(row.refused or [])}, ImportValue)


async def _judged(
    ground: Ground, workspace_id: UUID, import_: ImportValue, content: bytes, format: Format, place: Place
) -> tuple[list[Wanted], list[Refused]]:
    drafts = await asyncio.to_thread(read_file, content, format)
    progress = _Progress(ground, workspace_id, import_.id)
    await progress.tell(0, total=len(drafts), at_once=True)
    done = 0

    def count(judged: int) -> None:
        nonlocal done
        done = judged

    judging = asyncio.create_task(asyncio.to_thread(judge, drafts, import_.language, count, place))
    while not judging.done():
        await asyncio.wait([judging], timeout=_TOLD_EVERY)
        await progress.tell(done)
    return await judging


def _read_and_judge(
    content: bytes, format: Any, language: Language, place: Place
) -> tuple[list[Wanted], list[Refused]]:
    return judge(read_file(content, format), language, place=place)


async def _place(work: Work, under: UUID | None) -> Place:
    sites = await work.all(select(Site).where(Site.workspace_id == work.workspace_id))
    parents = {row.id: row.parent_id for row in (await category_rows(work)).values()}
    return Place(
        sites={name: site.id for site in sites for name in (site.name, str(site.id))},
        levels=DEEPEST - (depth_of(parents, under) if under in parents else 0),
        zone=await zone_of(work),
    )


class _Progress:
    """Tells how far an import is, in transactions of its own, so that others see it."""

    def __init__(self, ground: Ground, workspace_id: UUID, import_id: UUID) -> None:
        self._ground, self._workspace_id, self._import_id = ground, workspace_id, import_id
        self._told_at = 0.0

    async def tell(self, done: int, *, total: int | None = None, at_once: bool = False) -> None:
        if not at_once and time.monotonic() - self._told_at < _TOLD_EVERY:
            return
        self._told_at = time.monotonic()
        said = {"done": done} | ({"total": total} if total is not None else {})
        async with self._ground.work_in(self._workspace_id) as work:
            mine = update(KnowledgeImport).where(
                KnowledgeImport.workspace_id == self._workspace_id, KnowledgeImport.id == self._import_id
            )
            await work.rows.execute(mine.values(**said))


async def _fetch(services: "Services", workspace_id: UUID, import_id: UUID, url: str) -> str:
    """The page at `url`, in the file store. Raises AddressRefused, PageNotReached."""
    try:
        answer = await services.outbound.get(url)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise PageNotReached(field="url") from error
    if answer.status_code != 200:
        raise PageNotReached(f"The page answers with {answer.status_code}.", field="url")
    encoding = answer.charset_encoding
    content = answer.text.encode() if encoding else answer.content
    key = f"imports/{import_id.hex}"
    await services.files.put(key, content)
    async with services.ground.work_in(workspace_id) as work:
        (await work.get(KnowledgeImport, import_id, lock=True)).file_key = key
    return key


async def _fail(ground: Ground, workspace_id: UUID, import_id: UUID, refusal: Refusal) -> None:
    async with ground.work_in(workspace_id) as work:
        row = await work.get(KnowledgeImport, import_id, lock=True)
        row.state, row.finished_at = "failed", work.now
        row.problem = to_builtins(ImportProblem(code=refusal.code, detail=refusal.detail))
        if row.file_key:
            work.defer("drop_knowledge_file", file_key=row.file_key)
            row.file_key = None
        _tell(work, row)


async def _actor(work: Work, agent_id: UUID | None) -> Actor | None:
    agent = await work.find(Agent, agent_id) if agent_id else None
    return Actor(work.workspace_id, agent.id, Role.supervisor) if agent else None


def _tell(work: Work, row: KnowledgeImport) -> None:
    state: State = row.state  # type: ignore[assignment] # the column holds nothing else
    work.tell(ImportChanged(workspace_id=work.workspace_id, import_id=row.id, state=state))
