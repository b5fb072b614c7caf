"""Tables with a header: ours, and those of the usual help desks. Pure."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence

from yingke.kit.cells import restored
from yingke.knowledge.importing.drafts import LARGEST_UNPACKED, LONGEST_CELL, MOST_ROWS, Draft
from yingke.knowledge.importing.errors import ImportTooLarge, NoQuestions, UnreadableFile

_NAMES = {
    "id": "id 编号 編號 uuid",
    "language": "language 语言 語言 locale lang",
    "question": "question 问题 問題 标准问 标准问题 标准问法 標準問題 title 标题 標題 subject name faq article_title",
    "similar": "similar 相似问 相似问题 相似问法 扩展问 扩展问法 相似問題 similar_questions alternate_questions variants utterances",
    "answer": "answer 答案 回答 标准答案 body description content html 内容 內容 answer_html body_html article_body solution",
    "short_answer": "short_answer 简答 簡答 摘要 summary excerpt",
    "keywords": "keywords 关键词 關鍵詞 关键字 tags labels label_names seo_keywords 标签",
    "never": "never 不匹配",
    "category": "category 分类 分類 类目 category_name folder_path",
    "section": "section section_name folder folder_name collection sub_category subcategory 子分类",
    "audience": "audience 可见范围 可見範圍",
    "status": "status 状态 狀態 state",
    "draft": "draft",
}
_BY_NAME = {name: column for column, names in _NAMES.items() for name in names.split()}
_SEVERAL = re.compile(r"[\n|]+")
_WORDS = re.compile(r"[\n|,，;；、]+")
_PATH = re.compile(r"\s*[>/＞]\s*")
# A cell of megabytes refuses its row; the limit of the library would refuse the file.
csv.field_size_limit(LARGEST_UNPACKED)


def read_csv(text: str) -> Iterator[Draft]:
    """Raises UnreadableFile, NoQuestions, ImportTooLarge."""
    first_line = text[:20_000].partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    try:
        yield from rows_of(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFile(field="file") from error


def read_xlsx(content: bytes) -> Iterator[Draft]:
    """The first sheet that has questions. Formulas count as what they last showed."""
    _require_bounded(content)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [book.get_sheet_by_name(name) for name in book.sheet_names[:20]]
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(field="file") from error
    for sheet in sheets:
        lines = sheet.iter_rows() if sheet.height <= MOST_ROWS + 1 else None
        if lines is None:
            raise ImportTooLarge(field="file")
        try:
            yield from rows_of([_shown(cell) for cell in line] for line in lines)
        except NoQuestions:
            continue
        return
    raise NoQuestions(field="file")


def rows_of(lines: Iterable[Sequence[str]]) -> Iterator[Draft]:
    columns: list[str] = []
    for number, cells in enumerate(lines, start=1):
        if number == 1:
            columns = [_BY_NAME.get(re.sub(r"[\s_-]+", "_", name.strip().lower()), "") for name in cells]
            if "question" not in columns:
                raise NoQuestions(field="file")
        elif any(cell.strip() for cell in cells):
            if number > MOST_ROWS + 1:
                raise ImportTooLarge(field="file")
            yield _draft(number, columns, cells)
    if not columns:
        raise NoQuestions(field="file")


def _draft(number: int, columns: Sequence[str], cells: Sequence[str]) -> Draft:
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return Draft(row=number, problem="cell_too_long")
    said = {column: restored(cell.strip()) for column, cell in zip(columns, cells, strict=False) if column}
    path = [part for part in _PATH.split(said.get("category", "")) if part.strip()]
    if said.get("section", "").strip():
        path += [part for part in _PATH.split(said["section"]) if part.strip()]
    status = said.get("status", "") or ("draft" if said.get("draft", "").lower() in ("true", "1", "yes") else "")
    return Draft(
        row=number,
        id=said.get("id", ""),
        language=said.get("language", ""),
        question=said.get("question", ""),
        similar=_parts(_SEVERAL, said.get("similar", "")),
        keywords=_parts(_WORDS, said.get("keywords", "")),
        never=_parts(_WORDS, said.get("never", "")),
        answer=said.get("answer", ""),
        short_answer=said.get("short_answer", ""),
        category=tuple(path),
        audience=said.get("audience", ""),
        status=status,
    )


def _parts(between: re.Pattern[str], cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in between.split(cell) if part.strip())


def _shown(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _require_bounded(content: bytes) -> None:
    """A workbook is a ZIP: one that unpacks to more than fits is refused before it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > LARGEST_UNPACKED:
                raise ImportTooLarge(field="file")
    except zipfile.BadZipFile as error:
        raise UnreadableFile(field="file") from error
