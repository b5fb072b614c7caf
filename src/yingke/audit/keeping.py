"""How long entries are kept. The end of their time moves the beginning of the chain, and is an entry itself."""

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, text

from yingke.audit.models import AuditChain, AuditEntry
from yingke.audit.recording import Act, record
from yingke.kit.timers import in_each
from yingke.kit.work import Ground, Work

DEFAULT_DAYS: Final = 1095
LEAST_DAYS: Final = 180
"""Cybersecurity Law of the People's Republic of China, article 21: network logs are kept for at least six months."""
_SETTING = text("SELECT (settings->>'audit_kept_days')::int FROM workspaces WHERE id = :id")


async def forget_old_entries(work: Work) -> int:
    """Remove those older than the workspace's setting; how many."""
    days = await work.rows.scalar(_SETTING, {"id": work.workspace_id}) or DEFAULT_DAYS
    chain = await work.rows.get(AuditChain, work.workspace_id, with_for_update=True, populate_existing=True)
    if chain is None:
        return 0
    before = work.now - timedelta(days=max(days, LEAST_DAYS))
    last = await _last_before(work, before)
    if last is None:
        return 0
    gone = last.seq - chain.begins_after
    chain.begins_after, chain.begins_hash = last.seq, last.hash
    await work.flush()
    mine = AuditEntry.workspace_id == work.workspace_id
    await work.rows.execute(delete(AuditEntry).where(mine, AuditEntry.seq <= last.seq))
    record(work, Act(what="audit.forgotten", details={"entries": gone, "before": before.isoformat()}))
    return gone


async def forget_in_all(ground: Ground) -> None:
    """A timer's run: a work for each workspace."""
    await in_each(ground, lambda _: text("SELECT id FROM workspaces"), forget_old_entries)


async def _last_before(work: Work, before: object) -> AuditEntry | None:
    """The newest entry that is too old, with all before it: they stand in the order of their commits."""
    mine = AuditEntry.workspace_id == work.workspace_id
    first_kept = select(AuditEntry.seq).where(mine, AuditEntry.at >= before).order_by(AuditEntry.seq).limit(1)
    kept = await work.rows.scalar(first_kept)
    old = select(AuditEntry).where(mine, AuditEntry.at < before)
    if kept is not None:
        old = old.where(AuditEntry.seq < kept)
    return await work.rows.scalar(old.order_by(AuditEntry.seq.desc()).limit(1))
