"""Canned responses in and out as a table. All rows of a file are stored, or none."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from yingke.agents import Team
from yingke.canned_responses.editing import MOST, Content, may_write, put, tidy_folder
from yingke.canned_responses.errors import TitleTaken, TooManyResponses
from yingke.canned_responses.facts import CannedResponseChanged
from yingke.canned_responses.models import CannedResponse
from yingke.canned_responses.queries import visible_to
from yingke.canned_responses.spelling import spell
from yingke.canned_responses.tables import Row, read_table, write_table
from yingke.canned_responses.values import ImportReport, RefusedRow
from yingke.canned_responses.variables import unknown_variables
from yingke.identity import Actor
from yingke.kit.text import one_line
from yingke.kit.work import Work

LONGEST_TITLE, LONGEST_FOLDER, LONGEST_TEXT = 80, 120, 5_000

_REASONS = {
    "unknown_scope": "The scope is none of personal, team, everybody.",
    "unknown_team": "There is no team with this name.",
    "not_yours": "You may not change texts of everybody, or of this team.",
    "title_missing": "The title is empty.",
    "title_too_long": f"The title is longer than {LONGEST_TITLE} characters.",
    "folder_too_long": f"The folder is longer than {LONGEST_FOLDER} characters.",
    "text_missing": "The text is empty.",
    "text_too_long": f"The text is longer than {LONGEST_TEXT} characters.",
    "unknown_variable": "The text has a variable that is not known.",
    "repeated": "An earlier row has the same title in the same folder.",
}

Key = tuple[str, UUID | None, str, str]
"""What makes a canned response the same one: scope, team, folder, folded title."""


def key_of(content: Content) -> Key:
    return (content.scope, content.team_id, content.folder, content.title.lower())


async def import_responses(work: Work, actor: Actor, file: bytes, *, dry_run: bool) -> ImportReport:
    """Rows with a title that stands in their folder already replace its text. Attachments stay as they are.

    Raises UnreadableTable, TableTooLarge, TooManyResponses.
    """
    rows = await asyncio.to_thread(read_table, file)
    wanted, refused = judge(rows, actor, await _team_ids(work))
    held = {_key_of_row(row): row for row in await work.all(select(CannedResponse).where(visible_to(actor)))}
    new = [content for content in wanted if key_of(content) not in held]
    if len(held) + len(new) > MOST:
        raise TooManyResponses
    report = ImportReport(created=len(new), updated=len(wanted) - len(new), refused=refused)
    if dry_run:
        return report
    if refused:
        return ImportReport(created=0, updated=0, refused=refused)
    # Spelling thousands of titles takes a second; it fills the cache of readings away from the sockets.
    await asyncio.to_thread(lambda: [spell(content.title) for content in new])
    for content in wanted:
        _put_away(work, actor, content, held.get(key_of(content)))
    try:
        await work.rows.flush()
    except IntegrityError as error:  # somebody else made one of them meanwhile
        raise TitleTaken from error
    if wanted:
        work.tell(CannedResponseChanged(workspace_id=work.workspace_id, id=None))
    return report


async def export_responses(work: Work, actor: Actor, language: str) -> bytes:
    """All that the actor sees, by scope and folder."""
    teams = {id: name for name, id in (await _team_ids(work)).items()}
    order = (CannedResponse.scope, CannedResponse.folder, CannedResponse.title, CannedResponse.id)
    rows = await work.all(select(CannedResponse).where(visible_to(actor)).order_by(*order))
    cells = [(r.scope, teams.get(r.team_id, "") if r.team_id else "", r.folder, r.title, r.text) for r in rows]
    return await asyncio.to_thread(write_table, cells, language)


def judge(rows: Sequence[Row], actor: Actor, team_ids: dict[str, UUID]) -> tuple[list[Content], list[RefusedRow]]:
    """What the rows ask for, and those that cannot be, each with its reason. Pure."""
    wanted: dict[Key, Content] = {}
    refused: list[RefusedRow] = []
    for row in rows:
        content = Content(
            scope=row.scope,  # type: ignore[arg-type] # refused below when it is None
            team_id=team_ids.get(row.team) if row.scope == "team" else None,
            folder=tidy_folder(one_line(row.folder)),
            title=one_line(row.title),
            text=row.text.strip(),
        )
        reason = _reason(content, actor) or ("repeated" if key_of(content) in wanted else None)
        if reason:
            refused.append(RefusedRow(row=row.number, reason=reason, detail=_REASONS[reason]))
        else:
            wanted[key_of(content)] = content
    return list(wanted.values()), refused


def _reason(content: Content, actor: Actor) -> str | None:
    checks = {
        "unknown_scope": content.scope is None,
        "unknown_team": content.scope == "team" and content.team_id is None,
        "not_yours": not may_write(actor, content.scope, content.team_id),
        "title_missing": not content.title,
        "title_too_long": len(content.title) > LONGEST_TITLE,
        "folder_too_long": len(content.folder) > LONGEST_FOLDER,
        "text_missing": not content.text,
        "text_too_long": len(content.text) > LONGEST_TEXT,
        "unknown_variable": bool(unknown_variables(content.text)),
    }
    return next((reason for reason, wrong in checks.items() if wrong), None)


def _put_away(work: Work, actor: Actor, content: Content, row: CannedResponse | None) -> None:
    if row is None:
        row = CannedResponse(workspace_id=work.workspace_id, updated_at=work.now)
        put(row, actor, content)
        work.add(row)
    elif row.text != content.text:
        row.text, row.updated_at = content.text, work.now


def _key_of_row(row: CannedResponse) -> Key:
    return (row.scope, row.team_id, row.folder, row.title.lower())


async def _team_ids(work: Work) -> dict[str, UUID]:
    rows = await work.all(select(Team).where(Team.workspace_id == work.workspace_id))
    return {row.name: row.id for row in rows}
