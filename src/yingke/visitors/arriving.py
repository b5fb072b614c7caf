"""A browser comes to a page, moves on, and stays or goes."""

import ipaddress
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from yingke.identity.tokens import new_token, token_hash
from yingke.kit.ids import new_id
from yingke.kit.links import page_address
from yingke.kit.text import one_line
from yingke.kit.work import Work
from yingke.visitors.models import Visitor
from yingke.visitors.queries import ONLINE_FOR, visitor_by_token
from yingke.visitors.user_agents import recognise

NEW_VISIT_AFTER = timedelta(minutes=30)
SEEN_EVERY = timedelta(minutes=1)
"""Coming back sooner writes nothing: when thousands lose their sockets together, none of them waits for the disk."""
_LONGEST_TOKEN = 200
_MADE_BY_BROWSER = re.compile(r"v_[A-Za-z0-9_-]{43}")
_BEAT = text("""
WITH heard AS (SELECT workspace_id, id FROM visitors WHERE id = ANY(:ids) ORDER BY id FOR NO KEY UPDATE)
UPDATE visitors v SET last_beat_at = CAST(:at AS timestamptz), last_seen_at = :now
FROM heard WHERE v.workspace_id = heard.workspace_id AND v.id = heard.id
  AND (CAST(:unheard_since AS timestamptz) IS NULL OR v.last_beat_at IS NULL OR v.last_beat_at < :unheard_since)
RETURNING v.id, v.site_id
""")

_SILENT = text("""
WITH silent AS (
  SELECT v.workspace_id, v.id FROM sites s
  JOIN visitors v ON v.workspace_id = s.workspace_id AND v.site_id = s.id AND v.last_seen_at > :seen_after
  WHERE v.last_beat_at < :unheard_since AND v.id <> ALL(:present) ORDER BY v.id FOR NO KEY UPDATE OF v)
UPDATE visitors v SET last_beat_at = NULL FROM silent
WHERE v.workspace_id = silent.workspace_id AND v.id = silent.id RETURNING v.workspace_id, v.id, v.site_id
""")
"""By the index of those seen last on each site: who beats was seen."""


class OnSite(Protocol):
    """What visitors need of a site, which is a sibling: its id, and the secret the shop signs with."""

    id: UUID
    identity_secret: str


@dataclass(frozen=True, slots=True)
class Greeted:
    visitor: Visitor
    token: str | None
    """What the browser keeps from now on; None: what it has. The database knows only the hash."""


async def greet_visitor(
    work: Work,
    site: OnSite,
    *,
    token: str | None,
    page_url: str = "",
    page_title: str = "",
    referrer: str = "",
    language: str = "",
    user_agent: str = "",
    address: str = "",
) -> Greeted:
    """The visitor whose `token` this is; a new one when it is nobody's on this site."""
    visitor = await visitor_by_token(work, site.id, token) if token and len(token) <= _LONGEST_TOKEN else None
    new: str | None = None
    if visitor is None:
        visitor, new = await _adopt(work, site.id, token) or _new_visitor(work, site.id)
        visitor.landing_url = page_address(page_url)
        visitor.referrer = page_address(referrer)
    elif (unseen := work.now - visitor.last_seen_at) > SEEN_EVERY:
        visitor.visits += unseen > NEW_VISIT_AFTER
        visitor.last_seen_at = work.now
    _describe(visitor, language, user_agent, address)
    _move(visitor, page_url, page_title)
    await work.rows.flush()
    return Greeted(visitor, new)


async def move_visitor(work: Work, visitor: Visitor, *, url: str, title: str = "") -> None:
    """The browser shows another page now. An address that is no page's changes nothing."""
    visitor.last_seen_at = work.now
    _move(visitor, url, title)


async def note_visitors_connected(work: Work, visitor_ids: Collection[UUID]) -> None:
    """These browsers have a socket: to be said of each at least every minute. In a work of every workspace, too."""
    await _beat(work, visitor_ids, work.now)


async def note_visitors_disconnected(
    work: Work, visitor_ids: Collection[UUID], *, unheard_since: datetime | None = None
) -> dict[UUID, UUID]:
    """The last socket of each of these browsers in this process closed; those whom no other beat for `unheard_since`,
    with their sites."""
    return await _beat(work, visitor_ids, None, unheard_since)


async def notice_silent_visitors(
    work: Work, *, unheard_since: datetime, present: Collection[UUID]
) -> list[tuple[UUID, UUID, UUID]]:
    """Workspace, visitor and site of those whose process died without a word. In a work of every workspace.

    Every process that lives was asked at `unheard_since`, and answered that it holds those who are `present`.
    """
    bound = {"seen_after": work.now - ONLINE_FOR, "unheard_since": unheard_since, "present": list(present)}
    gone = (await work.rows.execute(_SILENT, bound)).all()
    return [(workspace_id, visitor_id, site_id) for workspace_id, visitor_id, site_id in gone]


def fresh_visitor(work: Work, like: Visitor) -> tuple[Visitor, str]:
    """Somebody else at the same browser: a visitor without history, and the token for it."""
    visitor, token = _new_visitor(work, like.site_id)
    for same in ("language", "user_agent", "device", "address_prefix", "page_url", "page_title", "last_beat_at"):
        setattr(visitor, same, getattr(like, same))
    return visitor, token


def address_prefix(address: str) -> str:
    """The network `address` is in (/24, or /48 of IPv6); empty for what is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))


async def _adopt(work: Work, site_id: UUID, token: str | None) -> tuple[Visitor, str] | None:
    """A visitor by a token that the browser made itself, as it does when its visits are recorded.

    The page's report of the visit and the panel's greeting may come at once: who comes second finds the first's row.
    None for what is no such token, or is another site's.
    """
    if token is None or not _MADE_BY_BROWSER.fullmatch(token):
        return None
    row = {"workspace_id": work.workspace_id, "id": new_id(), "site_id": site_id, "token_hash": token_hash(token)}
    first = {"device": {}, "first_seen_at": work.now, "last_seen_at": work.now, "visits": 1}
    texts = {"language": "", "user_agent": "", "address_prefix": "", "fields": {}, "anonymous": False}
    await work.rows.execute(insert(Visitor).values(**row, **first, **texts).on_conflict_do_nothing())
    visitor = await visitor_by_token(work, site_id, token)
    return (visitor, token) if visitor else None


def _new_visitor(work: Work, site_id: UUID) -> tuple[Visitor, str]:
    token = new_token("v_")
    visitor = Visitor(
        id=new_id(),
        site_id=site_id,
        token_hash=token_hash(token),
        language="",
        user_agent="",
        device={},
        address_prefix="",
        visits=1,
        first_seen_at=work.now,
        last_seen_at=work.now,
    )
    work.add(visitor)
    return visitor, token


async def _beat(
    work: Work, visitor_ids: Collection[UUID], beat_at: datetime | None, unheard_since: datetime | None = None
) -> dict[UUID, UUID]:
    # One order for all who do this, so that two processes cannot wait for each other.
    bound = {"ids": sorted(visitor_ids), "at": beat_at, "now": work.now, "unheard_since": unheard_since}
    return {row.id: row.site_id for row in await work.rows.execute(_BEAT, bound)}


def _describe(visitor: Visitor, language: str, user_agent: str, address: str) -> None:
    agent = one_line(user_agent)[:500]
    visitor.language = one_line(language)[:35] or visitor.language
    if agent and agent != visitor.user_agent:
        visitor.user_agent = agent
        visitor.device = {**recognise(agent)}
    visitor.address_prefix = address_prefix(address) or visitor.address_prefix


def _move(visitor: Visitor, page_url: str, page_title: str) -> None:
    if url := page_address(page_url):
        visitor.page_url = url
        visitor.page_title = one_line(page_title)[:300]
