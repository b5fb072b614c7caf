"""What outreach does after others' facts."""

from yingke.conversations.facts import ConversationChanged
from yingke.kit.work import Work
from yingke.outreach.answering import follow_opened


async def follow_conversation(work: Work, fact: ConversationChanged) -> None:
    """A visitor who was invited began to write by himself."""
    if fact.change == "opened" and fact.conversation.who.visitor_id is not None:
        await follow_opened(work, fact.conversation.who.visitor_id, fact.conversation.id)
