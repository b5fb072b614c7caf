"""Whether the log is as it was written."""

import asyncio
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

    async for page in _pages(work, chain.workspace_id, seq, head_seq):
        # Beside the loop: to hash a page takes longer than others should wait.
        seq, before, why = await asyncio.to_thread(_follow, page, seq, before)
        if why is not None:
            return verdict(seq + 1, why)
    if seq != head_seq:
        return verdict(seq + 1, "missing")
    if before != head_hash:
        return verdict(seq, "changed")
    return verdict()


def _follow(page: Sequence[Any], seq: int, before: bytes) -> tuple[int, bytes, str | None]:
    """Number and hash of the last entry that is as it was written, and what is wrong with the one after it. Pure."""
    for row in page:
        if row["seq"] != seq + 1:
            return seq, before, "missing"
        if chained(before, {column.name: row[column.name] for column in _HASHED}) != row["hash"]:
            return seq, before, "changed"
        seq, before = row["seq"], row["hash"]
    return seq, before, None


async def _pages(work: Work, workspace_id: UUID, after: int, until: int) -> AsyncIterator[Sequence[Any]]:
    page: Sequence[Any] = ()
    while not page or len(page) == _AT_ONCE:
        query = (
            select(*_TABLE.columns)
            .where(_TABLE.c.workspace_id == workspace_id, _TABLE.c.seq > after, _TABLE.c.seq <= until)
            .order_by(_TABLE.c.seq)
            .limit(_AT_ONCE)
        )
        page = (await work.rows.execute(query)).mappings().all()
        if not page:
            return
        yield page
        after = page[-1]["seq"]
