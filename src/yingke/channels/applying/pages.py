"""The pages for applicants, from what they show to HTML. They work without scripts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse

from yingke.channels.applying.words import words
from yingke.channels.plain_pages import Safe, coloured, language_of, policy, templates
from yingke.channels.webchat.doors import SiteCall
from yingke.files import public_url
from yingke.inboxes import help_centre_base, in_language, settings_of

_HERE = Path(__file__).parent
_SHEET = (_HERE.parent / "webchat" / "contact.css").read_text() + (_HERE / "applying.css").read_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    template: str
    title: str
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    retry_after: float | None = None


def language(call: SiteCall) -> str:
    return language_of(settings_of(call.site), call.request.headers.get("accept-language", ""))


def time_zone(call: SiteCall) -> ZoneInfo:
    """Applicants read and choose times by the clocks of the shop."""
    return ZoneInfo(settings_of(call.site).hours.time_zone)


def page(call: SiteCall, shown: Shown) -> HTMLResponse:
    settings = settings_of(call.site)
    style = coloured(_SHEET, settings.look.color)
    zone = time_zone(call)
    logo = settings.look.logo_file_id

    def time(at: datetime) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"

    html = templates(_HERE).get_template(shown.template).render(
        language=language(call),
        words=words(language(call)),
        style=Safe(style),
        site=call.site,
        title=shown.title,
        logo_url=public_url(logo, "logos") if logo else None,
        home=help_centre_base(call.site),
        consent=in_language(settings.consent.text, language(call)) if settings.consent.enabled else "",
        time=time,
        time_zone=zone.key,
        problems=shown.problems,
        **shown.values,
    )  # fmt: skip
    headers = {
        "Content-Security-Policy": policy(style) + "; media-src 'self'",
        "X-Content-Type-Options": "nosniff",
        # The address of a request opens it: it goes to nobody.
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
    }
    if shown.retry_after is not None:
        headers["Retry-After"] = str(max(1, round(shown.retry_after)))
    return HTMLResponse(html, shown.status, headers)
