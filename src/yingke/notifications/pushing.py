"""Web push to the browsers of one agent (RFC 8030, 8188, 8291, 8292)."""

import asyncio
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import structlog
from sqlalchemy import delete, update

from yingke.agents import Agent, on_screen
from yingke.identity import Workspace
from yingke.kit.outbound import AddressRefused
from yingke.kit.values import encode
from yingke.notifications.models import PushSubscription
from yingke.notifications.vapid import private_key

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

    from yingke.wiring import Services

log = structlog.get_logger()

_KEPT_BY_SERVICE = 600
"""Seconds that a push service keeps a notice for a browser that is not running."""
_GONE = (404, 410)
_TOKEN_LIFE = 12 * 3600


async def send_push(
    services: "Services",
    *,
    workspace_id: UUID,
    agent_id: str,
    key: str,
    conversation_id: str,
    title: dict[str, str],
    body: dict[str, str],
) -> None:
    """To each of the agent's browsers once; nothing when the desk came onto a screen meanwhile. Dead subscriptions are removed."""
    async with services.ground.work_in(workspace_id) as work:
        if await on_screen(work, [UUID(agent_id)]):
            return
        # Noted before it is sent: a notice is not worth a second try, and two jobs may have it at once.
        told = update(PushSubscription).where(
            PushSubscription.workspace_id == workspace_id,
            PushSubscription.agent_id == UUID(agent_id),
            PushSubscription.last_notice.is_distinct_from(key),
        )
        subscriptions = (await work.scalars(told.values(last_notice=key).returning(PushSubscription))).all()
        if not subscriptions:
            return
        agent = await work.get(Agent, UUID(agent_id))
        workspace = await work.rows.get_one(Workspace, workspace_id)
        vapid = await private_key(work, services.settings.data)
    language = agent.preferences.get("language") or workspace.locale
    language = "en" if language.startswith("en") else "zh-CN"
    notice = {
        "title": title[language],
        "body": body[language],
        "tag": conversation_id,
        "url": f"/desk/conversations/{conversation_id}",
    }
    statuses = await asyncio.gather(*(_send(services, vapid, each, notice) for each in subscriptions))
    dead = [each.id for each, status in zip(subscriptions, statuses, strict=True) if status in _GONE]
    if dead:
        gone = delete(PushSubscription).where(
            PushSubscription.workspace_id == workspace_id, PushSubscription.id.in_(dead)
        )
        async with services.ground.work_in(workspace_id) as work:
            await work.rows.execute(gone)


async def _send(
    services: "Services", vapid: "EllipticCurvePrivateKey", subscription: PushSubscription, notice: Mapping[str, str]
) -> int:
    """The push service's status; 0 when it could not be reached."""
    headers, content = await asyncio.to_thread(_sealed, services, vapid, subscription, notice)
    try:
        status = await services.outbound.post(subscription.endpoint, content, headers)
    except AddressRefused:
        return _GONE[0]
    except httpx.HTTPError as error:
        log.warning("push service not reached", host=urlsplit(subscription.endpoint).hostname, error=repr(error))
        return 0
    if status >= 400 and status not in _GONE:
        log.warning("push service refused", host=urlsplit(subscription.endpoint).hostname, status=status)
    return status


def _sealed(
    services: "Services", vapid: "EllipticCurvePrivateKey", subscription: PushSubscription, notice: Mapping[str, str]
) -> tuple[dict[str, str], bytes]:
    """The notice, readable by that browser only, and who it comes from."""
    from py_vapid import Vapid02
    from pywebpush import WebPusher

    keys = {"p256dh": subscription.p256dh, "auth": subscription.auth}
    sealed: Any = WebPusher({"endpoint": subscription.endpoint, "keys": keys}).encode(encode(notice))
    parts = urlsplit(subscription.endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "sub": f"mailto:{services.settings.mail_from}",
        "exp": int(time.time()) + _TOKEN_LIFE,
    }
    headers = dict(Vapid02(vapid).sign(claims))
    headers |= {"Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream"}
    return headers | {"TTL": str(_KEPT_BY_SERVICE), "Urgency": "high"}, sealed["body"]
