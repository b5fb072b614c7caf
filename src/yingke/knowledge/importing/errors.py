"""What is refused about imports as a whole. Single rows are refused by name in the report."""

from yingke.kit.errors import Conflict, Invalid


class UnreadableFile(Invalid):
    code = "unreadable_file"
    detail = (
        "This file cannot be read. Use JSON, CSV, XLSX, a ZIP of Markdown files or a page with questions and answers; "
        "export something to see the columns."
    )


class NoQuestions(Invalid):
    code = "no_questions"
    detail = "There are no questions in it. A table needs a column named question, a page needs schema.org FAQ data."


class ImportTooLarge(Invalid):
    code, detail = "import_too_large", "An import has at most 20,000 rows and 50 MB. Split it."


class PageNotReached(Invalid):
    code, detail = "page_not_reached", "The page does not answer, or not with a page."


class NotReady(Conflict):
    code, detail = "import_not_ready", "This import is not waiting for a confirmation (any more)."


class RowsRefused(Conflict):
    code, detail = "rows_refused", "Some rows are refused. Mend the file, or confirm that they shall be left out."
