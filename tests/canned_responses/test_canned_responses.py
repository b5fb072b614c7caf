"""Canned responses through the HTTP door."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.conftest import Company, found_company, sign_in
from tests.people import arrive, found_team, hire, open_site
from yingke.canned_responses import CannedResponseChanged
from yingke.conversations.opening import open_conversation
from yingke.identity import Actor, Role
from yingke.kit.facts import Fact
from yingke.kit.ids import new_id
from yingke.kit.work import Ground

PATH = "/api/v1/canned-responses"


@dataclass
class Staff:
    team_id: UUID
    member: Actor
    outsider: Actor
    supervisor: Actor


@pytest.fixture
async def staff(ground: Ground, company: Company) -> Staff:
    workspace_id = company.workspace_id
    team_id = await found_team(ground, workspace_id, "售后")
    return Staff(
        team_id,
        await hire(ground, workspace_id, teams=(team_id,)),
        await hire(ground, workspace_id, "李雷"),
        await hire(ground, workspace_id, "周敏", role=Role.supervisor),
    )


async def make(http: httpx.AsyncClient, **body: Any) -> Any:
    answer = await http.post(PATH, json={"text": "好的"} | body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def titles(http: httpx.AsyncClient, **params: Any) -> list[str]:
    return [item["title"] for item in (await http.get(PATH, params=params)).json()["items"]]


async def test_one_is_made_changed_found_and_deleted(http: httpx.AsyncClient, ground: Ground, staff: Staff) -> None:
    await sign_in(ground, http, staff.member)
    made = await make(http, title="发货时间", folder=" 售前 / 物流/", text="48 小时内发货")
    assert (made["scope"], made["folder"], made["uses"]) == ("personal", "售前/物流", 0)
    changed = (await http.patch(f"{PATH}/{made['id']}", json={"title": "到货时间"})).json()
    assert (changed["title"], changed["text"], changed["folder"]) == ("到货时间", "48 小时内发货", "售前/物流")
    assert await titles(http, q="dhsj") == ["到货时间"]
    assert await titles(http, q="fhsj") == []
    assert (await http.delete(f"{PATH}/{made['id']}")).status_code == 204
    assert await titles(http) == []


async def test_each_sees_their_own_their_teams_and_everybodys(
    http: httpx.AsyncClient, ground: Ground, staff: Staff
) -> None:
    await sign_in(ground, http, staff.supervisor)
    await make(http, title="全部", scope="workspace")
    await make(http, title="售后组", scope="team", team_id=str(staff.team_id))
    await make(http, title="主管自己")
    await sign_in(ground, http, staff.member)
    await make(http, title="我的")
    assert await titles(http) == ["全部", "售后组", "我的"]
    assert await titles(http, scope="team") == ["售后组"]
    await sign_in(ground, http, staff.outsider)
    assert await titles(http) == ["全部"]
    await sign_in(ground, http, (await found_company(ground, "别家")).owner)
    assert await titles(http) == []


async def test_folders_are_those_of_what_one_sees(http: httpx.AsyncClient, ground: Ground, staff: Staff) -> None:
    await sign_in(ground, http, staff.supervisor)
    await make(http, title="发货", folder="售前/物流", scope="workspace")
    await make(http, title="自己的", folder="主管")
    await sign_in(ground, http, staff.member)
    await make(http, title="到货", folder="售前/物流")
    await make(http, title="在顶层")
    assert (await http.get(f"{PATH}/folders")).json()["items"] == ["售前/物流"]


async def test_who_may_not_change_a_text_is_told_so(http: httpx.AsyncClient, ground: Ground, staff: Staff) -> None:
    await sign_in(ground, http, staff.supervisor)
    of_all = await make(http, title="全部", scope="workspace")
    of_team = await make(http, title="售后组", scope="team", team_id=str(staff.team_id))
    await sign_in(ground, http, staff.member)
    own = await make(http, title="我的")
    assert (await http.patch(f"{PATH}/{of_team['id']}", json={"text": "改"})).status_code == 200
    for answer in (
        await http.patch(f"{PATH}/{of_all['id']}", json={"text": "改"}),
        await http.delete(f"{PATH}/{of_all['id']}"),
        await http.patch(f"{PATH}/{own['id']}", json={"scope": "workspace"}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "canned_response_not_yours")
    await sign_in(ground, http, staff.outsider)
    assert (await http.patch(f"{PATH}/{of_team['id']}", json={"text": "改"})).status_code == 404


async def test_bad_input_names_its_field(http: httpx.AsyncClient, ground: Ground, staff: Staff) -> None:
    await sign_in(ground, http, staff.member)
    await make(http, title="在")
    cases = [
        ({"title": "在", "text": "x"}, "title_taken", "title"),
        ({"title": "a", "text": "{{contakt.name}}"}, "unknown_variable", "text"),
        ({"title": "a", "text": "x", "scope": "team"}, "team_needed", "team_id"),
        ({"title": "a", "text": "x", "attachment_ids": [str(new_id())]}, "unknown_attachment", "attachment_ids"),
        ({"title": " ", "text": "x"}, "invalid", "title"),
        ({"title": "a", "text": "x" * 5001}, "invalid", "text"),
    ]
    for body, code, field in cases:
        problem = (await http.post(PATH, json=body)).json()
        assert (problem["code"], problem["field"]) == (code, field)


async def test_a_match_is_filled_in_from_the_conversation_and_uses_raise_it(
    http: httpx.AsyncClient, ground: Ground, company: Company, staff: Staff
) -> None:
    site = await open_site(ground, company.workspace_id)
    async with ground.work_in(company.workspace_id) as work:
        visitor = await arrive(work, site, "小明")
        conversation = await open_conversation(work, visitor, client_id=new_id())
    await sign_in(ground, http, staff.member)
    await make(
        http, title="你好", text="{{contact.name}}您好,我是{{site.name}}的{{agent.name}} #{{conversation.number}}"
    )
    used = await make(http, title="你好啊", text="在的")
    assert (await http.post(f"{PATH}/{used['id']}/used")).status_code == 204
    found = (await http.get(f"{PATH}/match", params={"q": "nh", "conversation_id": str(conversation.id)})).json()
    assert [(item["title"], item["text"]) for item in found["items"]] == [
        ("你好啊", "在的"),
        ("你好", f"小明您好,我是松果商店的王芳 #{conversation.number}"),
    ]
    hidden = await http.get(f"{PATH}/match", params={"q": "nh", "conversation_id": str(new_id())})
    assert hidden.json()["code"] == "conversation_not_found"


async def test_pages_follow_each_other_without_gap_or_repeat(
    http: httpx.AsyncClient, ground: Ground, staff: Staff
) -> None:
    await sign_in(ground, http, staff.member)
    for number in range(7):
        await make(http, title=f"第{number}条", folder="乙" if number % 2 else "")
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = (await http.get(PATH, params={"limit": 3} | ({"cursor": cursor} if cursor else {}))).json()
        seen += [item["title"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 7


async def test_a_table_is_tried_then_stored_and_comes_out_again(
    http: httpx.AsyncClient, ground: Ground, staff: Staff
) -> None:
    await sign_in(ground, http, staff.supervisor)
    await make(http, title="旧的", folder="甲", text="以前")
    table = '范围,客服组,文件夹,标题,内容\n个人,,甲,旧的,以后\n客服组,售后,,退货,七天\n全部,,,=1+1,"a\nb"\n'.encode(
        "gb18030"
    )
    files = {"file": ("texts.csv", table, "text/csv")}
    tried = await http.post(f"{PATH}/import", params={"dry_run": 1}, files=files)
    assert tried.json() == {"created": 2, "updated": 1, "refused": []}
    assert await titles(http) == ["旧的"]
    assert (await http.post(f"{PATH}/import", files=files)).json() == {"created": 2, "updated": 1, "refused": []}
    assert (await http.post(f"{PATH}/import", files=files)).json() == {"created": 0, "updated": 3, "refused": []}
    out = await http.get(f"{PATH}/export.csv")
    assert out.content.decode("utf-8-sig").splitlines() == [
        "范围,客服组,文件夹,标题,内容",
        "个人,,甲,旧的,以后",
        "客服组,售后,,退货,七天",
        "全部,,,'=1+1,\"a",
        'b"',
    ]


async def test_one_bad_row_and_nothing_is_stored_and_every_bad_row_is_named(
    http: httpx.AsyncClient, ground: Ground, staff: Staff
) -> None:
    await sign_in(ground, http, staff.member)
    rows = [
        "scope,team,folder,title,text",
        "personal,,,fine,text",
        "everybody,,,not mine,text",
        "team,nobody,,no team,text",
        "team,售后,,,text",
        "personal,,,no text,",
        "personal,,,variable,{{x.y}}",
        "personal,,,FINE,again",
        "planet,,,scope,text",
    ]
    answer = await http.post(f"{PATH}/import", files={"file": ("t.csv", "\n".join(rows).encode(), "text/csv")})
    assert answer.json()["created"] == 0
    assert [(row["row"], row["reason"]) for row in answer.json()["refused"]] == [
        (3, "not_yours"),
        (4, "unknown_team"),
        (5, "title_missing"),
        (6, "text_missing"),
        (7, "unknown_variable"),
        (8, "repeated"),
        (9, "unknown_scope"),
    ]
    assert await titles(http) == []


async def test_the_facts_name_what_has_to_be_loaded_again(
    http: httpx.AsyncClient, ground: Ground, staff: Staff
) -> None:
    """State and facts give the fresh state: who holds the list replaces what a fact names by what loading it says."""
    await sign_in(ground, http, staff.member)
    told: list[Fact] = []
    ground.outbox.push = told.extend
    first, second = await make(http, title="一"), await make(http, title="二")
    await http.patch(f"{PATH}/{first['id']}", json={"title": "三"})
    await http.delete(f"{PATH}/{second['id']}")
    held: set[UUID | None] = set()
    for fact in told:
        assert isinstance(fact, CannedResponseChanged)
        (held.discard if fact.deleted else held.add)(fact.id)
    assert {str(id) for id in held} == {item["id"] for item in (await http.get(PATH)).json()["items"]}
    table = b"title,text\na,b\n"
    await http.post(f"{PATH}/import", files={"file": ("t.csv", table, "text/csv")})
    assert told[-1] == CannedResponseChanged(workspace_id=staff.member.workspace_id, id=None)
