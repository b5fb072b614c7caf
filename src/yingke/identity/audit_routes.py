"""The HTTP door of the audit log: read, searched, exported, verified. Nothing here changes it."""

import csv
import io
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from yingke.audit import AuditEntryValue, AuditFilter, Verdict, acts_in_use, every_entry, list_entries, verify_chain
from yingke.audit.chaining import canonical
from yingke.identity.doors import Call, WorkRoute, allowed
from yingke.kit.cells import neutralised
from yingke.kit.errors import Invalid
from yingke.kit.text import CleanStr
from yingke.kit.values import Value

router = APIRouter(route_class=WorkRoute, tags=["audit"])

Reading = Annotated[Call, allowed("audit.read")]
Day = Annotated[datetime | None, Query()]
Words = Annotated[CleanStr, Query(max_length=200)]
MOST_LINES = 50_000
"""Of an exported table; the newest."""
_COLUMNS = (
    "seq", "at", "actor_name", "actor_id", "via", "address", "act", "subject_name", "subject_id", "details", "hash",
)  # fmt: skip


class AuditEntries(Value, frozen=True, kw_only=True):
    items: list[AuditEntryValue]
    next_cursor: str | None


class ActsInUse(Value, frozen=True, kw_only=True):
    items: list[str]
    next_cursor: str | None = None


@router.get("/audit", summary="What administrators did, newest first")
async def read(
    call: Reading,
    actor_id: UUID | None = None,
    act: Words = "",
    since: Day = None,
    until: Day = None,
    q: Words = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: str | None = None,
) -> AuditEntries:
    chosen = _filter(actor_id, act, since, until, q)
    items, following = await list_entries(call.work, chosen, limit=limit, cursor=cursor)
    return AuditEntries(items=items, next_cursor=following)


@router.get("/audit/acts", summary="What was ever done here")
async def read_acts(call: Reading) -> ActsInUse:
    return ActsInUse(items=await acts_in_use(call.work))


@router.get("/audit/export", response_class=Response, summary="The audit log as CSV")
async def export(
    call: Annotated[Call, allowed("audit.read", written_down=True, four_eyes=True)],
    actor_id: UUID | None = None,
    act: Words = "",
    since: Day = None,
    until: Day = None,
    q: Words = "",
) -> Response:
    chosen = _filter(actor_id, act, since, until, q)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    async for entry in every_entry(call.work, chosen, most=MOST_LINES):
        writer.writerow([_cell(getattr(entry, name)) for name in _COLUMNS])
    name = f"audit-{call.work.now:%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/audit/verdict", summary="Whether the log is as it was written")
async def verify(call: Reading) -> Verdict:
    return await verify_chain(call.work, call.actor.workspace_id)


def _filter(actor_id: UUID | None, act: str, since: datetime | None, until: datetime | None, words: str) -> AuditFilter:
    for name, time in (("since", since), ("until", until)):
        if time is not None and time.tzinfo is None:
            raise Invalid("A time needs its offset, such as 2026-01-31T00:00:00Z.", field=name)
    return AuditFilter(actor_id=actor_id, act=act or None, since=since, until=until, text=words)


def _cell(value: object) -> object:
    match value:
        case datetime():
            return value.isoformat()
        case dict():
            return neutralised(canonical(value))
        case str():
            return neutralised(value)
    return value
