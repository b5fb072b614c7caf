"""Which browsers take notices."""

import base64
import binascii
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.notifications.errors import NotASubscription
from yingke.notifications.models import PushSubscription

MOST = 20
"""Browsers of one agent; the oldest ones go first."""


async def subscribe(work: Work, agent_id: UUID, *, endpoint: str, p256dh: str, auth: str) -> None:
    """From here on this browser is the agent's; it was another's when people share a computer. Raises NotASubscription."""
    _require_key(p256dh, 65, "keys.p256dh")
    _require_key(auth, 16, "keys.auth")
    row = insert(PushSubscription).values(
        workspace_id=work.workspace_id,
        id=new_id(),
        agent_id=agent_id,
        endpoint=endpoint,
        p256dh=p256dh,
        auth=auth,
        created_at=work.now,
    )
    changes = {"agent_id": agent_id, "p256dh": p256dh, "auth": auth, "created_at": work.now}
    await work.rows.execute(row.on_conflict_do_update(index_elements=["workspace_id", "endpoint"], set_=changes))
    mine = PushSubscription.workspace_id == work.workspace_id, PushSubscription.agent_id == agent_id
    newest = select(PushSubscription.id).where(*mine).order_by(PushSubscription.created_at.desc()).limit(MOST)
    await work.rows.execute(delete(PushSubscription).where(*mine, PushSubscription.id.not_in(newest)))


async def unsubscribe(work: Work, agent_id: UUID, endpoint: str) -> None:
    """Nothing happens when there is no such subscription."""
    await work.rows.execute(
        delete(PushSubscription).where(
            PushSubscription.workspace_id == work.workspace_id,
            PushSubscription.agent_id == agent_id,
            PushSubscription.endpoint == endpoint,
        )
    )


def _require_key(value: str, size: int, field: str) -> None:
    try:
        decoded = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except (ValueError, binascii.Error) as error:
        raise NotASubscription(field=field) from error
    if len(decoded) != size or (size == 65 and decoded[0] != 4):
        raise NotASubscription(field=field)
