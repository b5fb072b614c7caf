"""Whose roster somebody may see and change: decision 0091 for people instead of conversations."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from yingke.agents import AgentValue, agent_values
from yingke.identity import WHICHEVER, Actor, Scope
from yingke.kit.errors import Forbidden, Invalid
from yingke.kit.work import Work


@dataclass(frozen=True, slots=True)
class Reach:
    seen: dict[UUID, AgentValue]
    """Those who left included."""
    editable: frozenset[UUID]

    def require_editable(self, agent_ids: set[UUID], field: str) -> None:
        """Raises Invalid for one who is not here any more or never was, Forbidden for one of another's teams."""
        for id in agent_ids:
            if id not in self.seen or self.seen[id].disabled:
                raise Invalid("This colleague is not in this workspace.", field=field)
            if id not in self.editable:
                raise Forbidden("You may change the roster of your own teams only.")


async def reach_of(work: Work, actor: Actor) -> Reach:
    agents = {each.id: each for each in await agent_values(work)}
    seen = {id: each for id, each in agents.items() if may_see_any(actor, [id], each.team_ids)}
    return Reach(seen, frozenset(id for id, each in seen.items() if manages(actor, each.team_ids)))


def may_see_any(actor: Actor, agent_ids: Collection[UUID], team_ids: Collection[UUID]) -> bool:
    """Of agents in these teams: oneself, those of one's teams, and everybody for who may change the roster of the whole
    workspace. Pure."""
    if actor.agent_id in agent_ids or not actor.team_ids.isdisjoint(team_ids):
        return True
    return actor.only_team_ids is None and actor.may("shifts.manage")


def manages(actor: Actor, team_ids: Collection[UUID]) -> bool:
    places: list[UUID | None] = [*team_ids] or [None]
    return any(actor.may("shifts.manage", Scope(team_id, WHICHEVER)) for team_id in places)
