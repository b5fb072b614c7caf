"""The wall as it leaves the program."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from yingke.conversations.values import Due, Priority, Status
from yingke.kit.values import DescribedAs, Value

Act = Literal["watched", "whispered", "joined", "taken_over", "transferred", "ended", "messaged_team", "inspected"]


class WallConversation(Value, frozen=True, kw_only=True):
    """What the wall shows of a conversation; the facts that follow carry the whole, with a higher `version`."""

    id: UUID
    version: int
    number: int
    kind: Literal["chat", "offline"]
    status: Status
    site_id: UUID | None
    team_id: UUID | None
    agent_id: UUID | None
    name: str | None
    robot: bool
    priority: Priority
    opened_at: datetime
    queued_at: datetime | None
    waiting_since: datetime | None
    due: Due | None


class WallConversations(Value, frozen=True, kw_only=True):
    items: list[WallConversation]
    next_cursor: str | None = None


class WallAgent(Value, frozen=True, kw_only=True):
    """An agent's figures; state and capacity are in the agent, open conversations in the list."""

    agent_id: UUID
    load: float
    """Sum of weights: a chat is 1, an offline message may be less."""
    since: datetime | None
    """Since when the agent is in the present state."""
    missing_since: datetime | None
    """Rostered now and not connected, since then."""
    answered: int
    """Conversations first answered today, by the workspace's clock."""
    first_response: float | None
    """Median seconds until the first answer of those."""
    rating: float | None
    """Mean stars of today."""
    ratings: int
    quality: float | None
    """Mean score of what was inspected and submitted in the last four weeks; null to who may not inspect."""
    inspected: int


class QueuePoint(Value, frozen=True, kw_only=True):
    at: datetime
    waiting: int


class WallFigures(Value, frozen=True, kw_only=True):
    agents: list[WallAgent]
    curve: list[QueuePoint]
    """How many waited at each minute of the last hour, oldest first."""
    visitors_online: int
    weights: dict[str, float]
    """What a conversation takes of a capacity, by channel, and `offline`; one where nothing is said."""


class ActDetails(Value, frozen=True, kw_only=True):
    to_agent_id: UUID | None = None
    to_team_id: UUID | None = None
    reason: str | None = None


class ActValue(Value, frozen=True, kw_only=True):
    id: UUID
    act: Act
    agent_id: UUID
    agent_name: str
    conversation_id: UUID | None
    number: int | None
    details: Annotated[dict[str, Any], DescribedAs(ActDetails)]
    acted_at: datetime


class Acts(Value, frozen=True, kw_only=True):
    items: list[ActValue]
    next_cursor: str | None
