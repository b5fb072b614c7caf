"""Addresses of agents: oneself, colleagues, teams."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from yingke.agents.presence import set_availability
from yingke.agents.profiles import (
    Preferences,
    Profile,
    change_preferences,
    change_profile,
    preferences_of,
    set_avatar,
)
from yingke.agents.queries import agent_value, agent_values, team_values
from yingke.agents.staff import AgentChange, change_agent
from yingke.agents.teams import change_team, create_team, delete_team
from yingke.agents.values import AgentValue, Availability, TeamValue
from yingke.files import UPLOAD_FORM, Uploader, add_file, read_upload, store_upload
from yingke.identity import Call, Steps, WorkRoute, allowed, in_steps
from yingke.kit.text import Name, RequiredName
from yingke.kit.values import Value

router = APIRouter(route_class=WorkRoute, tags=["agents"])

LARGEST_AVATAR = 5 * 1024 * 1024
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]
Members = Annotated[list[UUID], Field(max_length=1000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Agents(Value, frozen=True, kw_only=True):
    items: list[AgentValue]
    next_cursor: str | None = None


class Teams(Value, frozen=True, kw_only=True):
    items: list[TeamValue]
    next_cursor: str | None = None


class OwnChange(Profile):
    preferences: Preferences | None = None


@router.patch("/me", summary="Change your profile and preferences")
async def change_me(body: OwnChange, call: Annotated[Call, allowed("account.self")]) -> AgentValue:
    if body.preferences is not None:
        await change_preferences(call.work, call.actor.agent_id, body.preferences)
    return await change_profile(call.work, call.actor.agent_id, body)


@router.get("/me/preferences", response_model_exclude_none=True, summary="How your desk behaves")
async def read_preferences(call: Annotated[Call, allowed("account.self")]) -> Preferences:
    return await preferences_of(call.work, call.actor.agent_id)


@router.put("/me/avatar", summary="Set your picture", openapi_extra=UPLOAD_FORM)
async def put_avatar(steps: Annotated[Steps, in_steps("account.self")]) -> AgentValue:
    received = await read_upload(steps.request, LARGEST_AVATAR)
    stored = await store_upload(steps.services.files, received, images_only=True)
    async with steps.ground.work_in(steps.actor.workspace_id) as work:
        file = await add_file(work, stored, Uploader("agent", steps.actor.agent_id), public=True)
        return await set_avatar(work, steps.actor.agent_id, file.id)


@router.delete("/me/avatar", summary="Remove your picture")
async def delete_avatar(call: Annotated[Call, allowed("account.self")]) -> AgentValue:
    return await set_avatar(call.work, call.actor.agent_id, None)


class SaidAvailability(_Body):
    availability: Availability
    reason: Name | None = None


@router.put("/me/availability", summary="Say whether you answer")
async def put_availability(body: SaidAvailability, call: Annotated[Call, allowed("account.self")]) -> AgentValue:
    await set_availability(call.work, call.actor.agent_id, body.availability, body.reason)
    return await agent_value(call.work, call.actor.agent_id)


@router.get("/agents", summary="All colleagues, those who left included")
async def list_agents(call: Annotated[Call, allowed("agents.read")]) -> Agents:
    return Agents(items=await agent_values(call.work))


@router.patch("/agents/{agent_id}", summary="Change a colleague")
async def edit_agent(agent_id: UUID, body: AgentChange, call: Annotated[Call, allowed("agents.manage")]) -> AgentValue:
    return await change_agent(call.work, call.actor, agent_id, body)


@router.get("/teams", summary="All teams")
async def list_teams(call: Annotated[Call, allowed("teams.read")]) -> Teams:
    return Teams(items=await team_values(call.work))


class NewTeam(_Body):
    name: RequiredName
    public_name: Name = ""
    color: Color = "#1f6f5c"
    agent_ids: Members = []


@router.post("/teams", status_code=201, summary="Make a team")
async def add_team(body: NewTeam, call: Annotated[Call, allowed("teams.manage")]) -> TeamValue:
    return await create_team(
        call.work, name=body.name, public_name=body.public_name, color=body.color, agent_ids=body.agent_ids
    )


class TeamChange(_Body):
    name: RequiredName | None = None
    public_name: Name | None = None
    color: Color | None = None
    agent_ids: Members | None = None


@router.patch("/teams/{team_id}", summary="Change a team")
async def edit_team(team_id: UUID, body: TeamChange, call: Annotated[Call, allowed("teams.manage")]) -> TeamValue:
    return await change_team(
        call.work,
        team_id,
        name=body.name,
        public_name=body.public_name,
        color=body.color,
        agent_ids=body.agent_ids,
    )


@router.delete("/teams/{team_id}", status_code=204, summary="Delete a team; its members stay")
async def remove_team(team_id: UUID, call: Annotated[Call, allowed("teams.manage")]) -> None:
    await delete_team(call.work, team_id)
