"""What was somebody's to inspect, when they leave."""

from uuid import UUID

from sqlalchemy import any_, select

from yingke.conversations.models import Conversation
from yingke.identity import Actor
from yingke.kit.work import Work
from yingke.quality.facts import QualityChanged
from yingke.quality.inspecting import note, tell
from yingke.quality.inspectors import able_to, inspectors_of
from yingke.quality.models import Inspection, SamplingPlan
from yingke.quality.queries import OF_CONVERSATION


async def pass_on(work: Work, actor: Actor, agent_id: UUID, heir_id: UUID) -> None:
    """To the heir what they may inspect; the rest waits for whoever takes it. Plans go on with their other inspectors."""
    heirs = await inspectors_of(work, [heir_id], gone_are_refused=False)
    await _pass_inspections_on(work, actor, agent_id, heirs)
    await _pass_plans_on(work, agent_id, heirs)


async def _pass_inspections_on(work: Work, actor: Actor, agent_id: UUID, heirs: list[Actor]) -> None:
    theirs = (
        select(Inspection, Conversation)
        .join(Conversation, OF_CONVERSATION)
        .where(Inspection.workspace_id == work.workspace_id, Inspection.inspector_id == agent_id)
        .where(Inspection.state != "submitted")
    )
    found = (await work.rows.execute(theirs.order_by(Inspection.id).with_for_update(of=Inspection))).all()
    able = await able_to(work, [row for _, row in found], heirs)
    for inspection, row in found:
        inspection.inspector_id = able[row.id][0].agent_id if able[row.id] else None
        inspection.version += 1
        note(work, inspection, "passed_on", actor.agent_id)
        tell(work, inspection, row, before=agent_id)


async def _pass_plans_on(work: Work, agent_id: UUID, heirs: list[Actor]) -> None:
    """Who may not inspect is no inspector of a plan; a plan without any picks nothing, and rests."""
    theirs = select(SamplingPlan).where(
        SamplingPlan.workspace_id == work.workspace_id, any_(SamplingPlan.inspector_ids) == agent_id
    )
    for plan in await work.all(theirs.order_by(SamplingPlan.id).with_for_update()):
        others = [id for id in plan.inspector_ids if id != agent_id]
        plan.inspector_ids = list(dict.fromkeys([*others, *(heir.agent_id for heir in heirs)]))
        plan.active = plan.active and bool(plan.inspector_ids)
        work.tell(QualityChanged(workspace_id=work.workspace_id))
