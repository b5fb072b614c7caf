"""Supervisors see all and step in; each of their acts is written down."""

from typing import Any

import httpx
import pytest

from tests.conftest import sign_in
from tests.people import found_team
from tests.routing.conftest import shop
from tests.routing.shops import Shop
from yingke.conversations.assigning import accept_conversation
from yingke.conversations.facts import MessagePosted
from yingke.identity import Actor, Role
from yingke.kit.ids import new_id

__all__ = ["shop"]
Http = httpx.AsyncClient
API = "/api/v1"


@pytest.fixture
async def supervisor(http: Http, shop: Shop) -> Actor:
    actor = await shop.hire("陈雨", role=Role.supervisor)
    await sign_in(shop.services.ground, http, actor)
    return actor


async def acts(http: Http, **query: str) -> list[dict[str, Any]]:
    answer = await http.get(f"{API}/supervision/acts", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def test_watching_is_seen_by_nobody_and_written_down(http: Http, shop: Shop, supervisor: Actor) -> None:
    conversation = await shop.write()
    version = (await shop.row(conversation)).version
    assert (await http.post(f"{API}/conversations/{conversation}/watch")).status_code == 204
    assert (await shop.row(conversation)).version == version
    (act,) = await acts(http, conversation_id=str(conversation))
    assert (act["act"], act["agent_id"], act["agent_name"]) == ("watched", str(supervisor.agent_id), "陈雨")


async def test_a_whisper_is_a_marked_note_for_the_agent_and_once_only(
    http: Http, shop: Shop, supervisor: Actor
) -> None:
    agent = await shop.hire("王芳")
    conversation = await shop.write()
    path = f"{API}/conversations/{conversation}/whisper"
    body = {"client_id": str(new_id()), "text": "先安抚"}
    assert (await http.post(path, json=body)).json()["code"] == "nobody_to_whisper_to"
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await accept_conversation(work, agent, conversation)
    for _ in range(2):
        assert (await http.post(path, json=body)).status_code == 204
    told = [fact.message for fact in shop.facts if isinstance(fact, MessagePosted) and fact.message.kind == "note"]
    assert [(each.text, each.audience, each.mentions) for each in told] == [("先安抚", "staff", [agent.agent_id])]
    assert told[0].content == {"type": "whisper", "to": str(agent.agent_id)}
    assert [each["act"] for each in await acts(http)] == ["whispered"]


async def test_a_supervisor_joins_takes_over_passes_on_and_ends(http: Http, shop: Shop, supervisor: Actor) -> None:
    team = await found_team(shop.services.ground, shop.workspace_id)
    conversation = await shop.write()
    path = f"{API}/conversations/{conversation}"
    joined = await http.post(f"{path}/step-in")
    assert str(supervisor.agent_id) in joined.json()["participant_ids"]
    taken = (await http.post(f"{path}/take-over")).json()
    assert (taken["agent_id"], taken["status"]) == (str(supervisor.agent_id), "open")
    assert (await http.post(f"{path}/take-over")).status_code == 200
    passed = (await http.post(f"{path}/force-transfer", json={"team_id": str(team), "note": "请售前接"})).json()
    assert (passed["team_id"], passed["status"]) == (str(team), "queued")
    refused = await http.post(f"{path}/force-end", json={"reason": "done"})
    assert (refused.status_code, refused.json()["code"]) == (409, "unanswered")
    ended = await http.post(f"{path}/force-end", json={"reason": "spam"})
    assert ended.json()["status"] == "resolved"
    names = [each["act"] for each in await acts(http, conversation_id=str(conversation))]
    assert names == ["ended", "transferred", "taken_over", "joined"]


async def test_a_message_to_a_team_reaches_the_room_of_its_people(http: Http, shop: Shop, supervisor: Actor) -> None:
    team = await found_team(shop.services.ground, shop.workspace_id)
    body = {"client_id": str(new_id()), "text": "三点发车，先接急的"}
    assert (await http.post(f"{API}/teams/{team}/messages", json=body)).json()["code"] == "no_room_for_team"
    agent = await shop.hire("王芳", teams=(team,))
    room = await http.post(f"{API}/teams/{team}/messages", json=body)
    assert room.status_code == 201, room.text
    assert set(room.json()["participant_ids"]) == {str(agent.agent_id), str(supervisor.agent_id)}
    (act,) = await acts(http)
    assert (act["act"], act["details"]) == ("messaged_team", {"to_team_id": str(team)})


async def test_acts_come_page_by_page_newest_first(http: Http, shop: Shop, supervisor: Actor) -> None:
    conversations = [await shop.write() for _ in range(3)]
    for each in conversations:
        await http.post(f"{API}/conversations/{each}/watch")
    first = (await http.get(f"{API}/supervision/acts?limit=2")).json()
    rest = (await http.get(f"{API}/supervision/acts?limit=2&cursor={first['next_cursor']}")).json()
    seen = [each["conversation_id"] for each in [*first["items"], *rest["items"]]]
    assert seen == [str(each) for each in reversed(conversations)] and rest["next_cursor"] is None


async def test_the_wall_has_what_goes_on_and_what_agents_did_today(http: Http, shop: Shop, supervisor: Actor) -> None:
    agent = await shop.hire("王芳")
    shop.there.discard(supervisor.agent_id)
    answered, waiting = await shop.write("一"), await shop.write("二")
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await accept_conversation(work, agent, answered)
    await shop.answer(agent, answered)
    listed = (await http.get(f"{API}/wall")).json()["items"]
    assert {each["id"]: each["status"] for each in listed} == {str(answered): "open", str(waiting): "queued"}
    figures = (await http.get(f"{API}/wall/figures")).json()
    (mine,) = [each for each in figures["agents"] if each["agent_id"] == str(agent.agent_id)]
    assert (mine["load"], mine["answered"], mine["rating"]) == (1, 1, None)
    assert len(figures["curve"]) == 60 and figures["visitors_online"] == 0


async def test_agents_neither_see_the_wall_nor_step_in(http: Http, shop: Shop) -> None:
    await sign_in(shop.services.ground, http, await shop.hire("王芳"))
    conversation = await shop.write()
    assert (await http.get(f"{API}/wall")).status_code == 403
    assert (await http.get(f"{API}/supervision/acts")).status_code == 403
    assert (await http.post(f"{API}/conversations/{conversation}/take-over")).status_code == 403
