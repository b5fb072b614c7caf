"""Cells of tables that a spreadsheet would run as a formula (OWASP, "CSV Injection"): they get an apostrophe in front,
which reading takes away again."""

import re

_FORMULA = re.compile("'*[=+\\-@\t\r＝＋－＠]")
_NEUTRALISED = re.compile("'+[=+\\-@\t\r＝＋－＠]")


def neutralised(cell: str) -> str:
    return "'" + cell if _FORMULA.match(cell) else cell


def restored(cell: str) -> str:
    return cell[1:] if _NEUTRALISED.match(cell) else cell
