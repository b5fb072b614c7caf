"""The owner and the supervisor measure alike: a calibration that was agreed, one to agree on, one that waits for the owner."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from yingke.calibration.answering import submit_score
from yingke.calibration.leading import agree, begin_calibration
from yingke.conversations.models import Conversation
from yingke.demo.catalogue import sample
from yingke.demo.company import Company
from yingke.identity import zone_of
from yingke.kit.clock import FixedClock
from yingke.kit.days import day_at
from yingke.kit.work import Ground
from yingke.quality.cards import list_cards
from yingke.quality.scoring import CriterionAnswer
from yingke.quality.values import CardValue


async def write_calibrations(ground: Ground, company: Company, now: datetime) -> None:
    """By the card that `write_quality` made, of conversations of the agent who is neither."""
    async with ground.work_in(company.workspace_id) as work:
        card = (await list_cards(work))[0]
        talks = select(Conversation).where(
            Conversation.workspace_id == company.workspace_id,
            Conversation.channel == "webchat",
            Conversation.status == "resolved",
            Conversation.agent_id == company.actors["zhao"].agent_id,
            Conversation.last_seq >= 4,
        )
        found = await work.all(talks.order_by(Conversation.resolved_at.desc()).limit(200))
        inspectors = {company.actors[key].agent_id for key in ("lin", "chen")}
        free = [talk for talk in found if not inspectors & {talk.agent_id, *talk.participant_ids}]
    for talk, told in zip(free, sample("quality")["calibrations"], strict=False):
        then = Ground(ground.engine, ground.outbox, FixedClock(now - timedelta(days=told["days_ago"])))
        await _calibrate(then, company, talk, card, told)


async def _calibrate(
    ground: Ground, company: Company, talk: Conversation, card: CardValue, told: dict[str, Any]
) -> None:
    leader = company.actors[told["leader"]]
    async with ground.work_in(company.workspace_id) as work:
        begun = await begin_calibration(
            work,
            leader,
            talk.id,
            card_id=card.id,
            inspector_ids=[company.actors[key].agent_id for key in ("lin", "chen")],
            due_on=day_at(work.now, await zone_of(work)) + timedelta(days=5),
            why=told["why"],
        )
    for key, values in told["scores"].items():
        async with ground.work_in(company.workspace_id) as work:
            await submit_score(work, company.actors[key], begun.id, _answers(card, values), "")
    if "agreed" in told:
        async with ground.work_in(company.workspace_id) as work:
            await agree(work, leader, begun.id, _answers(card, told["agreed"]))


def _answers(card: CardValue, values: list[int]) -> list[CriterionAnswer]:
    return [
        CriterionAnswer(criterion_id=UUID(each["id"]), value=v) for each, v in zip(card.criteria, values, strict=True)
    ]
