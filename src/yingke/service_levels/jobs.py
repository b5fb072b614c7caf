"""Deferred and recurring work of service levels."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from sqlalchemy import select

from yingke.conversations.models import Conversation
from yingke.identity import Workspace
from yingke.kit.letters import simple_letter
from yingke.kit.timers import in_each
from yingke.kit.work import Ground
from yingke.service_levels.following import Begun, follow
from yingke.service_levels.models import ServicePolicy, ServiceTarget
from yingke.service_levels.terms import Kind
from yingke.service_levels.watching import AT_ONCE, look_at_due
from yingke.service_levels.words import words_for_mail

if TYPE_CHECKING:
    from yingke.wiring import Services


async def look_at_all_due(ground: Ground) -> None:
    """For a timer: what is nearly late, or late, in every workspace."""
    await in_each(
        ground, lambda w: select(ServiceTarget.workspace_id).where(ServiceTarget.look_at <= w.now), look_at_due
    )


async def follow_service_levels(
    services: "Services", *, workspace_id: UUID, conversation_ids: list[str], begun: list[tuple[str, Kind, str]]
) -> None:
    """`begun`: conversation, kind and moment of each visitor who began to wait."""
    waits = [Begun(UUID(id), kind, datetime.fromisoformat(at)) for id, kind, at in begun]
    async with services.ground.work_in(workspace_id) as work:
        await follow(work, [UUID(id) for id in conversation_ids], waits)


async def set_service_clocks(services: "Services", *, workspace_id: UUID) -> None:
    """Set all clocks that run anew, some hundred conversations in each transaction."""
    done_to = UUID(int=0)
    while True:
        async with services.ground.work_in(workspace_id) as work:
            going_on = select(Conversation.id).where(
                Conversation.workspace_id == workspace_id,
                Conversation.id > done_to,
                Conversation.status != "resolved",
                Conversation.channel != "colleague",
            )
            ids = list(await work.scalars(going_on.order_by(Conversation.id).limit(AT_ONCE)))
            await follow(work, ids)
        if len(ids) < AT_ONCE:
            return
        done_to = ids[-1]


async def mail_service_level(
    services: "Services", *, workspace_id: UUID, target_id: str, stage: str, to: str, mark: str
) -> None:
    """`mark` names the step: repeated after it was cut off, receivers drop the second, and not the mail of another step."""
    async with services.ground.work_in(workspace_id) as work:
        target = await work.find(ServiceTarget, UUID(target_id))
        conversation = await work.find(Conversation, target.conversation_id) if target else None
        policy = await work.find(ServicePolicy, target.policy_id) if target and target.policy_id else None
        workspace = await work.rows.get_one(Workspace, workspace_id)
    if target is None or conversation is None:
        return
    subject, sentence = words_for_mail(workspace.locale, stage, target.kind, conversation.number)
    link = f"{services.settings.public_url}/desk/conversations/all/{conversation.id}"
    letter = simple_letter(
        language=workspace.locale,
        brand=workspace.name,
        subject=subject,
        paragraphs=[sentence, policy.name if policy else ""],
        action=(subject, link),
    )
    host = services.settings.mail_from.rpartition("@")[2]
    await services.mailer.send(
        to=to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        message_id=f"service-level.{uuid5(target.id, mark)}@{host}",
        thread=f"service-level.{conversation.id}@{host}",
        sender_name=workspace.name,
    )
