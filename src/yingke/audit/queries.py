"""Reading the audit log, newest first."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, or_, select

from yingke.audit.models import AuditEntry
from yingke.audit.values import AuditEntryValue
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.work import Work

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """What is looked for; None means no matter. `until` is not included."""

    actor_id: UUID | None = None
    act: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


async def list_entries(
    work: Work, chosen: AuditFilter, *, limit: int, cursor: str | None = None
) -> tuple[list[AuditEntryValue], str | None]:
    """And the cursor of the next page. Raises BadCursor."""
    query = select(AuditEntry).where(*_narrow(work, chosen))
    if cursor is not None:
        query = query.where(AuditEntry.seq < read_cursor(cursor, int)[0])
    rows = await work.all(query.order_by(AuditEntry.seq.desc()).limit(limit + 1))
    shown = rows[:limit]
    return [_value(row) for row in shown], write_cursor(shown[-1].seq) if len(rows) > limit else None


async def every_entry(work: Work, chosen: AuditFilter, *, most: int) -> AsyncIterator[AuditEntryValue]:
    """The newest `most` of them."""
    cursor, told = None, 0
    while told < most:
        items, cursor = await list_entries(work, chosen, limit=min(_AT_ONCE, most - told), cursor=cursor)
        for each in items:
            yield each
        told += len(items)
        if cursor is None:
            return


async def acts_in_use(work: Work) -> list[str]:
    """What was ever done here, to choose from."""
    rows = await work.scalars(
        select(AuditEntry.act).where(AuditEntry.workspace_id == work.workspace_id).distinct().order_by(AuditEntry.act)
    )
    return list(rows.all())


def _narrow(work: Work, chosen: AuditFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [AuditEntry.workspace_id == work.workspace_id]
    if chosen.actor_id is not None:
        conditions.append(AuditEntry.actor_id == chosen.actor_id)
    if chosen.act:
        conditions.append(AuditEntry.act == chosen.act)
    if chosen.since is not None:
        conditions.append(AuditEntry.at >= chosen.since)
    if chosen.until is not None:
        conditions.append(AuditEntry.at < chosen.until)
    searched = (
        AuditEntry.actor_name, AuditEntry.subject_name, AuditEntry.act, AuditEntry.address, AuditEntry.details,
        AuditEntry.subject_id,
    )  # fmt: skip
    for word in chosen.text.split():
        conditions.append(or_(*(column.icontains(word, autoescape=True) for column in searched)))
    return conditions


def _value(row: AuditEntry) -> AuditEntryValue:
    return AuditEntryValue(
        seq=row.seq,
        id=row.id,
        at=row.at,
        actor_id=row.actor_id,
        actor_name=row.actor_name,
        via=row.via,  # type: ignore[arg-type] # the column holds nothing else
        address=row.address,
        act=row.act,
        subject_id=row.subject_id,
        subject_name=row.subject_name,
        details=msgspec.json.decode(row.details),
        hash=row.hash.hex(),
    )
