"""One page of the help centre, from what it shows to HTML."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yingke.channels.help_centre.addresses import Addresses
from yingke.channels.help_centre.describing import breadcrumbs, in_page
from yingke.channels.help_centre.words import NAMES, words
from yingke.channels.plain_pages import Safe, coloured, templates
from yingke.inboxes import Site, hours_lines, settings_of
from yingke.kit.work import Work
from yingke.knowledge.languages import Language

_HERE = Path(__file__).parent
_SHEET = (_HERE / "help.css").read_text()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What all kinds of page have. `address` is the one it is known under; None: search engines leave it out."""

    template: str
    title: str
    language: Language
    address: str | None
    description: str = ""
    translations: dict[Language, str] = field(default_factory=dict)
    """The same in other languages, by language."""
    path: Sequence[tuple[str, str]] = ()
    """(name, address) from the help centre down to what this page stands in."""
    described: Sequence[dict[str, Any]] = ()
    shown: dict[str, Any] = field(default_factory=dict)
    q: str = ""


def style_of(color: str) -> str:
    return coloured(_SHEET, color)


def render(work: Work, site: Site, addresses: Addresses, logo_url: str | None, page: Page) -> str:
    settings = settings_of(site)
    speak = words(page.language)
    home = addresses.home(page.language)
    message_url = addresses.beside(f"/w/{site.key}/contact")
    calls_back = settings.offline.enabled and "phone" in settings.offline.channels
    steps = [(name, addresses.known(address)) for name, address in ((speak["help_centre"], home), *page.path)]
    described = [*page.described, breadcrumbs(steps)] if page.path else page.described
    return templates(_HERE).get_template(page.template).render(
        page=page,
        site=site,
        words=speak,
        style=Safe(style_of(settings.look.color)),
        logo_url=addresses.beside(logo_url or "/desk/mark.svg"),
        has_logo=logo_url is not None,
        addresses=addresses,
        home=home,
        languages=NAMES,
        contact=settings.contact,
        hours=hours_lines(settings.hours, page.language, today=work.now.date()),
        chat_url=chat_address(addresses, site, page.language),
        message_url=message_url if settings.offline.enabled else None,
        requests_url=addresses.beside(f"/w/{site.key}/requests") if settings.requests.enabled else None,
        call_back_url=f"{message_url}?channel=phone" if calls_back else None,
        described=in_page(described) if described else None,
        **page.shown,
    )  # fmt: skip


def chat_address(addresses: Addresses, site: Site, language: Language) -> str:
    """The panel as a page of its own."""
    return addresses.beside(f"/w/{site.key}/frame?language={language}")
