"""The API of routing: supervisors read, administrators change, and what cannot work is said."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.conftest import sign_in
from tests.people import found_team
from tests.routing.shops import Shop
from yingke.identity import Role

Http = httpx.AsyncClient
LEAST: list[dict[str, Any]] = [{"kind": "least_loaded"}]


@pytest.fixture
async def owner(http: Http, shop: Shop) -> Http:
    await sign_in(shop.services.ground, http, shop.company.owner)
    return http


async def put(http: Http, team: object, policy: dict[str, Any]) -> httpx.Response:
    return await http.put(f"/api/v1/routing/policies/{team}", json={"policy": {"steps": LEAST, **policy}})


async def test_a_policy_is_kept_whole_and_taken_back(owner: Http, shop: Shop) -> None:
    team = await found_team(shop.services.ground, shop.workspace_id)
    answer = await put(owner, team, {"capacity": 2})
    assert answer.status_code == 200, answer.text
    kept = answer.json()
    assert kept["own"] and kept["policy"]["capacity"] == 2 and kept["policy"]["waiting"]["alert_after"] == 180
    assert [each["problem"] for each in kept["warnings"]] == ["nobody_in_team"]
    assert (await owner.delete(f"/api/v1/routing/policies/{team}")).status_code == 204
    listed = (await owner.get("/api/v1/routing/policies")).json()["items"]
    assert [(each["team_id"], each["own"]) for each in listed] == [(None, False), (str(team), False)]


async def test_policies_that_cannot_work_are_refused(owner: Http, shop: Shop) -> None:
    a, b = [await found_team(shop.services.ground, shop.workspace_id, name) for name in ("甲", "乙")]
    over = {"overflow_after": 60, "overflow_team_id": str(b)}
    assert (await put(owner, a, {"waiting": over})).status_code == 200
    circle = await put(owner, b, {"waiting": {**over, "overflow_team_id": str(a)}})
    assert (circle.status_code, circle.json()["code"]) == (422, "overflow_cycle")
    itself = await put(owner, b, {"waiting": over})
    assert itself.json()["code"] == "overflow_cycle"
    for wrong in (
        {"steps": [{"kind": "owner"}]},
        {"steps": [{"kind": "nobody"}]},
        {"capacity": 0},
        {"waiting": {"overflow_after": 60}},
        {"waiting": {"overflow_after": 60, "overflow_team_id": str(uuid4())}},
        {"steps": [{"kind": "skills", "skills": [{"skill_id": str(uuid4())}]}, *LEAST]},
    ):
        assert (await put(owner, a, wrong)).status_code == 422, wrong


async def test_what_a_policy_will_not_do_is_said(owner: Http, shop: Shop) -> None:
    team = await found_team(shop.services.ground, shop.workspace_id)
    inside, outside = await shop.hire("在组", teams=(team,)), await shop.hire("不在组")
    skill = (await owner.post("/api/v1/skills", json={"name": "德语"})).json()["id"]
    rule = {"kind": "rule", "when": [{"field": "site", "values": ["x"]}], "agent_ids": [str(outside.agent_id)]}
    contradiction = [{"field": "language", "values": ["en"]}, {"field": "language", "op": "is_not", "values": ["EN"]}]
    steps = [
        rule,
        {**rule, "when": contradiction, "agent_ids": [str(inside.agent_id)]},
        {"kind": "skills", "skills": [{"skill_id": skill}], "relax_after": None},
        *LEAST,
    ]
    hours = {"always": False, "weekly": []}
    kept = (await put(owner, team, {"steps": steps, "hours": hours})).json()
    assert [(each["problem"], each["field"]) for each in kept["warnings"]] == [
        ("agent_not_in_team", "steps.0.agent_ids"),
        ("rule_matches_nothing", "steps.1.when"),
        ("skill_never_relaxes", "steps.2.skills.0"),
        ("hours_never_open", "hours"),
    ]
    given = await owner.put(f"/api/v1/agents/{inside.agent_id}/skills", json={"skills": [{"skill_id": skill}]})
    assert given.status_code == 204
    problems = [e["problem"] for e in (await owner.get(f"/api/v1/routing/policies/{team}")).json()["warnings"]]
    assert "skill_never_relaxes" not in problems
    assert (await owner.delete(f"/api/v1/skills/{skill}")).status_code == 204
    policy = (await owner.get(f"/api/v1/routing/policies/{team}")).json()["policy"]
    assert policy["steps"][2]["skills"] == []


async def test_supervisors_read_and_agents_see_why_of_their_own(http: Http, shop: Shop) -> None:
    agent = await shop.hire("王芳")
    supervisor = await shop.hire("主管", role=Role.supervisor)
    id = await shop.write()
    await shop.pass_time()
    holder = await shop.holder(id)
    await sign_in(shop.services.ground, http, agent)
    assert (await http.get("/api/v1/routing/policies")).status_code == 403
    (why,) = (await http.get(f"/api/v1/conversations/{id}/routing")).json()["items"]
    assert why["agent_id"] == str(holder) and why["explanation"]["step"] == "least_loaded"
    await sign_in(shop.services.ground, http, supervisor)
    assert (await http.get("/api/v1/routing/queue")).json()["unanswered"] == 0
    assert (await put(http, "default", {})).status_code == 403


async def test_the_consequence_is_said_before_a_team_is_deleted(owner: Http, shop: Shop) -> None:
    team = await found_team(shop.services.ground, shop.workspace_id)
    for _ in range(2):
        await shop.write(team_id=team)
    said = (await owner.get(f"/api/v1/teams/{team}/consequence")).json()
    assert (said["waiting"], said["open"]) == (2, 0) and "everybody" in said["detail"]


async def test_what_nobody_answered_is_not_closed_without_a_reason(http: Http, shop: Shop) -> None:
    await sign_in(shop.services.ground, http, await shop.hire("王芳"))
    id = await shop.write()
    refused = await http.post(f"/api/v1/conversations/{id}/resolve", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "unanswered")
    closed = await http.post(f"/api/v1/conversations/{id}/resolve", json={"reason": "spam"})
    assert (closed.status_code, closed.json()["resolve_reason"]) == (200, "spam")


async def test_the_list_of_the_unanswered_has_whoever_waits_for_a_person(owner: Http, shop: Shop) -> None:
    agent = await shop.hire("王芳")
    answered, waiting = await shop.write("一"), await shop.write("二")
    await shop.pass_time()
    await shop.answer(agent, answered)
    listed = (await owner.get("/api/v1/conversations?view=unanswered")).json()["items"]
    assert [each["id"] for each in listed] == [str(waiting)]
    await shop.pass_time(130)
    queue = (await owner.get("/api/v1/routing/queue")).json()
    assert (queue["unanswered"], queue["unanswered_ids"]) == (1, [str(waiting)])
    await shop.answer(agent, waiting)
    assert (await owner.get("/api/v1/conversations?view=unanswered")).json()["items"] == []


async def test_what_would_have_been_is_told_of_past_visitors_and_of_visitors_made_by_chance(
    owner: Http, shop: Shop
) -> None:
    plans = [{"agents": 2, "capacity": 1}, {"agents": 6, "capacity": 3, "step": "round_robin"}]
    nobody = await owner.post("/api/v1/routing/replay", json={"plans": plans})
    assert (nobody.status_code, nobody.json()["field"]) == (422, "days")
    made = {"history": False, "arrivals": 400, "days": 2, "plans": plans}
    few, many = (await owner.post("/api/v1/routing/replay", json=made)).json()["items"]
    assert few["arrivals"] == many["arrivals"] == 400
    assert many["abandonment"] <= few["abandonment"] and many["load"] < few["load"]
    for _ in range(3):
        await shop.write()
    (past,) = (await owner.post("/api/v1/routing/replay", json={"plans": plans[1:]})).json()["items"]
    assert past["arrivals"] == 3
    # Ten in the morning in Shanghai, two at night elsewhere: the shifts go by the clock of the workspace.
    assert past["abandonment"] == 0
    for wrong in ({"plans": []}, {"plans": [{"agents": 0, "capacity": 1}]}, {"plans": plans, "days": 1000}):
        assert (await owner.post("/api/v1/routing/replay", json=wrong)).status_code == 422, wrong
