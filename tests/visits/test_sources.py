"""Where a visit came from, read from what a browser says."""

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingke.visits.sources import source_of

PAGE = "https://shop.example/p/1"


def test_a_visit_without_referrer_and_marks_is_direct() -> None:
    source = source_of(PAGE, "")
    assert (source.kind, source.name, source.engine, source.keyword, source.paid) == ("direct", "", "", "", False)


@pytest.mark.parametrize(
    ("referrer", "engine", "keyword"),
    [
        ("https://www.baidu.com/s?ie=utf-8&wd=%E5%B1%B1%E6%A0%B8%E6%A1%83", "baidu", "山核桃"),
        ("https://m.baidu.com/from=844b/s?word=%E5%9D%9A%E6%9E%9C", "baidu", "坚果"),
        ("https://www.baidu.com/link?url=xyz&eqid=1", "baidu", ""),
        ("https://www.baidu.com/", "baidu", ""),
        (f"http://www.baidu.com/s?wd={quote('山核桃'.encode('gbk'))}&ie=gb2312", "baidu", "山核桃"),
        (f"http://www.sogou.com/web?query={quote('礼盒'.encode('gbk'))}", "sogou", "礼盒"),
        ("https://weixin.sogou.com/weixin?type=2&query=%E5%9D%9A%E6%9E%9C", "sogou_wechat", "坚果"),
        ("https://www.so.com/s?q=%E5%9D%9A%E6%9E%9C", "360", "坚果"),
        ("https://m.sm.cn/s?q=%E5%9D%9A%E6%9E%9C&from=smor", "shenma", "坚果"),
        ("https://so.toutiao.com/search?keyword=%E5%9D%9A%E6%9E%9C", "toutiao", "坚果"),
        ("https://www.toutiao.com/search/?keyword=nuts", "toutiao", "nuts"),
        ("https://cn.bing.com/search?q=pine+nuts&form=X", "bing", "pine nuts"),
        ("https://www.google.com.hk/search?q=nuts", "google", "nuts"),
        ("https://www.google.de/", "google", ""),
        ("https://yandex.ru/search/?text=%D0%BE%D1%80%D0%B5%D1%85", "yandex", "орех"),
        ("https://search.yahoo.co.jp/search?p=nuts", "yahoo", "nuts"),
        ("https://duckduckgo.com/?q=nuts", "duckduckgo", "nuts"),
    ],
)
def test_a_search_engine_is_known_by_its_host_and_says_the_keyword(referrer: str, engine: str, keyword: str) -> None:
    source = source_of(PAGE, referrer)
    assert (source.kind, source.engine, source.keyword) == ("search", engine, keyword)


@pytest.mark.parametrize(
    ("referrer", "kind", "name"),
    [
        ("https://mp.weixin.qq.com/s/abc", "social", "微信"),
        ("https://weibo.com/u/1", "social", "微博"),
        ("https://www.toutiao.com/article/7/", "social", "今日头条"),
        ("https://tieba.baidu.com/p/1", "social", "百度贴吧"),
        ("https://t.co/x", "social", "X"),
        ("https://mail.qq.com/cgi-bin/readmail", "mail", "QQ 邮箱"),
        ("android-app://com.google.android.gm/", "mail", "Gmail"),
        ("https://blog.example.org/nuts", "referral", "blog.example.org"),
    ],
)
def test_networks_mailboxes_and_other_pages_are_told_apart(referrer: str, kind: str, name: str) -> None:
    source = source_of(PAGE, referrer)
    assert (source.kind, source.name) == (kind, name)


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        ("bd_vid", "百度"),
        ("gclid", "Google"),
        ("msclkid", "必应"),
        ("qz_gdt", "腾讯广告"),
        ("ttclid", "TikTok"),
        ("qhclickid", "360 搜索"),
    ],
)
def test_the_mark_of_an_advertising_system_makes_a_paid_visit(mark: str, name: str) -> None:
    source = source_of(f"{PAGE}?{mark}=123", "")
    assert (source.kind, source.paid, source.click, source.name) == ("paid", True, mark, name)


def test_a_paid_search_keeps_engine_and_keyword() -> None:
    source = source_of(f"{PAGE}?bd_vid=1", "https://www.baidu.com/s?wd=%E5%9D%9A%E6%9E%9C")
    assert (source.kind, source.engine, source.keyword, source.paid) == ("paid", "baidu", "坚果", True)


def test_facebook_marks_every_link_so_its_mark_alone_is_not_paid() -> None:
    source = source_of(f"{PAGE}?fbclid=1", "https://l.facebook.com/")
    assert (source.kind, source.paid, source.name) == ("social", False, "Facebook")
    assert source_of(f"{PAGE}?fbclid=1", "").kind == "social"


@pytest.mark.parametrize(
    ("medium", "kind"), [("cpc", "paid"), ("EDM", "mail"), ("social", "social"), ("qr", "campaign"), ("", "campaign")]
)
def test_what_the_shop_wrote_into_its_link_says_the_kind(medium: str, kind: str) -> None:
    marks = {"utm_source": "报纸", "utm_medium": medium, "utm_campaign": "双十一", "utm_term": "坚果"}
    source = source_of(f"{PAGE}?{urlencode(marks)}", "")
    assert source.kind == kind
    assert source.campaign is not None
    assert (source.name, source.keyword, source.campaign.name) == ("报纸", "坚果", "双十一")


def test_the_shops_own_pages_are_no_source() -> None:
    assert source_of(PAGE, "https://www.shop.example/").kind == "direct"
    assert source_of(PAGE, "https://pay.example/done", own_hosts={"pay.example"}).kind == "direct"


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_a_browser_says_is_read_without_failing_and_is_short(url: str, referrer: str) -> None:
    for prefix in ("", "https://www.baidu.com/s?wd=", "https://["):
        source = source_of(prefix + url, prefix + referrer)
        assert len(source.keyword) <= 120 and len(source.name) <= 300


def test_an_address_of_a_megabyte_is_read_at_once() -> None:
    source = source_of(f"{PAGE}?" + "a=1&" * 300_000, "https://www.baidu.com/s?" + "wd=x&" * 300_000)
    assert source.engine == "baidu" and source.keyword == "x"
