"""What a page says of itself to search engines: schema.org data, and the map of all pages. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

import msgspec

from yingke.channels.plain_pages import Safe

_SITEMAP = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
MOST_IN_SITEMAP = 50_000
"""sitemaps.org: so many addresses in one file."""


def question_page(question: str, answer_html: str) -> dict[str, Any]:
    """https://schema.org/FAQPage of one entry."""
    asked = {"@type": "Question", "name": question, "acceptedAnswer": {"@type": "Answer", "text": answer_html}}
    return {"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": [asked]}


def breadcrumbs(steps: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """https://schema.org/BreadcrumbList of (name, address)."""
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": address}
        for place, (name, address) in enumerate(steps, start=1)
    ]
    return {"@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items}


def in_page(described: Sequence[dict[str, Any]]) -> Safe:
    """As JSON that cannot end the element it stands in."""
    return Safe(msgspec.json.encode(described).decode().replace("<", "\\u003c"))


def sitemap(addresses: Iterable[str]) -> str:
    shown = [f"<url><loc>{escape(address)}</loc></url>\n" for address in addresses]
    return f"{_SITEMAP}{''.join(shown[:MOST_IN_SITEMAP])}</urlset>\n"
