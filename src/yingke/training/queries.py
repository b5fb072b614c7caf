"""Reading drills and exercises: what is right is told to who has answered, and to nobody before."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Select, Text, and_, cast, exists, func, or_, select

from yingke.agents.models import TeamMember
from yingke.identity import Actor
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.work import Work
from yingke.training.drilling import reaches
from yingke.training.errors import ExerciseMissing
from yingke.training.models import Drill, Exercise
from yingke.training.values import (
    DrillValue,
    ExerciseDetail,
    ExerciseValue,
    Option,
    TrainingCounts,
    exercise_value,
)

_OF_DRILL = and_(Drill.workspace_id == Exercise.workspace_id, Drill.id == Exercise.drill_id)


async def list_drills(
    work: Work, actor: Actor, *, text: str = "", criterion: str = "", limit: int, cursor: str | None
) -> tuple[list[DrillValue], str | None]:
    """Newest first. Raises BadCursor."""
    query = select(Drill).where(Drill.workspace_id == work.workspace_id, ~Drill.archived)
    if text:
        query = query.where(
            or_(*(each.icontains(text, autoescape=True) for each in (Drill.title, Drill.situation, Drill.criterion)))
        )
    if criterion:
        query = query.where(Drill.criterion == criterion)
    if cursor is not None:
        query = query.where(Drill.id < read_cursor(cursor, UUID)[0])
    rows = await work.all(query.order_by(Drill.id.desc()).limit(limit + 1))
    page = rows[:limit]
    counted = await _counts(work, actor, [row.id for row in page])
    items = [drill_value(row, counted.get(row.id, (0, 0, None, False))) for row in page]
    return items, write_cursor(items[-1].id) if len(rows) > limit else None


Counted = tuple[int, int, UUID | None, bool]
"""Open, done, the reader's own open one, whether they did it."""


async def one_drill(work: Work, actor: Actor, drill: Drill) -> DrillValue:
    return drill_value(drill, (await _counts(work, actor, [drill.id])).get(drill.id, (0, 0, None, False)))


async def _counts(work: Work, actor: Actor, ids: list[UUID]) -> dict[UUID, Counted]:
    mine = Exercise.agent_id == actor.agent_id
    open_ones = Exercise.done_at.is_(None)
    query = (
        select(
            Exercise.drill_id,
            func.count().filter(open_ones),
            func.count().filter(~open_ones),
            func.max(cast(Exercise.id, Text)).filter(mine, open_ones),
            func.count().filter(mine, ~open_ones),
        )
        .where(_seen(work, actor), Exercise.drill_id.in_(ids))
        .group_by(Exercise.drill_id)
    )
    found = await work.rows.execute(query)
    return {id: (opened, done, UUID(own) if own else None, bool(did)) for id, opened, done, own, did in found}


def drill_value(row: Drill, counted: Counted) -> DrillValue:
    open_count, done_count, mine, mine_done = counted
    return DrillValue(
        id=row.id,
        title=row.title,
        criterion=row.criterion,
        situation=row.situation,
        kind=row.kind,  # type: ignore[arg-type] # the column holds nothing else
        made_by=row.made_by,
        made_at=row.made_at,
        open_count=open_count,
        done_count=done_count,
        mine=mine,
        mine_done=mine_done,
    )


async def list_exercises(
    work: Work,
    actor: Actor,
    *,
    done: bool | None = None,
    mine: bool = False,
    agent_id: UUID | None = None,
    limit: int,
    cursor: str | None,
) -> tuple[list[ExerciseValue], str | None]:
    """One's own, and those of whom one teaches; newest first. Raises BadCursor."""
    shown: tuple[Any, ...] = (Exercise, Drill)
    query: Select[Any] = select(*shown).join(Drill, _OF_DRILL).where(_seen(work, actor))
    if done is not None:
        query = query.where(Exercise.done_at.is_not(None) if done else Exercise.done_at.is_(None))
    if mine:
        query = query.where(Exercise.agent_id == actor.agent_id)
    if agent_id is not None:
        query = query.where(Exercise.agent_id == agent_id)
    if cursor is not None:
        query = query.where(Exercise.id < read_cursor(cursor, UUID)[0])
    rows = (await work.rows.execute(query.order_by(Exercise.id.desc()).limit(limit + 1))).all()
    items = [exercise_value(exercise, drill) for exercise, drill in rows[:limit]]
    return items, write_cursor(items[-1].id) if len(rows) > limit else None


async def exercise_for(work: Work, actor: Actor, exercise_id: UUID) -> Exercise:
    """Raises ExerciseMissing."""
    exercise = await work.find(Exercise, exercise_id)
    if exercise is None or not await reaches(work, actor, exercise.agent_id):
        raise ExerciseMissing
    return exercise


async def detail(work: Work, exercise: Exercise) -> ExerciseDetail:
    drill = await work.get(Drill, exercise.drill_id)
    options = msgspec.convert(drill.options, list[Option])
    answered = exercise.done_at is not None or bool(exercise.answer)
    right = next((place for place, each in enumerate(options) if each.right), None)
    return ExerciseDetail(
        exercise=exercise_value(exercise, drill),
        situation=drill.situation,
        kind=drill.kind,  # type: ignore[arg-type] # the column holds nothing else
        options=[each.text for each in options],
        choice=exercise.choice,
        answer=exercise.answer,
        right=right if answered else None,
        good=drill.good if answered else None,
    )


async def count_training(work: Work, actor: Actor) -> TrainingCounts:
    mine = (Exercise.workspace_id == work.workspace_id, Exercise.agent_id == actor.agent_id)
    to_do = await work.rows.execute(select(func.count()).where(*mine, Exercise.done_at.is_(None)))
    return TrainingCounts(to_do=to_do.scalar_one())


def _seen(work: Work, actor: Actor) -> Any:
    """What `reaches` says, in the database."""
    here = Exercise.workspace_id == work.workspace_id
    own = Exercise.agent_id == actor.agent_id
    if not actor.may("quality.train"):
        return and_(here, own)
    if actor.only_team_ids is None:
        return here
    taught = exists().where(
        TeamMember.workspace_id == Exercise.workspace_id,
        TeamMember.agent_id == Exercise.agent_id,
        TeamMember.team_id.in_(actor.only_team_ids),
    )
    return and_(here, or_(own, taught))
