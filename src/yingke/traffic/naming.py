"""What the keys of figures are called by people: in sheets, and where somebody looks for one by its name. Pure."""

_CALLED: dict[str, dict[str, tuple[str, str]]] = {
    "source": {
        "direct": ("直接访问", "Direct"),
        "search": ("搜索引擎", "Search"),
        "referral": ("外部链接", "Referral"),
        "social": ("社交媒体", "Social"),
        "mail": ("邮件", "Mail"),
        "paid": ("付费推广", "Paid"),
        "campaign": ("推广活动", "Campaign"),
    },
    "engine": {
        "baidu": ("百度", "Baidu"),
        "sogou": ("搜狗", "Sogou"),
        "sogou_wechat": ("微信搜一搜", "WeChat Search"),
        "360": ("360 搜索", "360 Search"),
        "shenma": ("神马", "Shenma"),
        "toutiao": ("头条搜索", "Toutiao"),
        "douyin": ("抖音搜索", "Douyin"),
        "bing": ("必应", "Bing"),
        "google": ("Google", "Google"),
    },
    "invitation": {"hand": ("人工邀请", "Invited by hand")},
    "device": {
        "desktop": ("电脑", "Desktop"),
        "phone": ("手机", "Phone"),
        "tablet": ("平板", "Tablet"),
        "robot": ("机器", "Robot"),
        "unknown": ("未知", "Unknown"),
    },
}
_REST = ("其余（较早日子里少见的）", "All others (rare ones of older days)")
_NONE, _NO_CONVERSATION = ("无", "None"), ("没有会话", "No conversation")
_EMPTY = {
    "engine": _NONE,
    "keyword": _NONE,
    "campaign": _NONE,
    "invitation": ("没有邀请", "No invitation"),
    "conversation": _NO_CONVERSATION,
    "agent": _NO_CONVERSATION,
}
_UNKNOWN = ("未知", "Unknown")


def called(dimension: str, key: str, name: str, language: str) -> str:
    """`name` is what it is called where no language says otherwise."""
    if key == "*":
        words = _REST
    elif not key:
        words = _EMPTY.get(dimension, _UNKNOWN)
    else:
        words = _CALLED.get(dimension, {}).get(key, (name, name))
    return words[language.startswith("en")]


def is_called(dimension: str, key: str, name: str, part: str) -> bool:
    """Whether `part` is in the key's name, in any language."""
    return any(part.casefold() in each.casefold() for each in (name, *_CALLED.get(dimension, {}).get(key, ())))
