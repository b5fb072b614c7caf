"""Drills: made, given, taken, answered, archived."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import delete, select

from yingke.agents import agent_values
from yingke.identity import Actor, zone_of
from yingke.kit.days import begin_of, day_at
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.training.errors import DrillMissing, ExerciseDone, ExerciseMissing, NoSuchTrainee
from yingke.training.facts import ExerciseChanged, TrainingChanged
from yingke.training.masking import masked
from yingke.training.models import Drill, Exercise
from yingke.training.passages import known_of, open_to
from yingke.training.values import DrillKind, Option, Outcome

MOST_DAYS_AHEAD = 90


async def make_drill(
    work: Work,
    actor: Actor,
    *,
    title: str,
    criterion: str,
    situation: str,
    kind: DrillKind,
    options: Sequence[Option],
    good: str,
    conversation_id: UUID | None = None,
) -> Drill:
    """Of a conversation, everything is masked once more. Raises Invalid naming the field, ConversationMissing, Forbidden."""
    _require_answerable(kind, options)
    row = await open_to(work, actor, conversation_id) if conversation_id is not None else None
    known = known_of(row) if row is not None else None
    cover = (lambda text: masked(text, known)) if known is not None else str
    drill = Drill(
        id=new_id(),
        title=cover(title),
        criterion=criterion,
        situation=cover(situation),
        kind=kind,
        options=[{"text": cover(each.text), "right": each.right} for each in options],
        good=cover(good),
        conversation_id=row.id if row else None,
        visitor_id=row.visitor_id if row else None,
        contact_id=row.contact_id if row else None,
        made_by=actor.agent_id,
        made_at=work.now,
    )
    work.add(drill)
    await work.flush()
    work.tell(TrainingChanged(workspace_id=work.workspace_id))
    return drill


def _require_answerable(kind: DrillKind, options: Sequence[Option]) -> None:
    if kind == "choice" and (len(options) < 2 or sum(each.right for each in options) != 1):
        raise Invalid("Give two answers at least, and say which one is right.", field="options")
    if kind == "free" and options:
        raise Invalid("A free answer has nothing to choose from.", field="options")


async def archive_drill(work: Work, drill_id: UUID) -> None:
    """Nobody gets it any more, whoever has it to do has not; what was done stays. Raises DrillMissing."""
    drill = await _drill(work, drill_id)
    drill.archived = True
    undone = (Exercise.workspace_id == work.workspace_id, Exercise.drill_id == drill.id, Exercise.done_at.is_(None))
    for exercise in await work.all(select(Exercise).where(*undone)):
        await work.rows.delete(exercise)
        _tell(work, exercise)
    await work.flush()
    work.tell(TrainingChanged(workspace_id=work.workspace_id))


async def give_drill(work: Work, actor: Actor, drill_id: UUID, agent_ids: Sequence[UUID], due_on: date | None) -> None:
    """Whoever has it to do already keeps it, with the new due day. Raises DrillMissing, NoSuchTrainee, Invalid."""
    drill = await _drill(work, drill_id)
    zone = await zone_of(work)
    today = day_at(work.now, zone)
    if due_on is not None and not today <= due_on <= today + timedelta(days=MOST_DAYS_AHEAD):
        raise Invalid(f"Choose a day within the next {MOST_DAYS_AHEAD}.", field="due_on")
    due_at = begin_of(due_on + timedelta(days=1), zone) if due_on else None
    people = {each.id: each for each in await agent_values(work, list(agent_ids))}
    for agent_id in dict.fromkeys(agent_ids):
        trainee = people.get(agent_id)
        if trainee is None or trainee.disabled or not teaches(actor, trainee.team_ids):
            raise NoSuchTrainee(field="agent_ids")
        exercise = await _open(work, drill.id, agent_id)
        if exercise is None:
            exercise = _exercise(work, drill, agent_id, by=actor.agent_id)
        exercise.due_at = due_at
        await work.flush()
        _tell(work, exercise, given=agent_id != actor.agent_id)


def teaches(actor: Actor, team_ids: Sequence[UUID]) -> bool:
    """Whether the actor trains an agent of these teams."""
    if not actor.may("quality.train"):
        return False
    return actor.only_team_ids is None or not actor.only_team_ids.isdisjoint(team_ids)


async def take_drill(work: Work, actor: Actor, drill_id: UUID) -> Exercise:
    """By oneself; what is open already is gone on with. Raises DrillMissing."""
    drill = await _drill(work, drill_id)
    exercise = await _open(work, drill.id, actor.agent_id)
    if exercise is None:
        exercise = _exercise(work, drill, actor.agent_id, by=None)
        await work.flush()
        _tell(work, exercise)
    return exercise


async def answer_choice(work: Work, actor: Actor, exercise_id: UUID, choice: int) -> Exercise:
    """Done with it. Raises ExerciseMissing, ExerciseDone, Invalid."""
    exercise, drill = await _to_do(work, actor, exercise_id)
    options = msgspec.convert(drill.options, list[Option])
    if drill.kind != "choice" or not 0 <= choice < len(options):
        raise Invalid("Choose one of the answers.", field="choice")
    exercise.choice = choice
    return _done(work, exercise, "good" if options[choice].right else "not_yet")


async def answer_freely(work: Work, actor: Actor, exercise_id: UUID, answer: str) -> Exercise:
    """The good example is shown from now on; the answer stays as it is. Raises ExerciseMissing, ExerciseDone, Invalid."""
    exercise, drill = await _to_do(work, actor, exercise_id)
    if drill.kind != "free" or not answer.strip():
        raise Invalid("Write what you would answer.", field="answer")
    if exercise.answer:
        raise ExerciseDone
    exercise.answer = answer
    await work.flush()
    return exercise


async def compare_oneself(work: Work, actor: Actor, exercise_id: UUID, outcome: Outcome) -> Exercise:
    """How near one's free answer was to the good example. Raises ExerciseMissing, ExerciseDone, Invalid."""
    exercise, drill = await _to_do(work, actor, exercise_id)
    if drill.kind != "free" or not exercise.answer:
        raise Invalid("Answer first.", field="answer")
    return _done(work, exercise, outcome)


async def take_back(work: Work, actor: Actor, exercise_id: UUID) -> None:
    """What is not done needs not be done. Raises ExerciseMissing, ExerciseDone."""
    exercise = await work.find(Exercise, exercise_id, lock=True)
    if exercise is None or not await reaches(work, actor, exercise.agent_id):
        raise ExerciseMissing
    if exercise.done_at is not None:
        raise ExerciseDone
    await work.rows.delete(exercise)
    await work.flush()
    _tell(work, exercise)


async def reaches(work: Work, actor: Actor, agent_id: UUID) -> bool:
    """Whether the actor sees what the agent practised: their own, and that of whom they teach."""
    if agent_id == actor.agent_id:
        return True
    people = await agent_values(work, [agent_id])
    return bool(people) and teaches(actor, people[0].team_ids)


async def drop_undone(work: Work, agent_id: UUID) -> None:
    """Of somebody who leaves."""
    mine = (Exercise.workspace_id == work.workspace_id, Exercise.agent_id == agent_id, Exercise.done_at.is_(None))
    await work.rows.execute(delete(Exercise).where(*mine))


async def _drill(work: Work, drill_id: UUID) -> Drill:
    drill = await work.find(Drill, drill_id, lock=True)
    if drill is None or drill.archived:
        raise DrillMissing
    return drill


async def _open(work: Work, drill_id: UUID, agent_id: UUID) -> Exercise | None:
    query = select(Exercise).where(
        Exercise.workspace_id == work.workspace_id,
        Exercise.drill_id == drill_id,
        Exercise.agent_id == agent_id,
        Exercise.done_at.is_(None),
    )
    found: Exercise | None = (await work.scalars(query)).first()
    return found


def _exercise(work: Work, drill: Drill, agent_id: UUID, *, by: UUID | None) -> Exercise:
    exercise = Exercise(id=new_id(), drill_id=drill.id, agent_id=agent_id, given_by=by, given_at=work.now, answer="")
    work.add(exercise)
    return exercise


async def _to_do(work: Work, actor: Actor, exercise_id: UUID) -> tuple[Exercise, Drill]:
    exercise = await work.find(Exercise, exercise_id, lock=True)
    if exercise is None or exercise.agent_id != actor.agent_id:
        raise ExerciseMissing
    if exercise.done_at is not None:
        raise ExerciseDone
    return exercise, await work.get(Drill, exercise.drill_id)


def _done(work: Work, exercise: Exercise, outcome: Outcome) -> Exercise:
    exercise.outcome, exercise.done_at = outcome, work.now
    _tell(work, exercise)
    return exercise


def _tell(work: Work, exercise: Exercise, *, given: bool = False) -> None:
    told = ExerciseChanged(
        workspace_id=work.workspace_id, exercise_id=exercise.id, agent_id=exercise.agent_id, given=given
    )
    work.tell(told)
