"""What a visitor says of the service."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.conftest import Company
from tests.people import arrive, hire, open_site
from yingke.conversations.assigning import accept_conversation
from yingke.conversations.errors import ConversationMissing
from yingke.conversations.facts import ConversationChanged, MessagePosted
from yingke.conversations.models import Message
from yingke.conversations.opening import open_conversation
from yingke.conversations.queries import conversation_for
from yingke.conversations.rows import conversation_value
from yingke.conversations.values import ConversationValue
from yingke.inboxes import Site
from yingke.kit.clock import FixedClock
from yingke.kit.errors import Refusal
from yingke.kit.facts import Fact
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.ratings import ConversationRating, rate_as_visitor


class Ended:
    def __init__(
        self, ground: Ground, company: Company, visitor_id: UUID, conversation_id: UUID, agent_id: UUID
    ) -> None:
        self.ground, self.company = ground, company
        self.visitor_id, self.id, self.agent_id = visitor_id, conversation_id, agent_id

    async def rate(self, stars: int, **said: object) -> ConversationValue:
        async with self.ground.work_in(self.company.workspace_id) as work:
            return await rate_as_visitor(work, [self.visitor_id], self.id, stars=stars, **said)  # type: ignore[arg-type]

    async def kept(self) -> ConversationRating:
        async with self.ground.work_in(self.company.workspace_id) as work:
            return await work.get(ConversationRating, self.id)


@pytest.fixture
async def ended(ground: Ground, company: Company) -> Ended:
    site = await open_site(ground, company.workspace_id)
    agent = await hire(ground, company.workspace_id)
    async with ground.work_in(company.workspace_id) as work:
        visitor = await arrive(work, site, "小明")
        opened = await open_conversation(work, visitor, client_id=new_id())
    async with ground.work_in(company.workspace_id) as work:
        await accept_conversation(work, agent, opened.id)
    return Ended(ground, company, visitor.id, opened.id, agent.agent_id)


async def test_a_rating_is_kept_raw_with_who_had_the_conversation_and_shown_on_it(ended: Ended) -> None:
    value = await ended.rate(4, solved=True, reasons=["fast", "nonsense", "fast"], comment=" 很好\x00 ")
    assert value.rating is not None
    assert (value.rating.stars, value.rating.solved, value.rating.reasons, value.rating.comment) == (
        4,
        True,
        ["fast"],
        "很好",
    )
    kept = await ended.kept()
    assert (kept.stars, kept.reasons, kept.agent_id) == (4, ["fast"], ended.agent_id)


async def test_only_staff_see_the_line_about_it(ended: Ended) -> None:
    await ended.rate(5)
    async with ended.ground.work_in(ended.company.workspace_id) as work:
        query = select(Message).where(Message.conversation_id == ended.id).order_by(Message.seq.desc()).limit(1)
        (line,) = await work.all(query)
    assert (line.kind, line.audience, line.activity) == (
        "activity",
        "staff",
        {"type": "rated", "stars": 5, "solved": None},
    )


async def test_it_can_be_changed_for_a_day(ended: Ended, clock: FixedClock) -> None:
    first = await ended.rate(1, comment="等太久")
    clock.advance(timedelta(hours=23))
    second = await ended.rate(5, comment="解决了")
    assert second.version > first.version
    kept = await ended.kept()
    assert (kept.stars, kept.changed_at - kept.rated_at) == (5, timedelta(hours=23))
    clock.advance(timedelta(hours=2))
    with pytest.raises(Refusal) as refused:
        await ended.rate(1)
    assert refused.value.code == "rating_closed"
    assert (await ended.rate(5, comment="解决了")).version == second.version


@pytest.mark.parametrize(
    ("said", "field"),
    [({"stars": 0}, "stars"), ({"stars": 6}, "stars"), ({"stars": 3, "comment": "x" * 1001}, "comment")],
)
async def test_what_is_no_rating_is_refused_by_field(ended: Ended, said: dict[str, object], field: str) -> None:
    with pytest.raises(Refusal) as refused:
        await ended.rate(**said)  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.field) == ("bad_rating", field)


async def test_a_site_that_does_not_ask_takes_no_rating(ended: Ended) -> None:
    async with ended.ground.work_in(ended.company.workspace_id) as work:
        site = (await work.all(select(Site).where(Site.workspace_id == work.workspace_id)))[0]
        site.settings = {**site.settings, "rating": {"enabled": False}}
    with pytest.raises(Refusal) as refused:
        await ended.rate(3)
    assert refused.value.code == "rating_not_asked"


async def test_nobody_rates_for_another(ended: Ended) -> None:
    async with ended.ground.work_in(ended.company.workspace_id) as work:
        with pytest.raises(ConversationMissing):
            await rate_as_visitor(work, [new_id()], ended.id, stars=1)


async def test_the_facts_of_a_rating_fold_into_the_conversation_as_it_is(ended: Ended) -> None:
    told: list[Fact] = []
    ended.ground.outbox.push = told.extend
    await ended.rate(2)
    await ended.rate(3)
    held: ConversationValue | None = None
    for fact in told:
        if isinstance(fact, ConversationChanged | MessagePosted) and (
            held is None or fact.conversation.version >= held.version
        ):
            held = fact.conversation
    async with ended.ground.work_in(ended.company.workspace_id) as work:
        fresh = conversation_value(await conversation_for(work, ended.company.owner, ended.id))
    assert held == fresh
