"""JSON, folders of Markdown, and pages with questions and answers as schema.org marks them. Pure."""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Any

from yingke.knowledge.importing.decoding import decoded
from yingke.knowledge.importing.drafts import LARGEST_UNPACKED, LONGEST_CELL, MOST_ROWS, Draft
from yingke.knowledge.importing.errors import ImportTooLarge, NoQuestions, UnreadableFile

_DEEPEST = 20
"""Levels of JSON that are walked through."""
_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_HEADING = re.compile(r"^#\s+(.+)$", re.MULTILINE)


def read_json(text: str) -> Iterator[Draft]:
    """Our export, a list of entries, or schema.org data. Raises UnreadableFile, NoQuestions, ImportTooLarge."""
    told = _json(text)
    listed = told.get("entries") or told.get("items") or told.get("articles") if isinstance(told, dict) else told
    if isinstance(listed, list) and listed:
        if len(listed) > MOST_ROWS:
            raise ImportTooLarge(field="file")
        for row, each in enumerate(listed, start=1):
            yield _entry(row, each)
        return
    yield from _faq([told])


def read_page(html: str) -> Iterator[Draft]:
    """The questions of a web page. Raises NoQuestions."""
    reader = _Scripts()
    reader.feed(html[:LARGEST_UNPACKED])
    reader.close()
    told = []
    for script in reader.found:
        try:
            told.append(_json(script))
        except UnreadableFile:  # one broken script leaves the others alone
            continue
    yield from _faq(told)


def read_markdown(content: bytes) -> Iterator[Draft]:
    """A ZIP: each file an entry, its folders the category, its first heading the question."""
    try:
        packed = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise UnreadableFile(field="file") from error
    with packed:
        names = sorted(
            each.filename for each in packed.infolist() if each.filename.lower().endswith((".md", ".markdown"))
        )
        if not names:
            raise NoQuestions(field="file")
        if len(names) > MOST_ROWS:
            raise ImportTooLarge(field="file")
        left = LARGEST_UNPACKED
        for row, name in enumerate(names, start=1):
            text = _unpacked(packed, name, left)
            left -= len(text)
            yield (
                Draft(row=row, problem="cell_too_long") if len(text) > LONGEST_CELL else _page(row, name, decoded(text))
            )


def _unpacked(packed: zipfile.ZipFile, name: str, most: int) -> bytes:
    try:
        with packed.open(name) as file:
            text = file.read(most + 1)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        RuntimeError,
        OSError,
    ) as error:  # also encrypted, or packed oddly
        raise UnreadableFile(field="file") from error
    if len(text) > most:
        raise ImportTooLarge(field="file")
    return text


def _page(row: int, name: str, text: str) -> Draft:
    front: dict[str, Any] = {}
    if found := _FRONT.match(text):
        front, text = _front_matter(found[1]), text[found.end() :]
    heading = _HEADING.search(text)
    question = front.get("question") or front.get("title") or (heading[1] if heading else PurePosixPath(name).stem)
    if heading and heading[1].strip() == str(question).strip():
        text = text[: heading.start()] + text[heading.end() :]
    parents = [part for part in PurePosixPath(name).parts[:-1] if part not in (".", "/", "..")]
    told = front | {"question": question, "answer": _html(text), "category": front.get("category") or parents}
    return _entry(row, told)


def _front_matter(text: str) -> dict[str, Any]:
    """`key: value` lines, and lists as lines with a dash."""
    told: dict[str, Any] = {}
    key = ""
    for line in text.splitlines():
        if line.lstrip().startswith("- ") and key:
            told[key] = [
                *(told[key] if isinstance(told.get(key), list) else []),
                line.lstrip()[2:].strip().strip("\"'"),
            ]
        elif ":" in line:
            key, _, value = line.partition(":")
            key = key.strip().lower()
            told[key] = value.strip().strip("\"'")
    return told


def _html(text: str) -> str:
    from markdown_it import MarkdownIt

    rendered: str = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    return rendered.strip()


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(field="file") from error


def _entry(row: int, told: Any) -> Draft:
    if not isinstance(told, Mapping):
        return Draft(row=row, problem="not_an_entry")
    text = {key: value for key, value in told.items() if isinstance(value, str)}
    if any(len(value) > LONGEST_CELL for value in text.values()):
        return Draft(row=row, problem="cell_too_long")
    category = told.get("category") or ()
    return Draft(
        row=row,
        id=text.get("id", ""),
        language=text.get("language") or text.get("locale", ""),
        question=text.get("question") or text.get("title", ""),
        similar=_texts(told.get("similar")),
        keywords=_texts(told.get("keywords") or told.get("label_names")),
        never=_texts(told.get("never")),
        answer=text.get("answer_html") or text.get("answer") or text.get("body", ""),
        short_answer=text.get("short_answer", ""),
        category=_texts(re.split(r"\s*[>/]\s*", category) if isinstance(category, str) else category),
        audience=text.get("audience", ""),
        status=text.get("status") or ("draft" if told.get("draft") is True else ""),
        related=_texts(told.get("related_ids")),
        cards=_records(told.get("cards")),
        buttons=_records(told.get("buttons")),
    )


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = re.split(r"[|,，]", value)
    if not isinstance(value, list | tuple):
        return ()
    return tuple(each.strip() for each in value if isinstance(each, str) and each.strip())


def _records(value: Any) -> tuple[dict[str, Any], ...]:
    return tuple(each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()


def _faq(told: list[Any]) -> Iterator[Draft]:
    found = list(_questions(told, 0))
    if not found:
        raise NoQuestions(field="file")
    if len(found) > MOST_ROWS:
        raise ImportTooLarge(field="file")
    for row, each in enumerate(found, start=1):
        answer = each.get("acceptedAnswer") or each.get("suggestedAnswer") or {}
        answer = answer[0] if isinstance(answer, list) and answer else answer
        said = answer.get("text", "") if isinstance(answer, dict) else ""
        yield _entry(row, {"question": each.get("name") or each.get("text") or "", "answer": said})


def _questions(told: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(told, list):
        for each in told:
            yield from _questions(each, depth + 1)
    elif isinstance(told, dict):
        kinds = told.get("@type")
        if "Question" in (kinds if isinstance(kinds, list) else [kinds]):
            yield told
        else:
            for value in told.values():
                yield from _questions(value, depth + 1)


class _Scripts(HTMLParser):
    """The linked data of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and (dict(attrs).get("type") or "").lower() == "application/ld+json"
        if self._inside:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data
