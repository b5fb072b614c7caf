"""Sampling plans: made, changed, removed, and what they pick."""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, func, or_, select

from yingke.conversations.models import Conversation
from yingke.identity import zone_of
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.timers import in_each
from yingke.kit.work import Ground, Work
from yingke.quality.cards import newest_version
from yingke.quality.facts import QualityChanged
from yingke.quality.inspecting import give
from yingke.quality.inspectors import able_to, inspectors_of
from yingke.quality.models import Inspection, SamplingPlan, ScoreCard
from yingke.quality.sampling import Candidate, Period, drawn, last_complete, span
from yingke.quality.values import PlanTerms, PlanValue, plan_value
from yingke.service_levels.models import ServiceTarget


async def list_plans(work: Work) -> list[PlanValue]:
    """By name."""
    mine = select(SamplingPlan).where(SamplingPlan.workspace_id == work.workspace_id)
    return [plan_value(row) for row in await work.all(mine.order_by(SamplingPlan.name, SamplingPlan.id))]


async def create_plan(
    work: Work,
    *,
    name: str,
    card_id: UUID,
    period: Period,
    per_agent: int,
    terms: PlanTerms,
    inspector_ids: Sequence[UUID],
    active: bool = True,
) -> PlanValue:
    """It picks from the last complete period at once. Raises Invalid naming the field, NoSuchInspector."""
    await _require_card(work, card_id)
    await inspectors_of(work, inspector_ids)
    plan = SamplingPlan(
        id=new_id(),
        name=name,
        card_id=card_id,
        active=active,
        period=period,
        per_agent=per_agent,
        terms=terms.model_dump(mode="json"),
        inspector_ids=list(dict.fromkeys(inspector_ids)),
        seed=secrets.randbits(62),
        created_at=work.now,
    )
    work.add(plan)
    await work.flush()
    await pick_for(work, plan)
    work.tell(QualityChanged(workspace_id=work.workspace_id))
    return plan_value(plan)


async def change_plan(work: Work, plan_id: UUID, change: dict[str, Any]) -> PlanValue:
    """`change` holds some of what `create_plan` takes; the seed stays. Raises Missing and what `create_plan` does."""
    plan = await work.get(SamplingPlan, plan_id, lock=True)
    if "card_id" in change:
        await _require_card(work, change["card_id"])
    if "inspector_ids" in change:
        await inspectors_of(work, change["inspector_ids"])
    if "terms" in change:
        change = change | {"terms": change["terms"].model_dump(mode="json")}
    if change.get("period", plan.period) != plan.period:
        plan.picked = None  # days and weeks are counted apart; what was picked is not picked again
    for name, value in change.items():
        setattr(plan, name, value)
    await work.flush()
    work.tell(QualityChanged(workspace_id=work.workspace_id))
    return plan_value(plan)


async def delete_plan(work: Work, plan_id: UUID) -> None:
    """What it picked stays. Raises Missing."""
    await work.rows.delete(await work.get(SamplingPlan, plan_id, lock=True))
    await work.flush()
    work.tell(QualityChanged(workspace_id=work.workspace_id))


async def pick_all_due(ground: Ground) -> None:
    """For a timer: every plan whose next period is over."""
    await in_each(ground, lambda _: select(SamplingPlan.workspace_id).where(SamplingPlan.active), pick_due)


async def pick_due(work: Work) -> None:
    query = select(SamplingPlan).where(SamplingPlan.workspace_id == work.workspace_id, SamplingPlan.active)
    for plan in await work.all(query.order_by(SamplingPlan.id).with_for_update()):
        await pick_for(work, plan)


async def pick_for(work: Work, plan: SamplingPlan) -> int:
    """From the last complete period, once: how many. Conversations that nobody may inspect are left out."""
    zone = await zone_of(work)
    period: Period = plan.period  # type: ignore[assignment] # the column holds nothing else
    first = last_complete(period, work.now, zone)
    card = await work.get(ScoreCard, plan.card_id)
    if not plan.active or card.archived or (plan.picked is not None and plan.picked >= first):
        return 0
    picked = await _sample(work, plan, period, first, zone)
    rows = await _rows(work, picked)
    inspectors = await inspectors_of(work, plan.inspector_ids, gone_are_refused=False)
    able = await able_to(work, list(rows.values()), inspectors)
    load = Counter[UUID]()
    count = 0
    version = await newest_version(work, card)
    for each in picked:
        row = rows[each.conversation_id]
        if not able[row.id]:
            continue
        inspector = min(able[row.id], key=lambda actor: (load[actor.agent_id], actor.agent_id))
        load[inspector.agent_id] += 1
        give(work, row, each.agent_id, version, inspector.agent_id, plan_id=plan.id)
        count += 1
    plan.picked, plan.picked_count = first, count
    await work.flush()
    return count


async def _sample(work: Work, plan: SamplingPlan, period: Period, first: date, zone: ZoneInfo) -> list[Candidate]:
    """At most `per_agent` of each agent, each as likely as any other, however many there are."""
    begin, end = span(period, first, zone)
    mine = Conversation.workspace_id == work.workspace_id
    lot = drawn(Conversation.id, plan.seed, first)
    place = func.row_number().over(partition_by=Conversation.agent_id, order_by=lot).label("place")
    query = select(Conversation.id, Conversation.agent_id, place).where(
        mine,
        Conversation.channel != "colleague",
        Conversation.status == "resolved",
        Conversation.agent_id.is_not(None),
        Conversation.first_replied_at.is_not(None),
        Conversation.resolved_at >= begin,
        Conversation.resolved_at < end,
        ~exists().where(
            Inspection.workspace_id == Conversation.workspace_id,
            Inspection.plan_id == plan.id,
            Inspection.conversation_id == Conversation.id,
        ),
        *_terms(PlanTerms.model_validate(plan.terms)),
    )
    row = query.subquery()
    first_of_each = select(row.c.id, row.c.agent_id).where(row.c.place <= plan.per_agent)
    found = await work.rows.execute(first_of_each.order_by(row.c.agent_id, row.c.place))
    return [Candidate(id, agent_id) for id, agent_id in found]


async def _rows(work: Work, picked: Sequence[Candidate]) -> dict[UUID, Conversation]:
    ids = [each.conversation_id for each in picked]
    query = select(Conversation).where(Conversation.workspace_id == work.workspace_id, Conversation.id.in_(ids))
    return {row.id: row for row in await work.all(query)}


def _terms(terms: PlanTerms) -> list[Any]:
    conditions: list[Any] = []
    if terms.team_ids:
        conditions.append(Conversation.team_id.in_(terms.team_ids))
    if terms.tag_ids:
        conditions.append(or_(*(Conversation.tag_ids.contains([tag]) for tag in terms.tag_ids)))
    if terms.min_messages is not None:
        conditions.append(Conversation.last_seq >= terms.min_messages)
    if terms.handed_over:
        conditions.append(Conversation.handed_over_at.is_not(None))
    if terms.at_most_stars is not None:
        conditions.append(Conversation.rating["stars"].as_integer() <= terms.at_most_stars)
    if terms.breached:
        conditions.append(
            exists().where(
                ServiceTarget.workspace_id == Conversation.workspace_id,
                ServiceTarget.conversation_id == Conversation.id,
                ServiceTarget.outcome == "breached",
            )
        )
    return conditions


async def _require_card(work: Work, card_id: UUID) -> None:
    card = await work.find(ScoreCard, card_id)
    if card is None or card.archived:
        raise Invalid("Choose one of your score cards.", field="card_id")
