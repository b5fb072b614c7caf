"""What is over is removed. For a timer, in a work of every workspace."""

from datetime import timedelta

from sqlalchemy import delete

from yingke.identity.models import (
    ApprovalRequest,
    Attempt,
    IdempotencyKey,
    Invitation,
    KnownDevice,
    LoginSession,
    LoginToken,
)
from yingke.identity.sessions import DEVICE_KNOWN_FOR
from yingke.identity.throttling import WINDOW
from yingke.kit.work import Work

ANSWERS_KEPT = timedelta(hours=24)
"""How long a repeated Idempotency-Key gets the first answer."""
APPROVALS_KEPT = timedelta(days=30)
"""How long a request to a second person can be read when it is over: its reason may name people."""


async def remove_expired(work: Work) -> None:
    for which in (
        delete(LoginSession).where(LoginSession.expires_at < work.now),
        delete(LoginToken).where(LoginToken.expires_at < work.now),
        delete(Invitation).where(Invitation.expires_at < work.now),
        delete(KnownDevice).where(KnownDevice.last_seen_at < work.now - DEVICE_KNOWN_FOR),
        delete(Attempt).where(Attempt.at < work.now - WINDOW),
        delete(IdempotencyKey).where(IdempotencyKey.created_at < work.now - ANSWERS_KEPT),
        delete(ApprovalRequest).where(ApprovalRequest.expires_at < work.now - APPROVALS_KEPT),
    ):
        await work.rows.execute(which)
