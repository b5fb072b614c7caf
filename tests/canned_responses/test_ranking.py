"""What a few letters find, and in which order."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingke.canned_responses.ranking import SCOPES, Candidate, Place, place_of, rank
from yingke.canned_responses.spelling import folded, spell
from yingke.kit.ids import new_id

TITLES = [
    "发货时间",
    "重庆银行账号",
    "绿色包装",
    "VIP 客户",
    "【物流】查询单号",
    "退换货运费",
    "谢谢光临",
    "长沙仓",
    "Hello world",
]


def candidate(
    title: str, *, text: str = "", scope: str = "workspace", uses: int = 0, id: UUID | None = None
) -> Candidate:
    spelling = spell(title)
    return Candidate(id or new_id(), scope, title, text, uses, spelling.readings, spelling.word_starts)


@pytest.mark.parametrize(
    ("query", "title", "place"),
    [
        ("发货", "发货时间", Place.prefix),
        ("fahuo", "发货时间", Place.prefix),
        ("fhsj", "发货时间", Place.prefix),
        ("fahuosj", "发货时间", Place.prefix),
        ("fahuoshij", "发货时间", Place.prefix),
        ("sj", "发货时间", Place.word),
        ("shijian", "发货时间", Place.word),
        ("间", "发货时间", Place.inside),
        ("fj", "发货时间", None),
        ("cqyh", "重庆银行账号", Place.prefix),
        ("chongqingyinhang", "重庆银行账号", Place.prefix),
        ("zhongqing", "重庆银行账号", Place.prefix),
        ("lvse", "绿色包装", Place.prefix),
        ("luse", "绿色包装", Place.prefix),
        ("vip", "VIP 客户", Place.prefix),
        ("vipkh", "VIP 客户", Place.prefix),
        ("kh", "VIP 客户", Place.word),
        ("wl", "【物流】查询单号", Place.prefix),
        ("wlcx", "【物流】查询单号", Place.prefix),
        ("ＶＩＰ", "VIP 客户", Place.prefix),
        ("world hel", "Hello world", Place.word),
        ("cangku", "长沙仓", None),
    ],
)
def test_a_title_is_found_by_its_text_its_pinyin_and_its_initials(query: str, title: str, place: Place | None) -> None:
    assert place_of(folded(query).split(), candidate(title)) is place


def test_the_text_is_found_after_every_title() -> None:
    in_text = candidate("问候", text="包邮到家", scope="personal", uses=99)
    in_title = candidate("全场包邮")
    assert rank("包邮", [in_text, in_title]) == [in_title, in_text]


def test_prefix_before_word_before_inside_then_own_before_team_before_all_then_the_more_used() -> None:
    expected = [
        candidate("发货", scope="personal"),
        candidate("发货了", scope="team", uses=5),
        candidate("发货吧", scope="team", uses=1),
        candidate("发货", scope="workspace", uses=100),
        candidate("今天 发货", scope="personal", uses=50),
        candidate("要先发货款", scope="personal", uses=70),
    ]
    assert [c.id for c in rank("fh", reversed(expected))] == [c.id for c in expected]


candidates = st.builds(
    candidate,
    st.sampled_from(TITLES),
    text=st.sampled_from(["", "包邮", "fh"]),
    scope=st.sampled_from(list(SCOPES)),
    uses=st.integers(0, 5),
)


@given(st.lists(candidates, max_size=12), st.sampled_from(["", "f", "fh", "s", "c", "h", "包邮", "k h", "zz"]))
def test_the_order_never_breaks_a_rule_and_loses_nobody(found: list[Candidate], query: str) -> None:
    parts = folded(query).split()
    ranked = rank(query, found)
    keys = [(place_of(parts, c), SCOPES[c.scope], -c.uses) for c in ranked]
    assert keys == sorted(keys)
    assert {c.id for c in ranked} == {c.id for c in found if place_of(parts, c) is not None}
    assert ranked == rank(query, list(reversed(found)))


@given(st.sampled_from(TITLES), st.data())
def test_whatever_mixture_of_characters_readings_and_initials_is_typed_finds_the_title(
    title: str, data: st.DataObject
) -> None:
    typed = ""
    for options in spell(title).readings:
        option = data.draw(st.sampled_from(options))
        if options[0].isalnum():
            typed += data.draw(st.sampled_from([option, option[0]]))
    assert place_of([typed], candidate(title)) is Place.prefix


@given(st.text(max_size=30), st.text(max_size=8))
def test_what_is_found_in_a_title_consists_of_its_letters(title: str, query: str) -> None:
    """The database asks for the letters first; it must not lose a match by that."""
    parts = folded(query).split()
    if place_of(parts, candidate(title)) is not None:
        assert {letter for part in parts for letter in part} <= set(spell(title).letters)
