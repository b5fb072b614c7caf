"""What is recognised from user agents as they really are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingke.visitors.user_agents import recognise

_ANDROID = "Mozilla/5.0 (Linux; Android 14; V2309A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0 Mobile Safari/537.36"
_WINDOWS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
)
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "kind", "os", "browser"),
    [
        (f"{_ANDROID} XWEB/1160 MMWEBSDK/2024 MicroMessenger/8.0.49.2600 WeChat/arm64", "phone", "Android 14", "WeChat 8"),
        (f"{_IPHONE} Mobile/15E148 MicroMessenger/8.0.50(0x1800322c) NetType/WIFI", "phone", "iOS 17", "WeChat 8"),
        (f"{_ANDROID} wxwork/4.1.28 MicroMessenger/7.0.1", "phone", "Android 14", "WeCom 4"),
        (f"{_ANDROID} AlipayClient/10.6.0 Language/zh-Hans", "phone", "Android 14", "Alipay 10"),
        (f"{_IPHONE} Mobile/15E148 AliApp(DingTalk/7.5.0) com.laiwang.DingTalk", "phone", "iOS 17", "DingTalk 7"),
        (f"{_ANDROID} V1_AND_SQ_9.0.8 QQ/9.0.8.14755", "phone", "Android 14", "QQ 9"),
        (f"{_ANDROID} MQQBrowser/14.6", "phone", "Android 14", "QQ Browser 14"),
        (f"{_ANDROID} UCBrowser/16.5.6", "phone", "Android 14", "UC Browser 16"),
        (f"{_WINDOWS} QIHU 360EE", "desktop", "Windows 10+", "360 Browser"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0 Safari/537.36 ArkWeb/4.1.6.1 Mobile", "phone", "HarmonyOS 5", "Huawei Browser 4"),
        (_WINDOWS, "desktop", "Windows 10+", "Chrome 130"),
        (f"{_WINDOWS} Edg/130.0.0.0", "desktop", "Windows 10+", "Edge 130"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15", "desktop", "macOS", "Safari 18"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "desktop", "Linux", "Firefox 132"),
        ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148 Safari/604.1", "tablet", "iOS 17", "Safari 17"),
        ("Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)", "robot", "", ""),
        ("", "unknown", "", ""),
    ],
)  # fmt: skip
def test_browsers_that_chinese_shops_see_are_named(agent: str, kind: str, os: str, browser: str) -> None:
    assert recognise(agent) == {"kind": kind, "os": os, "browser": browser}


@given(st.text(max_size=300))
def test_no_user_agent_makes_it_fail(agent: str) -> None:
    recognise(agent)
