"""What time brings: warnings, misses and the steps that follow."""

from sqlalchemy import select

from yingke.conversations.assigning import back_to_queue
from yingke.conversations.rows import conversation_value
from yingke.kit.work import Work
from yingke.service_levels.facts import ServiceLevelAlarm
from yingke.service_levels.following import Case, follow
from yingke.service_levels.measuring import next_look, steps_to_come
from yingke.service_levels.models import ServiceTarget
from yingke.service_levels.terms import Step

AT_ONCE = 200


async def look_at_due(work: Work) -> None:
    """Follow the conversations whose moment has come, and take the steps of what is nearly late, or late."""
    due = (
        select(ServiceTarget.conversation_id)
        .where(ServiceTarget.workspace_id == work.workspace_id, ServiceTarget.look_at <= work.now)
        .order_by(ServiceTarget.look_at)
        .limit(AT_ONCE)
    )
    for case in await follow(work, list(await work.scalars(due))):
        for target in [each for each in case.targets if each.ended_at is None]:
            await _take_steps(work, case, target)


async def _take_steps(work: Work, case: Case, target: ServiceTarget) -> None:
    if case.policy is None:
        return
    for at, step in steps_to_come(target, case.policy):
        if at <= work.now:
            target.done = [*target.done, step.mark]
            await _take(work, case, target, step)
    target.look_at = next_look(target, case.policy)


async def _take(work: Work, case: Case, target: ServiceTarget, step: Step) -> None:
    row = case.row
    match step.do:
        case "requeue":
            if row.status == "open" and row.agent_id is not None:
                await back_to_queue(work, row, why="service_level", first=True)
        case "mail":
            work.defer("mail_service_level", target_id=str(target.id), stage=step.on, to=step.to, mark=step.mark)
        case _:
            work.tell(
                ServiceLevelAlarm(
                    workspace_id=work.workspace_id,
                    stage=step.on,
                    kind=target.kind,  # type: ignore[arg-type] # the column holds nothing else
                    to="holder" if step.do == "alert" else "supervisors",
                    conversation=conversation_value(row),
                )
            )
