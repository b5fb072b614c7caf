"""The part of a text that shows why it was found, and what a question asks the index."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from yingke.conversations.search.fragments import contact_lexemes, search_query
from yingke.conversations.search.snippets import END, HIT, snippet


def test_hits_stand_between_marks_and_touching_ones_are_one() -> None:
    assert snippet("请问什么时候发货?", "发货") == f"请问什么时候{HIT}发货{END}?"
    assert snippet("发货时间表", "发货时间") == f"{HIT}发货时间{END}表"
    assert snippet("My Order is ORDERED", "order") == f"My {HIT}Order{END} is {HIT}ORDER{END}ED"
    assert snippet("reorder", "order") == "reorder"
    assert snippet("ＶＩＰ客户", "vip") == f"{HIT}ＶＩＰ{END}客户"


def test_a_long_text_is_cut_around_its_first_hit() -> None:
    shown = snippet("前" * 300 + "发货" + "后" * 300, "发货", 60)
    assert shown.startswith("…前") and shown.endswith("后…") and f"{HIT}发货{END}" in shown
    assert len(shown) == 60 + 4


@given(st.text(max_size=300), st.text(max_size=20), st.integers(1, 80))
def test_a_snippet_is_a_part_of_the_text_on_one_line_with_marks_in_pairs(text: str, asked: str, length: int) -> None:
    shown = snippet(text, asked, length)
    plain = shown.replace(HIT, "").replace(END, "")
    assert "\n" not in shown and len(plain) <= length + 2
    depth = 0
    for character in shown:
        depth += (character == HIT) - (character == END)
        assert depth in (0, 1)
    assert depth == 0


def test_a_fragment_of_a_number_begins_one_of_the_lexemes() -> None:
    person = SimpleNamespace(
        name="王芳",
        email="wang.fang@shop.example",
        phone="+86 138-0013-8000",
        external_id=None,
        company=None,
        fields={},
    )
    found = contact_lexemes(person)
    for fragment in ("8613800138000", "138001", "8000", "0013"):
        assert any(lexeme.startswith(fragment) for lexeme in found)
    assert {"wang", "fang", "shop", "example", "王芳", "王", "芳"} <= set(found)


def test_a_question_asks_for_all_words_and_a_number_for_any_that_contains_it() -> None:
    assert search_query("  ,。") == ""
    assert search_query("发货 Time") == "'发货' & 'time':*"
    assert search_query("138 0013") == "('138' & '0013':*) | '1380013':*"
    assert search_query("it's\\ a") == "'it' & 's' & 'a':*"
