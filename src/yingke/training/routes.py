"""The HTTP door of training."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field

from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import CleanStr, Name, RequiredName
from yingke.kit.values import Value
from yingke.quality.bodies import Body, Change
from yingke.training import drilling, examples, misses, passages, queries
from yingke.training.examples import Topics
from yingke.training.values import (
    DrillKind,
    DrillValue,
    ExampleValue,
    ExerciseDetail,
    ExerciseValue,
    Line,
    MissedCriterion,
    Option,
    Outcome,
    TrainingCounts,
)

router = APIRouter(prefix="/training", route_class=WorkRoute, tags=["quality"])

Learning = Annotated[Call, allowed("quality.self")]
Marking = Annotated[Call, allowed("quality.self", written_down=True)]
Training = Annotated[Call, allowed("quality.train")]
Limit = Annotated[int, Query(ge=1, le=100)]
Seq = Annotated[int, Field(ge=1, le=2**31 - 1)]
Why = Annotated[CleanStr, Field(min_length=1, max_length=1000)]


class NewExample(Body):
    conversation_id: UUID
    first_seq: Seq
    last_seq: Seq
    topic: RequiredName
    criterion: Name = ""
    why: Why
    hide: Name = ""
    """Further words to cover, parted by spaces."""


class ExampleChange(Change):
    topic: RequiredName | None = None
    criterion: Name | None = None
    why: Why | None = None


class GivenOption(Body):
    text: Annotated[CleanStr, Field(min_length=1, max_length=300)]
    right: bool = False


class NewDrill(Body):
    """Short enough for five minutes."""

    title: RequiredName
    criterion: Name = ""
    situation: Annotated[CleanStr, Field(min_length=1, max_length=800)]
    kind: DrillKind
    options: list[GivenOption] = Field(default=[], max_length=5)
    good: Annotated[CleanStr, Field(min_length=1, max_length=1000)]
    conversation_id: UUID | None = None


class GivenDrill(Body):
    agent_ids: Annotated[list[UUID], Field(min_length=1, max_length=200)]
    due_on: date | None = None


class DrillAnswer(Body):
    """To a drill: `choice` is a place among the options, `answer` what one would write."""

    choice: Annotated[int, Field(ge=0, le=10)] | None = None
    answer: Annotated[CleanStr, Field(max_length=1000)] = ""


class OwnComparison(Body):
    outcome: Outcome


class Examples(Value, frozen=True, kw_only=True):
    items: list[ExampleValue]
    next_cursor: str | None = None


class Passage(Value, frozen=True, kw_only=True):
    lines: list[Line]


class Situation(Value, frozen=True, kw_only=True):
    text: str


class Misses(Value, frozen=True, kw_only=True):
    items: list[MissedCriterion]
    next_cursor: str | None = None


class Drills(Value, frozen=True, kw_only=True):
    items: list[DrillValue]
    next_cursor: str | None = None


class Exercises(Value, frozen=True, kw_only=True):
    items: list[ExerciseValue]
    next_cursor: str | None = None


@router.get("/counts", summary="What waits for whoever asks: drills to do")
async def counts(call: Learning) -> TrainingCounts:
    return await queries.count_training(call.work, call.actor)


@router.get("/examples", summary="Good answers, newest first")
async def list_examples(
    call: Learning, q: Name = "", topic: Name = "", criterion: Name = "", limit: Limit = 30, cursor: str | None = None
) -> Examples:
    items, following = await examples.list_examples(
        call.work, text=q, topic=topic, criterion=criterion, limit=limit, cursor=cursor
    )
    return Examples(items=items, next_cursor=following)


@router.get("/topics", summary="Topics and criteria in use")
async def list_topics(call: Learning) -> Topics:
    return await examples.topics(call.work)


@router.get("/passage", summary="Messages of a conversation as an example would show them, masked")
async def show_passage(
    call: Learning,
    conversation_id: UUID,
    first_seq: Annotated[int, Query(ge=1, le=2**31 - 1)],
    last_seq: Annotated[int, Query(ge=1, le=2**31 - 1)],
    hide: Name = "",
) -> Passage:
    row = await passages.open_to(call.work, call.actor, conversation_id)
    return Passage(lines=await passages.passage(call.work, row, first_seq, last_seq, hide.split()))


@router.post("/examples", status_code=201, summary="Mark messages as a good example")
async def mark(body: NewExample, call: Marking) -> ExampleValue:
    return await examples.mark_example(
        call.work,
        call.actor,
        body.conversation_id,
        first_seq=body.first_seq,
        last_seq=body.last_seq,
        topic=body.topic,
        criterion=body.criterion,
        why=body.why,
        hide=body.hide.split(),
    )


@router.patch("/examples/{example_id}", summary="Change its topic, criterion or why")
async def change(example_id: UUID, body: ExampleChange, call: Marking) -> ExampleValue:
    return await examples.change_example(call.work, call.actor, example_id, body.given())


@router.delete("/examples/{example_id}", status_code=204, summary="Remove it from the collection")
async def remove(example_id: UUID, call: Marking) -> None:
    await examples.remove_example(call.work, call.actor, example_id)


@router.get("/misses", summary="Criteria that were missed in the last four weeks: one's own, or the team's")
async def list_misses(call: Learning, mine: bool = True) -> Misses:
    if not mine:
        call.actor.require("quality.train")
        call.actor.require("quality.inspect")
    return Misses(items=await misses.misses(call.work, call.actor, mine=mine))


@router.get("/situation", summary="What a visitor said before a message, masked")
async def show_situation(
    call: Training, conversation_id: UUID, seq: Annotated[int | None, Query(ge=1, le=2**31 - 1)] = None
) -> Situation:
    row = await passages.open_to(call.work, call.actor, conversation_id)
    return Situation(text=await passages.situation(call.work, row, seq))


@router.get("/drills", summary="Drills, newest first")
async def list_drills(
    call: Learning, q: Name = "", criterion: Name = "", limit: Limit = 50, cursor: str | None = None
) -> Drills:
    items, following = await queries.list_drills(
        call.work, call.actor, text=q, criterion=criterion, limit=limit, cursor=cursor
    )
    return Drills(items=items, next_cursor=following)


@router.post("/drills", status_code=201, summary="Make a drill")
async def make(body: NewDrill, call: Training) -> DrillValue:
    made = await drilling.make_drill(
        call.work,
        call.actor,
        title=body.title,
        criterion=body.criterion,
        situation=body.situation,
        kind=body.kind,
        options=[Option(text=each.text, right=each.right) for each in body.options],
        good=body.good,
        conversation_id=body.conversation_id,
    )
    return await queries.one_drill(call.work, call.actor, made)


@router.delete("/drills/{drill_id}", status_code=204, summary="Give it to nobody any more; what was done stays")
async def archive(drill_id: UUID, call: Training) -> None:
    await drilling.archive_drill(call.work, drill_id)


@router.post("/drills/{drill_id}/exercises", status_code=204, summary="Give it to agents")
async def give(drill_id: UUID, body: GivenDrill, call: Training) -> None:
    await drilling.give_drill(call.work, call.actor, drill_id, body.agent_ids, body.due_on)


@router.post("/drills/{drill_id}/take", summary="Take it oneself")
async def take(drill_id: UUID, call: Learning) -> ExerciseDetail:
    return await queries.detail(call.work, await drilling.take_drill(call.work, call.actor, drill_id))


@router.get("/exercises", summary="Drills given, taken and done: one's own, and of whom one teaches")
async def list_exercises(
    call: Learning,
    done: bool | None = None,
    mine: bool = False,
    agent_id: UUID | None = None,
    limit: Limit = 50,
    cursor: str | None = None,
) -> Exercises:
    items, following = await queries.list_exercises(
        call.work, call.actor, done=done, mine=mine, agent_id=agent_id, limit=limit, cursor=cursor
    )
    return Exercises(items=items, next_cursor=following)


@router.get("/exercises/{exercise_id}", summary="An exercise; what is right when it was answered")
async def show(exercise_id: UUID, call: Learning) -> ExerciseDetail:
    return await queries.detail(call.work, await queries.exercise_for(call.work, call.actor, exercise_id))


@router.post("/exercises/{exercise_id}/answer", summary="Answer it")
async def answer(exercise_id: UUID, body: DrillAnswer, call: Learning) -> ExerciseDetail:
    if body.choice is not None:
        answered = await drilling.answer_choice(call.work, call.actor, exercise_id, body.choice)
    else:
        answered = await drilling.answer_freely(call.work, call.actor, exercise_id, body.answer)
    return await queries.detail(call.work, answered)


@router.post("/exercises/{exercise_id}/outcome", summary="Compare one's free answer with the good example")
async def compare(exercise_id: UUID, body: OwnComparison, call: Learning) -> ExerciseDetail:
    compared = await drilling.compare_oneself(call.work, call.actor, exercise_id, body.outcome)
    return await queries.detail(call.work, compared)


@router.delete("/exercises/{exercise_id}", status_code=204, summary="Take back what is not done")
async def take_back(exercise_id: UUID, call: Training) -> None:
    await drilling.take_back(call.work, call.actor, exercise_id)
