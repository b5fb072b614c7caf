"""What routing announces."""

from typing import Literal
from uuid import UUID

from yingke.kit.facts import Fact, fact

Alarm = Literal["waits_long", "not_accepted", "not_answered"]


@fact("conversation.offered")
class ConversationOffered(Fact, frozen=True, kw_only=True):
    """Everybody of `agent_ids` may have it; the first who accepts does."""

    conversation_id: UUID
    team_id: UUID | None
    site_id: UUID | None = None
    agent_ids: list[UUID]
    seconds: int


@fact("routing.alarm")
class RoutingAlarm(Fact, frozen=True, kw_only=True):
    """Somebody waits longer than the team allows."""

    alarm: Alarm
    conversation_id: UUID
    team_id: UUID | None
    site_id: UUID | None = None
    agent_id: UUID | None
    """Who was silent, where it was somebody."""
    waited: int
    """Seconds."""


@fact("routing.changed")
class RoutingChanged(Fact, frozen=True, kw_only=True):
    """A policy, the settings, or who can what. `team_id` is of the policy; None: of more than one team."""

    team_id: UUID | None
    site_id: UUID | None = None
