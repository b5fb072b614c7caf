"""From the address of a first page and its referrer to the source."""

from collections.abc import Collection, Mapping
from urllib.parse import SplitResult, parse_qs, unquote_to_bytes, urlsplit

from yingke.kit.text import one_line
from yingke.visits.sources.table import CAMPAIGN, CLICKS, MAIL_MEDIA, PAID_MEDIA, SOCIAL_MEDIA, Click, Place, place_of
from yingke.visits.sources.values import Campaign, Source, SourceKind

_LONGEST_WORD = 120
_LONGEST_QUERY = 8000
_MOST_FIELDS = 100
_CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs"}

Query = Mapping[str, str]


def source_of(url: str, referrer: str, own_hosts: Collection[str] = ()) -> Source:
    """The source of a visit that begins at `url`.

    `own_hosts`: hosts whose pages are the shop's own, beside that of `url`; from there is no source. Never raises:
    both addresses are what a browser, or somebody pretending to be one, says.
    """
    page, came_from = _split(url), _split(referrer)
    marks = _query(page)
    host = _host(came_from)
    if host and (host == _host(page) or host in own_hosts):
        came_from, host = _split(""), ""
    place = place_of(host, came_from.path) if host else None
    campaign = _campaign(marks)
    mark, click = _click(marks)
    named = place.name if place else host
    engine = place.engine if place else ""
    kind: SourceKind = place.kind if place else "referral" if host else "direct"
    if click and (click.paid or kind == "direct"):
        named, engine = named if place and place.kind == "search" else click.name, engine or click.engine
    paid = bool((click and click.paid) or (campaign and campaign.medium.lower() in PAID_MEDIA))
    return Source(
        kind=_kind(kind, campaign, click, paid=paid),
        name=named or (campaign.source if campaign else ""),
        engine=engine,
        keyword=_keyword(came_from, place) or (campaign.term if campaign else ""),
        paid=paid,
        campaign=campaign,
        click=mark,
        referrer_host=host,
    )


def _kind(kind: SourceKind, campaign: Campaign | None, click: Click | None, *, paid: bool) -> SourceKind:
    if paid:
        return "paid"
    medium = campaign.medium.lower() if campaign else ""
    if medium in MAIL_MEDIA:
        return "mail"
    if medium in SOCIAL_MEDIA or (click and kind == "direct"):
        return "social"
    if campaign and kind in ("direct", "referral"):
        return "campaign"
    return kind


def _campaign(marks: Query) -> Campaign | None:
    told = {part: next((marks[name] for name in names if marks.get(name)), "") for part, names in CAMPAIGN.items()}
    return Campaign(**told) if any(told.values()) else None


def _click(marks: Query) -> tuple[str, Click | None]:
    for name in marks:
        click = CLICKS.get(name)
        if click and marks[name] and (not click.only_with or click.only_with.lower() in marks):
            return name, click
    return "", None


def _keyword(came_from: SplitResult, place: Place | None) -> str:
    if place is None or not place.keywords:
        return ""
    raw = f"{came_from.query}&{came_from.fragment}"[:_LONGEST_QUERY]
    charset = "utf-8"
    if place.charset_mark:
        charset = _CHARSETS.get(_query(came_from).get(place.charset_mark, "").lower(), charset)
    by_name = dict(pair.split("=", 1) for pair in reversed(raw.split("&")) if "=" in pair)
    for name in place.keywords:
        if word := _words(by_name.get(name, ""), charset):
            return word
    return ""


def _words(escaped: str, charset: str) -> str:
    """What was typed. Old addresses carry GBK without saying so: what is no UTF-8 is read as that."""
    raw = unquote_to_bytes(escaped.replace("+", " "))
    try:
        text = raw.decode(charset)
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="ignore")
    return one_line(text)[:_LONGEST_WORD]


def _query(address: SplitResult) -> dict[str, str]:
    """The first value of each parameter, by its name in small letters."""
    try:
        fields = parse_qs(address.query[:_LONGEST_QUERY], max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}
    return {name.lower(): one_line(values[0])[:_LONGEST_WORD] for name, values in fields.items()}


def _split(address: str) -> SplitResult:
    """An address of the web, or of an Android app (`android-app://com.google.android.gm/`), in parts."""
    try:
        parts = urlsplit(address.strip())
        if parts.scheme in ("http", "https", "android-app") and parts.hostname:
            return parts
    except ValueError:
        pass
    return urlsplit("")


def _host(address: SplitResult) -> str:
    return (address.hostname or "").removeprefix("www.")
