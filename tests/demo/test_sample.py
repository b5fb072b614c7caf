"""What the first start writes, and that it is written once."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from tests.demo.conftest import Told
from yingke.agents import agent_values, team_values
from yingke.canned_responses import CannedResponse
from yingke.contacts import Contact, contact_values
from yingke.conversations.models import Conversation, Message
from yingke.conversations.rows import conversation_value, message_value
from yingke.demo import Sample, ensure_sample
from yingke.demo.history import SHANGHAI
from yingke.identity import Login, Workspace
from yingke.inboxes import site_value
from yingke.inboxes.models import Site
from yingke.kit.facts import Fact, decode_fact, encode_fact
from yingke.kit.work import Work
from yingke.knowledge import KnowledgeEntry
from yingke.knowledge.checking.looking import look
from yingke.knowledge.models import AskedQuestion
from yingke.knowledge.proposing.listing import list_proposals
from yingke.outreach.reporting import report
from yingke.ratings import ConversationRating
from yingke.routing.queries import policy_values, skill_values
from yingke.tags import all_tags
from yingke.traffic.figures import Range
from yingke.visitors import Visitor
from yingke.visits.models import Visit
from yingke.wiring import Services


async def count(work: Work, of: Any, *where: Any) -> int:
    return int((await work.rows.execute(select(func.count()).select_from(of).where(*where))).scalar_one())


async def test_the_shop_has_a_believable_past_and_a_lively_present(shop_services: Services, made: Sample) -> None:
    async with shop_services.ground.work_in(made.workspace_id) as work:
        assert await count(work, Contact) >= 25
        assert await count(work, Conversation, Conversation.status == "resolved") >= 40
        assert await count(work, CannedResponse) == 25
        assert await count(work, ConversationRating) >= 25
        for status in ("open", "queued", "snoozed"):
            assert await count(work, Conversation, Conversation.status == status) >= 1
        assert await count(work, Conversation, Conversation.language == "en") >= 3
        newest = await work.rows.scalar(select(func.max(Message.created_at)))
        assert newest is not None and newest <= work.now


async def test_a_visitor_has_come_as_often_as_his_last_visit_says(shop_services: Services, made: Sample) -> None:
    async with shop_services.ground.work_in(made.workspace_id) as work:
        last = select(func.max(Visit.number)).where(Visit.visitor_id == Visitor.id).scalar_subquery()
        assert await count(work, Visitor, last != Visitor.visits) == 0
        assert await count(work, Visit, Visit.number > 1) > 0


async def test_rules_have_invited_a_month_of_visitors_and_held_some_of_them_out(
    shop_services: Services, made: Sample
) -> None:
    async with shop_services.ground.work_in(made.workspace_id) as work:
        today = work.now.date()
        month = Range(today - timedelta(days=30), today, SHANGHAI, site_id=None)
        for figures in (await report(work, month)).items:
            assert figures.accepted and figures.declined and figures.conversations and figures.held_out


async def test_every_team_of_the_shop_has_a_policy_that_does_what_it_says(
    shop_services: Services, made: Sample
) -> None:
    async with shop_services.ground.work_in(made.workspace_id) as work:
        policies = await policy_values(work)
        assert all(policy.own for policy in policies) and len(policies) == 3
        assert not any(policy.warnings for policy in policies)
        assert all(skill.agents for skill in await skill_values(work))


async def test_a_second_start_writes_nothing(shop_services: Services, made: Sample, told: Told) -> None:
    before = len(told)
    assert await ensure_sample(shop_services.ground, shop_services.settings) == made
    assert len(told) == before


class Held:
    """What a client holds that knows nothing but the facts, as they come over the wire."""

    def __init__(self) -> None:
        self.conversations: dict[Any, Any] = {}
        self.messages: dict[Any, Any] = {}
        self.things: dict[str, dict[Any, Any]] = {"agent": {}, "team": {}, "tag": {}, "site": {}, "contact": {}}

    def fold(self, fact: Fact) -> None:
        told: Any = decode_fact(fact.name, encode_fact(fact))
        if (conversation := getattr(told, "conversation", None)) is not None:
            held = self.conversations.get(conversation.id)
            if held is None or held.version < conversation.version:
                self.conversations[conversation.id] = conversation
        if (message := getattr(told, "message", None)) is not None:
            self.messages[message.id] = message
        for name, held_things in self.things.items():
            if (value := getattr(told, name, None)) is not None:
                held_things[value.id] = value


async def test_the_facts_of_sixty_days_folded_over_nothing_are_what_is_read_afresh(
    shop_services: Services, made: Sample, told: Told
) -> None:
    held = Held()
    for fact in told:
        held.fold(fact)
    async with shop_services.ground.work_in(made.workspace_id) as work:
        fresh = {row.id: conversation_value(row) for row in await work.all(select(Conversation))}
        assert held.conversations == fresh
        messages = {row.id: message_value(row) for row in await work.all(select(Message))}
        assert held.messages == messages
        assert held.things["agent"] == {value.id: value for value in await agent_values(work)}
        assert held.things["team"] == {value.id: value for value in await team_values(work)}
        assert held.things["tag"] == {value.id: value for value in await all_tags(work)}
        sites = {row.id: site_value(row) for row in await work.all(select(Site))}
        assert held.things["site"] == sites
        contacts = await contact_values(work, await work.all(select(Contact)))
        shown = {value.id: (value.name, value.email, value.tag_ids, value.notes_count) for value in contacts}
        folded = held.things["contact"].values()
        assert {value.id: (value.name, value.email, value.tag_ids, value.notes_count) for value in folded} == shown


async def test_a_first_start_that_was_cut_off_leaves_no_trace(shop_services: Services, made: Sample) -> None:
    async with shop_services.ground.work_everywhere() as work:
        assert await count(work, Workspace) == 1
        assert await count(work, Login) == 3


async def test_the_shop_has_answers_in_two_languages_with_something_for_every_check(
    shop_services: Services, made: Sample
) -> None:
    async with shop_services.ground.work_in(made.workspace_id) as work:
        assert (await list_proposals(work, limit=50, cursor=None)).total >= 5
        for status, least in (("published", 50), ("draft", 3), ("review", 1)):
            assert await count(work, KnowledgeEntry, KnowledgeEntry.status == status) >= least
        assert (
            await count(work, KnowledgeEntry, KnowledgeEntry.language == "en", KnowledgeEntry.live.is_not(None)) >= 20
        )
        assert await count(work, AskedQuestion, AskedQuestion.decision == "answer") >= 300
        found = {one.kind for one in (await look(work, shop_services.banks)).found}
    assert found >= {"duplicate", "dead_link", "missing_language", "empty_category", "stale"}
