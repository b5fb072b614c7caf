"""What is promised is counted, warned of, missed or kept at the moments of the conversation."""

from datetime import timedelta
from email import message_from_string
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import select

from tests.people import found_team, hire
from tests.relaying import settle
from tests.service_levels.conftest import PromisingShop
from yingke.conversations.closing import reopen_conversation
from yingke.conversations.editing import tag_conversation
from yingke.identity.actors import Role
from yingke.kit.facts import Fact
from yingke.kit.outbox import OutboxRow
from yingke.kit.relay import Relay
from yingke.realtime.audience import agents_may_see
from yingke.routing.facts import RoutingChanged
from yingke.service_levels import ServiceLevelAlarm
from yingke.service_levels.editing import change_policy, create_policy, remove_policy
from yingke.service_levels.errors import HoursNeverOpen
from yingke.service_levels.jobs import look_at_all_due
from yingke.service_levels.queries import try_conversation
from yingke.service_levels.report import days_of, missed, report
from yingke.service_levels.terms import Terms
from yingke.tags.editing import create_tag

RESPONSES = {"first_response": 60, "next_response": 120}


def alarms(facts: list[Fact]) -> list[tuple[str, str, str]]:
    return [(each.stage, each.kind, each.to) for each in facts if isinstance(each, ServiceLevelAlarm)]


async def test_the_countdown_of_a_conversation_is_the_nearest_of_its_targets(shop: PromisingShop) -> None:
    agent = await shop.hire("王芳")
    await shop.promise(targets={**RESPONSES, "resolution": 90})
    id = await shop.write()
    await shop.pass_time()
    asked = shop.clock.now()
    row = await shop.row(id)
    assert row.due is not None and row.due["kind"] == "first_response"
    assert row.due_at == asked + timedelta(seconds=60)
    await shop.pass_time(20)
    await shop.answer(agent, id)
    await shop.pass_time()
    # The visitor has the word: the clock of the resolution stands still, with what is left.
    due = (await shop.row(id)).due
    assert due is not None and (due["kind"], due["at"], due["left"]) == ("resolution", None, 70)
    await shop.pass_time(500)
    await shop.add(id)
    await shop.pass_time()
    row = await shop.row(id)
    assert row.due is not None and row.due["kind"] == "resolution"
    assert row.due_at == shop.clock.now() + timedelta(seconds=70)
    await shop.answer(agent, id)
    await shop.end(agent, id)
    await shop.pass_time()
    assert (await shop.row(id)).due is None
    assert await shop.outcomes(id) == [("first_response", "kept"), ("resolution", "kept"), ("next_response", "kept")]


async def test_a_warning_comes_before_and_a_miss_stays_missed(shop: PromisingShop) -> None:
    agent = await shop.hire("王芳")
    await shop.promise(targets=RESPONSES)
    id = await shop.write()
    await shop.pass_time()
    await shop.pass_time(29)
    assert alarms(shop.facts) == []
    await shop.pass_time(1)
    assert alarms(shop.facts) == [("warning", "first_response", "holder")]
    await shop.pass_time(31)
    late = [("breach", "first_response", "holder"), ("breach", "first_response", "supervisors")]
    assert alarms(shop.facts)[1:] == late
    assert (await shop.row(id)).due is not None
    await shop.pass_time(600)
    assert len(alarms(shop.facts)) == 3
    await shop.answer(agent, id)
    await shop.pass_time()
    assert await shop.outcomes(id) == [("first_response", "breached")]
    assert (await shop.row(id)).due is None


async def test_an_answer_in_time_is_kept_although_it_is_heard_of_late(shop: PromisingShop) -> None:
    """As after a restart: the moments count, and not when somebody got round to looking at them."""
    agent = await shop.hire("王芳")
    await shop.promise(targets=RESPONSES)
    id = await shop.write()
    await shop.pass_time()
    shop.clock.advance(timedelta(seconds=10))
    await shop.answer(agent, id)
    shop.clock.advance(timedelta(seconds=5))
    await shop.add(id)
    shop.clock.advance(timedelta(seconds=5))
    await shop.answer(agent, id)
    shop.clock.advance(timedelta(seconds=9000))
    await look_at_all_due(shop.services.ground)
    await settle(shop.services)
    assert await shop.outcomes(id) == [("first_response", "kept"), ("next_response", "kept")]
    assert alarms(shop.facts) == []


async def test_the_first_policy_that_fits_applies_and_a_tag_changes_which_it_is(shop: PromisingShop) -> None:
    await shop.hire("王芳")
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        tag = await create_tag(work, name="投诉", color="#c0392b")
    await shop.promise("金卡", when={"tiers": ["金卡"]}, targets={"first_response": 20})
    await shop.promise("投诉", when={"tag_ids": [str(tag.id)]}, targets={"first_response": 40})
    everybody = await shop.promise("所有人", targets={"first_response": 60})
    gold = await shop.write(fields={"等级": "金卡"})
    plain = await shop.write()
    await shop.pass_time()
    begun = shop.clock.now()
    assert (await shop.row(gold)).due_at == begun + timedelta(seconds=20)
    assert (await shop.row(plain)).due_at == begun + timedelta(seconds=60)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await tag_conversation(work, shop.company.owner, plain, [tag.id])
    await shop.pass_time()
    row = await shop.row(plain)
    assert row.due_at == begun + timedelta(seconds=40)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        trial = await try_conversation(work, shop.company.owner, row.number)
        assert [(each.name, each.misses) for each in trial.items] == [
            ("金卡", ["tiers"]), ("投诉", []), ("所有人", []),
        ]  # fmt: skip
        await remove_policy(work, everybody)


async def test_after_hours_the_clock_stands_still_until_the_doors_open(shop: PromisingShop) -> None:
    await shop.hire("王芳")
    week = [{"day": day, "from": "09:00", "to": "10:05"} for day in range(5)]
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        site = await work.get(type(shop.site), shop.site.id)
        site.settings = {"hours": {"always": False, "weekly": week}}
    await shop.promise(targets={"first_response": 600}, hours="site")
    # Friday, 10:00 in Shanghai: five minutes today, five on Monday.
    id = await shop.write()
    await shop.pass_time()
    due = (await shop.row(id)).due_at
    assert due is not None and due.isoformat() == "2026-11-23T01:05:00+00:00"


async def test_a_policy_goes_by_hours_of_its_own_with_their_holidays_and_adjusted_working_days(
    shop: PromisingShop,
) -> None:
    await shop.hire("王芳")
    own = {
        "always": False,
        "weekly": [{"day": day, "from": "09:00", "to": "10:05"} for day in range(5)],
        "holidays": [
            {"date": "2026-11-22", "name": "调休上班", "open": [{"from": "09:00", "to": "09:02"}]},
            {"date": "2026-11-23", "name": "放假", "open": []},
        ],
    }
    await shop.promise(targets={"first_response": 600}, hours="own", own_hours=own)
    # Friday, 10:00 in Shanghai: five minutes today, two on the Sunday that is worked, three on Tuesday.
    id = await shop.write()
    await shop.pass_time()
    due = (await shop.row(id)).due_at
    assert due is not None and due.isoformat() == "2026-11-24T01:03:00+00:00"
    for wrong, refused in (({"always": False, "weekly": []}, HoursNeverOpen), (None, ValidationError)):
        with pytest.raises(refused):
            async with shop.services.ground.work_in(shop.workspace_id) as work:
                terms = Terms.model_validate({"targets": {"first_response": 60}, "hours": "own", "own_hours": wrong})
                await create_policy(work, shop.company.owner, name="夜间", terms=terms)


async def test_put_aside_it_is_not_counted(shop: PromisingShop) -> None:
    agent = await shop.hire("王芳")
    await shop.promise(targets={"first_response": 60})
    id = await shop.write()
    await shop.pass_time()
    await shop.pass_time(20)
    await shop.snooze(agent, id, shop.clock.now() + timedelta(hours=1))
    await shop.pass_time(1000)
    assert await shop.outcomes(id) == [("first_response", "running")]
    await shop.add(id)
    await shop.pass_time()
    assert (await shop.row(id)).due_at == shop.clock.now() + timedelta(seconds=40)


async def test_a_step_gives_it_back_to_the_queue_for_somebody_else_and_mails(shop: PromisingShop) -> None:
    one = await shop.hire("甲")
    steps: list[dict[str, Any]] = [
        {"on": "warning", "do": "requeue"},
        {"on": "breach", "after": 30, "do": "mail", "to": "boss@example.com"},
    ]
    await shop.promise(targets={"first_response": 100}, steps=steps)
    id = await shop.write()
    await shop.pass_time()
    assert await shop.holder(id) == one.agent_id
    shop.there.clear()
    await shop.pass_time(51)
    told = [each["why"] for each in await shop.activities(id) if each["type"] == "queued"]
    assert "service_level" in told
    outbox = shop.services.settings.data / "outbox"
    await shop.pass_time(60)
    assert not list(outbox.glob("*")) if outbox.exists() else True
    await shop.pass_time(20)
    (mail,) = list(outbox.glob("*.eml"))
    assert "boss@example.com" in mail.read_text()
    await shop.pass_time(200)
    assert len(list(outbox.glob("*.eml"))) == 1


async def test_a_new_policy_measures_what_begins_from_then_on(shop: PromisingShop) -> None:
    await shop.hire("王芳")
    before = await shop.write()
    await shop.pass_time(30)
    policy_id = await shop.promise(targets={"first_response": 60})
    after = await shop.write()
    await shop.pass_time()
    assert await shop.outcomes(before) == []
    assert await shop.outcomes(after) == [("first_response", "running")]
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await change_policy(work, shop.company.owner, policy_id, {"active": False})
    await shop.pass_time()
    assert await shop.outcomes(after) == [("first_response", "dropped")]
    assert (await shop.row(after)).due is None


async def test_hours_that_never_open_are_refused_with_the_name_of_the_site(shop: PromisingShop) -> None:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        site = await work.get(type(shop.site), shop.site.id)
        site.settings = {"hours": {"always": False, "weekly": []}}
    terms = Terms.model_validate({"targets": {"first_response": 60}, "hours": "site"})
    with pytest.raises(HoursNeverOpen, match="松果商店"):
        async with shop.services.ground.work_in(shop.workspace_id) as work:
            await create_policy(work, shop.company.owner, name="工作时间", terms=terms)


async def test_the_report_counts_by_policy_team_and_agent_and_leads_to_the_conversations(shop: PromisingShop) -> None:
    team = await found_team(shop.services.ground, shop.workspace_id)
    agent = await shop.hire("王芳", teams=(team,))
    policy_id = await shop.promise(targets={"first_response": 60})
    kept, late = await shop.write(team_id=team), await shop.write(team_id=team)
    await shop.pass_time(30)
    await shop.answer(agent, kept)
    await shop.pass_time(45)
    await shop.answer(agent, late)
    await shop.pass_time()
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        days = await days_of(work, None, None)
        told = await report(work, days)
        owner = shop.company.owner
        behind, following = await missed(work, owner, days, agent_id=agent.agent_id, limit=10, cursor=None)
        of_nobody, _ = await missed(work, owner, days, agent_id="none", limit=10, cursor=None)
    for part, id in ((told.policies, policy_id), (told.teams, team), (told.agents, agent.agent_id)):
        assert [(each.id, each.kept, each.breached, each.kept_rate) for each in part] == [(id, 1, 1, 0.5)]
    assert [(each.conversation_id, each.late) for each in behind] == [(late, 15.0)] and following is None
    assert of_nobody == []


async def test_what_was_missed_while_nobody_had_it_is_found_as_that(shop: PromisingShop) -> None:
    await shop.promise(targets={"first_response": 60})
    id = await shop.write()
    await shop.pass_time()
    await shop.pass_time(61)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        days = await days_of(work, None, None)
        behind, _ = await missed(work, shop.company.owner, days, team_id="none", agent_id="none", limit=10, cursor=None)
    assert [(each.conversation_id, each.agent_id) for each in behind] == [(id, None)]


async def test_who_is_alarmed_is_who_has_it_the_team_while_nobody_has_and_supervisors(shop: PromisingShop) -> None:
    other_team = await found_team(shop.services.ground, shop.workspace_id, "售后")
    ground, id = shop.services.ground, shop.workspace_id
    holder, colleague = await shop.hire("甲"), await hire(ground, id, "乙", teams=(other_team,))
    supervisor = await hire(ground, id, "主管", role=Role.supervisor)
    await shop.promise(targets=RESPONSES)
    conversation = await shop.write()
    await shop.pass_time()
    given = holder if await shop.holder(conversation) == holder.agent_id else colleague
    spared = colleague if given is holder else holder
    await shop.pass_time(61)
    told = [each for each in shop.facts if isinstance(each, ServiceLevelAlarm)]
    for_holder = next(each for each in told if each.to == "holder")
    for_supervisors = next(each for each in told if each.to == "supervisors")
    assert agents_may_see(for_holder, given) and not agents_may_see(for_holder, spared)
    assert agents_may_see(for_supervisors, supervisor) and not agents_may_see(for_supervisors, given)


async def test_taken_up_again_it_is_to_be_resolved_anew(shop: PromisingShop) -> None:
    agent = await shop.hire("王芳")
    await shop.promise(targets={"resolution": 600})
    id = await shop.write()
    await shop.pass_time()
    await shop.answer(agent, id)
    await shop.end(agent, id)
    await shop.pass_time(60)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await reopen_conversation(work, agent, id)
        reopened_at = work.now
    await shop.pass_time()
    first, second = await shop.targets(id)
    assert (first.outcome, second.outcome, second.started_at) == ("kept", "running", reopened_at)


async def test_missed_before_it_was_put_aside_is_missed_although_nobody_looked(shop: PromisingShop) -> None:
    agent = await shop.hire("王芳")
    await shop.promise(targets={"first_response": 60})
    id = await shop.write()
    await shop.pass_time()
    begun = shop.clock.now()
    shop.clock.advance(timedelta(seconds=90))
    await shop.snooze(agent, id, shop.clock.now() + timedelta(hours=1))
    shop.clock.advance(timedelta(seconds=30))
    await settle(shop.services)
    (target,) = await shop.targets(id)
    assert (target.outcome, target.decided_at) == ("breached", begun + timedelta(seconds=60))
    assert target.warned_at == begun + timedelta(seconds=30)


async def test_each_mail_of_a_policy_is_a_mail_of_its_own(shop: PromisingShop) -> None:
    """Receivers drop what has the name of another."""
    await shop.hire("王芳")
    mail = {"on": "breach", "do": "mail"}
    steps = [mail | {"to": "boss@example.com"}, mail | {"to": "chief@example.com"}, mail | {"to": "boss@example.com", "after": 30}]  # fmt: skip
    await shop.promise(targets={"first_response": 60}, steps=steps)
    await shop.write()
    await shop.pass_time()
    await shop.pass_time(100)
    mails = [message_from_string(each.read_text()) for each in shop.services.settings.data.glob("outbox/*.eml")]
    assert sorted(each["To"] for each in mails) == ["boss@example.com", "boss@example.com", "chief@example.com"]
    assert len({each["Message-ID"] for each in mails}) == 3


async def test_where_nothing_is_promised_nothing_is_followed(shop: PromisingShop) -> None:
    agent = await shop.hire("王芳")
    id = await shop.write()
    await settle_facts(shop)
    await shop.answer(agent, id)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        work.tell(RoutingChanged(workspace_id=shop.workspace_id, team_id=None))
        work.tell(RoutingChanged(workspace_id=shop.workspace_id, team_id=None))
    assert await settle_facts(shop) == []
    await shop.promise(targets={"first_response": 60})
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        work.tell(RoutingChanged(workspace_id=shop.workspace_id, team_id=None))
        work.tell(RoutingChanged(workspace_id=shop.workspace_id, team_id=None))
    assert await settle_facts(shop) == ["set_service_clocks"]


async def settle_facts(shop: PromisingShop) -> list[str]:
    """Run the listeners only: the jobs of service levels that they ask for."""
    relay = Relay(shop.services.ground)
    while await relay.drain():
        pass
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        asked = select(OutboxRow.name).where(OutboxRow.fact_id.is_(None), OutboxRow.name.contains("service"))
        return list(await work.scalars(asked))
