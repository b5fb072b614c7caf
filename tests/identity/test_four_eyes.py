"""What takes data of people away needs a second person, where the workspace says so."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute
from sqlalchemy import update

from tests.conftest import Company, sign_in
from tests.people import hire
from yingke.contacts.editing import create_contact
from yingke.identity import Role
from yingke.identity.actors import Actor
from yingke.identity.expiry import remove_expired
from yingke.identity.models import Membership
from yingke.identity.policy import FOUR_EYES
from yingke.identity.writing_down import act_name
from yingke.kit.clock import FixedClock
from yingke.kit.work import Ground
from yingke.wiring import ROUTERS


class Office:
    """Two administrators, and a contact."""

    def __init__(self, http: httpx.AsyncClient, ground: Ground, asking: Actor, other: Actor, contact: str) -> None:
        self.http, self.ground, self.asking, self.other, self.contact = http, ground, asking, other, contact

    async def ask(self, act: str = "contacts.removed", **more: str) -> dict[str, Any]:
        body = {"act": act, "subject_id": self.contact, "reason": "本人要求删除"} | more
        answer = await self.http.post("/api/v1/approvals", json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def decide(self, id: str, how: str, **body: str) -> httpx.Response:
        return await self.http.post(f"/api/v1/approvals/{id}/{how}", json=body or None)

    async def erase(self) -> httpx.Response:
        return await self.http.delete(f"/api/v1/contacts/{self.contact}")

    async def be(self, actor: Actor) -> None:
        await sign_in(self.ground, self.http, actor)


@pytest.fixture
async def office(http: httpx.AsyncClient, ground: Ground, company: Company) -> Office:
    asking = await hire(ground, company.workspace_id, "王芳", role=Role.administrator)
    other = await hire(ground, company.workspace_id, "陈晨", role=Role.administrator)
    async with ground.work_in(company.workspace_id) as work:
        contact = await create_contact(work, {"name": "李女士"})
    await sign_in(ground, http, asking)
    assert (await http.patch("/api/v1/workspace", json={"settings": {"four_eyes": True}})).status_code == 200
    return Office(http, ground, asking, other, str(contact.id))


async def test_an_erasure_waits_for_a_second_person_and_happens_once(office: Office) -> None:
    refused = await office.erase()
    assert (refused.status_code, refused.json()["code"]) == (409, "approval_needed")
    asked = await office.ask()
    assert asked["state"] == "waiting"
    assert (await office.decide(asked["id"], "approve")).json()["code"] == "own_approval"
    assert (await office.erase()).json()["code"] == "approval_needed"
    await office.be(office.other)
    [seen] = (await office.http.get("/api/v1/approvals", params={"waiting": True})).json()["items"]
    assert (seen["id"], seen["reason"]) == (asked["id"], "本人要求删除")
    assert (await office.decide(asked["id"], "approve")).json()["state"] == "approved"
    assert (await office.erase()).json()["code"] == "approval_needed"
    await office.be(office.asking)
    assert (await office.erase()).status_code == 204
    [kept] = (await office.http.get("/api/v1/approvals")).json()["items"]
    assert (kept["state"], kept["reason"]) == ("done", ""), "nothing tells of an erased person"
    told = [each["act"] for each in (await office.http.get("/api/v1/audit")).json()["items"]]
    assert told[:3] == ["contacts.removed", "approvals.approved", "approvals.asked"]
    assert "本人要求" not in (await office.http.get("/api/v1/audit")).text


async def test_an_export_is_approved_as_it_was_asked_and_once(office: Office) -> None:
    export = "/api/v1/audit/export"
    asked = await office.ask("audit.export.read", subject_id="", query="act=teams.made")
    await office.be(office.other)
    await office.decide(asked["id"], "approve")
    await office.be(office.asking)
    assert (await office.http.get(export)).json()["code"] == "approval_needed"
    assert (await office.http.get(export, params={"act": "teams.made"})).status_code == 200
    assert (await office.http.get(export, params={"act": "teams.made"})).json()["code"] == "approval_needed"
    assert (await office.http.get(f"/api/v1/visitors/{office.contact}/export")).json()["code"] == "approval_needed"


async def test_a_request_is_refused_with_a_reason_taken_back_or_too_old(office: Office, clock: FixedClock) -> None:
    one, two, three = [await office.ask(query=query) for query in ("n=1", "n=2", "")]
    assert (await office.http.delete(f"/api/v1/approvals/{two['id']}")).json()["state"] == "withdrawn"
    await office.be(office.other)
    assert (await office.decide(one["id"], "refuse", reason=" ")).status_code == 422
    answer = (await office.decide(one["id"], "refuse", reason="合同还没到期")).json()
    assert (answer["state"], answer["decision"]) == ("refused", "合同还没到期")
    for each in (one, two):
        assert (await office.decide(each["id"], "approve")).json()["code"] == "approval_closed"
    await office.decide(three["id"], "approve")
    clock.advance(timedelta(days=1, seconds=1))
    await office.be(office.asking)
    assert (await office.erase()).json()["code"] == "approval_needed"
    states = [each["state"] for each in (await office.http.get("/api/v1/approvals")).json()["items"]]
    assert states == ["expired", "withdrawn", "refused"]


async def test_asking_again_while_it_waits_is_the_same_request(office: Office) -> None:
    asked = await asyncio.gather(*(office.ask(reason=f"第{number}次") for number in range(3)))
    again = await office.ask(reason="本人又打来电话")
    assert {each["id"] for each in asked} == {again["id"]}
    [kept] = (await office.http.get("/api/v1/approvals")).json()["items"]
    assert kept["reason"] == "本人又打来电话"
    await office.be(office.other)
    await office.decide(again["id"], "approve")
    await office.be(office.asking)
    assert (await office.ask())["id"] != again["id"], "decided is decided"


async def test_what_is_over_is_removed_with_its_reason_after_a_month(office: Office, clock: FixedClock) -> None:
    await office.ask("audit.export.read", subject_id="")
    for days, left in ((32, 1), (2, 0)):
        clock.advance(timedelta(days=days))
        async with office.ground.work_everywhere() as work:
            await remove_expired(work)
        await office.be(office.asking)
        assert len((await office.http.get("/api/v1/approvals")).json()["items"]) == left


async def test_nobody_without_the_permission_sees_or_approves_it_and_no_key_does(
    office: Office, ground: Ground, company: Company
) -> None:
    asked = await office.ask()
    await office.be(await hire(ground, company.workspace_id, "客服"))
    assert (await office.http.get("/api/v1/approvals")).json()["items"] == []
    assert (await office.decide(asked["id"], "approve")).status_code == 404
    body = {"act": "contacts.removed", "subject_id": office.contact, "reason": "试试"}
    assert (await office.http.post("/api/v1/approvals", json=body)).status_code == 403
    await office.be(office.other)
    key = (await office.http.post("/api/v1/api-keys", json={"name": "ERP", "scopes": ["admin"]})).json()["secret"]
    office.http.cookies.clear()
    office.http.headers["Authorization"] = f"Bearer {key}"
    assert (await office.decide(asked["id"], "approve")).status_code == 403


async def test_who_is_alone_is_told_that_nobody_can_approve(office: Office, ground: Ground, company: Company) -> None:
    async with ground.work_everywhere() as work:
        others = Membership.id.in_([office.other.agent_id, company.owner.agent_id])
        await work.rows.execute(update(Membership).where(others).values(disabled_at=work.now))
    body = {"act": "contacts.removed", "subject_id": office.contact, "reason": "试试"}
    assert (await office.http.post("/api/v1/approvals", json=body)).json()["code"] == "no_approver"


def test_every_door_with_four_eyes_is_named_with_its_permission() -> None:
    doors = {}
    for router, prefix in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            for dependency in route.dependant.dependencies:
                if getattr(dependency.call, "four_eyes", False):
                    assert route.methods
                    [method] = route.methods
                    doors[act_name(method, prefix + route.path)] = getattr(dependency.call, "permission", None)
    assert doors == FOUR_EYES
