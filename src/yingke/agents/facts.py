"""What is told about agents and teams. Each fact carries the whole value: the newest one replaces what is held."""

from uuid import UUID

from yingke.agents.values import AgentValue, TeamValue
from yingke.kit.facts import Fact, fact


@fact("agent.changed")
class AgentChanged(Fact, frozen=True, kw_only=True):
    agent: AgentValue


@fact("team.changed")
class TeamChanged(Fact, frozen=True, kw_only=True):
    team: TeamValue


@fact("team.deleted")
class TeamDeleted(Fact, frozen=True, kw_only=True):
    team_id: UUID
