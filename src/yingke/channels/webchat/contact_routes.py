"""The doors of the contact page."""

from collections.abc import Mapping
from typing import Annotated, Any, get_args
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import select
from sqlalchemy import text as statement

from yingke.channels.plain_pages import language_of, policy
from yingke.channels.webchat.contact_page import Form, render, style_of, words
from yingke.channels.webchat.doors import SiteCall, of_site
from yingke.conversations.models import Conversation
from yingke.conversations.offline import ReplyChannel, leave_message
from yingke.conversations.wording import alert_of_words
from yingke.identity import WorkRoute
from yingke.inboxes import departments, public_configuration, settings_of
from yingke.kit.errors import Missing, Refusal, Throttled
from yingke.kit.ids import new_id
from yingke.kit.text import clean, one_line
from yingke.kit.work import Work
from yingke.visitors import VisitorIsBlocked, greet_visitor, require_open_network

router = APIRouter(route_class=WorkRoute, include_in_schema=False)

_LARGEST_FORM = 128 * 1024
_LONGEST_TEXT, _LONGEST_TIME = 10_000, 80
_ONE_AT_A_TIME = statement("SELECT pg_advisory_xact_lock(hashtextextended(:key, 2))")


@router.get("/w/{key}/contact")
async def show(call: Annotated[SiteCall, of_site()], sent: bool = False, channel: str = "") -> Response:
    """`channel`: how the answer is wished for, chosen beforehand."""
    return await _page(call, _read({"channel": channel}), sent=sent)


@router.post("/w/{key}/contact")
async def send(call: Annotated[SiteCall, of_site()]) -> Response:
    settings = settings_of(call.site)
    if not settings.offline.enabled:
        raise Missing
    async with call.request.form(max_files=0, max_fields=20, max_part_size=_LARGEST_FORM) as form:
        fields = {key: clean(value) for key, value in form.items() if isinstance(value, str)}
    given = _read(fields)
    if fields.get("website"):
        return _thanks(call)  # a robot filled in what people do not see: let it believe
    speak = words(_language(call))
    problems = {}
    if not given.text.strip() or len(given.text) > _LONGEST_TEXT:
        problems["text"] = speak["bad_text"]
    if given.channel not in settings.offline.channels:
        problems["channel"] = speak["bad_channel"]
    if problems:
        return await _page(call, given, problems, status=422)
    if wait := call.services.rates.message_left.take(call.address):
        throttled = Throttled(retry_after=wait)
        return await _page(call, given, {"": speak["too_many"]}, status=429, retry_after=throttled.retry_after)
    try:
        await _leave(call, given)
    except VisitorIsBlocked:
        return await _page(call, given, {"": speak["blocked"]}, status=403)
    except Refusal as refusal:
        about = {"reply_to": speak["bad_reply_to"], "email": speak["bad_reply_to"], "phone": speak["bad_reply_to"]}
        field = refusal.field or ""
        return await _page(call, given, {field: about.get(field, speak["bad"])}, status=422)
    return _thanks(call)


async def _leave(call: SiteCall, given: Form) -> None:
    """Once for each form, however often it is sent."""
    guard = call.services.words
    await guard.load(call.site.workspace_id)
    text = guard.received(call.site.workspace_id, _with_time(given, words(_language(call))))[0]
    # In a work of its own: what is refused leaves nothing behind, and the page can still be shown.
    async with call.work.at_rest(), call.services.ground.work_in(call.site.workspace_id) as work:
        client_id = UUID(given.client_id)
        await work.rows.execute(_ONE_AT_A_TIME, {"key": given.client_id})
        sent = select(Conversation.id).where(
            Conversation.workspace_id == work.workspace_id, Conversation.opening_client_id == client_id
        )
        if not (await work.scalars(sent)).first():
            await _leave_first(call, work, given, client_id, text)


async def _leave_first(call: SiteCall, work: Work, given: Form, client_id: UUID, text: str) -> None:
    await require_open_network(work, call.address)
    greeted = await greet_visitor(
        work,
        call.site,
        token=None,
        page_url=call.request.headers.get("referer", ""),
        language=_language(call),
        user_agent=call.request.headers.get("user-agent", ""),
        address=call.address,
    )
    channel: Any = given.channel
    known = {team["id"] for team in await departments(work, settings_of(call.site))}
    guard = call.services.words
    await guard.load(work.workspace_id)
    text, alerted = guard.received(work.workspace_id, _with_time(given, words(_language(call))))
    posted = await leave_message(
        work,
        greeted.visitor,
        client_id=client_id,
        text=text,
        channel=channel,
        reply_to=given.reply_to,
        name=guard.received(work.workspace_id, given.name)[0],
        team_id=UUID(given.team_id) if given.team_id in known else None,
    )
    if alerted and not posted.repeated:
        await alert_of_words(work, posted.conversation_id, alerted)


def _with_time(given: Form, speak: Mapping[str, str]) -> str:
    """The message, with the time at which a call is wished for as its last line."""
    wished = given.call_at if given.channel == "phone" else ""
    return f"{given.text}\n{speak['call_at']}: {wished}" if wished else given.text


def _read(fields: dict[str, str]) -> Form:
    try:
        client_id = str(UUID(fields.get("client_id", "")))
    except ValueError:
        client_id = str(new_id())
    channel = fields.get("channel", "")
    return Form(
        client_id=client_id,
        text=fields.get("text", ""),
        name=one_line(fields.get("name", ""))[:120],
        team_id=fields.get("team_id", "")[:40],
        channel=channel if channel in get_args(ReplyChannel) else "",
        reply_to=one_line(fields.get("reply_to", ""))[:300],
        call_at=one_line(fields.get("call_at", ""))[:_LONGEST_TIME],
    )


def _thanks(call: SiteCall) -> Response:
    """Loading the page again then sends nothing again."""
    return RedirectResponse(f"/w/{call.site.key}/contact?sent=true", 303)


async def _page(
    call: SiteCall,
    given: Form,
    problems: dict[str, str] | None = None,
    *,
    sent: bool = False,
    status: int = 200,
    retry_after: float | None = None,
) -> Response:
    shown = await public_configuration(call.work, call.site)
    style = style_of(shown["look"]["color"])
    html = render(
        call.work,
        call.site,
        style=style,
        language=_language(call),
        shown=shown,
        given=given,
        problems=problems or {},
        sent=sent,
    )
    headers = {
        "Content-Security-Policy": policy(style),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer-when-downgrade",
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
    }
    if retry_after is not None:
        headers["Retry-After"] = str(max(1, round(retry_after)))
    return HTMLResponse(html, status, headers)


def _language(call: SiteCall) -> str:
    return language_of(settings_of(call.site), call.request.headers.get("accept-language", ""))
