"""The frame of every mail."""

from hypothesis import given
from hypothesis import strategies as st

from yingke.kit.letters import simple_letter
from yingke.kit.letters.colors import INK, WHITE, fill, on_white


def test_a_letter_says_the_same_in_html_and_in_plain_text_and_escapes_what_people_typed() -> None:
    letter = simple_letter(
        language="zh-CN",
        brand="松果 & <b>商店</b>",
        subject="邀请\n加入",
        paragraphs=["你好,<img src=x onerror=alert(1)>", "请打开下面的链接。"],
        action=("加入", "https://desk.example/desk/invitation#abc&d"),
        footnote="七天内有效。",
    )
    assert letter.subject == "邀请 加入"
    assert "<img" not in letter.html and "<b>" not in letter.html
    assert (
        "<img src=x onerror=alert(1)>" in letter.text
        and "加入: https://desk.example/desk/invitation#abc&d" in letter.text
    )
    assert "七天内有效。" in letter.text and "七天内有效。" in letter.html


@given(st.integers(0, 0xFFFFFF))
def test_any_colour_of_a_site_carries_readable_text(color: int) -> None:
    ground, text = fill(f"#{color:06x}")
    contrast = on_white([float(int(ground[at : at + 2], 16)) for at in (1, 3, 5)])
    assert (contrast >= 4.5) if text == WHITE else (text == INK and contrast < 3)
