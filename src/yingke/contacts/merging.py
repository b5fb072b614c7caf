"""Two records of one person become one, and two again if that was wrong.

The winner keeps what it has and takes what it lacks. The snapshot holds what the merge moved and changed; undoing
gives back exactly that, and leaves alone what people changed in the meantime.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import TextClause, delete, select, text, update

from yingke.contacts.errors import MergedAgain, MergeUndone, MergeWithItself
from yingke.contacts.facts import ContactMerged, ContactMergeUndone
from yingke.contacts.models import Contact, ContactMerge, ContactNote, ContactTag
from yingke.contacts.queries import contact_value
from yingke.contacts.values import ContactValue
from yingke.kit.errors import Missing
from yingke.kit.ids import new_id
from yingke.kit.work import Work

_TAKEN = ("name", "email", "phone", "external_id", "company", "language")
# Visitors stand above contacts, but their link is a reference to this table and moves with the merge, not after it.
_MOVE_VISITORS = text("""
UPDATE visitors SET contact_id = :to WHERE workspace_id = :workspace AND contact_id = :from
AND (CAST(:ids AS uuid[]) IS NULL OR id = ANY(:ids)) RETURNING id
""")
# Likewise a block of the loser; where the winner has one of its own, that ends no sooner from now on.
_FORGET_OVER = text("DELETE FROM blocks WHERE workspace_id = :workspace AND contact_id = :to AND until <= :now")
_HOLD_LONGER = text("""
UPDATE blocks o SET until = b.until, reason = b.reason FROM blocks b
WHERE o.workspace_id = :workspace AND o.contact_id = :to AND b.workspace_id = :workspace AND b.contact_id = :from
AND coalesce(b.until, 'infinity') > coalesce(o.until, 'infinity')
""")
_MOVE_BLOCK = text("""
UPDATE blocks b SET contact_id = :to WHERE workspace_id = :workspace AND contact_id = :from
AND (CAST(:ids AS uuid[]) IS NULL OR id = ANY(:ids))
AND NOT EXISTS (SELECT FROM blocks o WHERE o.workspace_id = b.workspace_id AND o.contact_id = :to) RETURNING id
""")


async def merge_contacts(work: Work, winner_id: UUID, loser_id: UUID, *, by: UUID | None) -> tuple[ContactValue, UUID]:
    """The winner after it took in the loser, and the id by which this is undone. Raises MergeWithItself, Missing."""
    if winner_id == loser_id:
        raise MergeWithItself(field="other_id")
    winner, loser = await _lock_both(work, winner_id, loser_id)
    snapshot = {
        "winner": await _fill(work, winner, loser),
        "visitor_ids": await _move(work, _MOVE_VISITORS, loser.id, winner.id),
        "block_ids": await _move_block(work, loser.id, winner.id),
        "note_ids": await _move_notes(work, loser.id, winner.id),
        "tag_ids": await _add_tags(work, loser.id, winner.id),
    }
    loser.merged_into = winner.id
    merge = ContactMerge(
        id=new_id(), winner_id=winner.id, loser_id=loser.id, snapshot=snapshot, by=by, created_at=work.now
    )
    work.add(merge)
    value = await contact_value(work, winner)
    work.tell(ContactMerged(workspace_id=work.workspace_id, contact=value, loser_id=loser.id, merge_id=merge.id))
    return value, merge.id


async def undo_merge(work: Work, merge_id: UUID) -> tuple[ContactValue, ContactValue]:
    """The winner and the loser as two contacts again. Raises Missing, MergeUndone, MergedAgain."""
    merge = await work.get(ContactMerge, merge_id, lock=True)
    if merge.undone_at is not None:
        raise MergeUndone
    first, second = sorted((merge.winner_id, merge.loser_id))
    rows = {id: await work.get(Contact, id, lock=True) for id in (first, second)}
    winner, loser = rows[merge.winner_id], rows[merge.loser_id]
    if winner.merged_into is not None:
        raise MergedAgain
    snapshot = merge.snapshot
    await _give_back(work, winner, loser, snapshot["winner"])
    await _move(work, _MOVE_VISITORS, winner.id, loser.id, [UUID(id) for id in snapshot["visitor_ids"]])
    await _move(work, _MOVE_BLOCK, winner.id, loser.id, [UUID(id) for id in snapshot.get("block_ids", ())])
    await _move_notes(work, winner.id, loser.id, [UUID(id) for id in snapshot["note_ids"]])
    await _remove_tags(work, winner.id, [UUID(id) for id in snapshot["tag_ids"]])
    loser.merged_into = None
    merge.undone_at = work.now
    winner_value, loser_value = await contact_value(work, winner), await contact_value(work, loser)
    work.tell(
        ContactMergeUndone(workspace_id=work.workspace_id, contact=winner_value, loser=loser_value, merge_id=merge.id)
    )
    return winner_value, loser_value


async def _lock_both(work: Work, winner_id: UUID, loser_id: UUID) -> tuple[Contact, Contact]:
    """In one order whoever asks, so that two merges cannot wait for each other."""
    rows = {id: await work.get(Contact, id, lock=True) for id in sorted((winner_id, loser_id))}
    if any(row.merged_into is not None for row in rows.values()):
        raise Missing
    return rows[winner_id], rows[loser_id]


async def _fill(work: Work, winner: Contact, loser: Contact) -> dict[str, Any]:
    """Give the winner what it lacks; answers `{column: [before, after]}`."""
    changes: dict[str, Any] = {}
    for column in _TAKEN:
        if not getattr(winner, column) and getattr(loser, column):
            changes[column] = [getattr(winner, column), getattr(loser, column)]
    if fields := {key: value for key, value in loser.fields.items() if key not in winner.fields}:
        changes["fields"] = [None, fields]
        winner.fields = winner.fields | fields
    if loser.verified and not winner.verified:
        changes["verified"] = [False, True]
    if loser.last_seen_at > winner.last_seen_at:
        winner.last_seen_at, seen = loser.last_seen_at, winner.last_seen_at
        changes["last_seen_at"] = [seen.isoformat(), loser.last_seen_at.isoformat()]
    if "external_id" in changes:
        loser.external_id = None
        await work.rows.flush()  # an external id is held by one row at a time
    for column in set(changes) - {"fields", "last_seen_at"}:
        setattr(winner, column, changes[column][1])
    return changes


async def _give_back(work: Work, winner: Contact, loser: Contact, changes: dict[str, Any]) -> None:
    for column, (before, after) in changes.items():
        if column == "fields":
            winner.fields = {k: v for k, v in winner.fields.items() if k not in after or after[k] != v}
        elif column == "last_seen_at":
            if winner.last_seen_at.isoformat() == after:
                winner.last_seen_at = type(winner.last_seen_at).fromisoformat(before)
        elif getattr(winner, column) == after:
            setattr(winner, column, before)
            if column == "external_id":
                await work.rows.flush()
                loser.external_id = after


async def _move(work: Work, moving: TextClause, origin: UUID, to: UUID, ids: list[UUID] | None = None) -> list[UUID]:
    bound = {"workspace": work.workspace_id, "from": origin, "to": to, "ids": ids}
    return sorted((await work.rows.execute(moving, bound)).scalars())


async def _move_block(work: Work, origin: UUID, to: UUID) -> list[UUID]:
    bound = {"workspace": work.workspace_id, "from": origin, "to": to}
    await work.rows.execute(_FORGET_OVER, bound | {"now": work.now})
    await work.rows.execute(_HOLD_LONGER, bound)
    return await _move(work, _MOVE_BLOCK, origin, to)


async def _move_notes(work: Work, origin: UUID, to: UUID, ids: list[UUID] | None = None) -> list[UUID]:
    moving = update(ContactNote).where(ContactNote.workspace_id == work.workspace_id, ContactNote.contact_id == origin)
    if ids is not None:
        moving = moving.where(ContactNote.id.in_(ids))
    return sorted((await work.rows.execute(moving.values(contact_id=to).returning(ContactNote.id))).scalars())


async def _add_tags(work: Work, origin: UUID, to: UUID) -> list[UUID]:
    """The tags the winner did not have."""
    mine = select(ContactTag.tag_id).where(ContactTag.workspace_id == work.workspace_id)
    lacking = set(await work.scalars(mine.where(ContactTag.contact_id == origin))) - set(
        await work.scalars(mine.where(ContactTag.contact_id == to))
    )
    for tag_id in lacking:
        work.add(ContactTag(contact_id=to, tag_id=tag_id))
    return sorted(lacking)


async def _remove_tags(work: Work, contact_id: UUID, tag_ids: list[UUID]) -> None:
    await work.rows.execute(
        delete(ContactTag).where(
            ContactTag.workspace_id == work.workspace_id,
            ContactTag.contact_id == contact_id,
            ContactTag.tag_id.in_(tag_ids),
        )
    )
