"""Knowledge out as a file that can be read in again. Pure but for reading the entries."""

import asyncio
import csv
import io
import json
import re
import zipfile
from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import select

from yingke.kit.cells import neutralised
from yingke.kit.work import Work
from yingke.knowledge.categories import list_categories
from yingke.knowledge.models import KnowledgeEntry
from yingke.knowledge.queries import EntryFilter, narrow

ExportFormat = Literal["json", "csv", "xlsx", "zip"]
MEDIA_TYPES: dict[ExportFormat, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
_COLUMNS = (
    "id", "language", "question", "similar", "answer", "short_answer", "keywords", "never", "category", "audience", "status",
)  # fmt: skip
_HEADERS = {
    "zh-CN": ("id", "语言", "问题", "相似问", "答案", "简答", "关键词", "不匹配", "分类", "可见范围", "状态"),
    "en": (
        "id",
        "Language",
        "Question",
        "Similar",
        "Answer",
        "Short answer",
        "Keywords",
        "Never",
        "Category",
        "Audience",
        "Status",
    ),
}
_LONGEST_CELL = 32_000
"""Characters: what a workbook can hold."""
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


async def export_entries(work: Work, chosen: EntryFilter, format: ExportFormat, locale: str) -> bytes:
    entries = await _entries(work, chosen)
    writers = {"json": _json, "csv": _csv, "xlsx": _xlsx, "zip": _markdown}
    return await asyncio.to_thread(writers[format], entries, "en" if locale.startswith("en") else "zh-CN")


async def _entries(work: Work, chosen: EntryFilter) -> list[dict[str, Any]]:
    paths = {category.id: category.path for category in await list_categories(work)}
    rows = await work.all(select(KnowledgeEntry).where(*await narrow(work, chosen)).order_by(KnowledgeEntry.id))
    return [
        {
            "id": str(row.id),
            "language": row.language,
            "category": paths.get(row.category_id, []) if row.category_id else [],
            "audience": row.audience,
            "status": "published" if row.live_version == row.version else "draft",
            **row.content,
        }
        for row in rows
    ]


def _json(entries: Sequence[dict[str, Any]], locale: str) -> bytes:
    return json.dumps({"entries": entries}, ensure_ascii=False, indent=1).encode()


def _cells(entry: dict[str, Any]) -> list[str]:
    told = entry | {
        "similar": "\n".join(entry["similar"]),
        "answer": entry["answer_html"],
        "keywords": ", ".join(entry["keywords"]),
        "never": ", ".join(entry["never"]),
        "category": " > ".join(entry["category"]),
    }
    return [str(told[column]) for column in _COLUMNS]


def _csv(entries: Sequence[dict[str, Any]], locale: str) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEADERS[locale])
    writer.writerows([neutralised(cell) for cell in _cells(entry)] for entry in entries)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(entries: Sequence[dict[str, Any]], locale: str) -> bytes:
    import xlsxwriter  # few export a workbook, and every start would load it

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    for row, cells in enumerate([_HEADERS[locale], *map(_cells, entries)]):
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell[:_LONGEST_CELL])
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _markdown(entries: Sequence[dict[str, Any]], locale: str) -> bytes:
    """A folder for each category; the HTML of an answer is Markdown as it is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for entry in entries:
            folders = [_UNFIT.sub(" ", name).strip() or "-" for name in entry["category"]]
            name = f"{_UNFIT.sub(' ', entry['question']).strip()[:60]} {entry['id'][-6:]}.md"
            packed.writestr("/".join([*folders, name]), _page(entry))
    return out.getvalue()


def _page(entry: dict[str, Any]) -> str:
    lines = [
        "---",
        *(f"{key}: {entry[key]}" for key in ("id", "language", "audience", "status")),
        f"question: {entry['question']}",
    ]
    if entry["short_answer"]:
        lines.append("short_answer: " + entry["short_answer"].replace("\n", " "))
    for key in ("similar", "keywords", "never"):
        if entry[key]:
            lines += [f"{key}:", *(f"- {each}" for each in entry[key])]
    return "\n".join([*lines, "---", "", f"# {entry['question']}", "", entry["answer_html"], ""])
