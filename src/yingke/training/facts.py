"""What training announces."""

from uuid import UUID

from yingke.kit.facts import Fact, fact


@fact("training.changed")
class TrainingChanged(Fact, frozen=True, kw_only=True):
    """An example was marked, changed or removed, or a drill made or archived."""


@fact("exercise.changed")
class ExerciseChanged(Fact, frozen=True, kw_only=True):
    """A drill was given to an agent, done, or taken back."""

    exercise_id: UUID
    agent_id: UUID
    given: bool = False
    """By somebody else, just now."""
