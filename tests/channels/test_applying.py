"""Visitors apply through the widget's door and on pages without scripts, and see what came of it."""

import asyncio
import email
import email.policy
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from tests.conftest import Company, sign_in
from tests.files import pictures
from tests.people import found_team, hire
from tests.relaying import settle
from yingke.audit.models import AuditEntry
from yingke.conversations.posting import Draft, post_from_visitor
from yingke.files import File
from yingke.identity import Actor
from yingke.inboxes import Site, create_site
from yingke.inboxes.editing import change_site
from yingke.kit.ids import new_id
from yingke.kit.rates import Rates
from yingke.promises.making import make_promise
from yingke.service_requests.first_forms import FIRST
from yingke.service_requests.forms import RequestForm, change_form
from yingke.service_requests.models import ServiceRequest
from yingke.service_requests.signing import page_path
from yingke.service_requests.values import KINDS
from yingke.visitors import block_visitor, greet_visitor, visitor_by_token
from yingke.wiring import Services
from yingke.words.editing import create_list


@dataclass
class Door:
    services: Services
    company: Company
    site: Site
    agent: Actor
    http: httpx.AsyncClient
    token: str = ""

    @property
    def base(self) -> str:
        return f"/w/{self.site.key}"

    async def arrive(self) -> None:
        async with self.services.ground.work_in(self.company.workspace_id) as work:
            self.token = (await greet_visitor(work, self.site, token=None)).token or ""

    async def ask(self, method: str, path: str = "", **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return await self.http.request(method, f"{self.base}/service-requests{path}", headers=headers, **more)

    async def file(self, kind: str = "complaint", **more: Any) -> httpx.Response:
        return await self.ask("POST", json={"client_id": str(new_id()), "kind": kind} | more)

    async def desk(self, method: str, path: str, **more: Any) -> httpx.Response:
        await sign_in(self.services.ground, self.http, self.agent)
        return await self.http.request(method, f"/api/v1/service-requests{path}", **more)


@pytest.fixture
async def door(services: Services, company: Company, http: httpx.AsyncClient) -> AsyncIterator[Door]:
    ground, workspace_id = services.ground, company.workspace_id
    team = await found_team(ground, workspace_id, "投诉组")
    agent = await hire(ground, workspace_id, "王芳", teams=(team,))
    async with ground.work_in(workspace_id) as work:
        value = await create_site(
            work, name="松果商店", settings={"requests": {"enabled": True, "promises": True}, "language": "zh-CN"}
        )
        for kind in KINDS:
            form = RequestForm.model_validate(FIRST[kind] | {"enabled": True, "team_id": team})
            await change_form(work, kind, form)
        site = await work.get(Site, value.id)
    made = Door(services, company, site, agent, http)
    await made.arrive()
    yield made


async def test_a_complaint_by_photo_alone_is_decided_and_the_visitor_reads_why(door: Door) -> None:
    offered = (await door.ask("GET")).json()
    assert [form["kind"] for form in offered["forms"]] == list(KINDS)
    assert (await door.file()).status_code == 422
    headers = {"Authorization": f"Bearer {door.token}"}
    files = {"file": ("破.png", pictures.png())}
    photo = (await door.http.post(f"{door.base}/files", files=files, headers=headers)).json()["id"]
    filed = await door.file(attachment_ids=[photo])
    assert filed.status_code == 201, filed.text
    id = filed.json()["id"]
    assert (await door.ask("GET", f"/{id}/files/{photo}")).headers["content-type"] == "image/png"
    whole = (await door.desk("GET", f"/{id}")).json()
    assert (await door.http.get(whole["request"]["files"][0]["url"])).status_code == 200
    said = await door.ask("POST", f"/{id}/words", json={"text": "是昨天收到的"})
    assert [step["text"] for step in said.json()["steps"]] == ["", "是昨天收到的"]
    decision = {"outcome": "settled", "reason": "今天补发一罐。"}
    assert (await door.desk("POST", f"/{id}/decision", json=decision)).status_code == 200
    (item,) = (await door.ask("GET")).json()["items"]
    assert (item["state"], item["decision"], item["open"]) == ("settled", "今天补发一罐。", False)
    async with door.services.ground.work_in(door.company.workspace_id) as work:
        acts = select(AuditEntry.act).where(AuditEntry.workspace_id == door.company.workspace_id)
        assert "service-requests.decision.made" in (await work.scalars(acts)).all()


async def test_nobody_else_sees_a_request_or_its_files(door: Door) -> None:
    id = (await door.file(text="只给我看")).json()["id"]
    mine = door.token
    await door.arrive()
    assert (await door.ask("GET")).json()["items"] == []
    for method, path, body in (
        ("POST", f"/{id}/words", {"text": "偷看"}),
        ("POST", f"/{id}/withdraw", None),
        ("GET", f"/{id}/files/{new_id()}", None),
    ):
        assert (await door.ask(method, path, json=body)).status_code == 404
    assert (await door.http.get(f"{door.base}/requests/{id}/{'0' * 32}")).status_code == 404
    door.token = mine
    assert (await door.ask("POST", f"/{id}/withdraw")).json()["state"] == "withdrawn"


async def test_floods_blocked_visitors_and_stopped_words_are_kept_out(door: Door) -> None:
    ground, workspace_id = door.services.ground, door.company.workspace_id
    async with ground.work_in(workspace_id) as work:
        await create_list(work, name="骂人", side="visitor", action="mask", words=["笨蛋"], enabled=True)
    assert (await door.file(text="你们是笨蛋")).json()["text"] == "你们是**"
    async with ground.work_in(workspace_id) as work:
        visitor = await visitor_by_token(work, door.site.id, door.token)
        assert visitor is not None
        await block_visitor(work, visitor.id, reason="刷屏", by=None)
    assert (await door.file(text="再来")).status_code == 403
    await door.arrive()
    answers = [await door.file(text="刷") for _ in range(7)]
    assert [each.status_code for each in answers] == [201] * 6 + [429]
    assert answers[-1].json()["code"] == "too_many_requests" and int(answers[-1].headers["Retry-After"]) > 300
    door.services.rates.request = Rates(per_second=0.001, burst=2)
    for status in (201, 201, 429):  # others at that address
        await door.arrive()
        assert (await door.file(text="刷")).status_code == status


async def test_a_page_without_scripts_takes_a_request_and_its_signed_address_shows_how_it_stands(
    door: Door, services: Services
) -> None:
    kinds = await door.http.get(f"{door.base}/requests")
    assert kinds.status_code == 200 and "投诉" in kinds.text and "<script" not in kinds.text
    form = f"{door.base}/requests/new/complaint"
    client_id = re.findall(r'name="client_id" value="([^"]+)"', (await door.http.get(form)).text)[0]
    given = {"client_id": client_id, "text": "", "reason": "", "email": "zhou@example.com", "website": ""}
    refused = await door.http.post(form, data=given, files={"files": ("", b"")})
    assert refused.status_code == 422 and "zhou@example.com" in refused.text and "附上照片" in refused.text
    given |= {"text": "<b>茶罐</b>压扁了", "reason": "broken"}
    sent = await door.http.post(form, data=given, files={"files": ("破.png", pictures.png())})
    assert sent.status_code == 303, sent.text
    page = await door.http.get(sent.headers["location"])
    assert "已收到" in page.text and "&lt;b&gt;茶罐" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    address = sent.headers["location"].partition("?")[0]
    image = re.findall(r'src="([^"]+/files/[^"]+)"', page.text)[0]
    assert (await door.http.get(image)).headers["content-type"] == "image/png"
    again = await door.http.post(form, data=given, files={"files": ("", b"")})
    assert again.headers["location"] == sent.headers["location"]
    await door.http.post(address, data={"act": "say", "text": "请快一点"}, files={"files": ("", b"")})
    id = UUID(address.split("/")[-2])
    await door.desk("POST", f"/{id}/words", json={"text": "<i>请问</i>订单号是？", "ask": True})
    await door.desk("POST", f"/{id}/decision", json={"outcome": "settled", "reason": "已补发"})
    page = await door.http.get(address)
    assert "请快一点" in page.text and "已补发" in page.text and "<i>" not in page.text
    await settle(services)
    mails = [
        email.message_from_bytes(each.read_bytes(), policy=email.policy.default)
        for each in (services.settings.data / "outbox").glob("service-request*.eml")
    ]
    assert sorted(re.sub(r"\W+", " ", str(mail["subject"])).strip() for mail in mails) == sorted(
        ["松果商店已收到您的投诉 1 号", "松果商店想请您补充 1 号投诉", "松果商店 您的投诉 1 号 已处理"]
    )
    body = mails[0].get_body(("plain",))
    assert body is not None and f"http://desk.test{address}" in body.get_content()


async def test_who_was_blocked_adds_nothing_by_the_signed_address_but_may_take_the_request_back(door: Door) -> None:
    ground, workspace_id = door.services.ground, door.company.workspace_id
    id = UUID((await door.file(text="茶罐压扁了")).json()["id"])
    async with ground.work_in(workspace_id) as work:
        visitor = await visitor_by_token(work, door.site.id, door.token)
        assert visitor is not None
        await block_visitor(work, visitor.id, reason="刷屏", by=None)
    address = page_path(door.site, id)
    files = {"files": ("破.png", pictures.png())}
    refused = await door.http.post(address, data={"act": "say", "text": "再骂一句"}, files=files)
    assert refused.status_code == 403 and "不能在这里留言" in refused.text
    async with ground.work_in(workspace_id) as work:
        assert (await work.scalars(select(File.id))).all() == []
    assert "再骂一句" not in (await door.http.get(address)).text
    await door.http.post(address, data={"act": "withdraw", "sure": "yes"}, files={"files": ("", b"")})
    assert (await door.ask("GET")).json()["items"][0]["state"] == "withdrawn"


async def test_the_id_of_a_request_gives_it_to_nobody_else(door: Door) -> None:
    client_id = str(new_id())
    mine = (await door.file(text="只给我看", client_id=client_id)).json()["id"]
    assert (await door.file(text="只给我看", client_id=client_id)).json()["id"] == mine
    await door.arrive()
    other = await door.file(text="偷看", client_id=client_id)
    assert (other.status_code, other.json()["code"]) == (409, "service_request_id_taken")
    given = {"client_id": client_id, "text": "偷看", "reason": "", "email": "", "website": ""}
    form = f"{door.base}/requests/new/complaint"
    assert (await door.http.post(form, data=given, files={"files": ("", b"")})).status_code == 422


async def test_who_reads_a_request_waits_for_nobody_who_changes_it(door: Door) -> None:
    headers = {"Authorization": f"Bearer {door.token}"}
    files = {"file": ("破.png", pictures.png())}
    photo = (await door.http.post(f"{door.base}/files", files=files, headers=headers)).json()["id"]
    id = UUID((await door.file(attachment_ids=[photo])).json()["id"])
    async with door.services.ground.work_in(door.company.workspace_id) as work, asyncio.timeout(30):
        await work.get(ServiceRequest, id, lock=True)
        assert (await door.ask("GET", f"/{id}/files/{photo}")).status_code == 200
        assert (await door.ask("GET", f"/{id}/files/{photo}/thumb")).status_code == 200
        assert (await door.http.get(page_path(door.site, id))).status_code == 200


async def test_a_form_that_asks_more_says_what_is_missing(door: Door) -> None:
    form = {
        "enabled": True,
        "fields": [
            {"key": "order", "label": {"zh-CN": "订单号"}, "required": True},
            {"key": "size", "label": {"zh-CN": "规格"}, "kind": "choice", "options": ["小", "大"]},
            {"key": "day", "label": {"zh-CN": "日期"}, "kind": "date"},
            {"key": "proof", "label": {"zh-CN": "凭证"}, "kind": "file", "required": True},
        ],
    }
    async with door.services.ground.work_in(door.company.workspace_id) as work:
        await change_form(work, "access", RequestForm.model_validate(form))
    for fields, wrong in (
        ({}, "fields.order"),
        ({"order": "1", "size": "中"}, "fields.size"),
        ({"order": "1", "day": "明天"}, "fields.day"),
        ({"order": "1", "day": "2026-12-01"}, "fields.proof"),
    ):
        answer = await door.file("access", text="想看", fields=fields)
        assert (answer.status_code, answer.json()["field"]) == (422, wrong)


async def test_what_was_promised_is_shown_to_whom_it_was_promised_where_the_site_allows_it(door: Door) -> None:
    async with door.services.ground.work_in(door.company.workspace_id) as work:
        visitor = await visitor_by_token(work, door.site.id, door.token)
        assert visitor is not None
        draft = Draft(client_id=new_id(), text="什么时候发货", kind="incoming")
        said = await post_from_visitor(work, visitor, None, draft)
    async with door.services.ground.work_in(door.company.workspace_id) as work:
        due_at = work.now + timedelta(days=1)
        await make_promise(
            work, door.company.owner, said.conversation_id, text="明天发货", due_at=due_at, owner_id=door.agent.agent_id
        )
    (shown,) = (await door.ask("GET")).json()["promises"]
    assert (shown["text"], shown["done_at"]) == ("明天发货", None)
    mine = door.token
    await door.arrive()
    assert (await door.ask("GET")).json()["promises"] == []
    door.token = mine
    async with door.services.ground.work_in(door.company.workspace_id) as work:
        await change_site(work, door.site.id, settings={"requests": {"promises": False}})
    assert (await door.ask("GET")).json()["promises"] == []
