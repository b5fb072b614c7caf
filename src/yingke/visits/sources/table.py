"""The table of sources, read once."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Place:
    """A known place that sends visitors."""

    kind: Literal["search", "mail", "social"]
    name: str
    engine: str
    path: str
    keywords: tuple[str, ...]
    charset_mark: str


@dataclass(frozen=True, slots=True)
class Click:
    """The mark of an advertising system."""

    name: str
    engine: str
    paid: bool
    only_with: str


_TABLE: dict[str, Any] = tomllib.loads((Path(__file__).parent / "table.toml").read_text("utf-8"))
CLICKS = {
    mark.lower(): Click(each["name"], each.get("engine", ""), not each.get("unpaid"), each.get("only_with", ""))
    for mark, each in _TABLE["clicks"].items()
}
CAMPAIGN: dict[str, list[str]] = {
    part: _TABLE["campaign"][part] for part in ("source", "medium", "name", "term", "content")
}
PAID_MEDIA, MAIL_MEDIA, SOCIAL_MEDIA = (
    frozenset(_TABLE["campaign"][f"{kind}_media"]) for kind in ("paid", "mail", "social")
)


def _places() -> dict[str, list[Place]]:
    """By host; of one host, those that ask for a path come first."""
    by_host: dict[str, list[Place]] = {}
    kinds: tuple[Literal["search", "mail", "social"], ...] = ("search", "mail", "social")
    for kind in kinds:
        for each in _TABLE[kind]:
            place = Place(
                kind=kind,
                name=each["name"],
                engine=each.get("engine", ""),
                path=each.get("path", ""),
                keywords=tuple(each.get("keywords", ())),
                charset_mark=each.get("charset_mark", ""),
            )
            for host in each["hosts"]:
                by_host.setdefault(host, []).append(place)
    for places in by_host.values():
        places.sort(key=lambda place: not place.path)
    return by_host


_PLACES = _places()


def place_of(host: str, path: str) -> Place | None:
    """The place an address belongs to; the longest name that fits decides."""
    for name in _names(host):
        for place in _PLACES.get(name, ()):
            if path.startswith(place.path):
                return place
    return None


def _names(host: str) -> Iterator[str]:
    """`www.google.com.hk` → itself, its parents, and `google.*` for the names of countries."""
    labels = host.split(".")
    for start in range(len(labels)):
        yield ".".join(labels[start:])
        if 2 <= len(labels) - start <= 3:  # google.de, google.com.hk
            yield f"{labels[start]}.*"
