"""When it is the robot's turn."""

from yingke.conversations.facts import MessagePosted
from yingke.kit.work import Work


async def answer_message(work: Work, fact: MessagePosted) -> None:
    """A visitor said something to a robot. The form's answer is dealt with where it came in."""
    filled_in = (fact.message.content or {}).get("type") == "form_values"
    if fact.conversation.robot and fact.message.kind == "incoming" and not filled_in:
        work.defer("answer_as_robot", conversation_id=str(fact.conversation.id))
