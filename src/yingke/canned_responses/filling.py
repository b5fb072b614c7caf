"""What the variables stand for in one conversation."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from yingke.agents import Agent, Team
from yingke.canned_responses.values import CannedResponseValue
from yingke.canned_responses.variables import fill
from yingke.conversations.models import Conversation
from yingke.conversations.queries import conversation_for
from yingke.identity import Actor
from yingke.inboxes import Site
from yingke.kit.work import Work


async def filled_in(
    work: Work, actor: Actor, responses: Sequence[CannedResponseValue], conversation_id: UUID
) -> list[CannedResponseValue]:
    """`responses` with their variables replaced for this conversation. Raises ConversationMissing."""
    conversation = await conversation_for(work, actor, conversation_id)
    values = await _values(work, actor, conversation)
    return [
        msgspec.structs.replace(response, text=fill(response.text, values, conversation.language))
        for response in responses
    ]


async def _values(work: Work, actor: Actor, conversation: Conversation) -> dict[str, str | None]:
    agent = await work.find(Agent, actor.agent_id)
    site = await work.find(Site, conversation.site_id) if conversation.site_id else None
    team = await work.find(Team, conversation.team_id) if conversation.team_id else None
    who = conversation.who
    return {
        "contact.name": who.get("name"),
        "contact.email": who.get("email"),
        "contact.phone": who.get("phone"),
        "agent.name": (agent.nickname or agent.name) if agent else None,
        "agent.title": agent.title if agent else None,
        "site.name": site.name if site else None,
        "team.name": (team.public_name or team.name) if team else None,
        "conversation.number": str(conversation.number),
    }
