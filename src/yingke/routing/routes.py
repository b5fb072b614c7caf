"""The HTTP door of routing: supervisors read, administrators change."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from yingke.conversations.queries import conversation_for
from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import RequiredName
from yingke.kit.values import Value
from yingke.routing import editing, queries
from yingke.routing.choosing import Policy, RoutingSettings
from yingke.routing.choosing.policies import Demands
from yingke.routing.rules import rules_of
from yingke.routing.values import Consequence, DecisionValue, PolicyValue, QueueValue, SkillValue

router = APIRouter(route_class=WorkRoute, tags=["routing"])

Reading = Annotated[Call, allowed("routing.read")]
Managing = Annotated[Call, allowed("routing.manage")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Policies(Value, frozen=True, kw_only=True):
    items: list[PolicyValue]
    next_cursor: str | None = None


class SkillList(Value, frozen=True, kw_only=True):
    items: list[SkillValue]
    next_cursor: str | None = None


class Decisions(Value, frozen=True, kw_only=True):
    items: list[DecisionValue]
    next_cursor: str | None = None


class NewPolicy(_Body):
    policy: Policy


class SkillName(_Body):
    name: RequiredName


class SkillsOfAgent(_Body):
    skills: Demands


@router.get("/routing/policies", summary="How teams choose, with what will not do what it says")
async def list_policies(call: Reading) -> Policies:
    return Policies(items=await queries.policy_values(call.work))


@router.get("/routing/policies/default", summary="How it is done for teams without a policy of their own")
async def show_default(call: Reading) -> PolicyValue:
    return await queries.policy_value(call.work, None)


@router.put("/routing/policies/default", summary="Change it")
async def put_default(body: NewPolicy, call: Managing) -> PolicyValue:
    return await editing.set_policy(call.work, call.actor, None, body.policy)


@router.delete("/routing/policies/default", status_code=204, summary="Go by the one that comes with the program")
async def delete_default(call: Managing) -> None:
    await editing.remove_policy(call.work, None)


@router.get("/routing/policies/{team_id}", summary="How a team chooses")
async def show_policy(team_id: UUID, call: Reading) -> PolicyValue:
    return await queries.policy_value(call.work, team_id)


@router.put("/routing/policies/{team_id}", summary="Give a team a policy of its own")
async def put_policy(team_id: UUID, body: NewPolicy, call: Managing) -> PolicyValue:
    return await editing.set_policy(call.work, call.actor, team_id, body.policy)


@router.delete("/routing/policies/{team_id}", status_code=204, summary="Have the team go by the workspace's policy")
async def delete_policy(team_id: UUID, call: Managing) -> None:
    await editing.remove_policy(call.work, team_id)


@router.get("/routing/settings", response_model=RoutingSettings, summary="What holds for all teams")
async def show_settings(call: Reading) -> RoutingSettings:
    return (await rules_of(call.work)).settings


@router.put("/routing/settings", response_model=RoutingSettings, summary="Change it")
async def put_settings(body: RoutingSettings, call: Managing) -> RoutingSettings:
    return await editing.set_settings(call.work, body)


@router.get("/routing/queue", summary="Who waits, by team, and who waits for an answer")
async def show_queue(call: Reading) -> QueueValue:
    return await queries.queue_now(call.work, call.actor)


@router.get("/skills", summary="Skills, and who has them")
async def list_skills(call: Reading) -> SkillList:
    return SkillList(items=await queries.skill_values(call.work))


@router.post("/skills", status_code=201, summary="Make a skill")
async def add_skill(body: SkillName, call: Managing) -> SkillValue:
    return await editing.add_skill(call.work, body.name)


@router.patch("/skills/{skill_id}", summary="Rename a skill")
async def rename_skill(skill_id: UUID, body: SkillName, call: Managing) -> SkillValue:
    return await editing.rename_skill(call.work, skill_id, body.name)


@router.delete("/skills/{skill_id}", status_code=204, summary="Delete a skill; policies ask for it no more")
async def delete_skill(skill_id: UUID, call: Managing) -> None:
    await editing.remove_skill(call.work, skill_id)


@router.put("/agents/{agent_id}/skills", status_code=204, summary="Say what a colleague can do, whole")
async def put_skills(agent_id: UUID, body: SkillsOfAgent, call: Managing) -> None:
    await editing.set_skills_of(call.work, agent_id, body.skills)


@router.get("/teams/{team_id}/consequence", summary="What deleting the team does to its conversations")
async def team_consequence(team_id: UUID, call: Managing) -> Consequence:
    return await queries.consequence_of_team(call.work, team_id)


@router.get("/agents/{agent_id}/consequence", summary="What switching the colleague off does to the conversations")
async def agent_consequence(agent_id: UUID, call: Managing) -> Consequence:
    return await queries.consequence_of_agent(call.work, agent_id)


@router.get("/conversations/{conversation_id}/routing", summary="Why a conversation went where it went")
async def show_decisions(conversation_id: UUID, call: Annotated[Call, allowed("conversations.read")]) -> Decisions:
    await conversation_for(call.work, call.actor, conversation_id)
    return Decisions(items=await queries.decisions_of(call.work, conversation_id))
