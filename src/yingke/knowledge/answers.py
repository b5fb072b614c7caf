"""Answers as safe HTML, and as plain text. Pure.

What is kept is decided by nh3 (ammonia); how deep tags nest is looked at first, because its work grows with the square of it.
"""

import html
import re
from html.parser import HTMLParser
from typing import Final

from yingke.kit.text import clean
from yingke.knowledge.errors import AnswerTooLong

LONGEST = 100_000
"""Characters of HTML."""
_DEEPEST = 60
VOID: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_TAGS: Final = {
    "a", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "details", "div", "dl", "dt", "em",
    "figcaption", "figure", "h2", "h3", "h4", "hr", "i", "img", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "small",
    "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_SCHEMES: Final = {"http", "https", "mailto", "tel"}
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*?(/?)>")
_BLOCKS: Final = frozenset(
    {"p", "div", "br", "hr", "tr", "table", "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5",
     "h6", "figure", "figcaption", "details", "summary", "caption"}
)  # fmt: skip
_LOOKS_LIKE_HTML = re.compile(
    r"</?(?:p|div|br|a|b|strong|em|i|u|ul|ol|li|img|table|h[1-6]|span|blockquote)\b[^>]*>", re.I
)
_BLANK_LINES = re.compile(r"\n{3,}")


def safe_html(given: str) -> str:
    """`given`, HTML or plain text, as HTML that may be shown anywhere. Raises AnswerTooLong, also when it nests too deep."""
    given = clean(given).strip()
    if len(given) > LONGEST or _depth(given) > _DEEPEST:
        raise AnswerTooLong(field="answer_html")
    if not _LOOKS_LIKE_HTML.search(given):
        return _paragraphs(html.unescape(given))
    import nh3  # loaded with the first answer

    kept: str = nh3.clean(
        given,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        clean_content_tags={"script", "style"},
        link_rel="noopener noreferrer nofollow",
    ).strip()
    if len(kept) > 2 * LONGEST:
        raise AnswerTooLong(field="answer_html")
    return kept


def plain_text(safe: str) -> str:
    """The text of safe HTML: blocks on lines of their own, list items with a dash or their number, links with their address."""
    reader = _Reader()
    reader.feed(safe)
    reader.close()
    lines = [line.strip() for line in "".join(reader.said).split("\n")]
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def links_of(safe: str) -> list[str]:
    """Addresses of links and images on the web, in order, each once."""
    reader = _Reader()
    reader.feed(safe)
    reader.close()
    return [link for link in dict.fromkeys(reader.links) if link.startswith(("http://", "https://"))]


def _paragraphs(text: str) -> str:
    parts = [part for part in re.split(r"\n{2,}", text) if part.strip()]
    return "".join(f"<p>{html.escape(part.strip(), quote=False).replace(chr(10), '<br>')}</p>" for part in parts)


def _depth(given: str) -> int:
    """How deep tags stand in each other at most, as far as that can be said of broken HTML."""
    deepest = open_tags = 0
    for closing, name, single in _TAG.findall(given):
        if closing:
            open_tags = max(0, open_tags - 1)
        elif not single and name.lower() not in VOID:
            open_tags += 1
            deepest = max(deepest, open_tags)
    return deepest


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.links: list[str] = []
        self._lists: list[int | None] = []
        self._target: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("ul", "ol"):
            self._lists.append(1 if tag == "ol" else None)
        if tag == "li":
            self._begin_item()
        elif tag in _BLOCKS:
            self.said.append("\n" if tag in ("br", "tr", "dd", "dt", "li") else "\n\n")
        elif tag in ("td", "th"):
            self.said.append("\t")
        elif tag == "img":
            self.links.append(given.get("src") or "")
            self.said.append(given.get("alt") or "")
        elif tag == "a":
            self.links.append(given.get("href") or "")
            self._target.append((given.get("href") or "", len(self.said)))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
        if tag == "a" and self._target:
            address, since = self._target.pop()
            shown = "".join(self.said[since:]).strip()
            if address and shown != address and address.startswith("http"):
                self.said.append(f" ({address})")
        if tag in _BLOCKS and tag != "br":
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        self.said.append(re.sub(r"\s+", " ", data))

    def _begin_item(self) -> None:
        number = self._lists[-1] if self._lists else None
        self.said.append("\n- " if number is None else f"\n{number}. ")
        if number is not None:
            self._lists[-1] = number + 1
