"""What administrators change about colleagues."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import text

from yingke.agents.errors import SiteUnknown
from yingke.agents.models import Agent
from yingke.agents.presence import tell_agent_changed
from yingke.agents.profiles import Profile
from yingke.agents.queries import agent_value
from yingke.agents.teams import set_teams_of, teams_there
from yingke.agents.values import AgentValue, RoleName
from yingke.identity import Actor, change_role, limit_to_sites, limit_to_teams, require_changeable, set_disabled
from yingke.kit.work import Work


class AgentChange(Profile):
    """Given fields replace what is kept; the others stay."""

    role: RoleName | None = None
    role_id: UUID | None = None
    """A role of the workspace's own, in place of a built-in one."""
    only_team_ids: Annotated[list[UUID], Field(max_length=200)] | None = None
    """What the person may do is held to the conversations of these teams; null: the whole workspace."""
    only_site_ids: Annotated[list[UUID], Field(max_length=200)] | None = None
    """What the person sees and may do is held to what came from these sites; null: from all of them."""
    capacity: Annotated[int, Field(ge=1, le=100)] | None = None
    team_ids: Annotated[list[UUID], Field(max_length=200)] | None = None
    disabled: bool | None = None


async def change_agent(work: Work, actor: Actor, agent_id: UUID, change: AgentChange) -> AgentValue:
    """Raises Missing, RoleAboveYours, PermissionNotYours, RoleUnknown, OwnLimits, LastOwner, TeamUnknown, SiteUnknown."""
    await require_changeable(work, actor, agent_id)
    agent = await work.get(Agent, agent_id, lock=True)
    if (wanted := change.role_id or change.role) is not None:
        await change_role(work, actor, agent_id, wanted)
    if "only_team_ids" in change.model_fields_set:
        only = None if change.only_team_ids is None else await teams_there(work, change.only_team_ids)
        await limit_to_teams(work, actor, agent_id, only)
    if "only_site_ids" in change.model_fields_set:
        if change.only_site_ids:
            await _require_sites(work, change.only_site_ids)
        await limit_to_sites(work, actor, agent_id, change.only_site_ids)
    if change.disabled is not None:
        await set_disabled(work, actor, agent_id, change.disabled)
    if change.team_ids is not None:
        await set_teams_of(work, agent_id, await teams_there(work, change.team_ids))
    for field in ("name", "nickname", "title", "languages", "capacity"):
        if (given := getattr(change, field)) is not None:
            setattr(agent, field, given)
    await tell_agent_changed(work, agent_id)
    return await agent_value(work, agent_id)


# Sites stand above people: of theirs, only the ids are asked for.
_SITES = text("SELECT count(*) FROM sites WHERE workspace_id = :workspace AND id = ANY(:ids)")


async def _require_sites(work: Work, ids: Collection[UUID]) -> None:
    wanted = set(ids)
    if await work.rows.scalar(_SITES, {"workspace": work.workspace_id, "ids": list(wanted)}) != len(wanted):
        raise SiteUnknown(field="only_site_ids")
