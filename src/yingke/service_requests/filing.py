"""Filing a request: by whoever applies, or by an agent for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import func, or_, select, text

from yingke.agents import TeamMember
from yingke.contacts import current_contact, read_email
from yingke.conversations.models import Conversation
from yingke.conversations.queries import conversation_for
from yingke.files import Uploader, claim_for_request
from yingke.identity import Actor, Membership, Scope
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.text import one_line
from yingke.kit.work import Work
from yingke.knowledge.languages import language_of
from yingke.service_requests.colleagues import is_here, require_colleague, require_team
from yingke.service_requests.describing import describe, language_for
from yingke.service_requests.errors import KindOff, RequestIdTaken
from yingke.service_requests.forms import (
    OfferedForm,
    RequestForm,
    answers_by,
    form_of,
    offered,
    reason_by,
)
from yingke.service_requests.models import ServiceRequest
from yingke.service_requests.moments import begin, hours_of, require_ahead, set_due
from yingke.service_requests.rows import request_value, sees_request
from yingke.service_requests.telling import alarm, note_step
from yingke.service_requests.values import Kind, ServiceRequestValue, Source
from yingke.visitors import Visitor, give_contact

MOST_WISHES = 5
MAILS_A_DAY = 5
"""To one address, of requests filed by people nobody knows: a stranger's mailbox cannot be filled."""
_IN_TURN: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 3))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What somebody applies for, as it was sent."""

    client_id: UUID
    kind: Kind
    text: str = ""
    reason: str = ""
    """The key of one that is chosen with a tap."""
    fields: Mapping[str, str] = field(default_factory=dict)
    wishes: Sequence[datetime] = ()
    attachment_ids: Sequence[UUID] = ()
    name: str = ""
    email: str = ""
    language: str = ""
    """One of the three; empty: the applicant's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """To whom an agent gives a request from the start, and until when; what is not said is as the form says."""

    owner_id: UUID | None = None
    team_id: UUID | None = None
    due_at: datetime | None = None


async def file_request(
    work: Work, visitor: Visitor, application: Application, *, source: Source, conversation_id: UUID | None = None
) -> ServiceRequest:
    """By a visitor of a site; sent again, it is the one that is there.

    Raises KindOff, RequestIdTaken, Invalid naming the field, FileNotYours.
    """
    if (filed := await _filed(work, application.client_id)) is not None:
        return _same(filed, filed.source == source and _is_of(filed, visitor))
    application = replace(application, language=application.language or language_of(visitor.language))
    form, shown = await _form(work, application)
    _require_content(application, shown)
    email = read_email(application.email) if application.email.strip() else ""
    await give_contact(work, visitor, name=application.name, email=email)
    talk = await _talk_of(work, visitor, conversation_id)
    row = await _new(work, application, shown, source, strict=True)
    row.site_id, row.visitor_id, row.contact_id = visitor.site_id, visitor.id, visitor.contact_id
    row.conversation_id = talk.id if talk else None
    row.name, row.email = one_line(application.name) or visitor.name or "", email
    row.team_id = form.team_id
    row.owner_id = await _owner_of(work, form, visitor.site_id)
    await begin(work, row)
    await _store(work, row, application, Uploader("visitor", visitor.id))
    mailed = bool(email) and await _mails_today(work, email) <= MAILS_A_DAY
    alarm(work, "filed", await note_step(work, row, "filed", "applicant", shown=True, mailed=mailed))
    return row


async def file_for_contact(
    work: Work,
    actor: Actor,
    application: Application,
    *,
    contact_id: UUID | None = None,
    conversation_id: UUID | None = None,
    handed: Handed,
) -> ServiceRequestValue:
    """By an agent, of a conversation or a contact; it is the agent's unless the form or `handed` says whose it is.

    Raises KindOff, RequestIdTaken, ConversationMissing, Missing, Forbidden, Invalid naming the field, FileNotYours.
    """
    if (filed := await _filed(work, application.client_id)) is not None:
        return request_value(_same(filed, filed.source == "agent" and sees_request(actor, filed)))
    talk = await conversation_for(work, actor, conversation_id) if conversation_id else None
    contact_id = contact_id or (talk.contact_id if talk else None)
    if contact_id is None and talk is None:
        raise Invalid("Say whose request it is.", field="contact_id")
    contact = await current_contact(work, contact_id) if contact_id else None
    application = replace(application, language=application.language or await language_for(work, contact, talk))
    form, shown = await _form(work, application)
    row = await _new(work, application, shown, "agent", strict=False)
    describe(row, contact, talk, name=application.name, email=application.email)
    row.team_id = await require_team(work, handed.team_id) if handed.team_id else form.team_id
    actor.require("service_requests.write", Scope(row.team_id, row.site_id))
    owner_id = handed.owner_id or (None if handed.team_id else form.owner_id) or actor.agent_id
    row.owner_id = await require_colleague(work, owner_id)
    await begin(work, row)
    if handed.due_at is not None:
        require_ahead(work, handed.due_at)
        set_due(work, row, handed.due_at, await hours_of(work, row))
    await _store(work, row, application, Uploader("agent", actor.agent_id))
    value = await note_step(work, row, "filed", actor, shown=True, mailed=True)
    if row.owner_id != actor.agent_id:
        alarm(work, "filed", value)
    return value


async def _form(work: Work, application: Application) -> tuple[RequestForm, OfferedForm]:
    form = await form_of(work, application.kind)
    if not form.enabled:
        raise KindOff(field="kind")
    return form, offered(application.kind, form, application.language)


def _require_content(application: Application, form: OfferedForm) -> None:
    """A complaint may be a reason, a photo or a voice note alone; others say in words or by the form what is asked for."""
    if application.kind == "appointment" and not application.wishes:
        raise Invalid("Choose at least one time that suits you.", field="wishes")
    said = bool(application.text.strip() or application.reason or application.attachment_ids)
    if application.kind != "appointment" and not said and not any(each.strip() for each in application.fields.values()):
        raise Invalid("Say in a few words what it is about.", field="text")


async def _new(
    work: Work, application: Application, shown: OfferedForm, source: Source, *, strict: bool
) -> ServiceRequest:
    if len(application.wishes) > MOST_WISHES:
        raise Invalid("Choose at most five times.", field="wishes")
    for wish in application.wishes:
        require_ahead(work, wish, "wishes")
    has_files = bool(application.attachment_ids)
    answers = answers_by(shown, application.fields, has_files=has_files, strict=strict)
    return ServiceRequest(
        id=new_id(),
        client_id=application.client_id,
        kind=application.kind,
        source=source,
        state="new",
        text=application.text.strip(),
        reason=reason_by(shown, application.reason),
        answers=msgspec.to_builtins(answers),
        wishes=[wish.isoformat() for wish in application.wishes],
        files=[],
        language=application.language,
        meeting_reminded=False,
        decision="",
        name="",
        email="",
        created_at=work.now,
        changed_at=work.now,
    )


async def _store(work: Work, row: ServiceRequest, application: Application, uploader: Uploader) -> None:
    # The last thing that is locked: numbers are without gaps, and two who file at once wait for a commit only.
    files = await claim_for_request(work, application.attachment_ids, uploader, row.id)
    row.files = msgspec.to_builtins(files)
    await work.rows.execute(_IN_TURN, {"key": str(work.workspace_id)})
    highest = select(func.max(ServiceRequest.number)).where(ServiceRequest.workspace_id == work.workspace_id)
    row.number = (await work.rows.scalar(highest) or 0) + 1
    work.add(row)
    await work.flush()


async def _filed(work: Work, client_id: UUID) -> ServiceRequest | None:
    await work.rows.execute(_IN_TURN, {"key": str(client_id)})
    mine = select(ServiceRequest).where(
        ServiceRequest.workspace_id == work.workspace_id, ServiceRequest.client_id == client_id
    )
    return (await work.scalars(mine)).one_or_none()


def _is_of(filed: ServiceRequest, visitor: Visitor) -> bool:
    """A page without scripts keeps no token: whoever sends its form again is a visitor of that site."""
    return filed.site_id == visitor.site_id and (filed.source == "help_centre" or filed.visitor_id == visitor.id)


def _same(filed: ServiceRequest, same: bool) -> ServiceRequest:
    """Raises RequestIdTaken."""
    if not same:
        raise RequestIdTaken(field="client_id")
    return filed


async def _talk_of(work: Work, visitor: Visitor, conversation_id: UUID | None) -> Conversation | None:
    """The visitor's own conversation, when it was told; nobody else's."""
    row = await work.find(Conversation, conversation_id) if conversation_id else None
    return row if row is not None and row.visitor_id == visitor.id else None


async def _owner_of(work: Work, form: RequestForm, site_id: UUID) -> UUID | None:
    """Whom the form names, else the member of the team who has the fewest open requests and is not limited to other sites;
    None: whoever takes it."""
    if form.owner_id is not None and await is_here(work, form.owner_id):
        return form.owner_id
    if form.team_id is None:
        return None
    held = select(func.count()).where(
        ServiceRequest.workspace_id == TeamMember.workspace_id,
        ServiceRequest.owner_id == TeamMember.agent_id,
        ServiceRequest.is_open,
    )
    members = (
        select(TeamMember.agent_id)
        .join(
            Membership,
            (Membership.workspace_id == TeamMember.workspace_id) & (Membership.id == TeamMember.agent_id),
        )
        .where(
            TeamMember.workspace_id == work.workspace_id,
            TeamMember.team_id == form.team_id,
            Membership.disabled_at.is_(None),
            or_(Membership.only_site_ids.is_(None), Membership.only_site_ids.contains([str(site_id)])),
        )
        .order_by(held.correlate(TeamMember).scalar_subquery(), TeamMember.agent_id)
    )
    return (await work.scalars(members.limit(1))).first()


async def _mails_today(work: Work, email: str) -> int:
    lately = select(func.count()).where(
        ServiceRequest.workspace_id == work.workspace_id,
        ServiceRequest.email == email,
        ServiceRequest.source != "agent",
        ServiceRequest.created_at > work.now - timedelta(days=1),
    )
    return int((await work.scalars(lately)).one())
