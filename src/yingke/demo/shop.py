"""The shop's pages, rendered on the server, and the doors that only a demonstration has."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, FastAPI, Form, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.staticfiles import StaticFiles

from yingke.demo import catalogue
from yingke.demo.catalogue import Cart, Lang
from yingke.identity import PublicCall, WorkRoute, begin_session, browser_of, keep_session, public
from yingke.kit.errors import Forbidden
from yingke.kit.http import add_routes
from yingke.visitors import sign_identity

_HERE = Path(__file__).parent
_CART, _MEMBER = "songguo_cart", "songguo_member"
_PAGES = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "script-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; frame-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
LANGUAGES: tuple[Lang, ...] = ("zh", "en")

router = APIRouter(prefix="/demo", route_class=WorkRoute, include_in_schema=False)
Anybody = Annotated[PublicCall, public()]


@dataclass(frozen=True, slots=True)
class Demo:
    """What the pages need to know of the sample data."""

    site_key: str
    identity_secret: str
    owner_login_id: UUID
    workspace_id: UUID


class OnlyFromHere(Forbidden):
    code = "only_from_here"
    detail = "This link signs in without a password, so it works only on the computer that runs the demonstration."


def open_shop(app: FastAPI, demo: Demo) -> None:
    """Put the shop under `/demo/` of `app`."""
    app.state.demo = demo
    app.mount("/demo/static", StaticFiles(directory=_HERE / "static"))
    add_routes(app, router)


def _page(*paths: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Serve a page under its path in Chinese, and below `/en` in English."""

    def register(render: Callable[..., Any]) -> Callable[..., Any]:
        for path in paths:
            router.get(path)(render)
            router.get("/en" + path)(render)
        return render

    return register


def _lang(request: Request) -> Lang:
    return "en" if request.url.path.startswith("/demo/en/") else "zh"


def _cart(request: Request) -> Cart:
    return catalogue.read_cart(request.cookies.get(_CART, ""))


def _render(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    lang, demo = _lang(request), request.app.state.demo
    inner = request.url.path.removeprefix("/demo").removeprefix("/en" if lang == "en" else "")
    base, other = ("/demo/en", "/demo") if lang == "en" else ("/demo", "/demo/en")
    html = _PAGES.get_template(template).render(
        t=catalogue.words(lang),
        lang=lang,
        base=base,
        other=other + inner,
        categories=catalogue.categories(),
        cart_count=sum(_cart(request).values()),
        site_key=demo.site_key,
        identity=_identity(request) if request.cookies.get(_MEMBER) else None,
        **values,
    )
    return HTMLResponse(html, status, headers=_HEADERS)


def _identity(request: Request) -> dict[str, Any]:
    """The member as the shop's server signs them for the widget."""
    member = catalogue.sample("people")["member"]
    signature = sign_identity(request.app.state.demo.identity_secret, member["external_id"])
    return {name: member[name] for name in ("external_id", "name", "email", "phone")} | {"hash": signature}


@_page("/")
async def home(request: Request, call: Anybody) -> Response:
    popular = [each for each in catalogue.products() if "was" in each]
    return _render(request, "home.html", popular=popular, here="home")


@_page("/category/{key}")
async def category(key: str, request: Request, call: Anybody) -> Response:
    found = catalogue.category(key)
    if found is None:
        return _missing(request)
    return _render(request, "category.html", category=found, products=catalogue.products(key), here=key)


@_page("/product/{key}")
async def product(key: str, request: Request, call: Anybody) -> Response:
    found = catalogue.product(key)
    if found is None:
        return _missing(request)
    alike = [each for each in catalogue.products(found["category"]) if each is not found][:3]
    return _render(request, "product.html", product=found, alike=alike, here=found["category"])


@_page("/cart")
async def cart(request: Request, call: Anybody) -> Response:
    lines = catalogue.cart_lines(_cart(request))
    goods, delivery = catalogue.sum_of(lines)
    return _render(request, "cart.html", lines=lines, goods=goods, delivery=delivery, here="cart")


@_page("/about", "/article")
async def text_page(request: Request, call: Anybody) -> Response:
    return _render(request, "text.html", name=request.url.path.rpartition("/")[2], here="about")


@_page("/identity")
async def member_page(request: Request, call: Anybody) -> Response:
    """Opening it signs the sample member in at the shop, as a shop's own sign-in would."""
    response = _render(request, "identity.html", here="member", shown=_identity(request))
    response.set_cookie(_MEMBER, "1", path="/demo", samesite="lax")
    return response


@router.post("/identity/leave")
@router.post("/en/identity/leave")
async def leave(request: Request, call: Anybody) -> Response:
    response = RedirectResponse("/demo/en/" if _lang(request) == "en" else "/demo/", 303)
    response.delete_cookie(_MEMBER, path="/demo")
    return response


@router.post("/cart")
@router.post("/en/cart")
async def change_cart(
    request: Request,
    call: Anybody,
    key: Annotated[str, Form(max_length=40)],
    count: Annotated[int, Form(ge=0, le=99)] = -1,
) -> Response:
    """Add one of `key`, or with `count` have exactly so many."""
    held = _cart(request)
    wanted = held.get(key, 0) + 1 if count < 0 else count
    held[key] = min(wanted, catalogue.MOST_OF_ONE)
    kept = {each: number for each, number in held.items() if number and catalogue.product(each)}
    response = RedirectResponse(request.url.path, 303)
    response.set_cookie(_CART, catalogue.write_cart(kept), path="/demo", samesite="lax")
    return response


@router.get("/desk")
async def sign_in_at_desk(request: Request, call: Anybody) -> Response:
    """Signs this browser in as the shop's owner. Raises OnlyFromHere."""
    settings, demo = call.services.settings, request.app.state.demo
    if request.url.hostname == "localhost" and urlsplit(settings.public_url).hostname != "localhost":
        return RedirectResponse(f"{settings.public_url}/demo/desk", 303)  # the cookie must be of the desk's address
    if not _is_here(request.client.host if request.client else ""):
        raise OnlyFromHere
    signed_in = await begin_session(call.work, demo.owner_login_id, browser_of(request), workspace_id=demo.workspace_id)
    response = RedirectResponse("/desk/", 303, headers={"Cache-Control": "no-store"})
    keep_session(response, settings, signed_in.session_token, signed_in.device_token)
    return response


@_page("/{path:path}")
async def missing(path: str, request: Request, call: Anybody) -> Response:
    return _missing(request)


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _missing(request: Request) -> Response:
    return _render(request, "missing.html", status=404, here="")
