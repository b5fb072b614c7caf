"""What pages say of invitations, in their reports."""

from uuid import UUID

from yingke.kit.errors import Missing
from yingke.kit.values import Value
from yingke.kit.work import Ground, Work
from yingke.outreach.answering import accept_invitation, note_answer
from yingke.visitors import Visitor, greet_visitor
from yingke.visits.incoming import Known
from yingke.visits.reports import Answered, Report
from yingke.visits.sites import TrackedSite


class Accepted(Value, frozen=True, kw_only=True):
    """The conversation is there; None when the panel asks for a message."""

    invitation: UUID
    conversation: UUID | None


async def hear(
    ground: Ground, site: TrackedSite, known: Known | None, report: Report, *, user_agent: str, address: str
) -> Accepted | None:
    """Take what `report` says of invitations; what was accepted, when something was.

    Returns when it is stored. Raises Missing for an invitation that is not there, Invalid for a form, VisitorIsBlocked.
    """
    accepted: Accepted | None = None
    for event in report.events:
        if not isinstance(event, Answered):
            continue
        async with ground.work_in(site.workspace_id) as work:
            if event.answer == "accepted":
                visitor = await _visitor(work, site, known, report, user_agent=user_agent, address=address)
                value = await accept_invitation(work, event.invitation, visitor, event.form, address=address)
                accepted = Accepted(invitation=value.id, conversation=value.conversation_id)
            elif known is not None:
                await note_answer(work, event.invitation, known.visitor_id, event.answer)
    return accepted


async def _visitor(
    work: Work, site: TrackedSite, known: Known | None, report: Report, *, user_agent: str, address: str
) -> Visitor:
    """Whose token it is; the panel will come with the same one. A browser that keeps none is known for the day only."""
    if report.token is not None:
        greeted = await greet_visitor(
            work,
            site.site,
            token=report.token,
            language=report.language,
            user_agent=user_agent,
            address=address,
        )
        return greeted.visitor
    if known is None:
        raise Missing
    return await work.get(Visitor, known.visitor_id)
