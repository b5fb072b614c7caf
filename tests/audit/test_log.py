"""The audit log: what gets into it, and that nothing gets out."""

import asyncio
import csv
import io
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text

from tests.agents.people import hire
from tests.conftest import Company, sign_in, sign_in_token
from tests.identity.people import founded, fresh_email, signing_in
from tests.people import arrive, open_site
from yingke.agents.founding import welcome_agent
from yingke.audit import Act, AuditFilter, forget_old_entries, list_entries, record, verify_chain
from yingke.audit.chaining import FIRST, chained
from yingke.audit.models import AuditChain
from yingke.conversations.opening import open_conversation
from yingke.identity.actors import Actor, Role
from yingke.identity.api_keys import make_api_key
from yingke.identity.audit_command import verify_everywhere
from yingke.identity.jobs import record_failed_sign_in
from yingke.identity.models import Membership
from yingke.kit.clock import FixedClock
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.wiring import Services


async def entries(http: httpx.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    answer = await http.get("/api/v1/audit", params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


@pytest.fixture
async def desk(http: httpx.AsyncClient, ground: Ground) -> httpx.AsyncClient:
    """The owner's browser, signed in with a password."""
    email = fresh_email()
    await founded(ground, email)
    assert (await signing_in(http, email)).status_code == 200
    return http


async def test_an_administrative_act_is_told_with_who_when_from_where_and_what_it_was_before(
    desk: httpx.AsyncClient,
) -> None:
    team = (await desk.post("/api/v1/teams", json={"name": "售前", "public_name": "售前"})).json()["id"]
    assert (await desk.patch(f"/api/v1/teams/{team}", json={"name": "售后"})).status_code == 200
    changed, made = (await entries(desk))[:2]
    assert (made["act"], made["subject_id"], made["subject_name"]) == ("teams.made", team, "售前")
    assert (changed["act"], changed["actor_name"], changed["via"]) == ("teams.changed", "王芳", "browser")
    assert changed["address"] == "127.0.0.1"
    assert changed["details"]["rows"] == [
        {"what": "changed", "table": "teams", "id": team, "columns": {"name": ["售前", "售后"]}}
    ]


async def test_what_is_refused_is_not_told_and_reading_is_not_either(desk: httpx.AsyncClient) -> None:
    before = len(await entries(desk))
    assert (await desk.post("/api/v1/teams", json={"name": ""})).status_code == 422
    assert (await desk.patch(f"/api/v1/teams/{new_id()}", json={"name": "没有"})).status_code == 404
    assert (await desk.get("/api/v1/teams")).status_code == 200
    assert len(await entries(desk)) == before


async def test_secrets_are_left_out(desk: httpx.AsyncClient) -> None:
    key = (await desk.post("/api/v1/api-keys", json={"name": "ERP", "scopes": ["read"]})).json()
    site = (await desk.post("/api/v1/sites", json={"name": "商店"})).json()
    offer = (await desk.post("/api/v1/me/totp")).json()
    told = (await desk.get("/api/v1/audit")).text
    assert "api-keys.made" in told
    assert "me.totp.made" in told
    for secret in (key["secret"], site.get("identity_secret") or "identity_secret", offer["secret"]):
        assert secret not in told


async def test_erasing_a_contact_leaves_nothing_of_them_in_the_log(desk: httpx.AsyncClient) -> None:
    contact = (await desk.post("/api/v1/contacts", json={"name": "金丝雀", "phone": "13800000000"})).json()["id"]
    assert (await desk.delete(f"/api/v1/contacts/{contact}")).status_code == 204
    told = await desk.get("/api/v1/audit")
    newest = told.json()["items"][0]
    assert (newest["act"], newest["subject_id"]) == ("contacts.removed", contact)
    assert "金丝雀" not in told.text
    assert "13800000000" not in told.text


async def test_signing_in_and_out_and_failing_to_are_told(
    http: httpx.AsyncClient, ground: Ground, services: Services
) -> None:
    email = fresh_email()
    owner = await founded(ground, email)
    assert (await signing_in(http, email, "不对的密码 123")).status_code == 401
    arguments = {"workspace_id": None, "email": email, "address": "203.0.113.7", "why": "invalid_credentials"}
    failed = str(new_id())
    for _ in range(2):  # a job may run twice
        await record_failed_sign_in(services, **arguments, id=failed)  # type: ignore[arg-type]
    await signing_in(http, email)
    await http.delete("/api/v1/session")
    await signing_in(http, email)
    told = [(each["act"], each["address"]) for each in await entries(http)]
    assert told[:4] == [
        ("session.made", "127.0.0.1"),
        ("session.removed", "127.0.0.1"),
        ("session.made", "127.0.0.1"),
        ("session.failed", "203.0.113.7"),
    ]
    assert (await entries(http, act="session.removed"))[0]["actor_id"] == str(owner.agent_id)


async def test_the_log_is_searched_by_who_what_when_and_words_and_comes_in_pages(
    desk: httpx.AsyncClient, clock: FixedClock
) -> None:
    for number in range(5):
        await desk.post("/api/v1/tags", json={"name": f"标签{number}", "color": "#1f6f5c"})
    assert [each["subject_name"] for each in await entries(desk, q="标签3")] == ["标签3"]
    assert len(await entries(desk, act="tags.made")) == 5
    assert await entries(desk, act="tags.made", until="2026-01-01T00:00:00Z") == []
    assert len(await entries(desk, act="tags.made", since="2026-01-01T00:00:00Z")) == 5
    assert await entries(desk, actor_id=str(new_id())) == []
    first = (await desk.get("/api/v1/audit", params={"act": "tags.made", "limit": 3})).json()
    rest = (await desk.get("/api/v1/audit", params={"act": "tags.made", "cursor": first["next_cursor"]})).json()
    assert [each["subject_name"] for each in first["items"] + rest["items"]] == [f"标签{n}" for n in (4, 3, 2, 1, 0)]
    assert "tags.made" in (await desk.get("/api/v1/audit/acts")).json()["items"]
    assert (await desk.get("/api/v1/audit", params={"since": "2026-01-01T00:00:00"})).status_code == 422


async def test_the_log_leaves_as_csv_without_formulas_and_that_is_told_too(desk: httpx.AsyncClient) -> None:
    await desk.post("/api/v1/tags", json={"name": "=1+1", "color": "#1f6f5c"})
    answer = await desk.get("/api/v1/audit/export", params={"act": "tags.made"})
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [line["subject_name"] for line in lines] == ["'=1+1"]
    assert (await entries(desk))[0]["act"] == "audit.export.read"


async def test_only_administrators_read_it(http: httpx.AsyncClient, ground: Ground, company: Company) -> None:
    await sign_in(ground, http, await hire(ground, company, role=Role.supervisor))
    assert (await http.get("/api/v1/audit")).status_code == 403
    await sign_in(ground, http, await hire(ground, company, role=Role.administrator))
    assert (await http.get("/api/v1/audit")).status_code == 200


async def write(ground: Ground, company: Company, *names: str) -> None:
    async with ground.work_in(company.workspace_id) as work:
        for name in names:
            record(work, Act(what="tests.made", subject_name=name))


async def test_the_chain_has_no_gap_however_many_write_at_once(ground: Ground, company: Company) -> None:
    await asyncio.gather(*(write(ground, company, f"{n}a", f"{n}b") for n in range(40)))
    async with ground.work_in(company.workspace_id) as work:
        verdict = await verify_chain(work, company.workspace_id)
        assert (verdict.broken_at, verdict.checked, verdict.head_seq) == (None, 80, 80)


async def test_an_act_that_is_not_done_is_not_told(ground: Ground, company: Company) -> None:
    with pytest.raises(RuntimeError):
        async with ground.work_in(company.workspace_id) as work:
            record(work, Act(what="tests.made"))
            raise RuntimeError
    async with ground.work_in(company.workspace_id) as work:
        assert (await list_entries(work, AuditFilter(), limit=10))[0] == []


async def test_what_was_done_before_a_work_rests_is_told_even_if_the_rest_fails(
    ground: Ground, company: Company
) -> None:
    with pytest.raises(RuntimeError):
        async with ground.work_in(company.workspace_id) as work:
            record(work, Act(what="tests.made"))
            async with work.at_rest():
                pass
            record(work, Act(what="tests.changed"))
            raise RuntimeError
    async with ground.work_in(company.workspace_id) as work:
        told, _ = await list_entries(work, AuditFilter(), limit=10)
        assert [each.act for each in told] == ["tests.made"]


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET act = 'x'", "DELETE FROM audit_entries"])
async def test_the_database_refuses_to_change_or_remove_an_entry(
    ground: Ground, company: Company, connection: asyncpg.Connection, statement: str
) -> None:
    await write(ground, company, "甲")
    await connection.execute(f"SET yingke.workspace = '{company.workspace_id}'")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("TRUNCATE audit_entries")


@pytest.mark.parametrize(
    ("tampering", "broken_at", "why"),
    [
        ("UPDATE audit_entries SET actor_name = '别人' WHERE seq = 3", 3, "changed"),
        ("UPDATE audit_entries SET at = at - interval '1 second' WHERE seq = 1", 1, "changed"),
        ("DELETE FROM audit_entries WHERE seq = 2", 2, "missing"),
        ("DELETE FROM audit_entries WHERE seq = 5", 5, "missing"),
        ("UPDATE audit_chains SET head_seq = 4", 4, "changed"),
    ],
)
async def test_who_changes_the_log_behind_the_programs_back_is_found_out(
    ground: Ground, company: Company, connection: asyncpg.Connection, tampering: str, broken_at: int, why: str
) -> None:
    await write(ground, company, *"甲乙丙丁戊")
    await connection.execute(f"SET yingke.workspace = '{company.workspace_id}'")
    await connection.execute("ALTER TABLE audit_entries DISABLE TRIGGER USER")
    await connection.execute(tampering)
    await connection.execute("ALTER TABLE audit_entries ENABLE TRIGGER USER")
    async with ground.work_in(company.workspace_id) as work:
        verdict = await verify_chain(work, company.workspace_id)
    assert (verdict.broken_at, verdict.why) == (broken_at, why)
    lines, whole = await verify_everywhere(ground)
    assert not whole
    assert any(f"BROKEN at entry {broken_at}" in line for line in lines)
    async with ground.work_everywhere() as work:  # the other tests of this database have a whole log
        await work.rows.execute(text("DELETE FROM workspaces WHERE id = :id"), {"id": company.workspace_id})


async def test_old_entries_go_when_their_time_is_over_and_the_rest_still_holds(
    ground: Ground, company: Company, clock: FixedClock
) -> None:
    await write(ground, company, "旧", "旧")
    clock.advance(timedelta(days=1096))
    await write(ground, company, "新")
    async with ground.work_in(company.workspace_id) as work:
        assert await forget_old_entries(work) == 2
    async with ground.work_in(company.workspace_id) as work:
        kept, _ = await list_entries(work, AuditFilter(), limit=10)
        assert [(each.seq, each.act) for each in kept] == [(4, "audit.forgotten"), (3, "tests.made")]
        assert (await verify_chain(work, company.workspace_id)).broken_at is None
        chain = await work.rows.get_one(AuditChain, company.workspace_id)
        assert chain.begins_after == 2
        assert await forget_old_entries(work) == 0


async def test_who_came_into_a_team_and_who_left_it_is_told(desk: httpx.AsyncClient, ground: Ground) -> None:
    own = (await desk.get("/api/v1/session")).json()["agent"]
    team = (await desk.post("/api/v1/teams", json={"name": "售前", "agent_ids": [own["id"]]})).json()["id"]
    assert (await desk.patch(f"/api/v1/teams/{team}", json={"agent_ids": []})).status_code == 200
    out, into = (await entries(desk))[:2]
    assert [row["what"] for row in rows_of(into, "team_members")] == ["added"]
    [gone] = rows_of(out, "team_members")
    assert (gone["what"], gone["columns"]) == (
        "removed", {"team_id": [team, None], "agent_id": [own["id"], None]},
    )  # fmt: skip
    assert rows_of(out, "teams") == []


def rows_of(entry: dict[str, Any], table: str) -> list[dict[str, Any]]:
    return [row for row in entry["details"]["rows"] if row["table"] == table]


async def test_a_statement_tells_what_really_changed_of_which_rows_and_how_many_more(desk: httpx.AsyncClient) -> None:
    shelf = (await desk.post("/api/v1/knowledge/categories", json={"names": {"zh-CN": "退货"}})).json()["id"]
    made = [await entry(desk, shelf, f"问{number}") for number in range(55)]
    wanted = made[::-1]
    order = f"/api/v1/knowledge/categories/{shelf}/order"
    assert (await desk.put(order, json={"entry_ids": wanted[:2]})).status_code == 204
    [told] = await entries(desk, act="knowledge.categories.order.changed")
    rows = {row["id"]: row for row in rows_of(told, "knowledge_entries")}
    assert set(rows) == set(wanted[:2]) and "more" not in told["details"]
    assert [rows[id]["columns"] for id in wanted[:2]] == [{"position": [None, 0]}, {"position": [None, 1]}]
    assert (await desk.put(order, json={"entry_ids": wanted})).status_code == 204
    told = (await entries(desk, act="knowledge.categories.order.changed"))[0]
    assert (len(told["details"]["rows"]), told["details"]["more"]) == (50, 3)


async def entry(desk: httpx.AsyncClient, shelf: str, question: str) -> str:
    body = {"language": "zh-CN", "question": question, "short_answer": "七天内可退", "category_id": shelf}
    answer = await desk.post("/api/v1/knowledge/entries", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def test_what_was_there_already_is_not_told_as_added(desk: httpx.AsyncClient) -> None:
    for wanted in (0.9, 0.85, 0.85):
        assert (await desk.put("/api/v1/knowledge/settings", json={"wanted": wanted})).status_code == 200
    nothing, again, first = await entries(desk, act="knowledge.settings.changed")
    assert "added" in [row["what"] for row in rows_of(first, "knowledge_heads")]
    [changed] = rows_of(again, "knowledge_heads")
    assert (changed["what"], changed["columns"]) == ("changed", {"wanted": [0.9, 0.85]})
    assert nothing["details"]["rows"] == []


async def test_blocking_a_visitor_again_tells_what_it_was_before(
    http: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    await sign_in(ground, http, await hire(ground, company, role=Role.administrator))
    async with ground.work_in(company.workspace_id) as work:
        visitor = await arrive(work, await open_site(ground, company.workspace_id))
    for reason in ("刷屏", "骂人"):
        answer = await http.post("/api/v1/blocks", json={"visitor_id": str(visitor.id), "reason": reason})
        assert answer.status_code == 201, answer.text
    again, first = await entries(http, act="blocks.made")
    [added], [changed] = rows_of(first, "blocks"), rows_of(again, "blocks")
    assert (added["what"], changed["what"]) == ("added", "changed")
    assert changed["columns"]["reason"] == ["刷屏", "骂人"]


async def test_of_a_long_list_what_went_and_what_came_is_told(desk: httpx.AsyncClient) -> None:
    words = [f"词{n}" for n in range(200)]
    body = {"name": "长", "side": "agent", "action": "block", "words": words}
    kept = (await desk.post("/api/v1/stop-lists", json=body)).json()["id"]
    changed = {"words": [*words[:150], *words[151:], "新词"]}
    assert (await desk.patch(f"/api/v1/stop-lists/{kept}", json=changed)).status_code == 200
    [row] = (await entries(desk, act="stop-lists.changed"))[0]["details"]["rows"]
    assert row["columns"] == {"words": [["词150"], ["新词"]]}


async def test_a_key_is_told_apart_from_a_browser(http: httpx.AsyncClient, ground: Ground, company: Company) -> None:
    async with ground.work_in(company.workspace_id) as work:
        key = await make_api_key(work, company.owner, "ERP", ["admin"])
    headers = {"authorization": f"Bearer {key.secret}"}
    await http.post("/api/v1/teams", json={"name": "机器"}, headers=headers)
    async with ground.work_in(company.workspace_id) as work:
        told, _ = await list_entries(work, AuditFilter(), limit=1)
    assert (told[0].via, told[0].actor_id) == ("key", company.owner.agent_id)


async def test_a_session_that_ends_from_another_workspace_is_told_of_the_persons_agent_there(
    desk: httpx.AsyncClient, ground: Ground, company: Company
) -> None:
    here = (await desk.get("/api/v1/session")).json()["agent"]["id"]
    async with ground.work_everywhere() as work:
        login_id = (await work.scalars(select(Membership.login_id).where(Membership.id == here))).one()
        await work.narrow(company.workspace_id)
        there = await welcome_agent(work, login_id, Role.agent, "王芳在别家")
    await sign_in_token(ground, Actor(company.workspace_id, there, Role.agent))
    assert (await desk.delete("/api/v1/me/sessions")).status_code == 204
    async with ground.work_in(company.workspace_id) as work:
        told, _ = await list_entries(work, AuditFilter(act="session.removed"), limit=1)
    assert [(each.actor_id, each.actor_name) for each in told] == [(there, "王芳在别家")]


async def test_watching_silently_is_told(http: httpx.AsyncClient, ground: Ground, company: Company) -> None:
    async with ground.work_in(company.workspace_id) as work:
        visitor = await arrive(work, await open_site(ground, company.workspace_id))
        id = (await open_conversation(work, visitor, client_id=new_id())).id
    await sign_in(ground, http, await hire(ground, company, "陈主管", role=Role.supervisor))
    assert (await http.post(f"/api/v1/conversations/{id}/watch")).status_code == 204
    await sign_in(ground, http, company.owner)
    told = [(each["actor_name"], each["act"], each["subject_id"]) for each in await entries(http)]
    assert told == [("陈主管", "conversations.watch.made", str(id))]


texts = st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=20) | st.none(), max_size=5)


@given(texts, texts, st.binary(min_size=32, max_size=32))
def test_another_entry_or_another_place_has_another_hash(
    one: dict[str, Any], other: dict[str, Any], before: bytes
) -> None:
    assert (chained(FIRST, one) == chained(FIRST, other)) is (one == other)
    assert before == FIRST or chained(before, one) != chained(FIRST, one)
