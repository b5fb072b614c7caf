"""What is told about goals."""

from datetime import datetime
from uuid import UUID

from yingke.kit.facts import Fact, fact
from yingke.visits.values import GoalValue


@fact("goal.changed")
class GoalChanged(Fact, frozen=True, kw_only=True):
    goal: GoalValue

    @property
    def site_ids(self) -> list[UUID] | None:
        return [self.goal.site_id] if self.goal.site_id else None


@fact("goal.deleted")
class GoalDeleted(Fact, frozen=True, kw_only=True):
    goal_id: UUID


@fact("goal.reached")
class GoalReached(Fact, frozen=True, kw_only=True):
    """The first time in a visit; of orders, the first time a number is said."""

    goal_id: UUID
    visit_id: UUID
    visitor_id: UUID
    site_id: UUID | None = None
    at: datetime
    value: float | None = None
    """What it is worth, in the shop's currency."""

    @property
    def site_ids(self) -> list[UUID]:
        return [self.site_id] if self.site_id else []
