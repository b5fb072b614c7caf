"""What a browser is, from its user agent: enough to answer "it does not work on my phone".

Chinese browsers and apps say Chrome or Safari as well as their own name, so the particular names are asked first.
"""

import re
from typing import Literal

from typing_extensions import TypedDict


class Device(TypedDict):
    kind: Literal["desktop", "phone", "tablet", "robot", "unknown"]
    os: str
    browser: str


_BROWSERS = [
    (re.compile(pattern), name)
    for pattern, name in (
        (r"wxwork/([\d.]+)", "WeCom"),
        (r"MicroMessenger/([\d.]+)", "WeChat"),
        (r"AlipayClient/([\d.]+)", "Alipay"),
        (r"DingTalk/([\d.]+)", "DingTalk"),
        (r"(?:Lark|Feishu)/([\d.]+)", "Feishu"),
        (r"(?:aweme|BytedanceWebview)[/_ ]?([\d.]+)?", "Douyin"),
        (r"Weibo \(|weibo__([\d.]+)", "Weibo"),
        (r"\bQQ/([\d.]+)", "QQ"),
        (r"MQQBrowser/([\d.]+)|\bQQBrowser/([\d.]+)", "QQ Browser"),
        (r"(?:UCBrowser|UCWEB|UBrowser)/?([\d.]+)?", "UC Browser"),
        (r"QihooBrowser/([\d.]+)|360(?:SE|EE|browser)\b", "360 Browser"),
        (r"baiduboxapp/([\d.]+)", "Baidu"),
        (r"(?:BIDUBrowser|baidubrowser)[ /]([\d.]+)", "Baidu Browser"),
        (r"(?:MetaSr|SogouMobileBrowser)[ /]([\d.]+)", "Sogou Browser"),
        (r"MiuiBrowser/([\d.]+)", "Xiaomi Browser"),
        (r"HuaweiBrowser/([\d.]+)|ArkWeb/([\d.]+)", "Huawei Browser"),
        (r"HeyTapBrowser/([\d.]+)", "OPPO Browser"),
        (r"VivoBrowser/([\d.]+)", "vivo Browser"),
        (r"Quark/([\d.]+)", "Quark"),
        (r"SamsungBrowser/([\d.]+)", "Samsung Internet"),
        (r"Edg(?:A|iOS)?/([\d.]+)", "Edge"),
        (r"(?:OPR|Opera)/([\d.]+)", "Opera"),
        (r"(?:Firefox|FxiOS)/([\d.]+)", "Firefox"),
        (r"(?:Chrome|CriOS|HeadlessChrome)/([\d.]+)", "Chrome"),
        (r"Version/([\d.]+).*Safari/", "Safari"),
        (r"(?:MSIE |Trident/.*rv:)([\d.]+)", "Internet Explorer"),
    )
]
_SYSTEMS = [
    (re.compile(pattern), name)
    for pattern, name in (
        (r"(?:OpenHarmony|HarmonyOS)[ /]?([\d.]+)?", "HarmonyOS"),
        (r"Windows Phone ?([\d.]+)?", "Windows Phone"),
        (r"Windows NT 10", "Windows 10+"),
        (r"Windows NT 6\.1", "Windows 7"),
        (r"Windows NT 6\.[23]", "Windows 8"),
        (r"Windows", "Windows"),
        (r"(?:iPhone|CPU) OS ([\d_]+)", "iOS"),
        (r"iPhone", "iOS"),
        (r"iPad", "iPadOS"),
        (r"Mac OS X|Macintosh", "macOS"),
        (r"Android ?([\d.]+)?", "Android"),
        (r"CrOS", "ChromeOS"),
        (r"Linux", "Linux"),
    )
]
_ROBOT = re.compile(r"bot\b|spider|crawl|slurp|curl/|wget/|python-|headless|lighthouse", re.IGNORECASE)
_TABLET = re.compile(r"iPad|Tablet|PlayBook|Android(?!.*Mobile)")
_PHONE = re.compile(r"Mobile|iPhone|iPod|Phone")


def recognise(user_agent: str) -> Device:
    """Names with the main version ("WeChat 8", "Android 14"); empty when nothing is recognised."""
    agent = user_agent[:1000]
    return Device(kind=_kind(agent), os=_first(_SYSTEMS, agent), browser=_first(_BROWSERS, agent))


def _kind(agent: str) -> Literal["desktop", "phone", "tablet", "robot", "unknown"]:
    if not agent:
        return "unknown"
    if _ROBOT.search(agent):
        return "robot"
    if _TABLET.search(agent) and "HarmonyOS" not in agent:
        return "tablet"
    return "phone" if _PHONE.search(agent) else "desktop"


def _first(names: list[tuple[re.Pattern[str], str]], agent: str) -> str:
    for pattern, name in names:
        if found := pattern.search(agent):
            version = next((group for group in found.groups() if group), "")
            main = re.split(r"[._]", version)[0]
            return f"{name} {main}" if main else name
    return ""
