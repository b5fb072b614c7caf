"""Every route × every kind of principal. The rows come from the routers themselves, so a new route is in the table."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from tests.agents.people import hire
from tests.conftest import Company, found_company, sign_in
from yingke.identity.actors import Role
from yingke.identity.api_keys import make_api_key
from yingke.identity.policy import PERMISSIONS, SCOPES
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.wiring import ROUTERS


@dataclass(frozen=True)
class Door:
    method: str
    path: str
    permission: str | None
    narrowed_by: frozenset[str]
    """What may be asked for in its address."""

    @property
    def address(self) -> str:
        """The path with an id that nothing has."""
        return re.sub(r"\{[^}]+\}", str(new_id()), self.path)


def doors() -> Iterator[Door]:
    for router, prefix in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute):
                found = [getattr(each.call, "permission", None) for each in route.dependant.dependencies]
                permission = next(filter(None, found), None)
                narrowed_by = frozenset(each.alias for each in get_flat_params(route.dependant))
                for method in sorted(route.methods):
                    yield Door(method, prefix + route.path, permission, narrowed_by)


DOORS = list(doors())


def test_the_table_has_rows() -> None:
    assert len(DOORS) > 60


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.path}")
def test_every_route_declares_who_may_call_it(door: Door) -> None:
    assert door.permission in {"public", "visitor", *PERMISSIONS}


GUARDED = [door for door in DOORS if door.permission in PERMISSIONS]


async def test_nobody_passes_a_guarded_route(http: httpx.AsyncClient) -> None:
    for door in GUARDED:
        for headers in ({}, {"authorization": "Bearer yk_made-up"}, {"cookie": "yingke_session=made-up"}):
            answer = await http.request(door.method, door.address, headers=headers)
            assert answer.status_code == 401, (door, answer.text)
            assert answer.json()["code"] == "not_signed_in"


@pytest.mark.parametrize("role", [Role.agent, Role.supervisor, Role.administrator])
async def test_a_role_passes_exactly_the_routes_of_its_permissions(
    http: httpx.AsyncClient, ground: Ground, company: Company, role: Role
) -> None:
    await sign_in(ground, http, await hire(ground, company, role=role))
    for door in GUARDED:
        may = role >= Role[PERMISSIONS[str(door.permission)]]
        if may and door.method != "GET":
            continue  # what they may write is shown by the tests of each feature
        answer = await http.request(door.method, door.address)
        assert (answer.status_code != 403) is may, (door, answer.status_code, answer.text)
        assert answer.status_code < 500, (door, answer.text)


@pytest.mark.parametrize("scope", ["read", "write", "admin"])
async def test_a_key_passes_no_route_outside_its_scope_even_when_its_maker_would(
    http: httpx.AsyncClient, ground: Ground, company: Company, scope: str
) -> None:
    async with ground.work_in(company.workspace_id) as work:
        key = await make_api_key(work, company.owner, "ERP", [scope])  # type: ignore[list-item]
    headers = {"authorization": f"Bearer {key.secret}"}
    for door in GUARDED:
        if door.permission not in SCOPES[scope]:
            answer = await http.request(door.method, door.address, headers=headers)
            assert answer.status_code == 403, (door, answer.text)


async def test_the_owner_of_another_workspace_finds_none_of_our_things(
    http: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    ours = await hire(ground, company, "我们的人")
    async with ground.work_in(company.workspace_id) as work:
        key = await make_api_key(work, company.owner, "ERP", ["read"])
    stranger = await found_company(ground, "别家")
    await sign_in(ground, http, stranger.owner)
    for door in GUARDED:
        names = re.findall(r"\{([^}]+)\}", door.path)
        known = {"agent_id": ours.agent_id, "key_id": key.id}
        if len(names) == 1 and names[0] in known:
            path = door.path.replace("{" + names[0] + "}", str(known[names[0]]))
            body = {"skills": []} if path.endswith("/skills") else {}
            answer = await http.request(door.method, path, json=body if door.method in ("PATCH", "PUT") else None)
            assert answer.status_code == 404, (door, answer.text)
