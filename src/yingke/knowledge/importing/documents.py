"""JSON, folders of Markdown, and pages with questions and answers as schema.org marks them. Pure."""

import contextlib
import html
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Any

from yingke.knowledge.answers import VOID, plain_text
from yingke.knowledge.importing.decoding import decoded
from yingke.knowledge.importing.drafts import LARGEST_UNPACKED, LONGEST_CELL, MOST_ROWS, Draft
from yingke.knowledge.importing.errors import ImportTooLarge, NoQuestions, UnreadableFile

_DEEPEST = 20
"""Levels of JSON, and of what stands above a Markdown text, that are walked through."""
_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_AROUND_DATA = re.compile(
    r"\A\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/)\s*\Z"
)
"""What hides linked data from very old browsers."""
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


def read_page(page: str) -> Iterator[Draft]:
    """The questions of a web page, from its linked data, else from what its elements are marked as. Raises NoQuestions."""
    reader = _Marked()
    reader.feed(page[:LARGEST_UNPACKED])
    reader.close()
    told = []
    for script in reader.scripts:
        with contextlib.suppress(UnreadableFile):  # one broken script leaves the others alone
            told.append(_json(_AROUND_DATA.sub("", script)))
    yield from _faq(told if any(_questions(told, 0)) else [reader.questions])


def read_markdown(content: bytes) -> Iterator[Draft]:
    """A ZIP: each file an entry, its folders the category, its first heading the question. Or one such file by itself."""
    if not content.startswith(b"PK"):
        yield _page(1, "", decoded(content))
        return
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
        try:
            front, text = _front_matter(found[1]), text[found.end() :]
        except ValueError:
            return Draft(row=row, problem="front_matter")
    heading = _HEADING.search(text)
    question = front.get("question") or front.get("title") or (heading[1] if heading else PurePosixPath(name).stem)
    if heading and heading[1].strip() == str(question).strip():
        text = text[: heading.start()] + text[heading.end() :]
    parents = [part for part in PurePosixPath(name).parts[:-1] if part not in (".", "/", "..")]
    told = front | {"question": question, "answer": _html(text), "category": front.get("category") or parents}
    return _entry(row, told)


def _front_matter(text: str) -> dict[str, Any]:
    """A mapping in YAML; its scalars are all texts. Raises ValueError.

    Looked through before it is loaded: what stands for something else could grow at will, and the loader of libyaml
    follows what is nested until the process dies.
    """
    import yaml

    opening = (
        yaml.FlowSequenceStartToken,
        yaml.FlowMappingStartToken,
        yaml.BlockSequenceStartToken,
        yaml.BlockMappingStartToken,
    )
    closing = yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken
    depth = 0
    try:
        for token in yaml.scan(text, Loader=yaml.CBaseLoader):
            depth += isinstance(token, opening) - isinstance(token, closing)
            if depth > _DEEPEST or isinstance(token, yaml.AliasToken):
                raise ValueError(token)
        told = yaml.load(text, Loader=yaml.CBaseLoader) or {}  # noqa: S506 - makes nothing but texts, lists and mappings
    except yaml.YAMLError as error:
        raise ValueError(error) from error
    if not isinstance(told, dict):
        raise ValueError("not a mapping")
    return {str(key).lower(): value for key, value in told.items()}


def _html(text: str) -> str:
    from markdown_it import MarkdownIt

    rendered: str = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    return rendered.strip()


def _json(text: str) -> Any:
    try:
        return json.loads(text, strict=False)  # many pages have line breaks within texts
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
        sites=_texts(told.get("sites")),
        valid_from=text.get("valid_from", ""),
        valid_until=text.get("valid_until", ""),
        review_on=text.get("review_on", ""),
        pinned=str(told.get("pinned", "")),
        group=text.get("group", ""),
        status=text.get("status") or ("draft" if told.get("draft") in (True, "true") else ""),
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
        name = each.get("name") or each.get("text") or ""
        name = (plain_text(name) if "<" in name else html.unescape(name)) if isinstance(name, str) else ""
        yield _entry(row, {"question": name, "answer": said})


def _questions(told: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    if isinstance(told, list):
        for each in told:
            yield from _questions(each, depth + 1)
    elif isinstance(told, dict):
        kinds = told.get("@type")
        if any(_is(kind, "Question") for kind in (kinds if isinstance(kinds, list) else [kinds])):
            yield told
        else:
            for value in told.values():
                yield from _questions(value, depth + 1)


def _is(kind: object, name: str) -> bool:
    """Whether a type is schema.org's `name`, in full, with a prefix or bare."""
    return isinstance(kind, str) and re.split(r"[/:#]", kind)[-1] == name


class _Marked(HTMLParser):
    """The linked data of a page, and its questions as microdata or RDFa mark them (https://schema.org/Question)."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.questions: list[dict[str, Any]] = []
        self._in_script = False
        self._open: list[str] = []
        """Elements around this place."""
        self._question_at = self._answer_at = self._text_at = self._name_at = 0
        """How many were open when it began, itself among them; nought: not in one."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_script = tag == "script" and given.get("type", "").lower().startswith("application/ld+json")
        if self._in_script:
            self.scripts.append("")
        if self._text_at:
            self._answer(self.get_starttag_text() or "")
        if tag not in VOID:
            self._open.append(tag)
        self._mark(given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._text_at:
            self._answer(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False
        if tag not in self._open:
            return
        while self._open.pop() != tag:  # what was never closed ends here
            pass
        depth = len(self._open)
        if self._text_at > depth:
            self._text_at = 0
        elif self._text_at:
            self._answer(f"</{tag}>")
        self._name_at = self._name_at if self._name_at <= depth else 0
        self._answer_at = self._answer_at if self._answer_at <= depth else 0
        self._question_at = self._question_at if self._question_at <= depth else 0

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data
        elif self._text_at:
            self._answer(html.escape(data, quote=False))
        elif self._name_at:
            self.questions[-1]["name"] += data

    def _mark(self, given: dict[str, str]) -> None:
        properties = (given.get("itemprop") or given.get("property") or "").split()
        if _is(given.get("itemtype") or given.get("typeof"), "Question"):
            self.questions.append({"@type": "Question", "name": "", "acceptedAnswer": {"text": ""}})
            self._question_at, self._answer_at, self._text_at, self._name_at = len(self._open), 0, 0, 0
        elif self._question_at and not self._answer_at:
            if not {"acceptedAnswer", "suggestedAnswer"}.isdisjoint(properties):
                self._answer_at = len(self._open)
            elif "name" in properties and not self.questions[-1]["name"]:
                self.questions[-1]["name"] = given.get("content", "")
                self._name_at = len(self._open) if "content" not in given else 0
        if self._answer_at and "text" in properties and not self.questions[-1]["acceptedAnswer"]["text"]:
            self._answer(given.get("content", ""))
            self._text_at = len(self._open) if "content" not in given else 0

    def _answer(self, written: str) -> None:
        self.questions[-1]["acceptedAnswer"]["text"] += written
