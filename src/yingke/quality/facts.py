"""What quality announces."""

from uuid import UUID

from yingke.kit.facts import Fact, fact


@fact("inspection.changed")
class InspectionChanged(Fact, frozen=True, kw_only=True):
    """Something was picked, taken up, submitted, appealed against or decided. Lists are asked again: scores are not told."""

    inspection_id: UUID
    agent_id: UUID
    team_id: UUID | None
    site_id: UUID | None = None
    inspector_id: UUID | None
    inspector_id_before: UUID | None = None
    submitted: bool
    """Its agent may see it."""


@fact("quality.changed")
class QualityChanged(Fact, frozen=True, kw_only=True):
    """A card or a plan was made, changed or removed."""
