"""The HTTP door of roles."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from yingke.identity.custom_roles import (
    Basis,
    RoleValue,
    change_role_of_workspace,
    create_role,
    delete_role,
    roles,
)
from yingke.identity.doors import Call, WorkRoute, allowed
from yingke.identity.values import RoleName
from yingke.kit.text import CleanStr, RequiredName
from yingke.kit.values import Value

router = APIRouter(route_class=WorkRoute, tags=["roles"])

Managing = Annotated[Call, allowed("roles.manage")]
Permissions = Annotated[list[CleanStr], Field(max_length=200)]


class NewRole(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: RequiredName
    based_on: Basis
    permissions: Permissions


class RoleChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: RequiredName | None = None
    permissions: Permissions | None = None


class Roles(Value, frozen=True, kw_only=True):
    items: list[RoleValue]
    next_cursor: str | None = None


@router.get("/roles", summary="Roles: the built-in ones and the workspace's own")
async def read(call: Annotated[Call, allowed("agents.read")]) -> Roles:
    return Roles(items=await roles(call.work))


@router.post("/roles", status_code=201, summary="Make a role")
async def create(body: NewRole, call: Managing) -> RoleValue:
    return await create_role(
        call.work, call.actor, name=body.name, based_on=body.based_on, permissions=body.permissions
    )


@router.patch("/roles/{role_id}", summary="Change a role")
async def change(role_id: UUID, body: RoleChange, call: Managing) -> RoleValue:
    return await change_role_of_workspace(call.work, call.actor, role_id, name=body.name, permissions=body.permissions)


@router.delete("/roles/{role_id}", status_code=204, summary="Delete a role; its people get another one")
async def delete(role_id: UUID, call: Managing, instead: Annotated[RoleName | UUID | None, Query()] = None) -> None:
    await delete_role(call.work, call.actor, role_id, instead=instead)
