"""Roles of the workspace's own, and people who are limited to teams or sites."""

import re
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Company, sign_in
from tests.identity.test_permissions import GUARDED
from tests.people import arrive, found_team, hire, open_site
from yingke.conversations.models import Conversation
from yingke.conversations.opening import open_conversation
from yingke.identity import ANYWHERE, WHICHEVER, Actor, Role, Scope, may
from yingke.identity.actors import permissions_of
from yingke.identity.models import Membership
from yingke.identity.policy import BEYOND_SITES, BEYOND_TEAMS, ESSENTIAL, PERMISSIONS, SCOPES
from yingke.kit.ids import new_id
from yingke.kit.work import Ground

CONSOLE = Path(__file__).parents[2] / "web/apps/console/src"
TEAMS = [UUID(int=number) for number in range(1, 4)]
actors = st.builds(
    Actor,
    workspace_id=st.just(UUID(int=9)),
    agent_id=st.just(UUID(int=8)),
    role=st.sampled_from(Role),
    scopes=st.none() | st.sampled_from(list(SCOPES.values())),
    granted=st.none() | st.frozensets(st.sampled_from(list(PERMISSIONS))),
    only_team_ids=st.none() | st.frozensets(st.sampled_from(TEAMS)),
    only_site_ids=st.none() | st.frozensets(st.sampled_from(TEAMS)),
)
places = st.none() | st.just(WHICHEVER) | st.sampled_from(TEAMS)
scopes = st.just(ANYWHERE) | st.builds(Scope, places, places)


@given(actors, st.sampled_from(list(PERMISSIONS)), scopes)
def test_a_limit_never_adds_and_nothing_is_allowed_that_was_not_given(
    actor: Actor, permission: str, scope: Scope | None
) -> None:
    allowed = may(actor, permission, scope)
    if allowed:
        assert may(actor, permission, ANYWHERE)
        assert permission in actor.permissions
        assert actor.scopes is None or permission in actor.scopes
        if actor.only_team_ids is not None:
            assert permission not in BEYOND_TEAMS
            assert scope is ANYWHERE or scope.team_id in {WHICHEVER, *actor.only_team_ids}
        if actor.only_site_ids is not None:
            assert permission not in BEYOND_SITES
            assert scope is ANYWHERE or scope.site_id in {WHICHEVER, *actor.only_site_ids}
    elif not actor.is_limited and actor.scopes is None:
        assert permission not in actor.permissions


def test_the_built_in_roles_have_what_every_desk_needs() -> None:
    assert permissions_of(Role.agent) >= ESSENTIAL
    assert PERMISSIONS.keys() >= BEYOND_TEAMS >= BEYOND_SITES


def test_the_console_leaves_out_of_choice_what_every_role_has() -> None:
    written = (CONSOLE / "features/roles/granting.ts").read_text()
    [listed] = re.findall(r"ESSENTIAL = new Set\(\[(.*?)\]\)", written, re.DOTALL)
    assert set(re.findall(r"'([\w.]+)'", listed)) == ESSENTIAL


@pytest.fixture
async def desk(http: httpx.AsyncClient, ground: Ground, company: Company) -> httpx.AsyncClient:
    owner = await hire(ground, company.workspace_id, "店主", role=Role.owner)
    await sign_in(ground, http, owner)
    return http


async def made(http: httpx.AsyncClient, name: str, based_on: str, *more: str, without: tuple[str, ...] = ()) -> Any:
    permissions = sorted((permissions_of(Role[based_on]) | set(more)) - set(without))
    body = {"name": name, "based_on": based_on, "permissions": permissions}
    return await http.post("/api/v1/roles", json=body)


async def test_who_has_a_role_of_the_workspaces_own_passes_exactly_the_routes_of_its_permissions(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    role = (
        await made(desk, "质检", "agent", "conversations.read_all", "audit.read", without=("contacts.write",))
    ).json()
    person = await hire(ground, company.workspace_id, "质检员")
    assert (await desk.patch(f"/api/v1/agents/{person.agent_id}", json={"role_id": role["id"]})).status_code == 200
    await sign_in(ground, desk, person)
    session = (await desk.get("/api/v1/session")).json()
    assert session["agent"]["role_id"] == role["id"]
    assert set(session["permissions"]) == set(role["permissions"])
    for door in GUARDED:
        allowed = door.permission in role["permissions"]
        if allowed and door.method != "GET":
            continue
        answer = await desk.request(door.method, door.address)
        assert (answer.status_code != 403) is allowed, (door, answer.status_code, answer.text)


async def test_nobody_gives_or_takes_what_they_do_not_have(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    limited = (await made(desk, "人事", "administrator", without=("audit.read", "api_keys.manage"))).json()
    auditor = (await made(desk, "审计", "agent", "audit.read")).json()
    clerk = await hire(ground, company.workspace_id, "人事员")
    other = await hire(ground, company.workspace_id, "同事")
    await desk.patch(f"/api/v1/agents/{clerk.agent_id}", json={"role_id": limited["id"]})
    await sign_in(ground, desk, clerk)
    for answer in (
        await made(desk, "偷", "agent", "audit.read"),
        await desk.patch(f"/api/v1/roles/{auditor['id']}", json={"permissions": ["account.self"]}),
        await desk.patch(f"/api/v1/agents/{other.agent_id}", json={"role_id": auditor["id"]}),
        await desk.patch(f"/api/v1/agents/{clerk.agent_id}", json={"role": "administrator"}),
        await desk.post("/api/v1/invitations", json={"email": "x@example.com", "role": "administrator"}),
        await desk.delete(f"/api/v1/roles/{auditor['id']}"),
        await desk.delete(f"/api/v1/roles/{limited['id']}", params={"instead": "administrator"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_not_yours"), answer.text
    assert (await desk.patch(f"/api/v1/agents/{other.agent_id}", json={"role": "supervisor"})).status_code == 200
    owners = await desk.patch(f"/api/v1/agents/{other.agent_id}", json={"role": "owner"})
    assert owners.json()["code"] == "role_above_yours"


async def test_nobody_changes_somebody_who_may_do_more(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    limited = (await made(desk, "人事", "administrator", without=("audit.read",))).json()
    auditor = (await made(desk, "审计", "agent", "audit.read")).json()
    clerk = await hire(ground, company.workspace_id, "人事员")
    whole = await hire(ground, company.workspace_id, "管理员", role=Role.administrator)
    mate = await hire(ground, company.workspace_id, "审计员")
    await desk.patch(f"/api/v1/agents/{clerk.agent_id}", json={"role_id": limited["id"]})
    await desk.patch(f"/api/v1/agents/{mate.agent_id}", json={"role_id": auditor["id"]})
    await sign_in(ground, desk, clerk)
    for person in (whole, mate):
        changes: tuple[dict[str, Any], ...] = (
            {"role": "agent"},
            {"disabled": True},
            {"only_team_ids": []},
            {"name": "改名"},
        )
        for change in changes:
            answer = await desk.patch(f"/api/v1/agents/{person.agent_id}", json=change)
            assert (answer.status_code, answer.json()["code"]) == (403, "permission_not_yours"), change
    fewer = {"permissions": sorted(ESSENTIAL | {"audit.read"})}
    assert (await desk.patch(f"/api/v1/roles/{auditor['id']}", json=fewer)).json()["code"] == "permission_not_yours"
    assert (await desk.delete(f"/api/v1/agents/{whole.agent_id}/totp")).json()["code"] == "role_above_yours"


async def test_a_key_gives_nobody_what_no_key_may(desk: httpx.AsyncClient, ground: Ground, company: Company) -> None:
    person = await hire(ground, company.workspace_id, "新人")
    key = (await desk.post("/api/v1/api-keys", json={"name": "人事系统", "scopes": ["admin"]})).json()["secret"]
    desk.cookies.clear()
    desk.headers["Authorization"] = f"Bearer {key}"
    path = f"/api/v1/agents/{person.agent_id}"
    assert (await desk.patch(path, json={"role": "administrator"})).json()["code"] == "permission_not_yours"
    invited = await desk.post("/api/v1/invitations", json={"email": "x@example.com", "role": "administrator"})
    assert invited.json()["code"] == "permission_not_yours"
    assert (await desk.patch(path, json={"role": "supervisor"})).status_code == 200


async def test_a_team_that_is_deleted_is_in_nobodys_limits(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    gone, stays = await found_team(ground, company.workspace_id, "旧"), await found_team(ground, company.workspace_id)
    both, one = await hire(ground, company.workspace_id, "两组"), await hire(ground, company.workspace_id, "一组")
    for person, teams in ((both, [gone, stays]), (one, [gone])):
        limit = {"only_team_ids": [str(id) for id in teams]}
        assert (await desk.patch(f"/api/v1/agents/{person.agent_id}", json=limit)).status_code == 200
    assert (await desk.delete(f"/api/v1/teams/{gone}")).status_code == 204
    kept = {each["id"]: each["only_team_ids"] for each in (await desk.get("/api/v1/agents")).json()["items"]}
    assert (kept[str(both.agent_id)], kept[str(one.agent_id)]) == ([str(stays)], [])


async def test_a_role_that_people_have_goes_only_with_the_word_what_they_get_instead(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    role = (await made(desk, "夜班主管", "supervisor")).json()
    assert (await made(desk, "夜班主管", "agent")).json()["code"] == "role_name_taken"
    person = await hire(ground, company.workspace_id, "小夜")
    await desk.patch(f"/api/v1/agents/{person.agent_id}", json={"role_id": role["id"]})
    listed = {each["name"]: each["people"] for each in (await desk.get("/api/v1/roles")).json()["items"]}
    assert listed["夜班主管"] == 1
    path = f"/api/v1/roles/{role['id']}"
    assert (await desk.delete(path)).json()["code"] == "role_in_use"
    assert (await desk.delete(path, params={"instead": str(new_id())})).json()["code"] == "role_unknown"
    assert (await desk.delete(path, params={"instead": "agent"})).status_code == 204
    kept = (await desk.get("/api/v1/agents")).json()["items"]
    assert [(each["role"], each["role_id"]) for each in kept if each["id"] == str(person.agent_id)] == [("agent", None)]


async def test_the_last_owner_is_neither_limited_nor_given_another_role(
    http: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    async with ground.work_everywhere() as work:  # the company's first owner left
        gone = await work.rows.get_one(Membership, (company.workspace_id, company.owner.agent_id))
        gone.disabled_at = work.now
    owner = await hire(ground, company.workspace_id, "店主", role=Role.owner)
    await sign_in(ground, http, owner)
    own = f"/api/v1/agents/{owner.agent_id}"
    assert (await http.patch(own, json={"role": "agent"})).json()["code"] == "last_owner"
    assert (await http.patch(own, json={"only_team_ids": []})).json()["code"] == "own_limits"
    second = await hire(ground, company.workspace_id, "二店主", role=Role.owner)
    assert (await http.patch(f"/api/v1/agents/{second.agent_id}", json={"only_team_ids": []})).status_code == 200
    assert (await http.patch(own, json={"role": "agent"})).json()["code"] == "last_owner"


async def test_a_supervisor_limited_to_a_team_sees_and_does_nothing_elsewhere(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    ours = await found_team(ground, company.workspace_id, "售前")
    theirs = await found_team(ground, company.workspace_id, "售后")
    chief = await hire(ground, company.workspace_id, "组长", role=Role.supervisor)
    mate = await hire(ground, company.workspace_id, "组员", teams=(ours,))
    stranger = await hire(ground, company.workspace_id, "外组", teams=(theirs,))
    limit = {"only_team_ids": [str(ours)]}
    assert (await desk.patch(f"/api/v1/agents/{chief.agent_id}", json=limit)).json()["only_team_ids"] == [str(ours)]
    ids = {}
    for team, agent in ((ours, mate), (theirs, stranger)):
        async with ground.work_in(company.workspace_id) as work:
            visitor = await arrive(work, await open_site(ground, company.workspace_id))
            ids[team] = (await open_conversation(work, visitor, client_id=new_id(), team_id=team)).id
        async with ground.work_in(company.workspace_id) as work:
            row = await work.get(Conversation, ids[team])
            row.agent_id, row.status = agent.agent_id, "open"
    await desk.post(f"/api/v1/conversations/{ids[theirs]}/watch")  # the owner's act, in the other team

    await sign_in(ground, desk, chief)
    for path in ("/conversations?view=all", "/wall"):
        shown = (await desk.get("/api/v1" + path)).text
        assert str(ids[ours]) in shown
        assert str(ids[theirs]) not in shown, path
    figures = (await desk.get("/api/v1/wall/figures")).json()
    assert {each["agent_id"] for each in figures["agents"]} == {str(mate.agent_id)}
    assert (await desk.get("/api/v1/supervision/acts")).json()["items"] == []
    for act, body in (("watch", None), ("step-in", None), ("take-over", None), ("force-end", {"reason": "spam"})):
        assert (await desk.post(f"/api/v1/conversations/{ids[theirs]}/{act}", json=body)).status_code == 404, act
    said = {"client_id": str(new_id()), "text": "大家好"}
    assert (await desk.post(f"/api/v1/teams/{theirs}/messages", json=said)).status_code == 403
    assert (await desk.post(f"/api/v1/conversations/{ids[ours]}/watch")).status_code == 204
    for path in ("/traffic", "/audit", "/mails"):
        assert (await desk.get("/api/v1" + path)).status_code == 403, path
    assert (await desk.delete(f"/api/v1/contacts/{new_id()}")).status_code == 403


async def test_roles_of_another_workspace_are_not_there(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    from tests.conftest import found_company

    other = await found_company(ground, "别家")
    await sign_in(ground, desk, await hire(ground, other.workspace_id, "别家店主", role=Role.owner))
    foreign = (await made(desk, "别家的角色", "agent")).json()
    await sign_in(ground, desk, await hire(ground, company.workspace_id, "店主二", role=Role.owner))
    assert "别家的角色" not in (await desk.get("/api/v1/roles")).text
    assert (await desk.patch(f"/api/v1/roles/{foreign['id']}", json={"name": "偷"})).status_code == 404
    person = await hire(ground, company.workspace_id, "某人")
    answer = await desk.patch(f"/api/v1/agents/{person.agent_id}", json={"role_id": foreign["id"]})
    assert answer.json()["code"] == "role_unknown"
