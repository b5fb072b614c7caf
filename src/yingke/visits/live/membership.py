"""What the live view asks of segments, which stand above it."""

from typing import Any, Protocol
from uuid import UUID

from yingke.kit.work import Work
from yingke.visits.values import LiveVisitor


class Membership(Protocol):
    def has(self, workspace_id: UUID, segment_id: UUID, visitor: LiveVisitor) -> bool:
        """As far as it is known; whoever watches is told when more is."""

    def moves(self, workspace_id: UUID, segment_id: UUID) -> bool:
        """Passing time alone changes who is in it."""

    async def look(self, work: Work, segment_id: UUID) -> Any:
        """Read what it takes to answer for everybody who is there."""


class NoSegments:
    """Nobody is in any."""

    def has(self, workspace_id: UUID, segment_id: UUID, visitor: LiveVisitor) -> bool:
        return False

    def moves(self, workspace_id: UUID, segment_id: UUID) -> bool:
        return False

    async def look(self, work: Work, segment_id: UUID) -> None:
        return None
