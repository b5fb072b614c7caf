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
    "sites": "sites 站点 站點",
    "valid_from": "valid_from 生效时间 生效時間",
    "valid_until": "valid_until 失效时间 失效時間",
    "review_on": "review_on 复核日期 複核日期",
    "pinned": "pinned 置顶 置頂 promoted",
    "group": "group 互译组 互譯組",
    "status": "status 状态 狀態 state",
    "draft": "draft",
}
_BY_NAME = {name: column for column, names in _NAMES.items() for name in names.split()}
_SEVERAL = re.compile(r"[\n|]+")
_WORDS = re.compile(r"[\n|,，;；、]+")
_SEPARATOR = re.compile(r"sep=(.)\r?\n")
"""What a spreadsheet writes on top to say what stands between cells."""
_LOWEST_HEADER = 10
"""Lines in which the names of the columns are looked for."""
_PATH = re.compile(r"\s*[>/＞]\s*")
# A cell of megabytes refuses its row; the limit of the library would refuse the file.
csv.field_size_limit(LARGEST_UNPACKED)


def read_csv(text: str) -> Iterator[Draft]:
    """Raises UnreadableFile, NoQuestions, ImportTooLarge."""
    top = text[:20_000].lstrip()
    said = _SEPARATOR.match(top)
    delimiter = said[1] if said else max(",;\t", key=top.partition("\n")[0].count)
    try:
        yield from rows_of(_records(text, delimiter))
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
        lines = sheet.iter_rows() if sheet.height <= MOST_ROWS + _LOWEST_HEADER else None
        if lines is None:
            raise ImportTooLarge(field="file")
        try:
            yield from rows_of([_shown(cell) for cell in line] for line in lines)
        except NoQuestions:
            continue
        return
    raise NoQuestions(field="file")


def rows_of(lines: Iterable[Sequence[str] | None]) -> Iterator[Draft]:
    """The header may stand below a title. A line that is None could not be told from the ones after it."""
    names: list[str] = []
    header_at = 0
    for number, cells in enumerate(lines, start=1):
        if not names:
            told = [re.sub(r"[\s_-]+", "_", name.strip().lower()) for name in cells or ()]
            if "question" in map(_BY_NAME.get, told):
                names, header_at = told, number
            elif number > _LOWEST_HEADER:
                break
        elif cells is None:
            yield Draft(row=number, problem="quote_left_open")
        elif any(cell.strip() for cell in cells):
            if number > MOST_ROWS + header_at:
                raise ImportTooLarge(field="file")
            yield _draft(number, names, cells)
    if not names:
        raise NoQuestions(field="file")


def _records(text: str, delimiter: str) -> Iterator[Sequence[str] | None]:
    """None in place of a last record that runs to the end of the file because a quote is never closed: what it swallowed
    would be lost unnoticed."""
    lines = [*io.StringIO(text)]
    reader = csv.reader(lines, delimiter=delimiter)
    begun = 0
    for cells in reader:
        several = reader.line_num - begun > 1
        if several and reader.line_num >= len(lines) and "".join(lines[begun:]).count('"') % 2:
            yield None
        else:
            yield cells
        begun = reader.line_num


def _said(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """By column. A text too long for a cell goes on in the next one of the same name; of names that mean the same the first
    that says something counts."""
    whole: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        if name in _BY_NAME:
            whole[name] = whole.get(name, "") + cell
    said: dict[str, str] = {}
    for name, cell in whole.items():
        said[_BY_NAME[name]] = said.get(_BY_NAME[name]) or restored(cell.strip())
    return said


def _draft(number: int, names: Sequence[str], cells: Sequence[str]) -> Draft:
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return Draft(row=number, problem="cell_too_long")
    said = _said(names, cells)
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
        sites=_parts(_SEVERAL, said.get("sites", "")),
        valid_from=said.get("valid_from", ""),
        valid_until=said.get("valid_until", ""),
        review_on=said.get("review_on", ""),
        pinned=said.get("pinned", ""),
        group=said.get("group", ""),
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
