"""Reading, making, changing and deleting segments."""

from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.segments.conditions import Group, SegmentGroup
from yingke.segments.contradictions import contradiction
from yingke.segments.errors import SegmentNameTaken, SegmentNeverHolds, SegmentUsed, TooManySegments
from yingke.segments.facts import SegmentChanged, SegmentDeleted
from yingke.segments.models import Segment
from yingke.segments.values import SegmentValue, segment_value

MOST = 100
# Rules stand above segments; what is read of them is only which segments they name.
_RULES_NAMING = text("""
SELECT name FROM invitation_rules WHERE workspace_id = :workspace AND jsonb_path_exists(
  conditions::jsonb, '$.**.items[*] ? (@.field == "segment").value[*] ? (@ == $id)', jsonb_build_object('id', :id ::text))
ORDER BY position LIMIT 5
""")


async def list_segments(work: Work) -> list[SegmentValue]:
    """By name."""
    query = select(Segment).where(Segment.workspace_id == work.workspace_id)
    return [segment_value(row) for row in await work.all(query.order_by(func.lower(Segment.name), Segment.id))]


async def segment_groups(work: Work) -> dict[UUID, Group]:
    """The conditions of every segment."""
    query = select(Segment).where(Segment.workspace_id == work.workspace_id)
    return {row.id: Group.model_validate(row.conditions) for row in await work.all(query)}


async def read_segment(work: Work, segment_id: UUID) -> SegmentValue:
    """Raises Missing."""
    return segment_value(await work.get(Segment, segment_id))


async def conditions_of_segment(work: Work, segment_id: UUID) -> Group:
    """Raises Missing."""
    return Group.model_validate((await work.get(Segment, segment_id)).conditions)


async def create_segment(work: Work, *, name: str, conditions: SegmentGroup) -> SegmentValue:
    """Raises SegmentNameTaken, SegmentNeverHolds, TooManySegments."""
    count = select(func.count()).select_from(Segment).where(Segment.workspace_id == work.workspace_id)
    if (await work.scalars(count)).one() >= MOST:
        raise TooManySegments
    row = Segment(
        id=new_id(), name=name, conditions=_sound(conditions), created_at=work.now, updated_at=work.now
    )  # fmt: skip
    work.add(row)
    return await _store(work, row)


async def change_segment(
    work: Work, segment_id: UUID, *, name: str | None = None, conditions: SegmentGroup | None = None
) -> SegmentValue:
    """None leaves a part as it is. Raises Missing, SegmentNameTaken, SegmentNeverHolds."""
    row = await work.get(Segment, segment_id, lock=True)
    row.name = row.name if name is None else name
    row.conditions = row.conditions if conditions is None else _sound(conditions)
    row.updated_at = work.now
    return await _store(work, row)


async def delete_segment(work: Work, segment_id: UUID) -> None:
    """Raises Missing, SegmentUsed."""
    row = await work.get(Segment, segment_id, lock=True)
    naming = await work.rows.scalars(_RULES_NAMING, {"workspace": work.workspace_id, "id": str(segment_id)})
    if names := "”, “".join(naming):
        raise SegmentUsed(f"These rules look at it: “{names}”. Change them first.")
    await work.rows.delete(row)
    work.tell(SegmentDeleted(workspace_id=work.workspace_id, segment_id=segment_id))


def _sound(conditions: SegmentGroup) -> dict[str, object]:
    if why := contradiction(conditions):
        raise SegmentNeverHolds(f"Nobody can ever be in this segment. {why}", field="conditions")
    return conditions.model_dump(mode="json", by_alias=True)


async def _store(work: Work, row: Segment) -> SegmentValue:
    try:
        await work.rows.flush()
    except IntegrityError as error:
        raise SegmentNameTaken(field="name") from error
    value = segment_value(row)
    work.tell(SegmentChanged(workspace_id=work.workspace_id, segment=value))
    return value
