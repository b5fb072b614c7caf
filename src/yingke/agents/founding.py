"""How a workspace begins: itself, its owner, and a first team, in one transaction."""

from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select

from yingke.agents.models import Agent, Team, TeamMember
from yingke.agents.presence import tell_agent_changed
from yingke.audit import Act, record
from yingke.identity import (
    Login,
    Membership,
    RightsChanged,
    Role,
    Workspace,
    add_member,
    found_workspace,
    hashed,
    make_login,
    require_strong,
    switch_totp_off,
)
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.text import EmailAddress
from yingke.kit.work import Work

_FIRST_TEAM = {"zh-CN": ("售前咨询", "售前咨询"), "en": ("Support", "Support")}


async def found_company(
    work: Work, login: Login, *, workspace_name: str, owner_name: str, time_zone: str, locale: str
) -> UUID:
    """The id of the owner, who is an agent in the first team. The work is narrowed to the new workspace."""
    workspace = await found_workspace(work, workspace_name, time_zone, locale)
    agent_id = await welcome_agent(work, login.id, Role.owner, owner_name)
    record(work, Act(what="workspaces.made", by=agent_id, subject_id=workspace.id, subject_name=workspace_name))
    name, public_name = _FIRST_TEAM["en" if locale == "en" else "zh-CN"]
    team = Team(id=new_id(), name=name, public_name=public_name)
    work.add(team)
    await work.rows.flush()
    work.add(TeamMember(team_id=team.id, agent_id=agent_id))
    await tell_agent_changed(work, agent_id)
    return agent_id


async def welcome_agent(work: Work, login_id: UUID, role: Role, name: str) -> UUID:
    """The id of a new agent, who answers as soon as their desk is open. Raises AlreadyMember."""
    membership = await add_member(work, login_id, role)
    work.add(Agent(id=membership.id, name=name, availability="online", availability_since=work.now))
    await work.rows.flush()
    return membership.id


async def create_admin(work: Work, workspace_name: str, email: str, password: str, name: str) -> UUID:
    """The operator's way in, from the command line: the agent id of an owner of the workspace called `workspace_name`.

    The workspace is founded when it is not there. Somebody who is there gets this password and the owner's role,
    and is rid of a second factor that was lost. For a work of every workspace. Raises Invalid, PasswordWeak.
    """
    email = _complete(email)
    require_strong(password, email)
    password_hash = await hashed(password)
    login = await work.rows.scalar(select(Login).where(Login.email == email).with_for_update())
    if login is None:
        login = await make_login(work, email, password_hash)
    login.password_hash = password_hash
    switch_totp_off(login)
    workspace = await work.rows.scalar(select(Workspace).where(Workspace.name == workspace_name).limit(1))
    if workspace is None:
        return await found_company(
            work, login, workspace_name=workspace_name, owner_name=name, time_zone="Asia/Shanghai", locale="zh-CN"
        )
    await work.narrow(workspace.id)
    return await _make_owner(work, login.id, name)


async def _make_owner(work: Work, login_id: UUID, name: str) -> UUID:
    membership = await work.rows.scalar(
        select(Membership).where(Membership.workspace_id == work.workspace_id, Membership.login_id == login_id)
    )
    if membership is None:
        agent_id = await welcome_agent(work, login_id, Role.owner, name)
    else:
        membership.role, membership.disabled_at = Role.owner.name, None
        membership.role_id = membership.only_team_ids = membership.only_site_ids = None
        work.tell(RightsChanged(workspace_id=work.workspace_id, agent_id=membership.id))
        agent_id = membership.id
    record(work, Act(what="owner.made", subject_id=agent_id, subject_name=name, via="command"))
    await tell_agent_changed(work, agent_id)
    return agent_id


def _complete(email: str) -> str:
    try:
        return TypeAdapter(EmailAddress).validate_python(email)
    except ValidationError as error:
        raise Invalid("This is not a complete e-mail address.", field="email") from error
