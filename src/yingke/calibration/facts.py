"""What calibration announces."""

from uuid import UUID

from yingke.kit.facts import Fact, fact


@fact("calibration.changed")
class CalibrationChanged(Fact, frozen=True, kw_only=True):
    """Begun, scored by somebody, over, agreed or removed. Lists are asked again: scores are not told."""

    calibration_id: UUID
    agent_id: UUID
    """Whose conversation it is: not told."""
    team_id: UUID | None
    site_id: UUID | None = None
    inspector_ids: list[UUID]
    begun: bool = False
