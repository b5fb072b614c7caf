"""Colleagues come by invitation."""

from datetime import timedelta

import httpx
import pytest

from tests.conftest import sign_in
from tests.identity.people import PASSWORD, founded, fresh_email, mails_to, signing_in, token_in
from tests.relaying import settle
from yingke.agents.founding import welcome_agent
from yingke.identity.actors import Actor, Role
from yingke.identity.jobs import send_invitation
from yingke.identity.workspaces import make_login
from yingke.kit.clock import FixedClock
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.wiring import Services


@pytest.fixture
async def owner(ground: Ground, http: httpx.AsyncClient) -> Actor:
    actor = await founded(ground, fresh_email(), "陈晨")
    await sign_in(ground, http, actor)
    return actor


async def invited(http: httpx.AsyncClient, email: str, **more: object) -> dict[str, object]:
    answer = await http.post("/api/v1/invitations", json={"email": email, **more})
    assert answer.status_code == 201, answer.text
    made: dict[str, object] = answer.json()
    return made


async def accepting(http: httpx.AsyncClient, link: object, **more: str) -> httpx.Response:
    body = {"token": token_in(str(link)), "name": "李雷", "password": PASSWORD} | more
    return await http.post("/api/v1/invitations/accept", json=body)


async def test_an_invited_colleague_comes_in_with_role_and_team(http: httpx.AsyncClient, owner: Actor) -> None:
    [team] = (await http.get("/api/v1/teams")).json()["items"]
    email = fresh_email()
    made = await invited(http, email, role="supervisor", name="李雷", team_ids=[team["id"]])
    face = (await http.post("/api/v1/invitations/lookup", json={"token": token_in(str(made["link"]))})).json()
    assert (face["email"], face["role"], face["name"], face["known"]) == (email, "supervisor", "李雷", False)
    joined = await accepting(http, made["link"])
    assert joined.status_code == 201, joined.text
    agent = joined.json()["agent"]
    assert (agent["email"], agent["role"], agent["team_ids"]) == (email, "supervisor", [team["id"]])
    assert (await http.get("/api/v1/session")).json()["agent"]["id"] == agent["id"]
    assert (await signing_in(http, email)).status_code == 200


async def test_the_mail_carries_a_link_that_works_and_is_no_other_stored_anywhere(
    http: httpx.AsyncClient, owner: Actor, services: Services
) -> None:
    email = fresh_email()
    await invited(http, email, name="李雷")
    await settle(services)
    [(subject, text)] = mails_to(services, email)
    assert subject.startswith("陈晨邀请您加入")
    assert (await accepting(http, text)).status_code == 201


async def test_sending_the_mail_again_leaves_every_copy_of_it_good(
    http: httpx.AsyncClient, owner: Actor, services: Services
) -> None:
    email = fresh_email()
    made = await invited(http, email)
    letter = {"invitation_id": str(made["id"]), "letter_id": str(new_id())}
    copies = []
    for _ in range(2):
        await send_invitation(services, workspace_id=owner.workspace_id, **letter)
        copies.append(mails_to(services, email)[0][1])
    assert token_in(copies[0]) != token_in(copies[1])
    for copy in copies:
        looked_up = await http.post("/api/v1/invitations/lookup", json={"token": token_in(copy)})
        assert looked_up.json()["email"] == email


async def test_an_invitation_works_once_and_for_a_week(
    http: httpx.AsyncClient, owner: Actor, clock: FixedClock, ground: Ground
) -> None:
    first = await invited(http, fresh_email())
    second = await invited(http, fresh_email())
    assert (await accepting(http, first["link"])).status_code == 201
    assert (await accepting(http, first["link"])).status_code == 410
    clock.advance(timedelta(days=7, seconds=1))
    assert (await accepting(http, second["link"])).json()["code"] == "link_expired"


async def test_a_revoked_invitation_opens_nothing(http: httpx.AsyncClient, owner: Actor) -> None:
    made = await invited(http, fresh_email())
    [listed] = (await http.get("/api/v1/invitations")).json()["items"]
    assert (listed["id"], listed["link"]) == (made["id"], None)
    assert (await http.delete(f"/api/v1/invitations/{made['id']}")).status_code == 204
    assert (await accepting(http, made["link"])).status_code == 410


async def test_inviting_again_voids_the_link_before(http: httpx.AsyncClient, owner: Actor) -> None:
    email = fresh_email()
    first, second = await invited(http, email), await invited(http, email)
    assert len((await http.get("/api/v1/invitations")).json()["items"]) == 1
    assert (await accepting(http, first["link"])).status_code == 410
    assert (await accepting(http, second["link"])).status_code == 201


async def test_who_is_in_already_is_not_invited(http: httpx.AsyncClient, owner: Actor) -> None:
    [me] = (await http.get("/api/v1/agents")).json()["items"]
    answer = await http.post("/api/v1/invitations", json={"email": me["email"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "already_member")


async def test_nobody_invites_to_a_role_above_their_own(http: httpx.AsyncClient, owner: Actor, ground: Ground) -> None:
    async with ground.work_in(owner.workspace_id) as work:
        login = await make_login(work, fresh_email(), "-")
        agent_id = await welcome_agent(work, login.id, Role.administrator, "管理员")
    await sign_in(ground, http, Actor(owner.workspace_id, agent_id, Role.administrator))
    answer = await http.post("/api/v1/invitations", json={"email": fresh_email(), "role": "owner"})
    assert (answer.status_code, answer.json()["code"]) == (403, "role_above_yours")


async def test_an_agent_may_not_invite(http: httpx.AsyncClient, owner: Actor, ground: Ground) -> None:
    async with ground.work_in(owner.workspace_id) as work:
        login = await make_login(work, fresh_email(), "-")
        agent_id = await welcome_agent(work, login.id, Role.agent, "客服")
    await sign_in(ground, http, Actor(owner.workspace_id, agent_id, Role.agent))
    assert (await http.post("/api/v1/invitations", json={"email": fresh_email()})).status_code == 403


async def test_somebody_with_a_login_joins_with_the_password_they_have(
    http: httpx.AsyncClient, owner: Actor, ground: Ground
) -> None:
    email = fresh_email()
    theirs = await founded(ground, email)
    made = await invited(http, email)
    refused = await accepting(http, made["link"], password="not the password")
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_credentials")
    joined = await accepting(http, made["link"])
    assert joined.status_code == 201, joined.text
    session = joined.json()
    assert session["workspace"]["id"] == str(owner.workspace_id)
    assert {each["id"] for each in session["workspaces"]} == {str(owner.workspace_id), str(theirs.workspace_id)}


async def test_an_unknown_team_is_refused(http: httpx.AsyncClient, owner: Actor) -> None:
    body = {"email": fresh_email(), "team_ids": [str(owner.agent_id)]}
    answer = await http.post("/api/v1/invitations", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "team_unknown")


async def test_the_links_of_invitations_and_keys_are_not_stored_for_repeated_requests(
    http: httpx.AsyncClient, owner: Actor, ground: Ground
) -> None:
    headers = {"idempotency-key": "once"}
    body = {"email": fresh_email()}
    first = await http.post("/api/v1/invitations", json=body, headers=headers)
    again = await http.post("/api/v1/invitations", json=body, headers=headers)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first.json() | {"link": None}
    key = await http.post(
        "/api/v1/api-keys", json={"name": "ERP", "scopes": ["read"]}, headers={"idempotency-key": "2"}
    )
    async with ground.work_in(owner.workspace_id) as work:
        rows = await (await work.raw()).fetch("SELECT convert_from(body, 'utf8') FROM idempotency_keys")
    assert not [row for row in rows if key.json()["secret"] in row[0] or token_in(first.json()["link"]) in row[0]]
