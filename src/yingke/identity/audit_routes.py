"""The HTTP door of the audit log: read, searched, exported, verified. Nothing here changes it."""

import csv
from collections.abc import Iterator
from datetime import datetime
from io import TextIOWrapper
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

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
_IN_MEMORY, _PART = 1024 * 1024, 64 * 1024
"""Bytes of an export that are held in memory, and that are sent at once."""
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
    # Of one moment, as the work sees it; in a file, because it is sent when the work is over.
    kept = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed when it was sent
    try:
        await _write_table(call, chosen, kept)
    except BaseException:
        kept.close()
        raise
    name = f"audit-{call.work.now:%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingResponse(_parts(kept), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/audit/verdict", summary="Whether the log is as it was written")
async def verify(call: Reading) -> Verdict:
    return await verify_chain(call.work, call.actor.workspace_id)


async def _write_table(call: Call, chosen: AuditFilter, kept: IO[bytes]) -> None:
    """As spreadsheets read it: with the mark of UTF-8, in lines that end as theirs do."""
    out = TextIOWrapper(kept, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    async for entry in every_entry(call.work, chosen, most=MOST_LINES):
        writer.writerow([_cell(getattr(entry, name)) for name in _COLUMNS])
    out.detach()
    kept.seek(0)


def _parts(kept: IO[bytes]) -> Iterator[bytes]:
    with kept:
        while part := kept.read(_PART):
            yield part


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
