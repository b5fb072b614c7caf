"""Reading policies, and trying which of them a conversation goes by."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from yingke.conversations.errors import ConversationMissing
from yingke.conversations.models import Conversation
from yingke.conversations.queries import visible_to
from yingke.identity import Actor
from yingke.kit.work import Work
from yingke.service_levels.models import ServicePolicy
from yingke.service_levels.policies import active_policies, circumstances, misses, terms_of
from yingke.service_levels.values import ServicePolicyTrial, ServicePolicyValue, ServiceTrials


async def rows_of(work: Work) -> Sequence[ServicePolicy]:
    """In their order."""
    query = select(ServicePolicy).where(ServicePolicy.workspace_id == work.workspace_id)
    return await work.all(query.order_by(ServicePolicy.position, ServicePolicy.id))


async def list_policies(work: Work) -> list[ServicePolicyValue]:
    return [policy_value(row) for row in await rows_of(work)]


async def show_policy(work: Work, policy_id: UUID) -> ServicePolicyValue:
    """Raises Missing."""
    return policy_value(await work.get(ServicePolicy, policy_id))


def policy_value(row: ServicePolicy) -> ServicePolicyValue:
    return ServicePolicyValue(
        id=row.id,
        name=row.name,
        active=row.active,
        terms=terms_of(row).stored(),
        changed_at=row.changed_at,
        changed_by=row.changed_by,
    )


async def try_conversation(work: Work, actor: Actor, number: int) -> ServiceTrials:
    """Which policies that are on fit the conversation with this number. Raises ConversationMissing."""
    wanted = select(Conversation.id).where(
        visible_to(actor), Conversation.number == number, Conversation.channel != "colleague"
    )
    conversation_id = (await work.scalars(wanted)).first()
    if conversation_id is None:
        raise ConversationMissing
    known = (await circumstances(work, [conversation_id]))[conversation_id]
    trials = []
    for policy in await active_policies(work):
        lacking = misses(policy.terms.when, known)
        trials.append(ServicePolicyTrial(policy_id=policy.id, name=policy.name, applies=not lacking, misses=lacking))
    return ServiceTrials(conversation_id=conversation_id, number=number, items=trials)
