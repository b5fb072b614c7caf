"""Reading canned responses: every list starts from what the actor may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_

from yingke.canned_responses.models import CannedResponse
from yingke.canned_responses.ranking import Candidate, rank
from yingke.canned_responses.values import CannedResponseValue, Scope
from yingke.files import file_values
from yingke.identity import Actor
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.search_text import folded
from yingke.kit.values import Value
from yingke.kit.work import Work

MOST = 200
MATCHES = 8
_CANDIDATES = 3_000
"""Responses that are ranked; the most used ones, should more fit the query's letters."""


class CannedResponsePage(Value, frozen=True, kw_only=True):
    items: list[CannedResponseValue]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """None means no matter. `folder` includes the folders in it; an empty one stands for the top alone."""

    q: str = ""
    folder: str | None = None
    scope: Scope | None = None


def visible_to(actor: Actor) -> ColumnElement[bool]:
    own = CannedResponse.agent_id == actor.agent_id
    of_teams: ColumnElement[bool] = CannedResponse.scope == "team"
    if not actor.may("canned_responses.manage"):
        of_teams = and_(of_teams, CannedResponse.team_id.in_(actor.team_ids))
    in_workspace = CannedResponse.workspace_id == actor.workspace_id
    return and_(in_workspace, or_(own, of_teams, CannedResponse.scope == "workspace"))


async def list_responses(
    work: Work, actor: Actor, chosen: Filter, *, limit: int, cursor: str | None
) -> CannedResponsePage:
    """By folder and title; with `q` the best matches first, on one page."""
    conditions = [visible_to(actor), *_narrow(chosen)]
    limit = min(limit, MOST)
    if chosen.q.strip():
        return CannedResponsePage(items=await _ranked(work, chosen.q, conditions, limit), next_cursor=None)
    key = (CannedResponse.folder, func.lower(CannedResponse.title), CannedResponse.id)
    query = select(CannedResponse).where(*conditions).order_by(*key).limit(limit + 1)
    if cursor:
        query = query.where(tuple_(*key) > read_cursor(cursor, str, str, UUID))
    rows = await work.all(query)
    last = rows[limit - 1] if len(rows) > limit else None
    next_cursor = write_cursor(last.folder, last.title.lower(), last.id) if last else None
    return CannedResponsePage(items=await response_values(work, rows[:limit]), next_cursor=next_cursor)


async def match_responses(work: Work, actor: Actor, query: str) -> list[CannedResponseValue]:
    """The best for a few typed letters, at most MATCHES; for none, those at hand that are used most."""
    return await _ranked(work, query, [visible_to(actor)], MATCHES)


async def list_folders(work: Work, actor: Actor) -> list[str]:
    """Paths of the folders that have something in them, the top left out."""
    query = select(CannedResponse.folder).where(visible_to(actor), CannedResponse.folder != "").distinct()
    return sorted(await work.scalars(query))


async def response_values(work: Work, rows: Sequence[CannedResponse]) -> list[CannedResponseValue]:
    wanted = {id for row in rows for id in row.attachment_ids}
    files = {file.id: file for file in await file_values(work, list(wanted))}
    return [
        CannedResponseValue(
            id=row.id,
            scope=row.scope,  # type: ignore[arg-type] # the column holds nothing else
            team_id=row.team_id,
            folder=row.folder,
            title=row.title,
            text=row.text,
            attachments=[files[id] for id in row.attachment_ids if id in files],
            uses=row.uses,
            updated_at=row.updated_at,
        )
        for row in rows
    ]


def _narrow(chosen: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if chosen.scope:
        conditions.append(CannedResponse.scope == chosen.scope)
    if chosen.folder is not None:
        within = CannedResponse.folder.startswith(f"{chosen.folder}/", autoescape=True)
        here = CannedResponse.folder == chosen.folder
        conditions.append(or_(here, within) if chosen.folder else here)
    return conditions


async def _ranked(
    work: Work, query: str, conditions: list[ColumnElement[bool]], limit: int
) -> list[CannedResponseValue]:
    # A title can only match when it has all letters of a word; that is cheap to ask and leaves few to be ranked.
    for part in folded(query).split():
        in_title = CannedResponse.letters.contains(sorted(set(part)))
        conditions.append(or_(in_title, func.lower(CannedResponse.text).contains(part, autoescape=True)))
    rows = await work.all(
        select(CannedResponse).where(*conditions).order_by(CannedResponse.uses.desc()).limit(_CANDIDATES)
    )
    found = {row.id: row for row in rows}
    ranked = rank(query, [_candidate(row) for row in rows])
    return await response_values(work, [found[each.id] for each in ranked[:limit]])


def _candidate(row: CannedResponse) -> Candidate:
    return Candidate(row.id, row.scope, row.title, row.text, row.uses, row.readings, row.word_starts)
