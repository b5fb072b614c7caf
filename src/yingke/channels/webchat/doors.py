"""The doors of the public addresses: whose site, from which page, which visitor."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import Depends, Request

from yingke.channels.webchat.errors import OriginRefused, UnknownSite
from yingke.identity.browsers import browser_of
from yingke.inboxes import Site, allowed_origin, help_centre_base, origin_of, site_of_key
from yingke.kit.client_address import throttle_key
from yingke.kit.work import Ground, Work
from yingke.visitors import Visitor, VisitorUnknown, visitor_by_token

if TYPE_CHECKING:
    from yingke.wiring import Services


@dataclass(slots=True)
class SiteCall:
    """One request of anybody about a site, in a work of its workspace."""

    work: Work
    site: Site
    request: Request
    address: str
    """Of the caller, as it is counted."""
    origin: str | None
    """The foreign page that asks, when it is one of the site's."""

    @property
    def services(self) -> "Services":
        return self.request.app.state.services  # type: ignore[no-any-return]


@dataclass(slots=True)
class VisitorCall(SiteCall):
    """One request of a visitor, known by its token."""

    visitor: Visitor


def of_site() -> Any:
    """Dependency: the `SiteCall` of the `key` in the path. Raises UnknownSite, OriginRefused, Throttled."""

    async def open_call(key: str, request: Request) -> SiteCall:
        return await _open(key, request)

    open_call.permission = "public"  # type: ignore[attr-defined]
    return Depends(open_call)


def of_visitor() -> Any:
    """Dependency: the `VisitorCall` of the bearer token. Raises VisitorUnknown, and what `of_site` raises."""

    async def open_call(key: str, request: Request) -> VisitorCall:
        call = await _open(key, request)
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        visitor = None
        if scheme.lower() == "bearer" and token:
            visitor = await visitor_by_token(call.work, call.site.id, token.strip())
        if visitor is None:
            raise VisitorUnknown
        return VisitorCall(call.work, call.site, request, call.address, call.origin, visitor)

    open_call.permission = "visitor"  # type: ignore[attr-defined]
    return Depends(open_call)


async def _open(key: str, request: Request) -> SiteCall:
    services: Services = request.app.state.services
    ground: Ground = request.app.state.ground
    address = throttle_key(browser_of(request).address)
    services.rates.page.require(address)
    work = await request.state.stack.enter_async_context(ground.work_everywhere())
    site = await site_of_key(work, key)
    if site is None:
        raise UnknownSite
    await work.narrow(site.workspace_id)
    return SiteCall(work, site, request, address, _foreign_origin(site, request, services))


def _foreign_origin(site: Site, request: Request, services: "Services") -> str | None:
    """The origin of a page that is not ours. Raises OriginRefused when it is not one of the site's either."""
    origin = request.headers.get("origin")
    own = {origin_of(services.settings.public_url), f"{request.url.scheme}://{request.headers.get('host', '')}"}
    if origin is None or origin in own:
        return None
    help_centre = help_centre_base(site) or "/"
    if not help_centre.startswith("/") and origin == origin_of(help_centre):
        return None  # our own pages, under the shop's name: their forms say so
    if not allowed_origin(site, origin):
        raise OriginRefused
    return origin
