"""A second factor that a colleague lost is switched off by those who manage that colleague."""

from datetime import timedelta

import httpx
import pyotp
import pytest

from tests.conftest import sign_in
from tests.identity.people import PASSWORD, founded, fresh_email, mails_to, signing_in
from tests.relaying import settle
from yingke.agents.founding import welcome_agent
from yingke.identity import SecondFactorRemoved
from yingke.identity.actors import Actor, Role
from yingke.identity.models import Login, Membership
from yingke.identity.passwords import hashed
from yingke.identity.signing_in import login_of
from yingke.identity.workspaces import make_login
from yingke.kit.facts import Fact
from yingke.kit.work import Ground
from yingke.realtime.audience import agents_may_see
from yingke.wiring import Services

_kept: list[str] = []


@pytest.fixture
async def owner(ground: Ground) -> Actor:
    return await founded(ground, fresh_email(), "陈晨")


@pytest.fixture
def elsewhere(http: httpx.AsyncClient) -> httpx.AsyncClient:
    """The colleague's browser."""
    return httpx.AsyncClient(transport=http._transport, base_url="http://desk.test")


async def colleague(ground: Ground, owner: Actor, role: Role = Role.agent, *, secret: str | None = None) -> Actor:
    """Somebody with PASSWORD and a second factor."""
    if not _kept:
        _kept.append(await hashed(PASSWORD))
    async with ground.work_in(owner.workspace_id) as work:
        login = await make_login(work, fresh_email(), _kept[0])
        login.totp_secret = secret or pyotp.random_base32()
        login.recovery_hashes = ["x"]
        agent_id = await welcome_agent(work, login.id, role, "李雷")
    return Actor(owner.workspace_id, agent_id, role)


async def address_of(ground: Ground, actor: Actor) -> str:
    async with ground.work_everywhere() as work:
        return (await login_of(work, actor.workspace_id, actor.agent_id)).email


async def removing(http: httpx.AsyncClient, actor: Actor) -> httpx.Response:
    return await http.delete(f"/api/v1/agents/{actor.agent_id}/totp")


async def test_a_colleague_signs_in_with_the_password_again_after_an_administrator_helped(
    http: httpx.AsyncClient, elsewhere: httpx.AsyncClient, ground: Ground, owner: Actor
) -> None:
    li = await colleague(ground, owner)
    email = await address_of(ground, li)
    await sign_in(ground, http, owner)
    assert (await signing_in(elsewhere, email)).json()["code"] == "totp_required"
    assert (await http.get(f"/api/v1/agents/{li.agent_id}/totp")).json() == {"enabled": True}
    assert (await removing(http, li)).status_code == 204
    assert (await http.get(f"/api/v1/agents/{li.agent_id}/totp")).json() == {"enabled": False}
    signed_in = await signing_in(elsewhere, email)
    assert (signed_in.status_code, signed_in.json()["totp_enabled"]) == (200, False)


async def test_the_colleague_is_signed_out_everywhere_and_told_by_letter_once(
    http: httpx.AsyncClient, elsewhere: httpx.AsyncClient, ground: Ground, owner: Actor, services: Services
) -> None:
    li = await colleague(ground, owner)
    await sign_in(ground, elsewhere, li)
    await sign_in(ground, http, owner)
    told: list[Fact] = []
    ground.outbox.push = told.extend
    assert [(await removing(http, li)).status_code for _ in range(2)] == [204, 204]
    assert (await elsewhere.get("/api/v1/session")).status_code == 401
    await settle(services)
    [(subject, text)] = mails_to(services, await address_of(ground, li))
    assert subject == "您的两步验证已被关闭"
    assert "陈晨" in text
    [fact] = [each for each in told if isinstance(each, SecondFactorRemoved)]
    assert (fact.agent_id, fact.by_agent_id) == (li.agent_id, owner.agent_id)
    assert agents_may_see(fact, owner)
    assert not agents_may_see(fact, li)


async def test_nobody_helps_themselves_nor_somebody_above(
    http: httpx.AsyncClient, ground: Ground, owner: Actor
) -> None:
    administrator = await colleague(ground, owner, Role.administrator)
    await sign_in(ground, http, administrator)
    own, above = await removing(http, administrator), await removing(http, owner)
    assert (own.status_code, own.json()["code"]) == (409, "own_second_factor")
    assert (above.status_code, above.json()["code"]) == (403, "role_above_yours")


@pytest.mark.parametrize("role", [Role.agent, Role.supervisor])
async def test_colleagues_without_the_right_neither_see_nor_switch_it(
    http: httpx.AsyncClient, ground: Ground, owner: Actor, role: Role
) -> None:
    li, han = await colleague(ground, owner), await colleague(ground, owner, role)
    await sign_in(ground, http, han)
    assert (await removing(http, li)).status_code == 403
    assert (await http.get(f"/api/v1/agents/{li.agent_id}/totp")).status_code == 403


async def test_an_administrator_here_does_not_open_the_door_to_another_company(
    http: httpx.AsyncClient, ground: Ground, owner: Actor
) -> None:
    li = await colleague(ground, owner)
    other = await founded(ground, fresh_email(), "别家")
    async with ground.work_everywhere() as work:
        login = await login_of(work, li.workspace_id, li.agent_id)
        await work.narrow(other.workspace_id)
        there = await welcome_agent(work, login.id, Role.agent, "李雷")
    await sign_in(ground, http, owner)
    refused = await removing(http, li)
    assert (refused.status_code, refused.json()["code"]) == (403, "managed_elsewhere")
    async with ground.work_in(other.workspace_id) as work:
        (await work.get(Membership, there)).disabled_at = work.now - timedelta(days=1)
    assert (await removing(http, li)).status_code == 204
    async with ground.work_everywhere() as work:
        row = await work.rows.get_one(Login, login.id)
        assert (row.totp_secret, row.recovery_hashes) == (None, [])
