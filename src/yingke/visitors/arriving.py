"""A browser comes to a page, moves on, and stays or goes."""

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import update

from yingke.identity.tokens import new_token, token_hash
from yingke.kit.ids import new_id
from yingke.kit.text import one_line
from yingke.kit.work import Work
from yingke.visitors.models import Visitor
from yingke.visitors.queries import visitor_by_token
from yingke.visitors.user_agents import recognise
from yingke.visitors.values import Page

NEW_VISIT_AFTER = timedelta(minutes=30)
_LONGEST_TOKEN = 200


class OnSite(Protocol):
    """What visitors need of a site, which is a sibling: its id, and the secret the shop signs with."""

    id: UUID
    identity_secret: str


@dataclass(frozen=True, slots=True)
class Greeted:
    visitor: Visitor
    token: str
    """What the browser keeps; the database has only its hash."""
    is_new: bool


async def greet_visitor(
    work: Work,
    site: OnSite,
    *,
    token: str | None,
    page: Page | None,
    referrer: str | None = None,
    language: str = "",
    user_agent: str = "",
    address: str = "",
) -> Greeted:
    """The visitor whose `token` this is; a new one when it is nobody's on this site."""
    visitor = await visitor_by_token(work, site.id, token) if token and len(token) <= _LONGEST_TOKEN else None
    if visitor is None or token is None:
        visitor, token, is_new = _new_visitor(work, site.id), new_token("v_"), True
        visitor.token_hash = token_hash(token)
        visitor.landing_url = _url(page.url) if page else None
        visitor.referrer = _url(referrer)
    else:
        is_new = False
        visitor.visits += work.now - visitor.last_seen_at > NEW_VISIT_AFTER
        visitor.last_seen_at = work.now
    _describe(visitor, language, user_agent, address)
    _move(visitor, page)
    await work.rows.flush()
    return Greeted(visitor, token, is_new)


async def move_visitor(work: Work, visitor: Visitor, page: Page) -> None:
    """The browser shows another page now."""
    visitor.last_seen_at = work.now
    _move(visitor, page)


async def note_beats(work: Work, visitor_ids: Collection[UUID]) -> None:
    """These browsers are connected: to be said of each at least every minute. Across workspaces."""
    await work.rows.execute(
        update(Visitor).where(Visitor.id.in_(visitor_ids)).values(last_beat_at=work.now, last_seen_at=work.now)
    )


async def note_gone(work: Work, visitor: Visitor) -> None:
    """The browser's last socket closed."""
    visitor.last_beat_at = None
    visitor.last_seen_at = work.now


def fresh_visitor(work: Work, like: Visitor) -> tuple[Visitor, str]:
    """Somebody else at the same browser: a visitor without history, and the token for it."""
    visitor, token = _new_visitor(work, like.site_id), new_token("v_")
    visitor.token_hash = token_hash(token)
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


def _new_visitor(work: Work, site_id: UUID) -> Visitor:
    visitor = Visitor(id=new_id(), site_id=site_id, visits=1, first_seen_at=work.now, last_seen_at=work.now, device={})
    visitor.workspace_id = work.workspace_id
    work.add(visitor)
    return visitor


def _describe(visitor: Visitor, language: str, user_agent: str, address: str) -> None:
    agent = one_line(user_agent)[:500]
    visitor.language = one_line(language)[:35] or visitor.language or ""
    if agent and agent != visitor.user_agent:
        visitor.user_agent = agent
        visitor.device = {**recognise(agent)}
    visitor.address_prefix = address_prefix(address) or visitor.address_prefix or ""


def _move(visitor: Visitor, page: Page | None) -> None:
    if page is not None and (url := _url(page.url)):
        visitor.page_url = url
        visitor.page_title = one_line(page.title)[:300]


def _url(value: str | None) -> str | None:
    """Only addresses of pages, without a password in them; an agent will click on it."""
    url = one_line(value or "")[:2000]
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
