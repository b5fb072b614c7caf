"""Addresses of pages that browsers report: kept only when a person may safely follow them."""

from functools import lru_cache
from urllib.parse import urlsplit

from yingke.kit.text import one_line

LONGEST = 2000
_OFTEN_SEEN = 300
"""Characters of addresses whose answer is kept: visitors look at the same pages, and come from the same places."""


def page_address(value: str) -> str | None:
    """`value` when it is an http or https address, without a password in it; else None."""
    return _kept(value) if len(value) <= _OFTEN_SEEN else _read(value)


def _read(value: str) -> str | None:
    url = one_line(value)[:LONGEST]
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


_kept = lru_cache(maxsize=4096)(_read)
