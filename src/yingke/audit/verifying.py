"""Whether the log is as it was written."""

from collections.abc import AsyncIterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from yingke.audit.chaining import FIRST, chained
from yingke.audit.models import AuditChain, AuditEntry
from yingke.audit.values import Verdict
from yingke.kit.work import Work

_AT_ONCE = 2000
_TABLE = AuditEntry.__table__
_HASHED = [column for column in _TABLE.columns if column.name != "hash"]


async def verify_chain(work: Work, workspace_id: UUID) -> Verdict:
    """Walk the chain from its beginning to its head. Entries added meanwhile are not looked at."""
    while True:
        chain = await work.rows.get(AuditChain, workspace_id, populate_existing=True)
        if chain is None:
            return await _without_chain(work, workspace_id)
        verdict = await _walk(work, chain)
        begun = chain.begins_after
        await work.rows.refresh(chain)
        if verdict.broken_at is None or chain.begins_after == begun:  # else old entries went while we looked
            return verdict


async def _without_chain(work: Work, workspace_id: UUID) -> Verdict:
    orphan = await work.rows.scalar(select(AuditEntry.seq).where(AuditEntry.workspace_id == workspace_id).limit(1))
    why = None if orphan is None else "the chain's own row is gone"
    return Verdict(checked=0, head_seq=0, head_hash=FIRST.hex(), broken_at=None if orphan is None else 1, why=why)


async def _walk(work: Work, chain: AuditChain) -> Verdict:
    seq, before = chain.begins_after, chain.begins_hash
    head_seq, head_hash, begins_after = chain.head_seq, chain.head_hash, chain.begins_after

    def verdict(broken_at: int | None = None, why: str | None = None) -> Verdict:
        checked = seq - begins_after
        return Verdict(checked=checked, head_seq=head_seq, head_hash=head_hash.hex(), broken_at=broken_at, why=why)

    async for row in _entries(work, chain.workspace_id, seq, head_seq):
        if row["seq"] != seq + 1:
            return verdict(seq + 1, "missing")
        if chained(before, {column.name: row[column.name] for column in _HASHED}) != row["hash"]:
            return verdict(row["seq"], "changed")
        seq, before = row["seq"], row["hash"]
    if seq != head_seq:
        return verdict(seq + 1, "missing")
    if before != head_hash:
        return verdict(seq, "changed")
    return verdict()


async def _entries(work: Work, workspace_id: UUID, after: int, until: int) -> AsyncIterator[Any]:
    while True:
        page: Sequence[Any] = (
            (
                await work.rows.execute(
                    select(*_TABLE.columns)
                    .where(_TABLE.c.workspace_id == workspace_id, _TABLE.c.seq > after, _TABLE.c.seq <= until)
                    .order_by(_TABLE.c.seq)
                    .limit(_AT_ONCE)
                )
            )
            .mappings()
            .all()
        )
        for row in page:
            yield row
        if len(page) < _AT_ONCE:
            return
        after = page[-1]["seq"]
