"""What was kept of a conversation goes with the people and the words it was about. Each may run twice."""

from sqlalchemy import delete, or_, select

from yingke.contacts import ContactChanged
from yingke.conversations.facts import MessageRecalled
from yingke.conversations.models import Conversation
from yingke.kit.work import Work
from yingke.training.facts import TrainingChanged
from yingke.training.models import Drill, Example
from yingke.visitors import VisitorDeleted


async def forget_contact(work: Work, fact: ContactChanged) -> None:
    """Only of one who was removed."""
    if fact.deleted:
        await _forget(work, "contact_id", fact.contact.id)


async def forget_visitor(work: Work, fact: VisitorDeleted) -> None:
    await _forget(work, "visitor_id", fact.visitor_id)


async def forget_message(work: Work, fact: MessageRecalled) -> None:
    """A message that was taken back is in no example."""
    seq = fact.message.seq
    covering = (Example.first_seq <= seq, Example.last_seq >= seq, Example.conversation_id == fact.conversation.id)
    gone = delete(Example).where(Example.workspace_id == work.workspace_id, *covering).returning(Example.id)
    if (await work.scalars(gone)).all():
        work.tell(TrainingChanged(workspace_id=work.workspace_id))


async def _forget(work: Work, person: str, id: object) -> None:
    # The references are gone with the person: the copies in the conversation and here still say whose it was.
    theirs = select(Conversation.id).where(
        Conversation.workspace_id == work.workspace_id, Conversation.who[person].astext == str(id)
    )
    gone = False
    for table in (Example, Drill):
        about = or_(getattr(table, person) == id, table.conversation_id.in_(theirs))
        removed = delete(table).where(table.workspace_id == work.workspace_id, about).returning(table.id)
        gone = bool((await work.scalars(removed)).all()) or gone
    if gone:
        work.tell(TrainingChanged(workspace_id=work.workspace_id))
