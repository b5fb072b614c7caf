"""What is told about visitors."""

from uuid import UUID

from yingke.kit.facts import Fact, fact
from yingke.visitors.values import ProfileValue, VisitorValue


@fact("visitor.identified")
class VisitorIdentified(Fact, frozen=True, kw_only=True):
    """A browser got a contact: by the shop's signature (`signed`), by an address that was given, or by an agent."""

    visitor_id: UUID
    contact_id: UUID
    signed: bool
    visitor: VisitorValue

    @property
    def site_ids(self) -> list[UUID]:
        return [self.visitor.site_id]


@fact("visitor.blocked")
class VisitorBlocked(Fact, frozen=True, kw_only=True):
    """May not write any more, until `visitor.unblocked`, or the end of the block."""

    visitor_id: UUID
    visitor: VisitorValue

    @property
    def site_ids(self) -> list[UUID]:
        return [self.visitor.site_id]


@fact("visitor.unblocked")
class VisitorUnblocked(Fact, frozen=True, kw_only=True):
    visitor_id: UUID
    visitor: VisitorValue

    @property
    def site_ids(self) -> list[UUID]:
        return [self.visitor.site_id]


@fact("network.blocked")
class NetworkBlocked(Fact, frozen=True, kw_only=True):
    """Nobody who comes from `network` (`203.0.113.0/24`) may write any more."""

    network: str


@fact("network.unblocked")
class NetworkUnblocked(Fact, frozen=True, kw_only=True):
    network: str


@fact("visitor.changed")
class VisitorChanged(Fact, frozen=True, kw_only=True):
    """An agent changed what is noted about a visitor."""

    visitor_id: UUID
    site_id: UUID | None = None
    profile: ProfileValue

    @property
    def site_ids(self) -> list[UUID]:
        return [self.site_id] if self.site_id else []


@fact("visitor.deleted")
class VisitorDeleted(Fact, frozen=True, kw_only=True):
    visitor_id: UUID
