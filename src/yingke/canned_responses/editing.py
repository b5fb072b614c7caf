"""Making, changing, deleting and counting canned responses."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from yingke.agents import Team
from yingke.canned_responses.errors import (
    NotYourScope,
    TeamNeeded,
    TitleTaken,
    TooManyResponses,
    UnknownAttachment,
    UnknownVariable,
)
from yingke.canned_responses.facts import CannedResponseChanged
from yingke.canned_responses.models import CannedResponse
from yingke.canned_responses.queries import response_values, visible_to
from yingke.canned_responses.spelling import spell
from yingke.canned_responses.values import CannedResponseValue, Scope
from yingke.canned_responses.variables import VARIABLES, unknown_variables
from yingke.conversations.attachments import require_readable
from yingke.files import FileNotYours, share_files
from yingke.identity import Actor
from yingke.kit.errors import Missing
from yingke.kit.work import Work

MOST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A canned response as it is to be; `folder` as `tidy_folder` returns it."""

    scope: Scope
    team_id: UUID | None = None
    folder: str = ""
    title: str
    text: str
    attachment_ids: list[UUID] = field(default_factory=list)


def tidy_folder(path: str) -> str:
    """`售前 / 物流/` → `售前/物流`."""
    return "/".join(part for each in path.split("/") if (part := each.strip()))


def may_write(actor: Actor, scope: str, team_id: UUID | None) -> bool:
    if scope == "personal" or actor.may("canned_responses.manage"):
        return True
    return scope == "team" and team_id in actor.team_ids


def require_known_variables(text: str) -> None:
    """Raises UnknownVariable."""
    if unknown := unknown_variables(text):
        known = ", ".join(f"{{{{{name}}}}}" for name in VARIABLES)
        raise UnknownVariable(f"{{{{{unknown[0]}}}}} is not known. These are: {known}.", field="text")


async def create_response(work: Work, actor: Actor, content: Content) -> CannedResponseValue:
    """Raises NotYourScope, TeamNeeded, TitleTaken, UnknownVariable, UnknownAttachment, TooManyResponses."""
    count = select(func.count()).where(CannedResponse.workspace_id == work.workspace_id)
    if (await work.scalars(count)).one() >= MOST:
        raise TooManyResponses
    row = CannedResponse(workspace_id=work.workspace_id)
    await _check(work, actor, content)
    await _share_attachments(work, content)
    put(row, actor, content)
    row.updated_at = work.now
    work.add(row)
    return await _store(work, row)


async def change_response(work: Work, actor: Actor, id: UUID, changes: dict[str, Any]) -> CannedResponseValue:
    """`changes` names fields of Content. Raises Missing, and what `create_response` raises."""
    row = await _writable(work, actor, id)
    held = {name: getattr(row, name) for name in Content.__dataclass_fields__}
    content = Content(**held | changes)
    await _check(work, actor, content)
    await _share_attachments(work, content)
    put(row, actor, content)
    row.updated_at = work.now
    return await _store(work, row)


async def delete_response(work: Work, actor: Actor, id: UUID) -> None:
    """Raises Missing, NotYourScope."""
    row = await _writable(work, actor, id)
    await work.rows.delete(row)
    work.tell(CannedResponseChanged(workspace_id=work.workspace_id, id=id, deleted=True))


async def count_use(work: Work, actor: Actor, id: UUID) -> None:
    """One more use, which ranks it higher; too frequent and too small to be told. Raises Missing."""
    used = update(CannedResponse).where(visible_to(actor), CannedResponse.id == id)
    counted = await work.rows.execute(used.values(uses=CannedResponse.uses + 1).returning(CannedResponse.id))
    if counted.first() is None:
        raise Missing


def put(row: CannedResponse, actor: Actor, content: Content) -> None:
    """Write `content` into `row`, with the spelling of its title."""
    row.scope = content.scope
    row.agent_id = actor.agent_id if content.scope == "personal" else None
    row.team_id = content.team_id if content.scope == "team" else None
    row.folder, row.text = content.folder, content.text
    row.attachment_ids = list(content.attachment_ids)
    if row.title != content.title:
        spelling = spell(content.title)
        row.title, row.readings, row.word_starts = content.title, spelling.readings, spelling.word_starts
        row.letters = spelling.letters


async def _check(work: Work, actor: Actor, content: Content) -> None:
    if content.scope == "team" and (content.team_id is None or await work.find(Team, content.team_id) is None):
        raise TeamNeeded(field="team_id")
    if not may_write(actor, content.scope, content.team_id):
        raise NotYourScope(field="scope")
    require_known_variables(content.text)
    try:
        await require_readable(work, actor, content.attachment_ids)
    except FileNotYours as error:
        raise UnknownAttachment(field="attachment_ids") from error


async def _share_attachments(work: Work, content: Content) -> None:
    """Whoever may use the response may read its files."""
    if content.attachment_ids and content.scope != "personal":
        readers = content.team_id if content.scope == "team" else work.workspace_id
        assert readers is not None
        await share_files(work, content.attachment_ids, readers)


async def _writable(work: Work, actor: Actor, id: UUID) -> CannedResponse:
    wanted = select(CannedResponse).where(visible_to(actor), CannedResponse.id == id).with_for_update()
    rows = await work.all(wanted)
    if not rows:
        raise Missing
    (row,) = rows
    if not may_write(actor, row.scope, row.team_id):
        raise NotYourScope
    return row


async def _store(work: Work, row: CannedResponse) -> CannedResponseValue:
    try:
        await work.rows.flush()
    except IntegrityError as error:
        raise TitleTaken(field="title") from error
    work.tell(CannedResponseChanged(workspace_id=work.workspace_id, id=row.id))
    (value,) = await response_values(work, [row])
    return value
