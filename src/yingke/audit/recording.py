"""Writing an act down, in the transaction that does it.

The chain is locked as the very last step of a work: who waits for it waits for a commit, never for a verb, and nobody
who holds it waits for anything else. Works that touch several workspaces lock them in order.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from yingke.audit.chaining import FIRST, canonical, chained
from yingke.audit.models import AuditChain, AuditEntry
from yingke.kit.ids import new_id
from yingke.kit.origins import Via
from yingke.kit.work import Work

# `agents` and `identity` stand above this package; the name of who acts is read here, and nothing else of them.
_NAME = text(
    "SELECT coalesce(nullif(a.name, ''), l.email) FROM memberships m JOIN logins l ON l.id = m.login_id"
    " LEFT JOIN agents a ON a.workspace_id = m.workspace_id AND a.id = m.id"
    " WHERE m.workspace_id = :workspace AND m.id = :id"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What was done, as `things.changed`, and to what. `details` are JSON values and hold no secret."""

    what: str
    subject_id: object = ""
    subject_name: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    by: UUID | None = None
    """Who, when the work's origin does not know."""
    via: Via | None = None
    address: str | None = None
    id: UUID = field(default_factory=new_id)
    """A job that may run twice gives one of its own."""


def record(work: Work, act: Act, workspace_id: UUID | None = None) -> None:
    """Have `act` written down when the work commits. `workspace_id` when the work serves all of them."""
    pending: dict[UUID, list[Act]] | None = work.rows.info.get("audit")
    if pending is None:
        pending = work.rows.info["audit"] = defaultdict(list)
        work.finish_with(lambda: _write(work, work.rows.info.pop("audit")))
    pending[workspace_id or work.workspace_id].append(act)


async def is_recorded(work: Work, workspace_id: UUID, id: UUID) -> bool:
    """Whether the act with this id is written down already."""
    mine = select(AuditEntry.seq).where(AuditEntry.workspace_id == workspace_id, AuditEntry.id == id)
    return await work.rows.scalar(mine) is not None


async def _write(work: Work, pending: dict[UUID, list[Act]]) -> None:
    for workspace_id, acts in sorted(pending.items()):
        entries = [await _entry(work, workspace_id, act) for act in acts]
        seq, before = await _lock_chain(work, workspace_id)
        for entry in entries:
            seq += 1
            before = chained(before, entry | {"seq": seq})
            entry |= {"seq": seq, "hash": before}
        await work.rows.execute(insert(AuditEntry), entries)
        chain = await work.rows.get_one(AuditChain, workspace_id, populate_existing=True)
        chain.head_seq, chain.head_hash = seq, before
        await work.flush()


async def _entry(work: Work, workspace_id: UUID, act: Act) -> dict[str, Any]:
    by = act.by or work.origin.agent_id
    name = await work.rows.scalar(_NAME, {"workspace": workspace_id, "id": by}) if by else None
    return {
        "workspace_id": workspace_id,
        "id": act.id,
        "at": work.now,
        "actor_id": by,
        "actor_name": name or "",
        "via": act.via or work.origin.via,
        "address": work.origin.address if act.address is None else act.address,
        "act": act.what,
        "subject_id": str(act.subject_id or ""),
        "subject_name": act.subject_name,
        "details": canonical(act.details),
    }


async def _lock_chain(work: Work, workspace_id: UUID) -> tuple[int, bytes]:
    """The newest entry's number and hash; nobody else adds one before the commit."""
    first = {"head_seq": 0, "head_hash": FIRST, "begins_after": 0, "begins_hash": FIRST}
    made = upsert(AuditChain).values(workspace_id=workspace_id, **first)
    locked = made.on_conflict_do_update(index_elements=["workspace_id"], set_={"head_seq": AuditChain.head_seq})
    row = (await work.rows.execute(locked.returning(AuditChain.head_seq, AuditChain.head_hash))).one()
    return row.head_seq, row.head_hash
