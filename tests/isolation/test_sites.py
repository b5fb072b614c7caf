"""Nothing of one site reaches somebody who is limited to another: every route, every list, every push."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from fastapi.routing import APIRoute
from msgspec.structs import replace

from tests.conftest import sign_in_token
from tests.contracts.steps import say
from tests.identity.test_permissions import DOORS
from tests.isolation.test_workspaces import API, CANARY, WITH_ID, Filled, browser, filled, knock
from tests.people import arrive, found_team, hire, open_site
from tests.realtime.conftest import Client
from yingke.conversations.facts import ConversationChanged, MessagePosted
from yingke.conversations.models import Conversation
from yingke.conversations.queries import messages_after
from yingke.conversations.rows import conversation_value
from yingke.identity import Actor, Role, limit_to_sites
from yingke.identity.policy import BEYOND_SITES
from yingke.identity.site_limits import OF_SITES
from yingke.kit.ids import new_id
from yingke.knowledge.models import Proposal
from yingke.notifications.notices import Watcher, of_change, of_message
from yingke.realtime.audience import agents_may_see
from yingke.service_requests.facts import ServiceRequestChanged
from yingke.service_requests.filing import Application, file_request
from yingke.service_requests.models import ServiceRequest
from yingke.service_requests.rows import request_value
from yingke.visitors import give_contact
from yingke.wiring import ROUTERS

__all__ = ["filled"]

OF_A_SITE = ("conversation_id", "visitor_id", "visit_id", "site_id", "promise_id", "request_id")
"""What the filled workspace has that is of its one site."""
NARROWED_BY_CONVERSATION = {"conversation_id", "request_id", "promise_id", "inspection_id", "calibration_id", "seq"}
"""Parameters that lead to a conversation or a request: their features ask who sees it."""
OF_NO_SITE = {
    "agent_id", "approval_id", "card_id", "category_id", "contact_id", "dimension", "drill_id", "example_id", "exercise_id",
    "file_id", "format", "import_id", "key", "key_id", "kind", "language", "list_id", "mail_id", "merge_id", "name", "note_id",
    "pattern_id", "plan_id", "policy_id", "response_id", "rest", "role_id", "segment_id", "session_id", "signature", "skill_id",
    "swap_id", "tag_id", "team_id", "view_id", "what",
}  # fmt: skip


async def limited_to_another_site(filled: Filled, role: Role, teams: tuple[UUID, ...] = ()) -> Actor:
    shop, ground = filled.shop, filled.shop.server.services.ground
    other = await open_site(ground, shop.workspace_id)
    person = await hire(ground, shop.workspace_id, "外站", role=role, teams=teams)
    async with ground.work_in(shop.workspace_id) as work:
        await limit_to_sites(work, shop.company.owner, person.agent_id, [other.id])
    return person


def test_every_parameter_of_a_route_is_known_to_be_of_a_site_or_of_none() -> None:
    named = {name.partition(":")[0] for door in DOORS for name in re.findall(r"\{([^}]+)\}", door.path)}
    assert named <= {"site_id", *OF_SITES} | NARROWED_BY_CONVERSATION | OF_NO_SITE


NAMED_IN_BODIES = {"site_id", "site_ids", "visitor_id", "visit_id", "goal_id", "rule_id", "block_id", "entry_id",
                   "entry_ids", "translation_of"}  # fmt: skip
BODIES_THAT_LOOK = {
    "POST /api/v1/blocks", "POST /api/v1/outreach/try", "POST /api/v1/knowledge/ask", "POST /api/v1/knowledge/entries",
    "PATCH /api/v1/knowledge/entries/{entry_id}", "POST /api/v1/knowledge/entries/bulk",
    "PUT /api/v1/knowledge/entries/{entry_id}/translations",
    "POST /api/v1/conversations/{conversation_id}/suggestions/used",
}  # fmt: skip
"""Where a body names what is of a site: the door sees addresses only, so that these ask themselves."""


def bodies_of_doors() -> Iterator[tuple[str, set[str]]]:
    for router, prefix in ROUTERS:
        for route in router.routes:
            if isinstance(route, APIRoute) and route.body_field is not None:
                model: Any = route.body_field.field_info.annotation
                permission = next(
                    filter(None, (getattr(d.call, "permission", "") for d in route.dependant.dependencies))
                )
                if permission not in BEYOND_SITES | {"public", "visitor"}:
                    yield f"{min(route.methods)} {prefix}{route.path}", set(getattr(model, "model_fields", ()))


def test_every_body_that_names_what_is_of_a_site_is_known() -> None:
    assert {door for door, fields in bodies_of_doors() if fields & NAMED_IN_BODIES} == BODIES_THAT_LOOK


async def test_no_route_answers_who_is_limited_to_another_site(filled: Filled) -> None:
    ground = filled.shop.server.services.ground
    for role in (Role.agent, Role.supervisor, Role.administrator, Role.owner):
        person = await limited_to_another_site(filled, role)
        async with browser(filled.shop, await sign_in_token(ground, person)) as http:
            for door in WITH_ID:
                if any(f"{{{name}}}" in door.path for name in (*OF_A_SITE, "file_id")):
                    answer = await knock(http, door, filled.ids)
                    assert answer.status_code in (403, 404), (role, door, answer.status_code, answer.text)


async def test_no_list_and_no_figure_tells_them_of_another_site(filled: Filled) -> None:
    ground, ids = filled.shop.server.services.ground, filled.ids
    await say(filled.visitor, "暗号九一", ids["conversation_id"])
    theirs = [ids[name] for name in OF_A_SITE] + ["暗号九一"]
    for role in (Role.agent, Role.supervisor, Role.owner):
        person = await limited_to_another_site(filled, role)
        async with browser(filled.shop, await sign_in_token(ground, person)) as http:
            for door in API:
                if door.method == "GET" and "{" not in door.path:
                    answer = await http.get(door.path, params={"q": "暗号九一", "view": "all"})
                    shown = re.sub(r'"+q"+:"+暗号九一"+', "", answer.text)
                    assert not [each for each in theirs if each in shown], (role, door, shown)
                    for name in door.narrowed_by & set(OF_A_SITE):
                        narrowed = await http.get(door.path, params={"q": "a", name: ids[name]})
                        assert CANARY not in narrowed.text, (role, door, name)
            counts = (await http.get("/api/v1/conversations/counts")).json()
            assert not any(counts.values()), counts
            online = (await http.get("/api/v1/visitors")).json()
            assert (online["count"], online["online"]) == (0, 0)
            if role is not Role.agent:
                assert (await http.get("/api/v1/wall")).json()["items"] == []
                figures = (await http.get("/api/v1/wall/figures")).json()
                assert figures["visitors_online"] == 0 and not any(each["waiting"] for each in figures["curve"])
                assert (await http.get("/api/v1/traffic")).json()["totals"]["visits"] == 0
                assert (await http.get("/api/v1/routing/queue")).json()["teams"] == []


async def test_the_same_person_has_all_of_it_when_the_site_is_theirs(filled: Filled) -> None:
    shop, ground = filled.shop, filled.shop.server.services.ground
    person = await hire(ground, shop.workspace_id, "本站", role=Role.administrator)
    async with ground.work_in(shop.workspace_id) as work:
        await limit_to_sites(work, shop.company.owner, person.agent_id, [shop.site.id])
    spy = await shop.desk(person)
    async with browser(shop, await sign_in_token(ground, person)) as http:
        for path in ("/conversations/{conversation_id}", "/visitors/{visitor_id}/card", "/visits/{visit_id}",
                     "/service-requests/{request_id}", "/sites/{site_id}"):  # fmt: skip
            assert (await http.get("/api/v1" + path.format(**filled.ids))).status_code == 200, path
        found = (await http.get("/api/v1/search", params={"q": CANARY, "kind": "messages"})).json()["items"]
        assert [each["conversation"]["id"] for each in found] == [filled.ids["conversation_id"]]
        assert (await http.get("/api/v1/traffic")).json()["totals"]["visits"] == 1
        path = f"/api/v1/sites/{filled.ids['site_id']}"
        assert (await http.patch(path, json={"name": "改名"})).status_code == 200
        assert (await http.post("/api/v1/sites", json={"name": "新站"})).status_code == 403
        assert (await http.delete(path)).status_code == 403
        assert (await http.post("/api/v1/tags", json={"name": "照样", "color": "#1f6f5c"})).status_code == 201
        assert (await http.get("/api/v1/audit")).status_code == 403
    assert (await spy.ask("subscribe", conversation=filled.ids["conversation_id"], after_seq=0))["op"] == "ack"
    await say(filled.visitor, "本站看得到", filled.ids["conversation_id"])
    await spy.fact("message.posted", lambda d: d["message"].get("text") == "本站看得到")


async def test_no_push_tells_them_of_another_site(filled: Filled) -> None:
    shop, ids = filled.shop, filled.ids
    spy = await shop.desk(await limited_to_another_site(filled, Role.owner))
    watching = await spy.ask("watch_visitors", filter={"only_site_ids": [ids["site_id"]]})
    assert (watching["count"], watching["online"]) == (0, 0)
    assert (await spy.ask("subscribe", conversation=ids["conversation_id"], after_seq=0))["op"] == "error"
    assert (await say(spy, "混进来", ids["conversation_id"]))["op"] == "error"
    newcomer, welcome = await shop.visitor(page={"url": "https://shop.example/暗号", "title": "暗号"})
    await say(newcomer, "暗号", prechat={"name": "路人", "email": "passer@example.com"})
    await newcomer.send(op="typing", conversation=ids["conversation_id"], text="暗号")
    async with browser(shop, filled.cookie) as http:
        await http.post("/api/v1/blocks", json={"visitor_id": ids["visitor_id"], "reason": "暗号"})
        await http.patch(f"/api/v1/visitors/{welcome['visitor_id']}/profile", json={"name": "暗号"})
        await http.patch(f"/api/v1/sites/{ids['site_id']}", json={"name": "暗号"})
    await settle(filled.desk)
    await spy.ask("ping")
    told = [frame for frame in spy.frames if frame["op"] != "error"]
    for secret in ("暗号", ids["conversation_id"], ids["visitor_id"], welcome["visitor_id"]):
        assert secret not in str(told), secret


async def settle(desk: Client) -> None:
    await desk.fact("site.changed", lambda d: d["site"]["name"] == "暗号")


async def test_what_is_given_to_them_by_hand_they_see(filled: Filled) -> None:
    ground, ids = filled.shop.server.services.ground, filled.ids
    person = await limited_to_another_site(filled, Role.agent)
    path = f"/api/v1/conversations/{ids['conversation_id']}"
    async with browser(filled.shop, filled.cookie) as chief:
        taken = await chief.post(f"{path}/assign", json={"agent_id": ids["agent_id"]})
        assert taken.status_code == 200, taken.text
        passed = await chief.post(f"{path}/transfer", json={"agent_id": str(person.agent_id), "note": "你熟"})
        assert passed.status_code == 200, passed.text
    async with browser(filled.shop, await sign_in_token(ground, person)) as http:
        assert (await http.get(path)).json()["agent_id"] == str(person.agent_id)
        assert UUID((await http.get("/api/v1/conversations?view=mine")).json()["items"][0]["id"]) == UUID(
            ids["conversation_id"]
        )


async def test_a_site_that_is_deleted_is_in_nobodys_limits(filled: Filled) -> None:
    shop, ground = filled.shop, filled.shop.server.services.ground
    person = await hire(ground, shop.workspace_id, "本站")
    limit = {"only_site_ids": [filled.ids["site_id"]]}
    async with browser(shop, filled.cookie) as chief:
        path = f"/api/v1/agents/{person.agent_id}"
        assert (await chief.patch(path, json=limit)).json()["only_site_ids"] == limit["only_site_ids"]
        unknown = await chief.patch(path, json={"only_site_ids": [filled.ids["team_id"]]})
        assert (unknown.status_code, unknown.json()["code"]) == (422, "site_unknown")
        assert (await chief.delete(f"/api/v1/sites/{filled.ids['site_id']}")).status_code == 204
        kept = {each["id"]: each["only_site_ids"] for each in (await chief.get("/api/v1/agents")).json()["items"]}
    assert kept[str(person.agent_id)] == []


async def test_no_notice_goes_to_a_closed_desk_of_another_site(filled: Filled) -> None:
    ground, workspace_id = filled.shop.server.services.ground, filled.shop.workspace_id
    async with ground.work_in(workspace_id) as work:
        row = await work.get(Conversation, UUID(filled.ids["conversation_id"]))
        conversation = replace(conversation_value(row), status="queued", agent_id=None, team_id=None)
        (message, *_) = await messages_after(work, row.id, 0, 1)
    here, there = (
        Watcher(agent_id=new_id(), available=True, team_ids=frozenset(), only_site_ids=frozenset({site}))
        for site in (row.site_id or new_id(), new_id())
    )
    queued = ConversationChanged(workspace_id=workspace_id, conversation=conversation, change="queued")
    note = replace(message, kind="note", mentions=[here.agent_id, there.agent_id])
    named = MessagePosted(workspace_id=workspace_id, conversation=conversation, message=note)
    for told in (of_change(queued, [here, there]), of_message(named, [here, there])):
        assert [each.agent_id for each in told] == [here.agent_id]


async def test_their_team_losing_a_conversation_of_another_site_is_not_told_to_them(filled: Filled) -> None:
    ground, workspace_id = filled.shop.server.services.ground, filled.shop.workspace_id
    team_id = UUID(filled.ids["team_id"])
    async with ground.work_in(workspace_id) as work:
        conversation = conversation_value(await work.get(Conversation, UUID(filled.ids["conversation_id"])))
        request = request_value(await work.get(ServiceRequest, UUID(filled.ids["request_id"])))
    there, here = (
        Actor(workspace_id, new_id(), Role.agent, team_ids=frozenset({team_id}), only_site_ids=frozenset({site}))
        for site in (new_id(), conversation.site_id or new_id())
    )
    conversation = replace(conversation, team_id=new_id())
    request = replace(request, team_id=new_id(), owner_id=new_id())
    for fact in (
        ConversationChanged(
            workspace_id=workspace_id, conversation=conversation, change="transferred", team_id_before=team_id
        ),
        ServiceRequestChanged(workspace_id=workspace_id, request=request, what="handed_over", team_id_before=team_id),
    ):
        assert (agents_may_see(fact, there), agents_may_see(fact, here)) == (False, True), fact


def typing(frame: dict[str, Any]) -> bool:
    return frame["op"] == "signal" and frame["name"] == "typing"


async def test_what_is_typed_is_not_shown_to_who_had_to_give_the_conversation_back(filled: Filled) -> None:
    ids, path = filled.ids, f"/api/v1/conversations/{filled.ids['conversation_id']}"
    person = await limited_to_another_site(filled, Role.agent)
    desk = await filled.shop.desk(person)
    async with browser(filled.shop, filled.cookie) as chief:
        assert (await chief.post(f"{path}/assign", json={"agent_id": str(person.agent_id)})).status_code == 200
        assert (await desk.ask("subscribe", conversation=ids["conversation_id"], after_seq=0))["op"] == "ack"
        await filled.visitor.send(op="typing", conversation=ids["conversation_id"], text="先")
        await desk.wait_for(typing)
        assert (await chief.post(f"{path}/assign", json={"agent_id": ids["agent_id"]})).status_code == 200
    await desk.fact("conversation.changed", lambda d: d["conversation"]["agent_id"] == ids["agent_id"])
    await filled.desk.ask("subscribe", conversation=ids["conversation_id"], after_seq=0)
    await filled.visitor.send(op="typing", conversation=ids["conversation_id"], text="后")
    await filled.desk.wait_for(typing)
    await desk.ask("ping")
    assert len([frame for frame in desk.frames if typing(frame)]) == 1


async def test_an_inspection_of_another_site_is_not_told_to_them(filled: Filled) -> None:
    shop, ids, ground = filled.shop, filled.ids, filled.shop.server.services.ground
    path = f"/api/v1/conversations/{ids['conversation_id']}"
    there = await shop.desk(await limited_to_another_site(filled, Role.supervisor))
    own = await hire(ground, shop.workspace_id, "本站", role=Role.supervisor)
    async with ground.work_in(shop.workspace_id) as work:
        await limit_to_sites(work, shop.company.owner, own.agent_id, [shop.site.id])
    here = await shop.desk(own)
    async with browser(shop, filled.cookie) as chief:
        assert (await chief.post(f"{path}/assign", json={"agent_id": str(shop.agent.agent_id)})).status_code == 200
    async with browser(
        shop, await sign_in_token(ground, await hire(ground, shop.workspace_id, role=Role.owner))
    ) as http:
        body = {"conversation_id": ids["conversation_id"], "card_id": ids["card_id"]}
        begun = await http.post("/api/v1/quality/inspections", json=body)
        assert begun.status_code == 201, begun.text
    await here.fact("inspection.changed")
    await there.ask("ping")
    assert "inspection.changed" not in str(there.frames)


async def test_rules_goals_and_numbers_of_another_site_are_not_tried_named_or_counted_for_them(filled: Filled) -> None:
    shop, ids = filled.shop, filled.ids
    person = await limited_to_another_site(filled, Role.owner)
    goal = {"name": "暗号", "kind": "url", "pattern": "/x", "site_id": ids["site_id"]}
    rule = {
        "name": "暗号",
        "site_id": ids["site_id"],
        "conditions": {"items": [{"field": "page_count", "op": "at_least", "value": 1}]},
        "action": {"kind": "message", "content": {"text": {"zh-CN": "暗号"}}},
    }
    everybody = {"conditions": {"items": [{"field": "page_count", "op": "at_least", "value": 1}]}}
    async with browser(shop, filled.cookie) as chief:
        assert (await chief.post("/api/v1/goals", json=goal)).status_code == 201
        made = await chief.post("/api/v1/outreach/rules", json=rule)
        assert made.status_code == 201, made.text
        tried = (await chief.post("/api/v1/outreach/try", json={"facts": {}})).json()["items"]
        assert [each["name"] for each in tried] == ["暗号"]
        sized = await chief.post("/api/v1/segments/size", json=everybody)
        assert sized.json()["online"] == 1, sized.text
    async with browser(shop, await sign_in_token(shop.server.services.ground, person)) as http:
        assert (await http.post("/api/v1/outreach/try", json={"facts": {}})).json()["items"] == []
        for path in ("/goals", "/outreach/report", "/outreach/rules"):
            assert "暗号" not in (await http.get(f"/api/v1{path}")).text, path
        assert (await http.post("/api/v1/segments/size", json=everybody)).json()["online"] == 0


async def test_entries_of_another_site_are_not_checked_proposed_for_or_answered_to_them(filled: Filled) -> None:
    shop, ground = filled.shop, filled.shop.server.services.ground
    person = await limited_to_another_site(filled, Role.administrator)
    entry = {"language": "zh-CN", "question": "暗号怎么说", "answer_html": "<p>芝麻开门</p>", "publish": True,
             "site_ids": [filled.ids["site_id"]]}  # fmt: skip
    async with browser(shop, filled.cookie) as chief:
        made = await chief.post("/api/v1/knowledge/entries", json=entry)
        assert made.status_code == 201, made.text
        id = made.json()["id"]
        async with ground.work_in(shop.workspace_id) as work:
            proposal = Proposal(
                id=new_id(), entry_id=UUID(id), language="zh-CN", question="暗号是什么", weight=3, people=3, against=0,
                samples=[], created_at=work.now, updated_at=work.now,
            )  # fmt: skip
            work.add(proposal)
        asked = {"question": "暗号怎么说", "language": "zh-CN"}
        assert "芝麻开门" in (await chief.post("/api/v1/knowledge/ask", json=asked)).text
        for path in ("/knowledge/checks", "/knowledge/proposals"):
            assert "暗号" in (await chief.get(f"/api/v1{path}")).text, path
    async with browser(shop, await sign_in_token(ground, person)) as http:
        assert "芝麻开门" not in (await http.post("/api/v1/knowledge/ask", json=asked)).text
        of_site = await http.post("/api/v1/knowledge/ask", json=asked | {"site_id": filled.ids["site_id"]})
        assert of_site.status_code == 404
        for path in ("/knowledge/checks", "/knowledge/proposals", "/knowledge/entries"):
            assert "暗号" not in (await http.get(f"/api/v1{path}")).text, path
        chosen = {"ids": [str(proposal.id)]}
        assert (await http.post("/api/v1/knowledge/proposals/dismiss", json=chosen)).json()["changed"] == 0
        (refused,) = (await http.post("/api/v1/knowledge/proposals/accept", json=chosen)).json()["refused"]
        assert refused["code"] == "not_found"
        own = await http.post("/api/v1/knowledge/entries", json={"language": "en", "question": "Own"})
        for door, body in (
            ("POST /knowledge/entries", {"language": "en", "question": "Other", "translation_of": id}),
            (f"PUT /knowledge/entries/{own.json()['id']}/translations", {"entry_ids": [id]}),
            ("POST /knowledge/entries/bulk", {"entry_ids": [id], "action": "archive"}),
        ):
            method, path = door.split()
            assert (await http.request(method, f"/api/v1{path}", json=body)).status_code == 404, door


async def test_a_block_of_a_browser_on_another_site_is_not_theirs_to_end(filled: Filled) -> None:
    shop, ground = filled.shop, filled.shop.server.services.ground
    person = await limited_to_another_site(filled, Role.supervisor)
    async with ground.work_in(shop.workspace_id) as work:
        visitor = await arrive(work, shop.site)
        await give_contact(work, visitor, name="李四", email="lisi@example.com")
    async with browser(shop, filled.cookie) as chief:
        blocked = await chief.post("/api/v1/blocks", json={"visitor_id": str(visitor.id), "reason": "刷屏"})
        assert blocked.status_code == 201
    async with browser(shop, await sign_in_token(ground, person)) as http:
        refused = await http.delete(f"/api/v1/contacts/{visitor.contact_id}/block")
        assert (refused.status_code, refused.json()["code"]) == (403, "blocked_elsewhere")
        assert (await http.get(f"/api/v1/contacts/{visitor.contact_id}")).json()["blocked"]


async def test_a_request_from_another_site_is_not_given_to_them_by_itself(filled: Filled) -> None:
    shop, ground = filled.shop, filled.shop.server.services.ground
    team_id = await found_team(ground, shop.workspace_id, "投诉组")
    await limited_to_another_site(filled, Role.agent, (team_id,))
    async with browser(shop, filled.cookie) as chief:
        form = {"enabled": True, "reasons": [], "team_id": str(team_id)}
        assert (await chief.put("/api/v1/service-requests/forms/complaint", json=form)).status_code == 200

    async def owner_of_the_next() -> UUID | None:
        async with ground.work_in(shop.workspace_id) as work:
            application = Application(client_id=new_id(), kind="complaint", text="太慢了")
            filed = await file_request(work, await arrive(work, shop.site), application, source="help_centre")
        assert filed.team_id == team_id
        return filed.owner_id

    assert await owner_of_the_next() is None
    colleague = await hire(ground, shop.workspace_id, teams=(team_id,))
    assert await owner_of_the_next() == colleague.agent_id
