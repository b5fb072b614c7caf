"""What the shop promises: how soon visitors are answered, and what agents told them would be done."""

from datetime import datetime, timedelta

from sqlalchemy import select

from yingke.conversations.models import Conversation
from yingke.demo.catalogue import sample
from yingke.demo.company import Company
from yingke.identity import Actor
from yingke.kit.clock import FixedClock
from yingke.kit.work import Ground
from yingke.promises.making import keep_promise, make_promise
from yingke.service_levels.editing import create_policy
from yingke.service_levels.terms import Terms


async def write_service_levels(ground: Ground, company: Company, owner: Actor) -> None:
    async with ground.work_in(company.workspace_id) as work:
        for told in sample("service_levels")["policies"]:
            terms = {key: value for key, value in told.items() if key != "name"}
            await create_policy(work, owner, name=told["name"], terms=Terms.model_validate(terms))


async def write_promises(ground: Ground, company: Company, owner: Actor, now: datetime) -> None:
    """Made in the owner's newest conversations, at their times."""
    clock = FixedClock(now)
    then = Ground(ground.engine, ground.outbox, clock)
    async with then.work_in(company.workspace_id) as work:
        mine = select(Conversation.id).where(
            Conversation.workspace_id == company.workspace_id,
            Conversation.agent_id == owner.agent_id,
            Conversation.channel == "webchat",
        )
        talks = list(await work.scalars(mine.order_by(Conversation.last_message_at.desc()).limit(3)))
    for conversation_id, told in zip(reversed(talks), sample("service_levels")["promises"], strict=False):
        made_at = now - timedelta(hours=told["made"])
        clock.advance(made_at - clock.now())
        async with then.work_in(company.workspace_id) as work:
            due_at = made_at + timedelta(hours=told["due"])
            made = await make_promise(work, owner, conversation_id, text=told["text"], due_at=due_at)
        if "kept" in told:
            clock.advance(timedelta(hours=told["kept"]))
            async with then.work_in(company.workspace_id) as work:
                await keep_promise(work, owner, made.id)
