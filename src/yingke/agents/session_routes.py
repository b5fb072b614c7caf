"""Addresses through which people come in: set-up, sign-in, invitation, change of workspace."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from yingke.agents.founding import found_company
from yingke.agents.joining import accept_invitation, invite_agent
from yingke.agents.models import Agent
from yingke.agents.opening import session_of_new, session_value
from yingke.agents.values import RoleName, SessionValue
from yingke.identity import (
    Call,
    InvitationValue,
    Locale,
    PublicCall,
    Role,
    Steps,
    TimeZone,
    WorkRoute,
    WorkspaceValue,
    allowed,
    begin_session,
    browser_of,
    hashed,
    in_steps,
    keep_session,
    login_of,
    make_login,
    prove_identity,
    public,
    require_first,
    require_strong,
    setup_needed,
    workspace_value,
)
from yingke.kit.text import EmailAddress, Name, RequiredName
from yingke.kit.values import Value
from yingke.kit.work import Work

router = APIRouter(route_class=WorkRoute, tags=["session"])

Secret = Annotated[str, Field(max_length=1000)]
Code = Annotated[str, Field(max_length=40)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SetupState(Value, frozen=True, kw_only=True):
    needed: bool


@router.get("/setup", summary="Whether this installation waits for its first workspace")
async def read_setup(call: Annotated[PublicCall, public()]) -> SetupState:
    return SetupState(needed=await setup_needed(call.work))


class Setup(_Body):
    workspace_name: RequiredName
    time_zone: TimeZone = "Asia/Shanghai"
    locale: Locale = "zh-CN"
    name: RequiredName
    email: EmailAddress
    password: Secret


@router.post("/setup", status_code=201, summary="Make the first workspace and its owner, and sign in")
async def set_up(body: Setup, steps: Annotated[Steps, in_steps("public")], response: Response) -> SessionValue:
    async with steps.ground.work_everywhere() as work:
        await require_first(work)
    require_strong(body.password, body.email)
    password_hash = await hashed(body.password)
    async with steps.ground.work_everywhere() as work:
        await require_first(work)
        login = await make_login(work, body.email, password_hash)
        await found_company(
            work,
            login,
            workspace_name=body.workspace_name,
            owner_name=body.name,
            time_zone=body.time_zone,
            locale=body.locale,
        )
        return await _sign_in(work, steps, response, login.id)


class Credentials(_Body):
    email: EmailAddress
    password: Secret
    code: Code | None = None
    """Six digits of the authenticator, or a recovery code."""


@router.post("/session", summary="Sign in")
async def sign_in(body: Credentials, steps: Annotated[Steps, in_steps("public")], response: Response) -> SessionValue:
    login_id = await prove_identity(steps.ground, body.email, body.password, body.code, browser_of(steps.request))
    async with steps.ground.work_everywhere() as work:
        return await _sign_in(work, steps, response, login_id)


@router.get("/session", summary="Who is signed in")
async def read_session(steps: Annotated[Steps, in_steps("workspace.read")]) -> SessionValue:
    async with steps.ground.work_everywhere() as work:
        return await session_value(work, steps.services, steps.actor)


class WorkspaceChoice(_Body):
    workspace_id: UUID


@router.put("/session/workspace", summary="Go on in another workspace")
async def switch_workspace(
    body: WorkspaceChoice, steps: Annotated[Steps, in_steps("account.security")], response: Response
) -> SessionValue:
    async with steps.ground.work_everywhere() as work:
        login = await login_of(work, steps.actor.workspace_id, steps.actor.agent_id)
        return await _sign_in(work, steps, response, login.id, workspace_id=body.workspace_id)


class NewInvitation(_Body):
    email: EmailAddress
    role: RoleName = "agent"
    name: Name = ""
    team_ids: Annotated[list[UUID], Field(max_length=200)] = []


@router.post("/invitations", status_code=201, summary="Invite a colleague")
async def create_invitation(body: NewInvitation, call: Annotated[Call, allowed("agents.manage")]) -> InvitationValue:
    made = await invite_agent(
        call.work,
        call.actor,
        email=body.email,
        role=Role[body.role],
        name=body.name,
        team_ids=body.team_ids,
        public_url=call.services.settings.public_url,
    )
    call.keep_answer_without_secret(msgspec.structs.replace(made, link=None))
    return made


class Acceptance(_Body):
    token: Secret
    name: RequiredName
    password: Secret
    code: Code | None = None


@router.post("/invitations/accept", status_code=201, summary="Come in by invitation, and sign in")
async def accept(body: Acceptance, steps: Annotated[Steps, in_steps("public")], response: Response) -> SessionValue:
    joined = await accept_invitation(
        steps.ground,
        token=body.token,
        name=body.name,
        password=body.password,
        code=body.code,
        browser=browser_of(steps.request),
    )
    async with steps.ground.work_everywhere() as work:
        return await _sign_in(work, steps, response, joined.login_id, workspace_id=joined.workspace_id)


class NewWorkspace(_Body):
    name: RequiredName
    time_zone: TimeZone = "Asia/Shanghai"
    locale: Locale = "zh-CN"


@router.post("/workspaces", status_code=201, summary="Make another workspace, which you own")
async def create_workspace(
    body: NewWorkspace, steps: Annotated[Steps, in_steps("workspaces.create")]
) -> WorkspaceValue:
    async with steps.ground.work_everywhere() as work:
        login = await login_of(work, steps.actor.workspace_id, steps.actor.agent_id)
        me = await work.rows.get_one(Agent, (steps.actor.workspace_id, steps.actor.agent_id))
        await found_company(
            work,
            login,
            workspace_name=body.name,
            owner_name=me.name,
            time_zone=body.time_zone,
            locale=body.locale,
        )
        return await workspace_value(work, work.workspace_id)


async def _sign_in(
    work: Work, steps: Steps, response: Response, login_id: UUID, *, workspace_id: UUID | None = None
) -> SessionValue:
    signed_in = await begin_session(work, login_id, browser_of(steps.request), workspace_id=workspace_id)
    keep_session(response, steps.services.settings, signed_in.session_token, signed_in.device_token)
    return await session_of_new(work, steps.services, signed_in)
