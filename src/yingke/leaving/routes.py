"""The HTTP door of leaving."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from yingke.agents import Agent
from yingke.identity import Call, WorkRoute, allowed
from yingke.leaving.counting import belongings_of
from yingke.leaving.handing_over import hand_over
from yingke.leaving.values import Belongings, HandedOver

router = APIRouter(route_class=WorkRoute, tags=["agents"])

Managing = Annotated[Call, allowed("agents.manage")]


class Heirs(BaseModel):
    model_config = ConfigDict(extra="forbid")

    heir_id: UUID | None = None
    team_id: UUID | None = None
    """Into whose queue the open conversations go; None: to the heir, as what was put aside does."""


@router.get("/agents/{agent_id}/belongings", summary="What somebody who leaves would leave behind")
async def read(agent_id: UUID, call: Managing) -> Belongings:
    await call.work.get(Agent, agent_id)
    return await belongings_of(call.work, agent_id)


@router.put("/agents/{agent_id}/hand-over", summary="Give everything to others and close the account")
async def give(agent_id: UUID, body: Heirs, call: Managing) -> HandedOver:
    return await hand_over(call.work, call.actor, agent_id, heir_id=body.heir_id, team_id=body.team_id)
