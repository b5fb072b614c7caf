"""Nothing of one workspace reaches another: every route and socket operation, with the ids of a foreign workspace.

The rows come from the routers. Each request is one that its own workspace's owner would be allowed: the last test
makes them as that owner, so that a refusal seen here is not one of a malformed request.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.conftest import sign_in_token
from tests.contracts.steps import say
from tests.identity.test_permissions import DOORS, Door
from tests.people import found_team, hire
from tests.realtime.conftest import Client, Shop
from yingke.identity import Role
from yingke.identity.api_keys import make_api_key
from yingke.kit.ids import new_id

CANARY = "金丝雀7f3a"
SOON = (datetime.now(UTC) + timedelta(days=30)).isoformat()
SHIFT = {"name": "早班", "start": "09:00", "end": "18:00"}
STEPS_APART = {"PUT /api/v1/session/workspace", "DELETE /api/v1/session"}
"""They end or move the session of whoever asks."""


@dataclass
class Filled:
    """A workspace with the canary in what people write, and the ids of its things by parameter name."""

    shop: Shop
    cookie: str
    desk: Client
    visitor: Client
    ids: dict[str, str] = field(default_factory=dict)


def bodies(ids: dict[str, str]) -> dict[str, Any]:
    """Bodies of writes, with ids of the filled workspace."""
    conversation = "/api/v1/conversations/{conversation_id}"
    return {
        f"POST {conversation}/suggestions/used": {"entry_id": str(new_id())},
        "PATCH /api/v1/agents/{agent_id}": {"capacity": 7},
        "PUT /api/v1/agents/{agent_id}/hand-over": {"team_id": ids["team_id"]},
        "PATCH /api/v1/teams/{team_id}": {"name": "改名"},
        "PATCH /api/v1/contacts/{contact_id}": {"name": "改名"},
        "PUT /api/v1/contacts/{contact_id}/tags": {"tag_ids": [ids["tag_id"]]},
        "POST /api/v1/contacts/{contact_id}/notes": {"text": "便条"},
        "POST /api/v1/contacts/{contact_id}/merge": {"other_id": ids["other_contact_id"]},
        "POST /api/v1/blocks": {"visitor_id": ids["visitor_id"], "reason": "刷屏"},
        "PATCH /api/v1/visitors/{visitor_id}/profile": {"name": "改名"},
        "PUT /api/v1/visitors/{visitor_id}/contact": {"phone": "13800000000"},
        "PUT /api/v1/visitors/{visitor_id}/tags": {"tag_ids": [ids["tag_id"]]},
        "POST /api/v1/visitors/{visitor_id}/invitations": {"text": "要帮忙吗？"},
        "PUT /api/v1/routing/policies/{team_id}": {"policy": {}},
        "PUT /api/v1/agents/{agent_id}/skills": {"skills": []},
        "POST /api/v1/visitors/{visitor_id}/notes": {"text": "便条"},
        f"POST {conversation}/promises": {"text": "今天发货", "due_at": SOON},
        "PATCH /api/v1/promises/{promise_id}": {"text": "改了"},
        "POST /api/v1/promises/{promise_id}/drop": {"reason": "不用了"},
        "POST /api/v1/service-requests/{request_id}/notes": {"text": "便条"},
        "POST /api/v1/service-requests/{request_id}/words": {"text": "您好"},
        "POST /api/v1/service-requests/{request_id}/decision": {"outcome": "settled", "reason": "好"},
        "POST /api/v1/service-requests/{request_id}/meeting": {"meets_at": SOON, "reason": "改期"},
        "POST /api/v1/service-requests/{request_id}/reopen": {"text": "再看看"},
        "PATCH /api/v1/service-requests/{request_id}": {"due_at": SOON},
        "PATCH /api/v1/service-levels/{policy_id}": {"name": "改名"},
        "PUT /api/v1/shift-patterns/{pattern_id}": SHIFT,
        "PUT /api/v1/agents/{agent_id}/schedule": {"follows": True},
        "PATCH /api/v1/quality/cards/{card_id}": {"name": "改名"},
        "PATCH /api/v1/quality/plans/{plan_id}": {"name": "改名"},
        "PUT /api/v1/quality/inspections/{inspection_id}/draft": {"answers": []},
        "POST /api/v1/quality/inspections/{inspection_id}/submit": {"answers": []},
        "POST /api/v1/quality/inspections/{inspection_id}/decision": {"reason": "维持"},
        "POST /api/v1/quality/results/{inspection_id}/appeal": {"reason": "不公平"},
        "PUT /api/v1/calibrations/{calibration_id}/draft": {"answers": []},
        "POST /api/v1/calibrations/{calibration_id}/submit": {"answers": []},
        "PUT /api/v1/calibrations/{calibration_id}/agreed": {"answers": []},
        "PATCH /api/v1/training/examples/{example_id}": {"topic": "改名"},
        "POST /api/v1/training/drills/{drill_id}/exercises": {"agent_ids": [ids["agent_id"]]},
        "POST /api/v1/training/exercises/{exercise_id}/answer": {"answer": "您好"},
        "POST /api/v1/training/exercises/{exercise_id}/outcome": {"outcome": "good"},
        "PATCH /api/v1/goals/{goal_id}": {"name": "改名"},
        "PATCH /api/v1/segments/{segment_id}": {"name": "改名"},
        "PATCH /api/v1/sites/{site_id}": {"name": "改名"},
        "PATCH /api/v1/tags/{tag_id}": {"name": "改名"},
        "PATCH /api/v1/views/{view_id}": {"name": "改名"},
        "PATCH /api/v1/canned-responses/{response_id}": {"title": "改名"},
        f"POST {conversation}/messages": {"client_id": str(new_id()), "kind": "note", "text": "便条"},
        f"POST {conversation}/snooze": {"until": "2099-01-01T00:00:00Z"},
        f"POST {conversation}/assign": {"agent_id": ids["agent_id"]},
        f"POST {conversation}/transfer": {"team_id": ids["team_id"]},
        f"POST {conversation}/read": {"seq": 1},
        f"POST {conversation}/transcript": {"email": "a@example.com"},
        f"POST {conversation}/whisper": {"client_id": str(new_id()), "text": "耳语"},
        f"POST {conversation}/force-transfer": {"team_id": ids["team_id"]},
        f"POST {conversation}/force-end": {"reason": "spam"},
        "POST /api/v1/teams/{team_id}/messages": {"client_id": str(new_id()), "text": "大家注意"},
        f"PUT {conversation}/tags": {"tag_ids": [ids["tag_id"]]},
        f"PUT {conversation}/summary": {"text": "小结"},
        f"PUT {conversation}/contact": {"name": "李雷"},
        f"PATCH {conversation}": {"team_id": ids["team_id"]},
        f"PUT {conversation}/draft": {"text": "草稿"},
        "POST /api/v1/sites/{site_id}/check": {"url": "http://127.0.0.1:9/"},
    }


@pytest.fixture
async def filled(shop: Shop) -> AsyncIterator[Filled]:
    """The shop, filled through its own doors."""
    ground = shop.server.services.ground
    owner = await hire(ground, shop.workspace_id, f"店主{CANARY}", role=Role.owner)
    cookie = await sign_in_token(ground, owner)
    team = await found_team(ground, shop.workspace_id, f"客服组{CANARY}")
    desk = await shop.desk(owner)
    visitor, welcome = await shop.visitor(page={"url": f"https://shop.example/{CANARY}", "title": CANARY})
    said = await say(visitor, CANARY, prechat={"name": CANARY, "email": "canary7f3a@example.com"})
    it = Filled(shop, cookie, desk, visitor)
    async with browser(shop, cookie) as http:

        async def made(path: str, body: dict[str, Any]) -> str:
            answer = await http.post("/api/v1" + path, json=body)
            assert answer.status_code == 201, (path, answer.text)
            return str(answer.json()["id"])

        async def applied(conversation_id: str, file_id: str) -> str:
            form = {"enabled": True, "reasons": []}
            assert (await http.put("/api/v1/service-requests/forms/complaint", json=form)).status_code == 200
            body = {"client_id": str(new_id()), "kind": "complaint", "text": CANARY}
            about = {"conversation_id": conversation_id, "attachment_ids": [file_id]}
            return await made("/service-requests", body | about)

        contact = await made("/contacts", {"name": CANARY, "company": CANARY, "fields": {CANARY: CANARY}})
        criterion = {"id": str(new_id()), "title": CANARY, "weight": 1, "scale": "rubric"}
        card = await made("/quality/cards", {"name": CANARY, "criteria": [criterion]})
        it.ids = {
            "conversation_id": said["conversation"],
            "visitor_id": welcome["visitor_id"],
            "seq": str(said["seq"]),
            "agent_id": str(owner.agent_id),
            "team_id": str(team),
            "site_id": str(shop.site.id),
            "contact_id": contact,
            "other_contact_id": await made("/contacts", {"name": CANARY + "二"}),
            "tag_id": await made("/tags", {"name": CANARY, "color": "#1f6f5c"}),
            "view_id": await made("/views", {"name": CANARY, "shared": True, "filter": {"q": CANARY}}),
            "response_id": await made("/canned-responses", {"scope": "workspace", "title": CANARY, "text": CANARY}),
            "goal_id": await made("/goals", {"name": CANARY, "kind": "url", "pattern": f"/{CANARY}"}),
            "policy_id": await made("/service-levels", {"name": CANARY, "terms": {"targets": {"resolution": 600}}}),
            "segment_id": await made(
                "/segments",
                {"name": CANARY, "conditions": {"items": [{"field": "keyword", "op": "is", "value": [CANARY]}]}},
            ),
            "pattern_id": await made("/shift-patterns", SHIFT | {"name": CANARY}),
            "promise_id": await made(
                f"/conversations/{said['conversation']}/promises", {"text": CANARY, "due_at": SOON}
            ),
            "card_id": card,
            "plan_id": await made(
                "/quality/plans", {"name": CANARY, "card_id": card, "inspector_ids": [str(owner.agent_id)]}
            ),
            "drill_id": await made(
                "/training/drills", {"title": CANARY, "situation": CANARY, "kind": "free", "good": CANARY}
            ),
            "note_id": await made(f"/contacts/{contact}/notes", {"text": CANARY}),
        }
        page = {"kind": "page", "id": str(new_id()), "url": f"https://shop.example/{CANARY}", "title": CANARY}
        assert (await visitor.ask("report", events=[page]))["op"] == "ack"
        visits = await http.get(f"/api/v1/visitors/{welcome['visitor_id']}/visits")
        it.ids["visit_id"] = visits.json()["items"][0]["id"]
        uploaded = await http.post("/api/v1/files", files={"file": (f"{CANARY}.txt", CANARY.encode())})
        it.ids["file_id"] = uploaded.json()["id"]
        it.ids["request_id"] = await applied(said["conversation"], it.ids["file_id"])
        draft = await http.put(f"/api/v1/conversations/{said['conversation']}/draft", json={"text": CANARY})
        assert draft.status_code == 204
    yield it


def browser(shop: Shop, cookie: str = "", **headers: str) -> httpx.AsyncClient:
    given = headers | ({"Cookie": f"yingke_session={cookie}"} if cookie else {})
    return httpx.AsyncClient(base_url=shop.server.url, headers=given, timeout=20)


def address(door: Door, ids: dict[str, str]) -> str:
    return re.sub(r"\{([^}]+)\}", lambda m: ids.get(m[1], str(new_id())), door.path)


async def knock(http: httpx.AsyncClient, door: Door, ids: dict[str, str]) -> httpx.Response:
    return await http.request(door.method, address(door, ids), json=bodies(ids).get(f"{door.method} {door.path}"))


API = [
    door
    for door in DOORS
    if door.path.startswith("/api/") and door.permission != "public" and f"{door.method} {door.path}" not in STEPS_APART
]
WITH_ID = [door for door in API if "{" in door.path and "session_id" not in door.path]


async def strangers(filled: Filled) -> AsyncIterator[tuple[str, httpx.AsyncClient]]:
    """Everybody who must not see the filled workspace."""
    shop, ground = filled.shop, filled.shop.server.services.ground
    from tests.conftest import found_company

    other = await found_company(ground, "别家")
    owner = await hire(ground, other.workspace_id, "别家店主", role=Role.owner)
    async with ground.work_in(other.workspace_id) as work:
        key = await make_api_key(work, owner, "ERP", ["read"])
        mighty = await make_api_key(work, owner, "ERP", ["admin", "write", "read"])
    yield "nobody", browser(shop)
    yield "the owner of another workspace", browser(shop, await sign_in_token(ground, owner))
    yield "a reading key of another workspace", browser(shop, Authorization=f"Bearer {key.secret}")
    yield "a mighty key of another workspace", browser(shop, Authorization=f"Bearer {mighty.secret}")
    token = (await filled.visitor.wait_for(lambda f: f["op"] == "welcome"))["token"]
    yield "a visitor of the workspace itself", browser(shop, Authorization=f"Bearer {token}")


async def test_no_route_answers_a_stranger_who_knows_the_ids(filled: Filled) -> None:
    async for who, client in strangers(filled):
        async with client as http:
            for door in WITH_ID:
                answer = await knock(http, door, filled.ids)
                assert answer.status_code in (401, 403, 404, 409, 422), (who, door, answer.status_code, answer.text)
                assert CANARY not in answer.text, (who, door)


async def test_no_list_shows_a_stranger_anything(filled: Filled) -> None:
    async for who, client in strangers(filled):
        async with client as http:
            for door in API:
                if door.method == "GET" and "{" not in door.path:
                    answer = await http.get(door.path, params={"q": CANARY, "view": "all"})
                    assert CANARY not in unasked(answer.text), (who, door)
                    for narrowed in door.narrowed_by & filled.ids.keys():
                        answer = await http.get(door.path, params={"q": "a", narrowed: filled.ids[narrowed]})
                        assert CANARY not in unasked(answer.text), (who, door, narrowed)


def unasked(text: str) -> str:
    """Without what the stranger searched for: the audit log of his own workspace tells that of him."""
    return re.sub(rf'"+q"+:"+{CANARY}"+', "", text)


async def test_ids_of_another_workspace_in_a_body_are_refused(filled: Filled) -> None:
    ground, ids = filled.shop.server.services.ground, filled.ids
    from tests.conftest import found_company

    other = await found_company(ground, "别家")
    owner = await hire(ground, other.workspace_id, "别家店主", role=Role.owner)
    async with browser(filled.shop, await sign_in_token(ground, owner)) as http:
        own = (await http.post("/api/v1/contacts", json={"name": "我家"})).json()["id"]
        asked: list[tuple[str, str, dict[str, Any]]] = [
            ("POST", "/colleague-rooms", {"agent_ids": [ids["agent_id"]]}),
            ("PUT", "/roster", {"cells": [{"agent_id": ids["agent_id"], "day": SOON[:10], "leave": "sick"}]}),
            (
                "PUT",
                "/roster",
                {"cells": [{"agent_id": str(owner.agent_id), "day": SOON[:10], "pattern_ids": [ids["pattern_id"]]}]},
            ),
            ("POST", "/teams", {"name": "混", "agent_ids": [ids["agent_id"]]}),
            ("PUT", f"/contacts/{own}/tags", {"tag_ids": [ids["tag_id"]]}),
            ("POST", f"/contacts/{own}/merge", {"other_id": ids["contact_id"]}),
            ("POST", "/canned-responses", {"scope": "team", "team_id": ids["team_id"], "title": "混", "text": "混"}),
            ("POST", "/canned-responses", {"title": "混", "text": "混", "attachment_ids": [ids["file_id"]]}),
            ("POST", "/invitations", {"email": "x@example.com", "role": "agent", "team_ids": [ids["team_id"]]}),
            ("PATCH", f"/agents/{owner.agent_id}", {"team_ids": [ids["team_id"]]}),
            ("PUT", "/session/workspace", {"workspace_id": str(filled.shop.workspace_id)}),
        ]
        for method, path, body in asked:
            answer = await http.request(method, "/api/v1" + path, json=body)
            assert 400 <= answer.status_code < 500, (method, path, answer.status_code, answer.text)
            assert CANARY not in answer.text


async def test_no_socket_operation_reaches_another_workspace_and_no_push_does(filled: Filled) -> None:
    shop, ids = filled.shop, filled.ids
    ground = shop.server.services.ground
    from tests.conftest import found_company
    from tests.people import open_site

    other = await found_company(ground, "别家")
    spy = await shop.desk(await hire(ground, other.workspace_id, "别家店主", role=Role.owner))
    foreign = Shop(other, await open_site(ground, other.workspace_id), shop.agent, shop.server, shop.stack)
    outsider, _ = await foreign.visitor()
    neighbour, _ = await shop.visitor()  # another visitor of the same site
    mine, seq = ids["conversation_id"], int(ids["seq"])
    for client in (spy, outsider, neighbour):
        assert (await client.ask("subscribe", conversation=mine, after_seq=0))["op"] == "error"
        assert (await say(client, "混进来", mine))["op"] == "error"
        assert (await client.ask("read", conversation=mine, seq=seq))["op"] == "error"
        await client.send(op="typing", conversation=mine, text="混")
    await spy.send(op="viewing", conversation=mine)
    for client in (outsider, neighbour):
        for name, more in (
            ("history", {}),
            ("delivered", {"seq": seq}),
            ("resolve", {}),
            ("rate", {"stars": 1}),
            ("transcript", {"email": "x@example.com"}),
        ):
            assert (await client.ask(name, conversation=mine, **more))["op"] == "error", name
        stolen = await client.ask("send", client_id=new_id(), text="偷", attachment_ids=[ids["file_id"]])
        assert stolen["op"] == "error"
    # Things happen in the filled workspace; the strangers hear nothing of them.
    await say(filled.visitor, f"再来一句{CANARY}", mine)
    async with browser(shop, filled.cookie) as http:
        await http.patch(f"/api/v1/contacts/{ids['contact_id']}", json={"company": CANARY * 2})
        await http.patch(f"/api/v1/tags/{ids['tag_id']}", json={"name": CANARY * 2})
    await filled.desk.fact("message.posted", lambda d: d["message"].get("text") == f"再来一句{CANARY}")
    for client in (spy, outsider, neighbour):
        await client.ask("ping")
        assert CANARY not in str(client.frames)
        assert mine not in str([f for f in client.frames if f["op"] != "error"])


async def test_the_same_requests_are_answered_when_the_workspaces_own_owner_makes_them(filled: Filled) -> None:
    refused = []
    async with browser(filled.shop, filled.cookie) as http:
        for door in sorted(WITH_ID, key=lambda each: (each.method == "DELETE", "merge" in each.path)):
            if set(re.findall(r"\{([^}]+)\}", door.path)) <= filled.ids.keys():
                answer = await knock(http, door, filled.ids)
                if answer.status_code >= 400 and answer.status_code != 409:
                    refused.append((door.method, door.path, answer.status_code, answer.text))
    # These want more than an id (a picture, an entry, a message of one's own, an address of the internet, a visitor who is not
    # blocked) or went with another.
    wanting = re.compile(
        r"/(recall|thumb|logo|banner-image|robot-picture|check|suggestions/used|visitors/\{visitor_id\}/invitations)$"
    )
    assert not [each for each in refused if each[0] != "DELETE" and not wanting.search(each[1])], refused


async def test_an_agent_without_the_team_is_a_stranger_to_its_conversations(filled: Filled) -> None:
    ground, ids = filled.shop.server.services.ground, filled.ids
    from yingke.conversations.models import Conversation

    async with ground.work_in(filled.shop.workspace_id) as work:
        row = await work.get(Conversation, UUID(ids["conversation_id"]))
        row.team_id, row.agent_id, row.status = UUID(ids["team_id"]), UUID(ids["agent_id"]), "open"
    outsider = await hire(ground, filled.shop.workspace_id, "组外")
    spy = await filled.shop.desk(outsider)
    async with browser(filled.shop, await sign_in_token(ground, outsider)) as http:
        for door in WITH_ID:
            if "{conversation_id}" in door.path:
                answer = await knock(http, door, ids)
                assert answer.status_code in (404, 403), (door, answer.status_code, answer.text)
        for path in ("/conversations?view=all", f"/search?q={CANARY}&kind=messages", "/drafts"):
            found = (await http.get("/api/v1" + path)).json()["items"]
            assert ids["conversation_id"] not in str(found), path
    assert (await spy.ask("subscribe", conversation=ids["conversation_id"], after_seq=0))["op"] == "error"
    await say(filled.visitor, "只给组里看", ids["conversation_id"])
    await filled.desk.fact("message.posted", lambda d: d["message"].get("text") == "只给组里看")
    await spy.ask("ping")
    assert "只给组里看" not in str(spy.frames)
