"""Figures as a table that Excel and WPS open. Pure.

What visitors say (keywords, addresses) could be a formula to a spreadsheet: in CSV such a cell gets an apostrophe in
front (OWASP, "CSV Injection"); in a workbook it is written as text.
"""

import csv
import io
from collections.abc import Sequence
from typing import Literal

from yingke.kit.cells import neutralised
from yingke.traffic.conversions import OF_VISIT, ConversionBy, Converted
from yingke.traffic.naming import called
from yingke.traffic.values import Figures

Format = Literal["csv", "xlsx"]
Language = Literal["zh-CN", "zh-TW", "en"]
Cell = str | float | None
MEDIA_TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_HEADERS: dict[str, dict[str, str]] = {
    "zh-CN": {
        "key": "项目",
        "visits": "访问次数",
        "visitors": "访客数",
        "new_visitors": "新访客",
        "page_views": "浏览量",
        "bounces": "跳出次数",
        "inquiries": "咨询访客",
        "conversions": "转化",
        "value": "转化价值",
        "entries": "入口次数",
        "exits": "退出次数",
        "average_duration": "平均访问时长（秒）",
        "average_visible": "平均可见时长（秒）",
        "average_open": "平均打开时长（秒）",
        "average_scroll": "平均滚动深度（%）",
        "pages_per_visit": "平均访问页数",
        "bounce_rate": "跳出率",
        "inquiry_rate": "咨询率",
        "conversion_rate": "转化率",
    },
    "en": {
        "key": "Item",
        "visits": "Visits",
        "visitors": "Visitors",
        "new_visitors": "New visitors",
        "page_views": "Page views",
        "bounces": "Bounces",
        "inquiries": "Inquiries",
        "conversions": "Conversions",
        "value": "Value",
        "entries": "Entries",
        "exits": "Exits",
        "average_duration": "Average visit (s)",
        "average_visible": "Average visible time (s)",
        "average_open": "Average open time (s)",
        "average_scroll": "Average scroll depth (%)",
        "pages_per_visit": "Pages per visit",
        "bounce_rate": "Bounce rate",
        "inquiry_rate": "Inquiry rate",
        "conversion_rate": "Conversion rate",
    },
}
_OF_GOAL = {
    "zh-CN": {"key": "项目", "conversions": "达成", "value": "价值", "visits": "访问次数", "rate": "转化率"},
    "en": {"key": "Item", "conversions": "Reached", "value": "Value", "visits": "Visits", "rate": "Rate"},
}


def table(rows: Sequence[tuple[str, Figures]], language: Language) -> list[list[Cell]]:
    """A line of headers, and a line for each name with its figures."""
    headers = _HEADERS["en" if language.startswith("en") else "zh-CN"]
    columns = [name for name in headers if name != "key"]
    return [list(headers.values()), *([name, *(getattr(figures, each) for each in columns)] for name, figures in rows)]


def conversions_table(items: Sequence[Converted], by: ConversionBy, language: Language) -> list[list[Cell]]:
    """Of an agent's conversions nobody can say of how many visits they are."""
    headers = _OF_GOAL["en" if language == "en" else "zh-CN"]
    columns = ["conversions", "value", *(("visits", "rate") if by in OF_VISIT else ())]
    lines: list[list[Cell]] = [[headers[each] for each in ("key", *columns)]]
    for item in items:
        name = called(by, item.key, item.name, language)
        lines.append([name, *(getattr(item, each) for each in columns)])
    return lines


def write_sheet(lines: Sequence[Sequence[Cell]], format: Format) -> bytes:
    return _csv(lines) if format == "csv" else _xlsx(lines)


def _csv(lines: Sequence[Sequence[Cell]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for line in lines:
        writer.writerow([neutralised(cell) if isinstance(cell, str) else cell for cell in line])
    return out.getvalue().encode("utf-8-sig")  # Excel takes it for the local code page without the mark


def _xlsx(lines: Sequence[Sequence[Cell]]) -> bytes:
    import xlsxwriter  # few export a table, and every start would load it

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for row, line in enumerate(lines):
        for column, cell in enumerate(line):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell, bold if row == 0 else None)
            elif cell is not None:
                sheet.write_number(row, column, cell)
    sheet.freeze_panes(1, 1)
    sheet.autofit()
    book.close()
    return out.getvalue()
