"""Words are found as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingke.words.matching import Hit, Matcher, masked


def found(words: list[str], text: str) -> list[str]:
    return [text[hit.begin : hit.end] for hit in Matcher(words).find(text)]


@pytest.mark.parametrize(
    ("word", "text", "seen"),
    [
        ("微信", "加我微信聊", "微信"),
        ("微信", "加我微 信聊", "微 信"),
        ("微信", "加我微·-信聊", "微·-信"),
        ("微信", "加我微\u200b信聊", "微\u200b信"),
        ("加微信", "请加薇信", None),
        ("发票", "開發票嗎", "發票"),
        ("發票", "开发票吗", "发票"),
        ("VIP8", "ＶＩＰ８专享", "ＶＩＰ８"),
        ("free", "FREE gift", "FREE"),
        ("free", "freedom is not", None),
        ("free", "carefree", None),
        ("f r e e", "free", "free"),
        ("13800", "打l38oo吧", "l38oo"),
        ("13800", "①③⑧00", "①③⑧00"),
        ("13800", "138001", None),
        ("~微信", "加我weixin", "weixin"),
        ("~微信", "加我威信", "威信"),
        ("~微信", "加我wei信", "wei信"),
        ("~微信", "weixinghao", None),
        ("微信", "加我weixin", None),
        ("café", "CAFÉ", "CAFÉ"),
        ("wechat", "add\nwechat\tnow", "wechat"),
        ("wechat", "add\r\nwechat", "wechat"),
        ("wechat", "we\u3164chat", "we\u3164chat"),
        ("wechat", "we\uffa0chat", "we\uffa0chat"),
        ("微信", "微\u115f\u1160信", "微\u115f\u1160信"),
        ("wechat", "we\u0007chat", "we\u0007chat"),
        ("wifi6", "送 wifi 6 吗", "wifi 6"),
        ("wifi 6", "送wifi6吗", "wifi6"),
        ("138000", "l38 ooo", "l38 ooo"),
        ("line", "加 line 138", "line"),
        ("line 138", "line138", "line138"),
        ("100", "the loo is here", None),
        ("loo", "100 元", None),
        ("···", "·····", None),
        ("", "anything", None),
    ],
)
def test_a_word_is_found_in_what_people_write_instead_and_not_in_others(word: str, text: str, seen: str | None) -> None:
    assert found([word], text) == ([seen] if seen else [])


def test_all_words_are_found_one_within_another_too() -> None:
    assert found(["退款", "全额退款", "款"], "要全额退款") == ["全额退款", "退款", "款"]


def test_what_is_hidden_keeps_its_length_and_blanks() -> None:
    text = "加 微 信 吧"
    assert masked(text, Matcher(["微信"]).find(text)) == "加 * * 吧"


chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF), min_size=1, max_size=6)
noise = st.sampled_from(["", " ", "　", "-", "·", "\u200b", "…", "*"])


@given(chinese, chinese, chinese, st.lists(noise, min_size=12, max_size=12))
def test_a_word_is_found_wherever_it_stands_and_however_it_is_pulled_apart(
    word: str, before: str, after: str, between: list[str]
) -> None:
    pulled = "".join(character + gap for character, gap in zip(word, [*between[: len(word) - 1], ""], strict=False))
    hits = Matcher([word]).find(before + pulled + after)
    assert Hit(0, len(before), len(before) + len(pulled)) in hits


@given(st.text(max_size=40), st.lists(st.text(max_size=5), max_size=6))
def test_any_text_and_any_words_are_matched_within_the_text(text: str, words: list[str]) -> None:
    hits = Matcher(words).find(text)
    assert all(0 <= hit.begin < hit.end <= len(text) for hit in hits)
    assert len(masked(text, hits)) == len(text)
