"""How well the shop answers: a score card, a weekly sample, what a supervisor found, and an appeal that waits."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from yingke.conversations.models import Conversation
from yingke.demo.catalogue import sample
from yingke.demo.company import Company
from yingke.identity import Actor
from yingke.kit.clock import FixedClock
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.quality.appealing import appeal
from yingke.quality.cards import create_card
from yingke.quality.inspecting import begin_inspection, submit_inspection
from yingke.quality.plans import create_plan
from yingke.quality.scoring import Criterion, CriterionAnswer
from yingke.quality.values import CardValue, PlanTerms

_AGO = timedelta(hours=20)


async def write_quality(ground: Ground, company: Company, inspector: Actor, now: datetime) -> None:
    """A colleague's newest ended conversations are inspected; last week's are to be inspected by the owner and the supervisor."""
    told = sample("quality")
    criteria = [Criterion(id=new_id(), **each) for each in told["criteria"]]
    then = Ground(ground.engine, ground.outbox, FixedClock(now - _AGO))
    async with then.work_in(company.workspace_id) as work:
        card = await create_card(work, name=told["name"], criteria=criteria, appeal_days=7)
        colleagues = [actor for actor in company.actors.values() if actor.agent_id != inspector.agent_id]
        ended = select(Conversation).where(
            Conversation.workspace_id == company.workspace_id,
            Conversation.channel == "webchat",
            Conversation.status == "resolved",
            Conversation.agent_id.in_([each.agent_id for each in colleagues]),
            Conversation.last_seq >= 4,
        )
        talks = await work.all(ended.order_by(Conversation.resolved_at.desc()).limit(200))
        free = [talk for talk in talks if inspector.agent_id not in talk.participant_ids]
    for talk, found in zip(free, told["inspected"], strict=False):
        await _inspect(then, company, inspector, talk, card, criteria, found)
    async with then.work_in(company.workspace_id) as work:
        await create_plan(
            work,
            name="每周随机抽查",
            card_id=card.id,
            period="week",
            per_agent=2,
            terms=PlanTerms(),
            inspector_ids=[company.actors[key].agent_id for key in ("lin", "chen")],
        )


async def _inspect(
    ground: Ground,
    company: Company,
    inspector: Actor,
    talk: Conversation,
    card: CardValue,
    criteria: list[Criterion],
    found: dict[str, Any],
) -> None:
    answers = [
        CriterionAnswer(
            criterion_id=criterion.id,
            value=value,
            remark=found["remark"] if place == found["low"] else "",
            seq=min(2, talk.last_seq) if place == found["low"] else None,
        )
        for place, (criterion, value) in enumerate(zip(criteria, found["values"], strict=True))
    ]
    async with ground.work_in(company.workspace_id) as work:
        begun = await begin_inspection(work, inspector, talk.id, card.id)
        await submit_inspection(work, inspector, begun.id, answers, "")
    if "appeal" in found:
        agent = next(actor for actor in company.actors.values() if actor.agent_id == talk.agent_id)
        async with ground.work_in(company.workspace_id) as work:
            await appeal(work, agent, begun.id, found["appeal"])
