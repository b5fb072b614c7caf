"""The door of tracking, below FastAPI: every visitor knocks here several times a minute.

`POST` takes a report, `GET` of the same path with `.js` gives the script that sends them, with `-i.js` the one that shows
invitations. The path is the operator's (`YINGKE_TRACKING_PATH`), because lists of what browsers block know the usual ones.
"""

import asyncio
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from yingke.channels.webchat import assets
from yingke.channels.webchat.errors import NotBuilt, OriginRefused, UnknownSite
from yingke.kit.client_address import client_address
from yingke.kit.errors import Kind, Refusal, Unavailable
from yingke.kit.text import one_line, storable
from yingke.kit.values import encode
from yingke.visits.incoming import Known
from yingke.visits.reports import LARGEST, read_report
from yingke.visits.sites import TrackedSite

if TYPE_CHECKING:
    from yingke.outreach.acting import Said
    from yingke.wiring import Services

log = structlog.get_logger()

Headers = dict[bytes, bytes]


class ReportTooLarge(Refusal):
    kind, code, detail = Kind.too_large, "too_large", "A report is at most 64 KiB."


class ReportDoor:
    """ASGI middleware: answers the paths of tracking, and hands everything else on."""

    def __init__(self, app: ASGIApp, services: "Services") -> None:
        self._app = app
        self._services = services
        self._own = services.settings.public_url.lower().encode()
        self._proxies = services.settings.trusted_proxies
        before, _, after = services.settings.tracking_path.partition("{key}")
        self._path = re.compile(rf"{re.escape(before)}([A-Za-z0-9_-]{{1,64}}){re.escape(after)}((?:-i)?\.js)?")
        self._before = before

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(self._before):
            found = self._path.fullmatch(scope["path"])
            method = scope["method"]
            if found and found[2] and method in ("GET", "HEAD"):
                await self._script(found, scope, receive, send)
                return
            if found and not found[2] and method in ("POST", "OPTIONS"):
                await self._report(found[1], scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _report(self, key: str, scope: Scope, receive: Receive, send: Send) -> None:
        headers: Headers = dict(scope["headers"])
        origin = headers.get(b"origin")
        shared = [(b"vary", b"origin"), (b"cache-control", b"no-store")]
        try:
            site = await self._site(key)
            if origin and not self._may_report(site, origin, headers):
                raise OriginRefused
            if origin:
                shared.append((b"access-control-allow-origin", origin))
            said = await self._hear(site, scope, receive, headers) if scope["method"] == "POST" else None
        except Refusal as refusal:
            await _refuse(send, refusal, shared)
        except Exception as error:
            log.warning("a report was not taken", error=repr(error))
            await _refuse(send, Unavailable(retry_after=2), shared)
        else:
            if said is None:
                await _answer(send, 204, shared, b"")
            else:
                await _answer(send, 200, [*shared, (b"content-type", b"application/json")], encode(said))

    async def _hear(self, site: TrackedSite, scope: Scope, receive: Receive, headers: Headers) -> "Said | None":
        """Take the report; what its page is told, for which it may have to wait."""
        services = self._services
        report = read_report(storable(await _body(receive, headers)))
        user_agent, address = _agent(headers.get(b"user-agent", b"")), self._address(scope, headers)
        known = await services.tracking.report(
            site,
            report,
            user_agent=user_agent,
            address=address,
            do_not_track=headers.get(b"dnt") == b"1" or headers.get(b"sec-gpc") == b"1",
        )
        said = await services.outreach.hear(site, known, report, user_agent=user_agent, address=address)
        if said is None and known is not None and report.listen:
            return await self._wait_for_news(known, receive)
        return said

    async def _wait_for_news(self, known: Known, receive: Receive) -> "Said | None":
        """What there is to say, unless the page goes away meanwhile: then its last word was lost, and nobody may come."""
        outreach, roster = self._services.outreach, self._services.tracking.roster
        news = asyncio.ensure_future(outreach.wait_for_news(known.workspace_id, known.visitor_id))
        gone = asyncio.ensure_future(receive())
        try:
            await asyncio.wait({news, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not news.done():
                roster.lost(known.workspace_id, known.visitor_id)
                return None
            return news.result()
        finally:
            news.cancel()
            gone.cancel()

    async def _script(self, found: re.Match[str], scope: Scope, receive: Receive, send: Send) -> None:
        try:
            site = await self._site(found[1])
            name = "invite.js" if found[2] == "-i.js" else "tracker.js"
            body = script(name, site, scope["path"].removesuffix(found[2]))
        except (UnknownSite, NotBuilt) as refusal:
            await _refuse(send, refusal, [])
            return
        # A module of another origin needs leave to run in the page.
        headers = {
            "Cache-Control": assets.PAGE_CACHING,
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        await assets.answer(Request(scope), body.encode(), "text/javascript", headers)(scope, receive, send)

    async def _site(self, key: str) -> TrackedSite:
        site = await self._services.tracking.sites.of(key)
        if site is None:
            raise UnknownSite
        return site

    def _may_report(self, site: TrackedSite, origin: bytes, headers: Headers) -> bool:
        host = origin.partition(b"://")[2]
        return origin.lower() == self._own or host == headers.get(b"host") or site.allows(origin.decode("latin-1"))

    def _address(self, scope: Scope, headers: Headers) -> str:
        peer = scope["client"][0] if scope.get("client") else ""
        forwarded = headers.get(b"x-forwarded-for")
        if not forwarded or not self._proxies:
            return str(peer)
        return client_address(peer, forwarded.decode("latin-1"), self._proxies)


def script(name: str, site: TrackedSite, path: str) -> str:
    """One of the page's scripts, with the site's part of it. Raises NotBuilt."""
    told: dict[str, Any] = {"key": site.key, "path": path, "mode": site.mode, "dnt": site.do_not_track}
    return assets.template(name).replace('"__YINGKE_TRACKING__"', assets.in_html(told), 1)


async def _body(receive: Receive, headers: Headers) -> bytes:
    """Raises ReportTooLarge as soon as it is clear."""
    said = headers.get(b"content-length", b"0")
    if said.isdigit() and int(said) > LARGEST:
        raise ReportTooLarge
    parts, size = [], 0
    while True:
        message: Message = await receive()
        if message["type"] == "http.disconnect":
            raise Unavailable
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST:
            raise ReportTooLarge
        parts.append(part)
        if not message.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def _refuse(send: Send, refusal: Refusal, headers: list[tuple[bytes, bytes]]) -> None:
    more = [(b"content-type", b"application/problem+json")]
    if refusal.retry_after is not None:
        more.append((b"retry-after", str(max(1, round(refusal.retry_after))).encode()))
        more.append((b"access-control-expose-headers", b"retry-after"))
    await _answer(send, refusal.kind.status, [*headers, *more], encode(refusal.as_problem()))


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@lru_cache(maxsize=4096)
def _agent(raw: bytes) -> str:
    return one_line(raw.decode("latin-1"))[:500]
