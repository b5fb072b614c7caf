"""What all sockets of this process share."""

from dataclasses import dataclass, field
from uuid import UUID

from yingke.conversations.values import Author
from yingke.kit.rates import Rates
from yingke.kit.work import Ground
from yingke.knowledge.banks import Banks
from yingke.realtime.arrivals import Arrivals
from yingke.realtime.gatherer import Gatherer
from yingke.realtime.hub import Hub
from yingke.realtime.presence import Presence
from yingke.realtime.signals import Typing
from yingke.realtime.viewers import Viewers
from yingke.visits.tracking import Tracking
from yingke.words import WordGuard


@dataclass(slots=True)
class SocketRates:
    """How often visitors may do what, per visitor or per address."""

    hello: Rates = field(default_factory=lambda: Rates(per_second=20, burst=200))
    send: Rates = field(default_factory=lambda: Rates(per_second=5, burst=40))
    operation: Rates = field(default_factory=lambda: Rates(per_second=20, burst=100))
    suggest: Rates = field(default_factory=lambda: Rates(per_second=10, burst=30))
    message_left: Rates = field(default_factory=lambda: Rates(per_second=0.05, burst=10))


@dataclass(slots=True)
class Desk:
    ground: Ground
    hub: Hub
    gatherer: Gatherer
    presence: Presence
    viewers: Viewers
    rates: SocketRates
    tracking: Tracking
    banks: Banks
    words: WordGuard
    origins: frozenset[str]
    """Origins of our own pages."""
    arrivals: Arrivals = field(default_factory=Arrivals)

    def agent_types(self, author: Author, conversation_id: UUID) -> None:
        typing = Typing(conversation=conversation_id, from_=author)
        self.hub.signal_watchers("agent", conversation_id, typing)
        self.hub.signal_watchers("visitor", conversation_id, typing)

    def tell_viewing(self, workspace_id: UUID, conversation_id: UUID) -> None:
        """Show who has the conversation open to the agents who have it open."""
        self.viewers.changed(workspace_id, conversation_id)
