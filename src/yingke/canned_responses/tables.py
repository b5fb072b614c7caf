"""Canned responses as a CSV file that Excel and WPS open, and back. Pure.

A cell that a spreadsheet would run as a formula is neutralised, see `kit.cells`.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from yingke.canned_responses.errors import TableTooLarge, UnreadableTable
from yingke.kit.cells import neutralised, restored
from yingke.kit.text import clean

COLUMNS = ("scope", "team", "folder", "title", "text")
HEADERS = {
    "zh-CN": ("范围", "客服组", "文件夹", "标题", "内容"),
    "en": ("Scope", "Team", "Folder", "Title", "Text"),
}
SCOPE_WORDS = {
    "zh-CN": {"personal": "个人", "team": "客服组", "workspace": "全部"},
    "en": {"personal": "personal", "team": "team", "workspace": "everybody"},
}
MOST_ROWS = 5_000
_BY_HEADER = {name.lower(): column for names in HEADERS.values() for column, name in zip(COLUMNS, names, strict=True)}
_BY_SCOPE_WORD = {word: scope for words in SCOPE_WORDS.values() for scope, word in words.items()} | {
    "workspace": "workspace",
    "": "",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was read. `number` as a spreadsheet counts; `scope` is None when the word is not known."""

    number: int
    scope: str | None
    team: str
    folder: str
    title: str
    text: str


def write_table(rows: Iterable[tuple[str, str, str, str, str]], language: str) -> bytes:
    """UTF-8 with a byte order mark, because Excel takes it for the local code page otherwise. Rows as in COLUMNS."""
    language = "en" if language.startswith("en") else "zh-CN"
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(HEADERS[language])
    for scope, *cells in rows:
        writer.writerow([SCOPE_WORDS[language][scope], *map(neutralised, cells)])
    return out.getvalue().encode("utf-8-sig")


def read_table(content: bytes) -> list[Row]:
    """The rows that are not empty. Raises UnreadableTable, TableTooLarge."""
    text = clean(_decode(content))
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    try:
        lines = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableTable(field="file") from error
    columns = [_BY_HEADER.get(name.strip().lower(), "") for name in lines[0]] if lines else []
    if "title" not in columns or "text" not in columns:
        raise UnreadableTable(field="file")
    if len(lines) > MOST_ROWS + 1:
        raise TableTooLarge(field="file")
    numbered = enumerate(lines[1:], start=2)
    return [_row(number, dict(zip(columns, cells, strict=False))) for number, cells in numbered if any(cells)]


def _row(number: int, cells: dict[str, str]) -> Row:
    cells = {column: restored(cell) for column, cell in cells.items()}
    scope = _BY_SCOPE_WORD.get(cells.get("scope", "").strip().lower())
    team = cells.get("team", "").strip()
    if scope == "":
        scope = "team" if team else "personal"
    return Row(number, scope, team, cells.get("folder", ""), cells.get("title", ""), cells.get("text", ""))


def _decode(content: bytes) -> str:
    encodings = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableTable(field="file")
