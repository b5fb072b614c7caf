"""The HTTP door of service levels: supervisors read, administrators change."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from yingke.identity import Call, WorkRoute, allowed
from yingke.kit.text import RequiredName
from yingke.kit.values import Value
from yingke.service_levels import editing, queries
from yingke.service_levels.report import Whose, days_of, missed, report
from yingke.service_levels.terms import Terms
from yingke.service_levels.values import MissedValue, ServiceLevelReport, ServicePolicyValue, ServiceTrials

router = APIRouter(route_class=WorkRoute, tags=["service levels"])

Reading = Annotated[Call, allowed("service_levels.read")]
Managing = Annotated[Call, allowed("service_levels.manage")]
First = Annotated[date | None, Query(alias="from")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewServicePolicy(_Body):
    name: RequiredName
    terms: Terms
    active: bool = True


class ServicePolicyChange(_Body):
    """What is not given stays as it is."""

    name: RequiredName | None = None
    terms: Terms | None = None
    active: bool | None = None

    def given(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.model_fields_set if getattr(self, name) is not None}


class PolicyOrder(_Body):
    ids: list[UUID]


class ServicePolicies(Value, frozen=True, kw_only=True):
    items: list[ServicePolicyValue]
    next_cursor: str | None = None


class Missed(Value, frozen=True, kw_only=True):
    items: list[MissedValue]
    next_cursor: str | None


@router.get("/service-levels", summary="Policies in the order in which they are asked")
async def list_policies(call: Reading) -> ServicePolicies:
    return ServicePolicies(items=await queries.list_policies(call.work))


@router.post("/service-levels", status_code=201, summary="Make a policy, the last in order")
async def create_policy(body: NewServicePolicy, call: Managing) -> ServicePolicyValue:
    return await editing.create_policy(call.work, call.actor, name=body.name, terms=body.terms, active=body.active)


@router.put("/service-levels/order", summary="Put the policies into another order")
async def order_policies(body: PolicyOrder, call: Managing) -> ServicePolicies:
    return ServicePolicies(items=await editing.order_policies(call.work, body.ids))


@router.get("/service-levels/trial", summary="Which policy the conversation with this number goes by")
async def try_conversation(call: Reading, number: Annotated[int, Query(ge=1, le=2**31 - 1)]) -> ServiceTrials:
    return await queries.try_conversation(call.work, call.actor, number)


@router.get("/service-levels/report", summary="What was kept and what was missed")
async def read_report(call: Reading, first: First = None, to: date | None = None) -> ServiceLevelReport:
    return await report(call.work, await days_of(call.work, first, to))


@router.get("/service-levels/missed", summary="The conversations in which a promised time was missed")
async def list_missed(
    call: Reading,
    first: First = None,
    to: date | None = None,
    policy_id: Whose | None = None,
    team_id: Whose | None = None,
    agent_id: Whose | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: str | None = None,
) -> Missed:
    items, following = await missed(
        call.work,
        call.actor,
        await days_of(call.work, first, to),
        policy_id=policy_id,
        team_id=team_id,
        agent_id=agent_id,
        limit=limit,
        cursor=cursor,
    )
    return Missed(items=items, next_cursor=following)


@router.get("/service-levels/{policy_id}", summary="A policy")
async def show_policy(policy_id: UUID, call: Reading) -> ServicePolicyValue:
    return await queries.show_policy(call.work, policy_id)


@router.patch("/service-levels/{policy_id}", summary="Change a policy, or switch it on or off")
async def change_policy(policy_id: UUID, body: ServicePolicyChange, call: Managing) -> ServicePolicyValue:
    return await editing.change_policy(call.work, call.actor, policy_id, body.given())


@router.delete("/service-levels/{policy_id}", status_code=204, summary="Delete a policy")
async def delete_policy(policy_id: UUID, call: Managing) -> None:
    await editing.remove_policy(call.work, policy_id)
