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

from yingke.inboxes import Site
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
    "id", "language", "question", "similar", "answer", "short_answer", "keywords", "never", "category", "audience", "sites",
    "valid_from", "valid_until", "review_on", "pinned", "group", "status",
)  # fmt: skip
_HEADERS = {
    "zh-CN": (
        "id", "语言", "问题", "相似问", "答案", "简答", "关键词", "不匹配", "分类", "可见范围", "站点", "生效时间", "失效时间", "复核日期",
        "置顶", "互译组", "状态",
    ),
    "en": (
        "id", "Language", "Question", "Similar", "Answer", "Short answer", "Keywords", "Never", "Category", "Audience", "Sites",
        "Valid from", "Valid until", "Review on", "Pinned", "Group", "Status",
    ),
}  # fmt: skip
_LONGEST_CELL = 32_000
"""Characters: what a cell of a workbook holds. A longer text goes on in the next column, under the same name."""
_SCALARS = (
    "id", "language", "audience", "status", "question", "short_answer", "valid_from", "valid_until", "review_on", "pinned",
    "group",
)  # fmt: skip
_BLANK = re.compile(r"\n\s*\n")
_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


async def export_entries(work: Work, chosen: EntryFilter, format: ExportFormat, locale: str) -> bytes:
    entries = await _entries(work, chosen)
    writers = {"json": _json, "csv": _csv, "xlsx": _xlsx, "zip": _markdown}
    return await asyncio.to_thread(writers[format], entries, "en" if locale.startswith("en") else "zh-CN")


async def _entries(work: Work, chosen: EntryFilter) -> list[dict[str, Any]]:
    paths = {category.id: category.path for category in await list_categories(work)}
    sites = await work.all(select(Site).where(Site.workspace_id == work.workspace_id))
    names = {site.id: site.name for site in sites}
    rows = await work.all(select(KnowledgeEntry).where(*await narrow(work, chosen)).order_by(KnowledgeEntry.id))
    return [
        {
            "id": str(row.id),
            "language": row.language,
            "category": paths.get(row.category_id, []) if row.category_id else [],
            "audience": row.audience,
            "sites": [names[id] for id in row.site_ids if id in names],
            "valid_from": row.valid_from.isoformat() if row.valid_from else "",
            "valid_until": row.valid_until.isoformat() if row.valid_until else "",
            "review_on": row.review_on.isoformat() if row.review_on else "",
            "pinned": "yes" if row.pinned else "no",
            "group": str(row.group_id or ""),
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
        "sites": "\n".join(entry["sites"]),
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
    lines = [*map(_cells, entries)]
    parts = [
        max((-(-len(line[place]) // _LONGEST_CELL) for line in lines), default=1) or 1 for place in range(len(_COLUMNS))
    ]
    header = [name for name, count in zip(_HEADERS[locale], parts, strict=True) for _ in range(count)]
    for row, cells in enumerate([header, *(_in_parts(line, parts) for line in lines)]):
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _in_parts(cells: Sequence[str], parts: Sequence[int]) -> list[str]:
    starts = [(cell, part * _LONGEST_CELL) for cell, count in zip(cells, parts, strict=True) for part in range(count)]
    return [cell[start : start + _LONGEST_CELL] for cell, start in starts]


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
    import yaml

    front = {key: entry[key] for key in (*_SCALARS, "similar", "keywords", "never", "sites") if entry[key]}
    told = yaml.dump(front, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=10**6)
    answer = entry["answer_html"]
    if "<pre" not in answer:
        answer = _BLANK.sub("\n", answer)  # after a blank line Markdown would take indented HTML for code
    return f"---\n{told}---\n\n# {entry['question']}\n\n{answer}\n"
