"""Training as it leaves the program."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from yingke.kit.values import DescribedAs, Value
from yingke.training.models import Drill, Example, Exercise

Speaker = Literal["visitor", "agent", "robot"]
DrillKind = Literal["choice", "free"]
Outcome = Literal["good", "partly", "not_yet"]


class Line(Value, frozen=True, kw_only=True):
    """One message of a passage, masked."""

    speaker: Speaker
    text: str


class Option(Value, frozen=True, kw_only=True):
    text: str
    right: bool


class ExampleValue(Value, frozen=True, kw_only=True):
    id: UUID
    conversation_id: UUID
    agent_id: UUID | None
    marked_by: UUID | None
    marked_at: datetime
    topic: str
    criterion: str
    why: str
    lines: Annotated[list[dict[str, Any]], DescribedAs(list[Line])]


class DrillValue(Value, frozen=True, kw_only=True):
    """A drill in a list: without what is right."""

    id: UUID
    title: str
    criterion: str
    situation: str
    kind: DrillKind
    made_by: UUID | None
    made_at: datetime
    open_count: int
    """Given and not done; null to who sees no one's but their own."""
    done_count: int
    mine: UUID | None
    """The reader's open exercise of it."""
    mine_done: bool


class ExerciseValue(Value, frozen=True, kw_only=True):
    id: UUID
    drill_id: UUID
    title: str
    criterion: str
    agent_id: UUID
    given_by: UUID | None
    given_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    outcome: Outcome | None


class ExerciseDetail(Value, frozen=True, kw_only=True):
    """`right` and `good` are null until it was answered."""

    exercise: ExerciseValue
    situation: str
    kind: DrillKind
    options: list[str]
    choice: int | None
    answer: str
    right: int | None
    good: str | None


class MissCase(Value, frozen=True, kw_only=True):
    """Where a criterion was missed. `seq`: of the message that the inspector's remark is about."""

    conversation_id: UUID
    number: int
    agent_id: UUID
    remark: str
    seq: int | None


class MissedByAgent(Value, frozen=True, kw_only=True):
    agent_id: UUID
    missed: int


class MissedCriterion(Value, frozen=True, kw_only=True):
    """A criterion that earned less than 70 % in `missed` of `count` inspections."""

    criterion: str
    missed: int
    count: int
    agents: list[MissedByAgent]
    cases: list[MissCase]
    """The newest."""
    drill_ids: list[UUID]
    """Drills there are for it."""


class TrainingCounts(Value, frozen=True, kw_only=True):
    to_do: int


def example_value(row: Example) -> ExampleValue:
    return ExampleValue(
        id=row.id,
        conversation_id=row.conversation_id,
        agent_id=row.agent_id,
        marked_by=row.marked_by,
        marked_at=row.marked_at,
        topic=row.topic,
        criterion=row.criterion,
        why=row.why,
        lines=row.lines,
    )


def exercise_value(row: Exercise, drill: Drill) -> ExerciseValue:
    return ExerciseValue(
        id=row.id,
        drill_id=drill.id,
        title=drill.title,
        criterion=drill.criterion,
        agent_id=row.agent_id,
        given_by=row.given_by,
        given_at=row.given_at,
        due_at=row.due_at,
        done_at=row.done_at,
        outcome=row.outcome,  # type: ignore[arg-type] # the column holds nothing else
    )
