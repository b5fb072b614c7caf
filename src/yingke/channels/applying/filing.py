"""What both doors do with what a visitor sends."""

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from yingke.channels.webchat.doors import SiteCall
from yingke.inboxes import settings_of
from yingke.kit.work import Work
from yingke.service_requests.errors import KindOff
from yingke.service_requests.filing import Application, file_request
from yingke.service_requests.forms import OfferedForm, forms_of, offered
from yingke.service_requests.models import ServiceRequest
from yingke.service_requests.values import Source
from yingke.visitors import Visitor, require_unblocked
from yingke.words import WordsAlerted

if TYPE_CHECKING:
    from yingke.words import WordGuard


async def offered_forms(call: SiteCall, language: str) -> list[OfferedForm]:
    """The kinds that may be applied for at this site."""
    if not settings_of(call.site).requests.enabled:
        return []
    forms = await forms_of(call.work)
    return [offered(kind, form, language) for kind, form in forms.items() if form.enabled]


async def file_for_visitor(
    work: Work,
    call: SiteCall,
    visitor: Visitor,
    application: Application,
    *,
    source: Source,
    conversation_id: UUID | None = None,
) -> ServiceRequest:
    """Raises KindOff, VisitorIsBlocked, Invalid naming the field, FileNotYours."""
    if not settings_of(call.site).requests.enabled:
        raise KindOff(field="kind")
    await require_unblocked(work, visitor, call.address)
    application, alerted = await _masked(call, application)
    row = await file_request(work, visitor, application, source=source, conversation_id=conversation_id)
    tell_alerted(work, row, alerted, visitor.id)
    return row


async def _masked(call: SiteCall, application: Application) -> tuple[Application, list[str]]:
    """All that was written of it: also what stands in a field is told of, and a name is no place for such words either."""
    text, alerted = await masked(call, application.text)
    name, in_name = await masked(call, application.name)
    fields = {key: await masked(call, value) for key, value in application.fields.items()}
    words = [*alerted, *in_name, *(word for _, found in fields.values() for word in found)]
    kept = {key: value for key, (value, _) in fields.items()}
    return replace(application, text=text, name=name, fields=kept), list(dict.fromkeys(words))


async def masked(call: SiteCall, text: str) -> tuple[str, list[str]]:
    """As it is kept, and the words that supervisors are told of."""
    guard: WordGuard = call.services.words
    await guard.load(call.site.workspace_id)
    return guard.received(call.site.workspace_id, text)


def tell_alerted(work: Work, row: ServiceRequest, words: list[str], visitor_id: UUID | None) -> None:
    """Supervisors asked to be told what `visitor_id` wrote; where there is no conversation, of the request."""
    if words:
        work.tell(
            WordsAlerted(
                workspace_id=work.workspace_id,
                conversation_id=row.conversation_id,
                visitor_id=visitor_id,
                request_number=row.number,
                team_id=row.team_id,
                site_id=row.site_id,
                words=words,
            )
        )
