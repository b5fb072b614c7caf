"""The operator's way in, from the command line."""

import httpx
import pyotp
import pytest
from sqlalchemy import select

from yingke.agents import agent_value
from yingke.agents.founding import create_admin
from yingke.identity.actors import Role, permissions_of
from yingke.identity.authentication import actor_of_member
from yingke.identity.errors import PasswordWeak
from yingke.identity.models import CustomRole, Login, Membership, Workspace
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.work import Ground

PASSWORD, LATER = "松树下的迎客石阶 72", "松树下的迎客石阶 73"


async def create(ground: Ground, workspace: str, email: str, password: str = PASSWORD) -> str:
    async with ground.work_everywhere() as work:
        agent_id = await create_admin(work, workspace, email, password, "王芳")
        return (await agent_value(work, agent_id)).role


async def signing_in(http: httpx.AsyncClient, email: str, password: str) -> int:
    return (await http.post("/api/v1/session", json={"email": email, "password": password})).status_code


async def test_it_founds_the_workspace_or_joins_the_one_of_that_name(ground: Ground) -> None:
    name = f"商店 {new_id()}"
    assert await create(ground, name, f"a{new_id().hex}@example.com") == "owner"
    assert await create(ground, name, f"B{new_id().hex}@Example.com") == "owner"
    async with ground.work_everywhere() as work:
        assert len(await work.all(select(Workspace).where(Workspace.name == name))) == 1


async def test_who_lost_password_and_authenticator_gets_in_again(ground: Ground, http: httpx.AsyncClient) -> None:
    name, email = f"商店 {new_id()}", f"{new_id().hex}@example.com"
    await create(ground, name, email)
    async with ground.work_everywhere() as work:
        login = (await work.scalars(select(Login).where(Login.email == email))).one()
        login.totp_secret = pyotp.random_base32()
    assert await signing_in(http, email, PASSWORD) == 401
    await create(ground, name, email, LATER)
    assert await signing_in(http, email, LATER) == 200


async def test_who_is_made_owner_is_a_whole_one(ground: Ground) -> None:
    name, email = f"商店 {new_id()}", f"{new_id().hex}@example.com"
    await create(ground, name, email)
    async with ground.work_everywhere() as work:
        login = (await work.scalars(select(Login).where(Login.email == email))).one()
        member = (await work.scalars(select(Membership).where(Membership.login_id == login.id))).one()
        role = CustomRole(
            workspace_id=member.workspace_id, id=new_id(), name="质检", based_on="agent", permissions=[],
            created_at=work.now,
        )  # fmt: skip
        work.add(role)
        await work.flush()
        member.role, member.role_id, member.only_team_ids = "agent", role.id, []
    await create(ground, name, email)
    async with ground.work_everywhere() as work:
        actor = await actor_of_member(work, member.workspace_id, member.id)
        assert (actor.permissions, actor.only_team_ids) == (permissions_of(Role.owner), None)


async def test_what_cannot_be_accepted_is_refused_in_words(ground: Ground) -> None:
    with pytest.raises(Invalid, match="mail address"):
        await create(ground, "商店", "wang")
    with pytest.raises(PasswordWeak):
        await create(ground, "商店", "wang@example.com", "1234567890")
