"""A file of any of the formats as drafts. Pure; bounded by what `drafts` says."""

from typing import Literal

from yingke.knowledge.importing.decoding import decoded
from yingke.knowledge.importing.documents import read_json, read_markdown, read_page
from yingke.knowledge.importing.drafts import LARGEST_FILE, Draft
from yingke.knowledge.importing.errors import ImportTooLarge
from yingke.knowledge.importing.tables import read_csv, read_xlsx

Format = Literal["json", "csv", "xlsx", "markdown", "page"]
_SUFFIXES: dict[str, Format] = {
    ".json": "json", ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".xlsx": "xlsx", ".zip": "markdown",
    ".md": "markdown", ".markdown": "markdown", ".html": "page", ".htm": "page",
}  # fmt: skip


def format_of(content: bytes, name: str) -> Format:
    """What the bytes look like; where they do not say, what the name says."""
    if content.startswith(b"PK"):
        return "xlsx" if b"xl/workbook" in content or name.lower().endswith(".xlsx") else "markdown"
    head = content[:1_000].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith((b"{", b"[")):
        return "json"
    if head[:1] == b"<":
        return "page"
    return next((format for suffix, format in _SUFFIXES.items() if name.lower().endswith(suffix)), "csv")


def read_file(content: bytes, format: Format) -> list[Draft]:
    """Raises UnreadableFile, NoQuestions, ImportTooLarge."""
    if len(content) > LARGEST_FILE:
        raise ImportTooLarge(field="file")
    match format:
        case "xlsx":
            return list(read_xlsx(content))
        case "markdown":
            return list(read_markdown(content))
        case "json":
            return list(read_json(decoded(content)))
        case "page":
            return list(read_page(decoded(content)))
    return list(read_csv(decoded(content)))
