"""Making and changing goals."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from yingke.inboxes import Site
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.text import one_line
from yingke.kit.work import Work
from yingke.visits.facts import GoalChanged, GoalDeleted
from yingke.visits.models import Conversion, Goal
from yingke.visits.values import GoalKind, GoalValue

MOST_GOALS = 100
_LONGEST_PATTERN = 500


async def list_goals(work: Work, only_site_ids: Collection[UUID] | None = None) -> list[GoalValue]:
    """Those in use first, each newest first; with `only_site_ids` those that can be reached there, as often as they were."""
    query = select(Goal).where(Goal.workspace_id == work.workspace_id)
    if only_site_ids is not None:
        query = query.where(or_(Goal.site_id.is_(None), Goal.site_id.in_(only_site_ids)))
    rows = await work.all(query.order_by(Goal.archived_at.is_not(None), Goal.id.desc()))
    counted = await _conversions(work, only_site_ids)
    return [_value(row, counted.get(row.id, 0)) for row in rows]


async def create_goal(
    work: Work, *, name: str, kind: GoalKind, pattern: str, site_id: UUID | None = None, value: float | None = None
) -> GoalValue:
    """Raises Invalid naming `pattern`; Missing for a site that is not there."""
    if site_id is not None:
        await work.get(Site, site_id)
    held = await work.rows.scalar(select(func.count()).where(Goal.workspace_id == work.workspace_id))
    if (held or 0) >= MOST_GOALS:
        raise Invalid(f"A workspace has at most {MOST_GOALS} goals. Delete one that is not used.", field="name")
    goal = Goal(
        id=new_id(), site_id=site_id, name=name, kind=kind, pattern=_pattern(kind, pattern), value=value,
        created_at=work.now,
    )  # fmt: skip
    work.add(goal)
    return await _tell(work, goal)


async def change_goal(work: Work, goal_id: UUID, change: dict[str, Any]) -> GoalValue:
    """`change` holds some of name, pattern, value and archived. What was reached before stays as it is. Raises Missing."""
    goal = await work.get(Goal, goal_id, lock=True)
    if change.get("name"):
        goal.name = change["name"]
    if change.get("pattern"):
        goal.pattern = _pattern(goal.kind, change["pattern"])
    if "value" in change:
        goal.value = change["value"]
    if change.get("archived") is not None:
        goal.archived_at = (goal.archived_at or work.now) if change["archived"] else None
    return await _tell(work, goal)


async def delete_goal(work: Work, goal_id: UUID) -> None:
    """Its conversions go with it. Raises Missing."""
    goal = await work.get(Goal, goal_id, lock=True)
    await work.rows.delete(goal)
    work.tell(GoalDeleted(workspace_id=work.workspace_id, goal_id=goal.id))


async def _tell(work: Work, goal: Goal) -> GoalValue:
    await work.rows.flush()
    value = _value(goal, (await _conversions(work)).get(goal.id, 0))
    work.tell(GoalChanged(workspace_id=work.workspace_id, goal=value))
    return value


async def _conversions(work: Work, only_site_ids: Collection[UUID] | None = None) -> dict[UUID, int]:
    """Of the last seven days, by goal."""
    query = select(Conversion.goal_id, func.count()).where(
        Conversion.workspace_id == work.workspace_id, Conversion.at > work.now - timedelta(days=7)
    )
    if only_site_ids is not None:
        query = query.where(Conversion.site_id.in_(only_site_ids))
    return {row[0]: row[1] for row in await work.rows.execute(query.group_by(Conversion.goal_id))}


def _pattern(kind: str, pattern: str) -> str:
    read = one_line(pattern)
    if not read or len(read) > _LONGEST_PATTERN:
        raise Invalid(f"A goal needs a pattern of at most {_LONGEST_PATTERN} characters.", field="pattern")
    if kind == "url" and not read.startswith(("/", "http://", "https://", "*")):
        raise Invalid("An address begins with / or https://, or with *.", field="pattern")
    return read


def _value(goal: Goal, conversions_7d: int) -> GoalValue:
    kind: Any = goal.kind
    return GoalValue(
        id=goal.id,
        site_id=goal.site_id,
        name=goal.name,
        kind=kind,
        pattern=goal.pattern,
        value=goal.value,
        archived=goal.archived_at is not None,
        created_at=goal.created_at,
        conversions_7d=conversions_7d,
    )
