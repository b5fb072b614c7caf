"""Addresses of sign-in that need no agent: sessions, password, second factor, resets, invitations, keys, workspace."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from yingke.identity.api_keys import api_keys, delete_api_key, make_api_key
from yingke.identity.browsers import browser_of, forget_session
from yingke.identity.doors import Call, PublicCall, Steps, WorkRoute, allowed, in_steps, public
from yingke.identity.invitations import invitation_face, invitations, revoke_invitation
from yingke.identity.lost_factors import remove_lost_factor, second_factor_of
from yingke.identity.resets import ask_for_reset, complete_reset
from yingke.identity.sessions import end_all_sessions, end_session, end_session_of, login_sessions
from yingke.identity.signing_in import change_password, login_of, remove_totp
from yingke.identity.totp import confirm_totp, offer_totp
from yingke.identity.values import (
    ApiKeyValue,
    InvitationFace,
    InvitationValue,
    LoginSessionValue,
    RecoveryCodes,
    Scope,
    SecondFactor,
    TotpOffer,
    WorkspaceValue,
)
from yingke.identity.workspaces import WorkspaceChange, change_workspace, workspace_value
from yingke.kit.text import EmailAddress, RequiredName
from yingke.kit.values import Value

router = APIRouter(route_class=WorkRoute, tags=["identity"])

Secret = Annotated[str, Field(max_length=1000)]
"""A password or token as it was typed; its rules are the verb's."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LoginSessions(Value, frozen=True, kw_only=True):
    items: list[LoginSessionValue]
    next_cursor: str | None = None


class Invitations(Value, frozen=True, kw_only=True):
    items: list[InvitationValue]
    next_cursor: str | None = None


class ApiKeys(Value, frozen=True, kw_only=True):
    items: list[ApiKeyValue]
    next_cursor: str | None = None


@router.delete("/session", status_code=204, summary="Sign out")
async def sign_out(call: Annotated[PublicCall, public()], response: Response) -> None:
    """Also without a session: what was to be is so."""
    if token := browser_of(call.request).session_token:
        await end_session(call.work, token)
    forget_session(response, call.services.settings)


@router.get("/me/sessions", summary="Where you are signed in")
async def list_sessions(call: Annotated[Call, allowed("account.security")]) -> LoginSessions:
    login = await login_of(call.work, call.actor.workspace_id, call.actor.agent_id)
    return LoginSessions(items=await login_sessions(call.work, login.id, call.actor.session_id))


# A person's sessions may be in several workspaces, so the two below work in all of them.
@router.delete("/me/sessions/{session_id}", status_code=204, summary="Sign one of your browsers out")
async def end_one_session(session_id: UUID, steps: Annotated[Steps, in_steps("account.security")]) -> None:
    async with steps.ground.work_everywhere() as work:
        login = await login_of(work, steps.actor.workspace_id, steps.actor.agent_id)
        await end_session_of(work, login.id, session_id)


@router.delete("/me/sessions", status_code=204, summary="Sign all your other browsers out")
async def end_other_sessions(steps: Annotated[Steps, in_steps("account.security")]) -> None:
    async with steps.ground.work_everywhere() as work:
        login = await login_of(work, steps.actor.workspace_id, steps.actor.agent_id)
        await end_all_sessions(work, login.id, but=steps.actor.session_id)


class NewPassword(_Body):
    current: Secret
    new: Secret


@router.put("/me/password", status_code=204, summary="Change your password")
async def set_password(body: NewPassword, steps: Annotated[Steps, in_steps("account.security")]) -> None:
    async with steps.ground.work_everywhere() as work:
        login = await login_of(work, steps.actor.workspace_id, steps.actor.agent_id)
    await change_password(steps.ground, login, current=body.current, new=body.new, session_id=steps.actor.session_id)


@router.post("/me/totp", summary="Begin to switch the second factor on")
async def begin_totp(call: Annotated[Call, allowed("account.security")]) -> TotpOffer:
    login = await login_of(call.work, call.actor.workspace_id, call.actor.agent_id)
    workspace = await workspace_value(call.work, call.actor.workspace_id)
    offer = await offer_totp(call.work, login.id, f"Yingke {workspace.name}")
    call.keep_answer_without_secret(TotpOffer(secret="", uri="", qr_svg=""))
    return offer


class Code(_Body):
    code: Annotated[str, Field(max_length=40)]


@router.post("/me/totp/confirm", summary="Switch the second factor on")
async def finish_totp(body: Code, call: Annotated[Call, allowed("account.security")]) -> RecoveryCodes:
    login = await login_of(call.work, call.actor.workspace_id, call.actor.agent_id)
    codes = await confirm_totp(call.work, login.id, body.code)
    call.keep_answer_without_secret(RecoveryCodes(recovery_codes=[]))
    return codes


class Password(_Body):
    password: Secret


@router.delete("/me/totp", status_code=204, summary="Switch the second factor off")
async def end_totp(body: Password, steps: Annotated[Steps, in_steps("account.security")]) -> None:
    async with steps.ground.work_everywhere() as work:
        login = await login_of(work, steps.actor.workspace_id, steps.actor.agent_id)
    await remove_totp(steps.ground, login, body.password)


@router.get("/agents/{agent_id}/totp", summary="Whether a colleague has a second factor")
async def read_colleagues_totp(agent_id: UUID, call: Annotated[Call, allowed("agents.security")]) -> SecondFactor:
    return await second_factor_of(call.work, call.actor.workspace_id, agent_id)


@router.delete("/agents/{agent_id}/totp", status_code=204, summary="Switch off the second factor a colleague lost")
async def end_colleagues_totp(agent_id: UUID, steps: Annotated[Steps, in_steps("agents.security")]) -> None:
    """The colleague is signed out everywhere and told by mail."""
    async with steps.ground.work_everywhere() as work:
        await remove_lost_factor(work, steps.actor, agent_id)


class Address(_Body):
    email: EmailAddress


@router.post(
    "/password-resets", status_code=202, response_class=Response, summary="Ask for a link to set a new password"
)
async def request_reset(body: Address, steps: Annotated[Steps, in_steps("public")]) -> Response:
    """The same answer whether somebody has this address or not."""
    await ask_for_reset(steps.ground, body.email, browser_of(steps.request))
    return Response(status_code=202)


class ResetCompletion(_Body):
    token: Secret
    password: Secret


@router.post("/password-resets/complete", status_code=204, summary="Set a new password by the link")
async def finish_reset(body: ResetCompletion, steps: Annotated[Steps, in_steps("public")]) -> None:
    await complete_reset(steps.ground, body.token, body.password)


@router.get("/invitations", summary="Open invitations")
async def list_invitations(call: Annotated[Call, allowed("agents.manage")]) -> Invitations:
    return Invitations(items=await invitations(call.work))


@router.delete("/invitations/{invitation_id}", status_code=204, summary="Revoke an invitation")
async def revoke(invitation_id: UUID, call: Annotated[Call, allowed("agents.manage")]) -> None:
    await revoke_invitation(call.work, invitation_id)


class InvitationToken(_Body):
    token: Secret


@router.post("/invitations/lookup", summary="What an invitation link stands for")
async def look_up_invitation(body: InvitationToken, call: Annotated[PublicCall, public()]) -> InvitationFace:
    return await invitation_face(call.work, body.token)


@router.get("/api-keys", summary="API keys of the workspace")
async def list_api_keys(call: Annotated[Call, allowed("api_keys.manage")]) -> ApiKeys:
    return ApiKeys(items=await api_keys(call.work))


class NewApiKey(_Body):
    name: RequiredName
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=3)]


@router.post("/api-keys", status_code=201, summary="Make an API key")
async def create_api_key(body: NewApiKey, call: Annotated[Call, allowed("api_keys.manage")]) -> ApiKeyValue:
    made = await make_api_key(call.work, call.actor, body.name, body.scopes)
    call.keep_answer_without_secret(msgspec.structs.replace(made, secret=None))
    return made


@router.delete("/api-keys/{key_id}", status_code=204, summary="Delete an API key")
async def remove_api_key(key_id: UUID, call: Annotated[Call, allowed("api_keys.manage")]) -> None:
    await delete_api_key(call.work, key_id)


@router.get("/workspace", summary="The workspace")
async def read_workspace(call: Annotated[Call, allowed("workspace.read")]) -> WorkspaceValue:
    return await workspace_value(call.work, call.actor.workspace_id)


@router.patch("/workspace", summary="Change the workspace")
async def edit_workspace(body: WorkspaceChange, call: Annotated[Call, allowed("workspace.manage")]) -> WorkspaceValue:
    return await change_workspace(call.work, body)
