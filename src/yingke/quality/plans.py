"""Sampling plans: made, changed, removed, and what they pick."""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, or_, select

from yingke.conversations.changes import sees
from yingke.conversations.models import Conversation
from yingke.identity import Actor, Scope, actor_of_member, zone_of
from yingke.kit.errors import Invalid, Refusal
from yingke.kit.ids import new_id
from yingke.kit.timers import in_each
from yingke.kit.work import Ground, Work
from yingke.quality.cards import newest_version
from yingke.quality.errors import NoSuchInspector
from yingke.quality.facts import QualityChanged
from yingke.quality.inspecting import give
from yingke.quality.models import Inspection, SamplingPlan, ScoreCard
from yingke.quality.sampling import Candidate, Period, last_complete, pick, span
from yingke.quality.values import PlanTerms, PlanValue, plan_value
from yingke.service_levels.models import ServiceTarget

MOST_CANDIDATES = 20_000


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
    await _inspectors(work, inspector_ids)
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
        await _inspectors(work, change["inspector_ids"])
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
    picked = pick(await _candidates(work, plan, period, first, zone), plan.per_agent, seed=plan.seed, period=first)
    rows = await _rows(work, picked)
    inspectors = await _inspectors(work, plan.inspector_ids, gone_are_refused=False)
    load = Counter[UUID]()
    count = 0
    version = await newest_version(work, card)
    for each in picked:
        row = rows[each.conversation_id]
        able = [actor for actor in inspectors if may_inspect(actor, row)]
        if not able:
            continue
        inspector = min(able, key=lambda actor: (load[actor.agent_id], actor.agent_id))
        load[inspector.agent_id] += 1
        await give(work, row, each.agent_id, version, inspector.agent_id, plan_id=plan.id)
        count += 1
    plan.picked, plan.picked_count = first, count
    await work.flush()
    return count


def may_inspect(actor: Actor, row: Conversation) -> bool:
    """Whoever neither had nor joined it, and whose rights reach its team."""
    took_part = actor.agent_id == row.agent_id or actor.agent_id in row.participant_ids
    return not took_part and actor.may("quality.inspect", Scope(row.team_id)) and sees(actor, row)


async def _candidates(work: Work, plan: SamplingPlan, period: Period, first: date, zone: ZoneInfo) -> list[Candidate]:
    begin, end = span(period, first, zone)
    mine = Conversation.workspace_id == work.workspace_id
    query = select(Conversation.id, Conversation.agent_id).where(
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
    found = await work.rows.execute(query.order_by(Conversation.id).limit(MOST_CANDIDATES))
    return [Candidate(id, agent_id) for id, agent_id in found if agent_id is not None]


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


async def _inspectors(work: Work, ids: Sequence[UUID], *, gone_are_refused: bool = True) -> list[Actor]:
    """Those of `ids` who may inspect. Raises NoSuchInspector for the others."""
    found = []
    for id in dict.fromkeys(ids):
        try:
            actor = await actor_of_member(work, work.workspace_id, id)
        except Refusal:
            actor = None
        if actor is not None and actor.may("quality.inspect"):
            found.append(actor)
        elif gone_are_refused:
            raise NoSuchInspector(field="inspector_ids")
    return found
