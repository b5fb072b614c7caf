"""From filing to the decision: an owner, a due moment, a reason, and everything written down."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.people import hire
from tests.routing.shops import Shop
from tests.service_requests.applicants import alarms, file, pass_time, shown, team_of
from yingke.contacts import create_contact
from yingke.conversations.models import Conversation
from yingke.identity import Actor
from yingke.identity.actors import Role
from yingke.kit.errors import Forbidden, Invalid
from yingke.kit.ids import new_id
from yingke.realtime.audience import agents_may_see
from yingke.service_requests.applying import add_word, withdraw
from yingke.service_requests.deciding import decide_request, move_meeting, reopen_request
from yingke.service_requests.errors import KindOff, RequestClosed, RequestMissing
from yingke.service_requests.filing import Application, Handed, file_for_contact, file_request
from yingke.service_requests.forms import RequestForm, change_form
from yingke.service_requests.handing_over import hand_all_over
from yingke.service_requests.handling import answer, change_request, note, take_request
from yingke.service_requests.models import ServiceRequest
from yingke.service_requests.queries import count_requests, list_requests, read_request
from yingke.visitors import Visitor


async def test_a_complaint_goes_to_whom_has_fewest_and_ends_with_a_reason_that_is_shown(shop: Shop) -> None:
    team = await team_of(shop)
    first, second = [await shop.hire(name, teams=(team,)) for name in ("王芳", "李雷")]
    ids = [await file(shop, reason="broken", text="") for _ in range(2)]
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        rows = [await work.get(ServiceRequest, id) for id in ids]
        assert {row.owner_id for row in rows} == {first.agent_id, second.agent_id}
        assert [row.number for row in rows] == [1, 2]
        assert rows[0].reason == "收到时已损坏"
        owner = first if rows[0].owner_id == first.agent_id else second
        await take_request(work, owner, ids[0])
        await note(work, owner, ids[0], "仓库说是快递压的")
        with pytest.raises(Invalid, match="reason"):
            await decide_request(work, owner, ids[0], "settled", "   ")
        with pytest.raises(Invalid):
            await decide_request(work, owner, ids[0], "approved", "好")
        await decide_request(work, owner, ids[0], "settled", "今天补发一罐，并退还运费。")
        with pytest.raises(RequestClosed):
            await decide_request(work, owner, ids[0], "refused", "再来一次")
    told = await shown(shop, ids[0])
    assert (told.state, told.decision) == ("settled", "今天补发一罐，并退还运费。")
    assert [step.what for step in told.steps] == ["filed", "taken", "decided"]
    assert "仓库" not in str(told)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        whole = await read_request(work, owner, ids[0])
    assert [(step.what, step.by) for step in whole.steps] == [
        ("filed", "applicant"),
        ("taken", "agent"),
        ("noted", "agent"),
        ("decided", "agent"),
    ]


async def test_its_owner_is_reminded_before_it_is_due_and_supervisors_hear_of_what_is_overdue(shop: Shop) -> None:
    team = await team_of(shop)
    agent = await shop.hire("王芳", teams=(team,))
    supervisor = await hire(shop.services.ground, shop.workspace_id, "主管", role=Role.supervisor)
    elsewhere = await hire(shop.services.ground, shop.workspace_id, "别组")
    await file(shop)
    (filed,) = alarms(shop)
    assert filed.stage == "filed" and agents_may_see(filed, agent) and not agents_may_see(filed, supervisor)
    await pass_time(shop, hours=19)
    assert len(alarms(shop)) == 1
    await pass_time(shop, hours=0.5)
    assert alarms(shop)[1].stage == "soon"
    await pass_time(shop, hours=5)
    await pass_time(shop, hours=5)
    *_, overdue = alarms(shop)
    assert len(alarms(shop)) == 3 and overdue.stage == "overdue"
    assert agents_may_see(overdue, agent) and agents_may_see(overdue, supervisor)
    assert not agents_may_see(overdue, elsewhere)


async def test_while_the_applicant_is_asked_the_clock_stands_still(shop: Shop) -> None:
    agent = await shop.hire("王芳", teams=(await team_of(shop),))
    id = await file(shop)
    ground, workspace = shop.services.ground, shop.workspace_id
    async with ground.work_in(workspace) as work:
        due = (await work.get(ServiceRequest, id)).due_at
        await answer(work, agent, id, "请发一张照片。", ask=True)
    await pass_time(shop, hours=100)
    assert [each.stage for each in alarms(shop)] == ["filed"]
    assert (await shown(shop, id)).state == "waiting"
    async with ground.work_in(workspace) as work:
        request = await work.get(ServiceRequest, id, lock=True)
        await add_word(work, request, "照片发您了")
        assert (request.state, request.due_at) == ("in_work", due + timedelta(hours=100))
    await pass_time(shop, hours=25)
    await pass_time(shop, hours=1)
    assert [each.stage for each in alarms(shop)][-2:] == ["said", "overdue"]


async def test_an_appointment_is_confirmed_for_a_moment_and_both_are_reminded(shop: Shop) -> None:
    agent = await shop.hire("王芳", teams=(await team_of(shop),))
    with pytest.raises(Invalid, match="time"):
        await file(shop, "appointment")
    wish = shop.clock.now() + timedelta(days=2)
    id = await file(shop, "appointment", wishes=[wish], email="zhou@example.com")
    ground, workspace = shop.services.ground, shop.workspace_id
    async with ground.work_in(workspace) as work:
        with pytest.raises(Invalid, match="time"):
            await decide_request(work, agent, id, "approved", "到时见")
        await decide_request(work, agent, id, "approved", "到时见", meets_at=wish)
        await move_meeting(work, agent, id, wish + timedelta(hours=1), "晚一小时可以吗")
    await pass_time(shop, hours=48)
    await pass_time(shop, minutes=1)
    assert [each.stage for each in alarms(shop)] == ["filed", "meeting"]
    told = await shown(shop, id)
    assert told.meets_at == wish + timedelta(hours=1) and told.withdrawable
    async with ground.work_in(workspace) as work:
        await withdraw(work, await work.get(ServiceRequest, id, lock=True))
    assert (await shown(shop, id)).state == "withdrawn"


async def test_what_was_decided_is_opened_again_with_new_time(shop: Shop) -> None:
    agent = await shop.hire("王芳", teams=(await team_of(shop),))
    id = await file(shop)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await decide_request(work, agent, id, "refused", "没有找到订单")
        request = await work.get(ServiceRequest, id, lock=True)
        with pytest.raises(RequestClosed):
            await withdraw(work, request)
    shop.clock.advance(timedelta(days=9))
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        again = await reopen_request(work, agent, id, "订单找到了")
        assert (again.state, again.decision, again.due_at) == ("in_work", "", work.now + timedelta(hours=24))


async def test_who_leaves_hands_over_all_that_is_open(shop: Shop) -> None:
    team = await team_of(shop)
    leaver = await shop.hire("甲", teams=(team,))
    done, undone, to_come = await file(shop), await file(shop), None
    wish = shop.clock.now() + timedelta(days=2)
    to_come = await file(shop, "appointment", wishes=[wish])
    heir = await shop.hire("乙", teams=(team,))
    supervisor = await hire(shop.services.ground, shop.workspace_id, "主管", role=Role.supervisor)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await decide_request(work, leaver, done, "settled", "已补发")
        await decide_request(work, leaver, to_come, "approved", "到时见", meets_at=wish)
        with pytest.raises(Forbidden):
            await hand_all_over(work, heir, leaver.agent_id, heir.agent_id)
        assert await hand_all_over(work, supervisor, leaver.agent_id, heir.agent_id) == 2
        mine, _ = await list_requests(work, heir, scope="mine")
        assert {each.id for each in mine} == {undone, to_come}


async def test_lists_lead_with_what_is_overdue_page_search_and_show_what_one_may_see(shop: Shop) -> None:
    team = await team_of(shop)
    agent = await shop.hire("王芳", teams=(team,))
    first = await file(shop, text="第一件")
    shop.clock.advance(timedelta(hours=20))
    second, closed = await file(shop, text="第二件"), await file(shop, text="第三件")
    shop.clock.advance(timedelta(hours=10))
    stranger = await hire(shop.services.ground, shop.workspace_id, "别组")
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await decide_request(work, agent, closed, "refused", "重复了")
        page, cursor = await list_requests(work, agent, limit=2)
        rest, end = await list_requests(work, agent, limit=2, cursor=cursor)
        assert [each.id for each in [*page, *rest]] == [first, second, closed] and end is None
        for asked, found in (
            ({"due": "overdue"}, [first]),
            ({"due": "week"}, [first, second]),
            ({"text": "二件"}, [second]),
            ({"text": "#3"}, [closed]),
            ({"state": "closed"}, [closed]),
            ({"kind": "access"}, []),
            ({"scope": "unowned"}, []),
            ({"owner_id": agent.agent_id, "state": "open"}, [first, second]),
        ):
            assert [each.id for each in (await list_requests(work, agent, **asked))[0]] == found, asked
        assert (await list_requests(work, stranger))[0] == []
        with pytest.raises(RequestMissing):
            await read_request(work, stranger, first)
        single, cursor = await list_requests(work, agent, limit=1)
        while cursor is not None:
            page, cursor = await list_requests(work, agent, limit=1, cursor=cursor)
            single += page
        assert [each.id for each in single] == [first, second, closed]
        counts = await count_requests(work, agent)
        assert (counts.mine, counts.mine_to_do, counts.mine_overdue, counts.unowned) == (2, 2, 1, 0)


async def test_who_is_limited_to_teams_decides_in_them_only(shop: Shop) -> None:
    team = await team_of(shop)
    owner = await shop.hire("王芳", teams=(team,))
    id = await file(shop)
    limited = Actor(
        shop.workspace_id, new_id(), Role.supervisor, team_ids=frozenset({team}), only_team_ids=frozenset({new_id()})
    )
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        with pytest.raises(Forbidden):
            await decide_request(work, limited, id, "settled", "好")
        assert (await change_request(work, owner, id, {"team_id": None})).team_id is None
        with pytest.raises(Invalid):
            await change_request(work, owner, id, {"owner_id": new_id()})


async def test_an_agent_files_for_a_contact_and_a_kind_that_is_off_is_taken_nowhere(shop: Shop) -> None:
    agent = await shop.hire("王芳")
    talk = await shop.write(fields={})
    application = Application(client_id=new_id(), kind="access", text="想看发票")
    ground, workspace = shop.services.ground, shop.workspace_id
    async with ground.work_in(workspace) as work:
        made = await file_for_contact(work, agent, application, conversation_id=talk, handed=Handed())
        again = await file_for_contact(work, agent, application, conversation_id=talk, handed=Handed())
    assert made.id == again.id and made.owner_id == agent.agent_id and made.name == "周"
    async with ground.work_in(workspace) as work:
        await change_form(work, "access", RequestForm())
        other = Application(client_id=new_id(), kind="access", text="再看一次")
        with pytest.raises(KindOff):
            await file_for_contact(work, agent, other, conversation_id=talk, handed=Handed())
        visitor = (await work.all(select(Visitor)))[0]
        with pytest.raises(KindOff):
            await file_request(work, visitor, other, source="widget")


async def test_what_an_agent_files_speaks_the_applicants_language(shop: Shop) -> None:
    agent = await shop.hire("王芳")
    talk = await shop.write()
    ground, workspace = shop.services.ground, shop.workspace_id
    async with ground.work_in(workspace) as work:
        (await work.get(Conversation, talk)).language = "en-GB"
        contact = await create_contact(work, {"name": "林", "language": "zh-TW"})
        plain = await create_contact(work, {"name": "周"})
    given: list[tuple[str, str, dict[str, UUID]]] = [
        ("en", "Arrived damaged", {"conversation_id": talk}),
        ("zh-TW", "收到時已損壞", {"contact_id": contact.id}),
        ("zh-CN", "收到时已损坏", {"contact_id": plain.id}),
    ]
    async with ground.work_in(workspace) as work:
        for language, reason, whose in given:
            application = Application(client_id=new_id(), kind="complaint", reason="broken")
            made = await file_for_contact(work, agent, application, handed=Handed(), **whose)
            assert (made.language, made.reason) == (language, reason)
