"""The browser that asks: where it comes from, and the two cookies it keeps for us."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fastapi import Request, Response

from yingke.identity.authentication import COOKIE
from yingke.identity.values import Locale
from yingke.kit.client_address import client_address
from yingke.kit.text import one_line

if TYPE_CHECKING:
    from yingke.settings import Settings

DEVICE_COOKIE = "yingke_device"
_LONGEST_KEPT = 400 * 24 * 3600  # browsers keep no cookie longer; the session itself ends earlier, on the server


@dataclass(frozen=True, slots=True)
class Browser:
    address: str
    user_agent: str
    language: Locale
    session_token: str | None
    device_token: str | None


def browser_of(request: Request) -> Browser:
    settings: Settings = request.app.state.services.settings
    peer = request.client.host if request.client else ""
    return Browser(
        address=client_address(peer, request.headers.get("x-forwarded-for", ""), settings.trusted_proxies),
        user_agent=one_line(request.headers.get("user-agent", ""))[:400],
        language=_language(request.headers.get("accept-language", "")),
        session_token=request.cookies.get(COOKIE),
        device_token=request.cookies.get(DEVICE_COOKIE),
    )


def keep_session(response: Response, settings: "Settings", session_token: str, device_token: str) -> None:
    for name, token, path in ((COOKIE, session_token, "/"), (DEVICE_COOKIE, device_token, "/api/v1/session")):
        response.set_cookie(
            name, token, max_age=_LONGEST_KEPT, path=path, httponly=True, samesite="lax", secure=settings.secure
        )


def forget_session(response: Response, settings: "Settings") -> None:
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax", secure=settings.secure)


def _language(accepted: str) -> Locale:
    first = accepted.split(",", maxsplit=1)[0].strip().lower()
    return "en" if first.startswith("en") else "zh-CN"
