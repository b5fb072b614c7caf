"""To whom a request may be given."""

from uuid import UUID

from yingke.agents import Agent, Team
from yingke.identity import Membership
from yingke.kit.errors import Invalid
from yingke.kit.work import Work


async def is_here(work: Work, agent_id: UUID) -> bool:
    """Whether this agent may still sign in."""
    membership = await work.find(Membership, agent_id)
    return membership is not None and membership.disabled_at is None


async def require_colleague(work: Work, agent_id: UUID, field: str = "owner_id") -> UUID:
    """Raises Invalid for one who is not here, or not any more."""
    if await work.find(Agent, agent_id) is None or not await is_here(work, agent_id):
        raise Invalid("This colleague is not in this workspace.", field=field)
    return agent_id


async def require_team(work: Work, team_id: UUID) -> UUID:
    """Raises Invalid naming `team_id`."""
    if await work.find(Team, team_id) is None:
        raise Invalid("This team is not in this workspace.", field="team_id")
    return team_id
