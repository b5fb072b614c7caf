"""The people who answer: profile, teams, availability, presence; and how they come and go.

What is always true: an agent is a membership of the workspace under the same id; an agent who left is disabled and
keeps the id, so that what they said stays theirs; the workspace has at least one owner who is not disabled.
"""

from yingke.agents.facts import AgentChanged, TeamChanged, TeamDeleted
from yingke.agents.models import Agent, AvailabilityInterval, Team, TeamMember
from yingke.agents.presence import (
    note_connected,
    note_covered,
    note_disconnected,
    note_on_screen,
    notice_silence,
    set_availability,
)
from yingke.agents.queries import (
    agent_value,
    agent_values,
    on_screen,
    public_agent,
    public_face,
    team_value,
    team_values,
)
from yingke.agents.values import AgentValue, Availability, PublicAgent, TeamValue

__all__ = [
    "Agent",
    "AgentChanged",
    "AgentValue",
    "Availability",
    "AvailabilityInterval",
    "PublicAgent",
    "Team",
    "TeamChanged",
    "TeamDeleted",
    "TeamMember",
    "TeamValue",
    "agent_value",
    "agent_values",
    "note_connected",
    "note_covered",
    "note_disconnected",
    "note_on_screen",
    "notice_silence",
    "on_screen",
    "public_agent",
    "public_face",
    "set_availability",
    "team_value",
    "team_values",
]
