"""Guessing is slow: attempts are counted before they are judged, and forgotten when they succeed.

A browser that has signed in as this person before carries a cookie of its own and is counted alone, so that a stranger
who keeps guessing cannot lock the person out (OWASP, "device cookies").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, text

from yingke.identity.errors import TooManyAttempts
from yingke.identity.models import Attempt
from yingke.kit.ids import new_id
from yingke.kit.work import Ground, Work

WINDOW = timedelta(minutes=15)
PER_PERSON = 10
PER_ADDRESS = 60
"""An office shares one address."""

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 1))")
_COUNT = text(
    "SELECT count(*) AS n, min(at) AS oldest FROM (SELECT at FROM sign_in_attempts WHERE key = :key AND at > :after ORDER BY at DESC LIMIT :limit) AS t"
)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` attempts under `key` in a `WINDOW`."""

    key: str
    most: int


def per_person(what: str, who: object) -> Limit:
    return Limit(f"{what}:{sha256(str(who).encode(errors='replace')).hexdigest()}", PER_PERSON)


def per_address(address: str) -> Limit:
    return Limit(f"address:{address}", PER_ADDRESS)


async def count_attempt(ground: Ground, limits: Sequence[Limit]) -> list[UUID]:
    """Count one attempt, in a transaction of its own, so that it stays counted. Answers its ids, to forget it by.

    Raises TooManyAttempts, and counts nothing, when one of the limits is reached: waiting always helps.
    """
    async with ground.work_everywhere() as work:
        for limit in sorted(limits, key=lambda each: each.key):
            await work.rows.execute(_LOCK, {"key": limit.key})
            await _require_room(work, limit)
        attempts = [Attempt(id=new_id(), key=limit.key, at=work.now) for limit in limits]
        work.rows.add_all(attempts)
    return [attempt.id for attempt in attempts]


async def _require_room(work: Work, limit: Limit) -> None:
    bound = {"key": limit.key, "after": work.now - WINDOW, "limit": limit.most}
    row = (await work.rows.execute(_COUNT, bound)).one()
    if row.n >= limit.most:
        raise TooManyAttempts(retry_after=max(1.0, (row.oldest + WINDOW - work.now).total_seconds()))


async def forget_attempts(work: Work, limit: Limit) -> None:
    await work.rows.execute(delete(Attempt).where(Attempt.key == limit.key))


async def forget_attempt(work: Work, ids: Sequence[UUID]) -> None:
    await work.rows.execute(delete(Attempt).where(Attempt.id.in_(ids)))
