"""What is kept of people is masked, and ordinary words are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingke.training.masking import COVER, masked


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我的电话 138 0013 8000，明天打", f"我的电话 {COVER}，明天打"),
        ("订单号是SG20261101234", f"订单号是{COVER}"),
        ("发到 li.lei@example.com 吧", f"发到 {COVER} 吧"),
        ("看 https://shop.example/o/8?x=1 这个", f"看 {COVER} 这个"),
        ("地址：松间路9号3栋502室，谢谢", f"地址：{COVER}，谢谢"),
        ("我叫张伟，想退货", f"我叫{COVER}，想退货"),
        ("收件人：周晓彤 电话在上面", f"收件人：{COVER} 电话在上面"),
        ("My name is Alice Brown.", f"My name is {COVER}."),
        ("Send it to 12 Old Mill Road please", f"Send it to {COVER} please"),
        ("保质期 9 个月，500 g 一袋，满 99 元包邮", "保质期 9 个月，500 g 一袋，满 99 元包邮"),
        ("我们 2 小时内给您回电", "我们 2 小时内给您回电"),
        ("我是来退货的", "我是来退货的"),
    ],
)
def test_personal_data_is_covered_and_ordinary_words_stay(said: str, kept: str) -> None:
    assert masked(said) == kept


@given(st.text(max_size=60), st.text(min_size=2, max_size=8), st.text(max_size=60))
def test_what_the_conversation_knows_is_covered_wherever_it_stands(before: str, name: str, after: str) -> None:
    if len(name.strip()) >= 2 and name.strip() not in COVER * 2:
        assert name.strip() not in masked(before + name + after, [name]).replace(COVER, "")


def test_a_longer_name_is_covered_before_a_shorter_one_in_it() -> None:
    assert masked("周晓彤您好，晓彤您的货到了", ["晓彤", "周晓彤"]) == f"{COVER}您好，{COVER}您的货到了"
