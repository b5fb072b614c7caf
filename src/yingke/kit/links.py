"""Addresses of pages that browsers report: kept only when a person may safely follow them."""

from urllib.parse import urlsplit

from yingke.kit.text import one_line

LONGEST = 2000


def page_address(value: str) -> str | None:
    """`value` when it is an http or https address, without a password in it; else None."""
    url = one_line(value)[:LONGEST]
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
