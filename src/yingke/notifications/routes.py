"""The HTTP door of notifications."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, StringConstraints

from yingke.conversations.queries import conversation_for
from yingke.files import serve_file
from yingke.identity import Call, PublicCall, WorkRoute, allowed, public
from yingke.kit.text import CleanStr
from yingke.kit.values import Value
from yingke.notifications import subscribing
from yingke.notifications.mailing import request_transcript
from yingke.notifications.queries import kept_mail, list_mails, mailed_file
from yingke.notifications.values import MailPage
from yingke.notifications.vapid import public_key

router = APIRouter(route_class=WorkRoute, tags=["notifications"])
public_router = APIRouter(route_class=WorkRoute, include_in_schema=False)

Endpoint = Annotated[CleanStr, StringConstraints(max_length=1_000, pattern=r"^https://[^/\s]+/\S*$")]
Key = Annotated[CleanStr, StringConstraints(max_length=120, pattern=r"^[A-Za-z0-9_-]+=*$")]


class PushKey(Value, frozen=True, kw_only=True):
    """`applicationServerKey` for the browser's `pushManager.subscribe`."""

    public_key: str


class SubscriptionKeys(BaseModel):
    p256dh: Key
    auth: Key


class NewSubscription(BaseModel):
    """As the browser's `PushSubscription.toJSON()` gives it."""

    endpoint: Endpoint
    keys: SubscriptionKeys


class EndedSubscription(BaseModel):
    endpoint: Annotated[CleanStr, StringConstraints(max_length=1_000)]


class TranscriptRequest(BaseModel):
    email: Annotated[CleanStr, StringConstraints(max_length=254)]


@router.get("/push/key", summary="The key that browsers subscribe with")
async def key(call: Annotated[Call, allowed("push.self")]) -> PushKey:
    return PushKey(public_key=await public_key(call.work, call.services.settings.data))


@router.post("/push/subscriptions", status_code=204, summary="Send notices to this browser")
async def subscribe(body: NewSubscription, call: Annotated[Call, allowed("push.self")]) -> None:
    await subscribing.subscribe(
        call.work, call.actor.agent_id, endpoint=body.endpoint, p256dh=body.keys.p256dh, auth=body.keys.auth
    )


@router.delete("/push/subscriptions", status_code=204, summary="Send no more notices to this browser")
async def unsubscribe(body: EndedSubscription, call: Annotated[Call, allowed("push.self")]) -> None:
    await subscribing.unsubscribe(call.work, call.actor.agent_id, body.endpoint)


@router.post("/conversations/{conversation_id}/transcript", status_code=202, summary="Mail what was said so far")
async def transcript(
    conversation_id: UUID, body: TranscriptRequest, call: Annotated[Call, allowed("conversations.reply")]
) -> Response:
    await conversation_for(call.work, call.actor, conversation_id)
    await request_transcript(call.work, conversation_id, body.email)
    return Response(status_code=202)


@router.get("/mails", summary="All outgoing mail, newest first")
async def mails(
    call: Annotated[Call, allowed("mails.read")],
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    cursor: str | None = None,
) -> MailPage:
    services = call.services
    return await list_mails(call.work, services.mailer, services.settings.mail_from, limit=limit, cursor=cursor)


@router.get(
    "/mails/{mail_id}/content",
    summary="A mail that is kept in the outbox folder",
    response_class=Response,
    responses={200: {"content": {"message/rfc822": {"schema": {"type": "string"}}}}},
)
async def content(mail_id: UUID, call: Annotated[Call, allowed("mails.read")]) -> Response:
    services = call.services
    mail = await kept_mail(call.work, services.mailer, services.settings.mail_from, mail_id)
    headers = {"Content-Disposition": f'attachment; filename="{mail_id}.eml"', "X-Content-Type-Options": "nosniff"}
    return Response(mail, media_type="message/rfc822", headers=headers)


@public_router.get("/mailed/{mail_id}/{file_id}")
async def mailed(
    mail_id: UUID,
    file_id: UUID,
    call: Annotated[PublicCall, public()],
    range_header: Annotated[str | None, Header(alias="range")] = None,
) -> Response:
    file = await mailed_file(call.work, mail_id, file_id)
    return await serve_file(call.services.files, file, range_header=range_header)
