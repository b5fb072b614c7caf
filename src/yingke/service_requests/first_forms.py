"""The forms a workspace begins with: complete, and switched off."""

from typing import Any, Final

_CN, _TW, _EN = "zh-CN", "zh-TW", "en"


def _texts(simplified: str, traditional: str, english: str) -> dict[str, str]:
    return {_CN: simplified, _TW: traditional, _EN: english}


FIRST: Final[dict[str, dict[str, Any]]] = {
    "access": {
        "intro": _texts(
            "需要开通、查看或使用什么？我们会给出答复和理由。",
            "需要開通、查看或使用什麼？我們會給出答覆和理由。",
            "What do you need access to or permission for? You get a decision, and the reason for it.",
        ),
        "fields": [
            {"key": "what", "label": _texts("申请内容", "申請內容", "What it is about"), "required": True},
            {"key": "until", "label": _texts("希望何时之前", "希望何時之前", "Needed by"), "kind": "date"},
        ],
        "hours": 72,
    },
    "complaint": {
        "intro": _texts(
            "说一句、拍张照，或点一下原因就可以，不必写很多。",
            "說一句、拍張照，或點一下原因就可以，不必寫很多。",
            "Say it, send a photo or tap a reason: you need not write much.",
        ),
        "reasons": [
            {"key": "slow", "label": _texts("等得太久", "等得太久", "Took too long")},
            {"key": "rude", "label": _texts("态度不好", "態度不好", "Was treated badly")},
            {"key": "broken", "label": _texts("收到时已损坏", "收到時已損壞", "Arrived damaged")},
            {"key": "wrong", "label": _texts("发错或漏发", "發錯或漏發", "Wrong or missing item")},
            {"key": "promise", "label": _texts("答应的没做到", "答應的沒做到", "A promise was not kept")},
            {"key": "money", "label": _texts("价格或退款问题", "價格或退款問題", "Price or refund")},
        ],
        "hours": 24,
    },
    "appointment": {
        "intro": _texts(
            "选几个您方便的时间，我们确认后通知您。",
            "選幾個您方便的時間，我們確認後通知您。",
            "Choose times that suit you; we confirm one and let you know.",
        ),
        "fields": [
            {"key": "about", "label": _texts("想谈什么", "想談什麼", "What it is about")},
        ],
        "hours": 24,
        "remind_minutes": 60,
    },
}
