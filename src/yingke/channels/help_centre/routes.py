"""The doors of the help centre."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse, RedirectResponse
from starlette.convertors import Convertor, register_url_convertor

from yingke.channels.help_centre.addresses import Addresses
from yingke.channels.help_centre.describing import question_page, sitemap
from yingke.channels.help_centre.rendering import Page, chat_address, render, style_of
from yingke.channels.help_centre.signing import was_found
from yingke.channels.help_centre.words import words
from yingke.channels.plain_pages import Safe, policy
from yingke.channels.plain_pages import language_of as language_asked
from yingke.channels.webchat.assets import answer
from yingke.channels.webchat.doors import SiteCall, of_site
from yingke.files import public_url
from yingke.identity import PublicCall, WorkRoute, public
from yingke.inboxes import help_centre_base, settings_of
from yingke.kit.errors import Missing
from yingke.kit.text import clean
from yingke.knowledge.asking import search_entries
from yingke.knowledge.languages import LANGUAGES, Language, closest, language_of
from yingke.knowledge.proposing.evidence import Source, give_evidence, reader_at
from yingke.knowledge.questions import note_reader
from yingke.knowledge.readers import Reader
from yingke.knowledge.shelves import (
    PublicEntry,
    all_links,
    category_shelf,
    count_view,
    home_shelf,
    read_public_entry,
    reading_languages,
    vote_entry,
)
from yingke.knowledge.values import EntryLink
from yingke.visits.robots import is_robot


class _LanguageInPath(Convertor[str]):
    """Only what pages are written in: any other address is simply not there."""

    regex = "|".join(LANGUAGES)

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("language", _LanguageInPath())
router = APIRouter(route_class=WorkRoute, include_in_schema=False)

_ROBOTS = "User-agent: *\nAllow: /help/\nDisallow: /api/\nDisallow: /desk\nDisallow: /w/\n"
_CACHED = "public, max-age=60, stale-while-revalidate=86400"
_OWN = "private, max-age=300"
"""Who comes back from an entry to what he searched for asks no second time."""
_NOT = "no-store"
_LONGEST_QUERY, _LONGEST_DESCRIPTION, _MOST_FOUND = 300, 160, 20
_Call = Annotated[SiteCall, of_site()]


@router.get("/robots.txt")
async def robots(call: Annotated[PublicCall, public()]) -> Response:
    """https://www.rfc-editor.org/rfc/rfc9309: the help centres are for search engines, the rest is not."""
    return PlainTextResponse(_ROBOTS, headers={"Cache-Control": "public, max-age=86400"})


@router.get("/help/{key}/sitemap.xml")
async def map_of_pages(call: _Call) -> Response:
    there, addresses = _reader(call), _addresses(call)
    homes = [addresses.home(each) for each in await reading_languages(call.work, there)]
    entries = [addresses.entry(link.language, link.entry_id) for link in await all_links(call.work, there)]
    body = sitemap(map(addresses.known, [*homes, *entries])).encode()
    return answer(call.request, body, "application/xml", {"Cache-Control": "public, max-age=3600"})


@router.get("/help/{key}/robots.txt")
async def robots_of_own_name(call: _Call) -> Response:
    """For a help centre with an address of its own, where this is the top."""
    addresses = _addresses(call)
    said = f"User-agent: *\nAllow: /\nSitemap: {addresses.known(f'{addresses.base}/sitemap.xml')}\n"
    return PlainTextResponse(said, headers={"Cache-Control": "public, max-age=86400"})


@router.get("/help/{key}")
@router.get("/help/{key}/")
async def begin(call: _Call) -> Response:
    """To the language of the reader that is written in, or the nearest."""
    asked = language_of(language_asked(settings_of(call.site), call.request.headers.get("accept-language", "")))
    there = closest(asked, await reading_languages(call.work, _reader(call))) or asked
    return RedirectResponse(_addresses(call).home(there), 302, {"Vary": "Accept-Language", "Cache-Control": "no-cache"})


@router.get("/help/{key}/{language:language}/")
async def home(language: Language, call: _Call) -> Response:
    shelf = await home_shelf(call.work, language, _reader(call))
    speak, addresses = words(language), _addresses(call)
    written = await reading_languages(call.work, _reader(call))
    page = Page(
        template="home.html",
        title=f"{call.site.name} {speak['help_centre']}",
        description=speak["about"].format(site=call.site.name),
        language=language,
        address=addresses.home(language),
        translations={each: addresses.home(each) for each in written if each != language},
        shown={"shelf": shelf},
    )
    return _page(call, page)


@router.get("/help/{key}/{language:language}/c/{category_id:uuid}")
async def category(language: Language, category_id: UUID, call: _Call, cursor: str | None = None) -> Response:
    addresses = _addresses(call)
    try:
        shelf = await category_shelf(call.work, language, _reader(call), category_id, cursor=cursor)
    except Missing:
        return _gone(call, language)
    address = addresses.category(language, category_id)
    name = shelf.path[-1].name
    page = Page(
        template="category.html",
        title=name,
        description=f"{name} · {words(language)['about'].format(site=call.site.name)}",
        language=language,
        address=None if cursor else address,
        path=[(part.name, addresses.category(language, part.id)) for part in shelf.path],
        shown={"shelf": shelf, "next": f"{address}?cursor={shelf.next_cursor}" if shelf.next_cursor else None},
    )
    return _page(call, page)


@router.get("/help/{key}/{language:language}/e/{entry_id:uuid}")
async def entry(
    language: Language, entry_id: UUID, call: _Call, voted: bool = False, asked: str = "", found: str = ""
) -> Response:
    """`asked`: what was searched for and found it, signed by `found`."""
    addresses = _addresses(call)
    try:
        read = await read_public_entry(call.work, _reader(call), entry_id)
    except Missing:
        return _gone(call, language)
    if (read.language, read.id) != (language, entry_id):
        return RedirectResponse(addresses.entry(read.language, read.id), 301)
    asked = asked if was_found(call.site.identity_secret, entry_id, asked, found) else ""
    if _is_reader(call):
        await count_view(call.work, entry_id)
        if asked:
            await note_reader(call.work, call.site.id, asked, entry_id, "chosen")
    own = addresses.entry(language, entry_id)
    page = Page(
        template="entry.html",
        title=read.question,
        description=(read.short_answer or read.text)[:_LONGEST_DESCRIPTION],
        language=language,
        address=own,
        translations={each.language: addresses.entry(each.language, each.entry_id) for each in read.translations},
        path=[*((part.name, addresses.category(language, part.id)) for part in read.path), (read.question, own)],
        described=[question_page(read.question, addresses.beside_in(read.html) or read.short_answer)],
        shown={
            "entry": read,
            "answer": Safe(addresses.beside_in(read.html)),  # cleaned when it was written
            "day": f"{read.updated_at:%Y-%m-%d}",
            "buttons": _buttons(call, read),
            "files": [(file.name, addresses.beside(public_url(file.id, "files"))) for file in read.files],
            "voted": voted,
            "asked": asked,
            "found": found,
        },
    )
    return _page(call, page, kept=_NOT if voted else _CACHED)


@router.post("/help/{key}/{language:language}/e/{entry_id:uuid}/vote")
async def vote(language: Language, entry_id: UUID, call: _Call) -> Response:
    async with call.request.form(max_files=0, max_fields=5) as form:
        useful, asked, found = form.get("useful") == "yes", form.get("asked"), form.get("found")
    voter = f"{call.address} {_browser(call)}"
    try:
        await vote_entry(call.work, _reader(call), entry_id, voter=voter, useful=useful)
    except Missing:
        return _gone(call, language)
    if (
        isinstance(asked, str)
        and isinstance(found, str)
        and was_found(call.site.identity_secret, entry_id, asked, found)
        and _is_reader(call)
    ):
        reader = reader_at(call.work.workspace_id, call.address)
        told: Source = "vote" if useful else "vote_against"
        await note_reader(call.work, call.site.id, asked, entry_id, "solved" if useful else "not_solved")
        await give_evidence(call.work, asked, entry_id, told, person_id=reader)
    return RedirectResponse(f"{_addresses(call).entry(language, entry_id)}?voted=true#vote", 303)


@router.get("/help/{key}/{language:language}/search")
async def search(language: Language, call: _Call, q: str = "") -> Response:
    q = clean(q)[:_LONGEST_QUERY].strip()
    found: list[EntryLink] = []
    if q:
        banks, kept = call.services.banks, _is_reader(call)
        found = await search_entries(
            call.work, banks, q, language=language, reader=_reader(call), limit=_MOST_FOUND,
            kept_for=call.site.id if kept else None,
        )  # fmt: skip
    title = words(language)["results"].format(q=q)
    return _page(call, Page(template="search.html", title=title, language=language, address=None, q=q, shown={"found": found}), kept=_OWN)  # fmt: skip


@router.get("/help/{key}/{rest:path}")
async def anything_else(rest: str, call: _Call) -> Response:
    first = rest.split("/", maxsplit=1)[0]
    if first in LANGUAGES and first == rest:
        return RedirectResponse(_addresses(call).home(language_of(first)), 301)
    return _gone(
        call, language_of(first if first in LANGUAGES else settings_of(call.site).language.replace("auto", ""))
    )


def _reader(call: SiteCall) -> Reader:
    """Anybody: what is for members or for staff is on no public page."""
    return Reader(site_id=call.site.id)


def _browser(call: SiteCall) -> str:
    return call.request.headers.get("user-agent", "")


def _is_reader(call: SiteCall) -> bool:
    """What a crawler looks at is no demand."""
    return not is_robot(_browser(call))


def _addresses(call: SiteCall) -> Addresses:
    """Raises Missing where a site shows no help centre."""
    base = help_centre_base(call.site)
    if base is None:
        raise Missing
    return Addresses(base, call.services.settings.public_url, call.site.identity_secret)


def _buttons(call: SiteCall, read: PublicEntry) -> list[tuple[str, str]]:
    addresses = _addresses(call)
    chat = chat_address(addresses, call.site, read.language)
    lead: dict[str, Callable[[Any], str]] = {
        "entry": lambda button: addresses.entry(read.language, button.entry_id),
        "link": lambda button: addresses.beside(button.url),
        "hand_over": lambda button: chat,
    }
    return [(button.label, lead[button.action](button)) for button in read.buttons]


def _gone(call: SiteCall, language: Language) -> Response:
    page = Page(template="gone.html", title=words(language)["gone"], language=language, address=None)
    return _page(call, page, status=404, kept=_NOT)


def _page(call: SiteCall, page: Page, *, status: int = 200, kept: str = _CACHED) -> Response:
    settings = settings_of(call.site)
    logo = settings.look.logo_file_id
    html = render(call.work, call.site, _addresses(call), public_url(logo, "logos") if logo else None, page)
    headers = {
        "Content-Security-Policy": policy(style_of(settings.look.color), "'self' https: data:"),
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cache-Control": kept,
    }
    answered = answer(call.request, html.encode(), "text/html; charset=utf-8", headers)
    if answered.status_code == 200:
        answered.status_code = status
    return answered
