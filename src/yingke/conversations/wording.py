"""Words of the workspace's lists in what is said: agents are stopped, supervisors are told."""

from collections.abc import Sequence
from uuid import UUID

from yingke.conversations.models import Conversation
from yingke.conversations.queries import conversation_for
from yingke.identity import Actor
from yingke.kit.work import Work
from yingke.words import WordGuard, WordsAlerted


async def require_sayable(work: Work, actor: Actor, conversation_id: UUID, words: WordGuard, text: str) -> None:
    """Raises WordsBlocked, ConversationMissing. Lists about visitors do not stop colleagues among themselves."""
    await words.load(actor.workspace_id)
    if words.blocks(actor.workspace_id, text):
        row = await conversation_for(work, actor, conversation_id)
        words.require_unblocked(actor.workspace_id, text, among_colleagues=row.channel == "colleague")


async def alert_of_words(work: Work, conversation_id: UUID, words: Sequence[str]) -> None:
    """Supervisors asked to be told of `words`, which a visitor wrote."""
    row = await work.get(Conversation, conversation_id)
    told = WordsAlerted(
        workspace_id=work.workspace_id,
        conversation_id=row.id,
        team_id=row.team_id,
        site_id=row.site_id,
        words=list(words),
    )
    work.tell(told)
