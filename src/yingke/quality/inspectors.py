"""Who may inspect what."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from yingke.agents import Agent
from yingke.conversations.changes import place_of, sees
from yingke.conversations.models import Conversation
from yingke.conversations.queries import took_part
from yingke.identity import Actor, actor_of_member
from yingke.kit.errors import Refusal
from yingke.kit.work import Work
from yingke.quality.errors import NoSuchInspector


async def inspectors_of(work: Work, ids: Sequence[UUID], *, gone_are_refused: bool = True) -> list[Actor]:
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


async def able_to(work: Work, rows: Sequence[Conversation], inspectors: Sequence[Actor]) -> dict[UUID, list[Actor]]:
    """By conversation, those of `inspectors` whose rights reach it and who took no part in it, now or ever."""
    pairs = select(Conversation.id, Agent.id).where(
        Conversation.workspace_id == work.workspace_id,
        Conversation.id.in_([row.id for row in rows]),
        Agent.workspace_id == work.workspace_id,
        Agent.id.in_([each.agent_id for each in inspectors]),
        took_part(Agent.id),
    )
    parts = {(conversation_id, agent_id) for conversation_id, agent_id in await work.rows.execute(pairs)}

    def able(actor: Actor, row: Conversation) -> bool:
        within = actor.may("quality.inspect", place_of(row)) and sees(actor, row)
        return within and (row.id, actor.agent_id) not in parts

    return {row.id: [actor for actor in inspectors if able(actor, row)] for row in rows}
