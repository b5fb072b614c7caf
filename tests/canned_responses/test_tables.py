"""Canned responses as a table."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingke.canned_responses.errors import TableTooLarge, UnreadableTable
from yingke.canned_responses.tables import MOST_ROWS, neutralised, read_table, restored, write_table
from yingke.canned_responses.variables import fill, unknown_variables
from yingke.kit.text import clean

cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(clean)


@given(st.lists(st.tuples(st.sampled_from(["personal", "team", "workspace"]), cells, cells, cells, cells), max_size=8))
def test_what_was_exported_is_read_again_as_it_was(rows: list[tuple[str, str, str, str, str]]) -> None:
    read = read_table(write_table(rows, "zh-CN"))
    assert [(r.scope, r.team, r.folder, r.title, r.text) for r in read] == [
        (scope, team.strip(), folder, title, text) for scope, team, folder, title, text in rows
    ]


@given(cells)
def test_no_cell_can_start_a_formula(cell: str) -> None:
    assert neutralised(cell)[:1] not in set("=+-@\t\r＝＋－＠")
    assert restored(neutralised(cell)) == cell


def test_a_table_begins_with_a_byte_order_mark_and_headers_in_the_language() -> None:
    table = write_table([("team", "售后", "物流", "=1+1", "你好")], "zh-CN")
    assert table.startswith(codecs.BOM_UTF8)
    assert table.decode("utf-8-sig").splitlines() == ["范围,客服组,文件夹,标题,内容", "客服组,售后,物流,'=1+1,你好"]
    assert write_table([], "en").decode("utf-8-sig").startswith("Scope,Team,Folder,Title,Text")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encodings_of_chinese_spreadsheets_are_read(encoding: str) -> None:
    (row,) = read_table("标题,内容\r\n发货时间,付款后48小时内发货\r\n".encode(encoding))
    assert (row.number, row.scope, row.title, row.text) == (2, "personal", "发货时间", "付款后48小时内发货")


def test_tabs_and_semicolons_separate_as_well() -> None:
    assert read_table(b"Title\tText\nA\tB")[0].text == "B"
    assert read_table(b"Title;Text\nA;B, C")[0].text == "B, C"


@pytest.mark.parametrize("content", [b"", b"\x81\xff\xfe\x00", "名称,说明\na,b".encode(), b"\xff\xfe\x00"])
def test_what_is_no_table_of_ours_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableTable):
        read_table(content)


def test_too_many_rows_are_refused() -> None:
    with pytest.raises(TableTooLarge):
        read_table(b"Title,Text\n" + b"a,b\n" * (MOST_ROWS + 1))


def test_variables_are_replaced_once_and_missing_ones_politely() -> None:
    values = {"contact.name": "{{agent.name}}", "agent.name": None, "conversation.number": "12"}
    assert fill("{{contact.name}}好", values, "zh-CN") == "{{agent.name}}好"
    assert fill("{{contact.name}}您好,我是{{agent.name}}", {}, "zh-CN") == "顾客您好,我是客服"
    assert fill("Hi {{ contact.name }}!", {}, "en-GB") == "Hi there!"
    assert (
        fill("{{contact.name|亲}},在的 #{{conversation.number}}", values | {"contact.name": ""}, "zh-CN")
        == "亲,在的 #12"
    )
    assert unknown_variables("{{contact.name}} {{contakt.name}} {{order.id}}") == ["contakt.name", "order.id"]
