"""What a mail about a promised time says."""

_KINDS = {
    "zh-CN": {"first_response": "首次响应", "next_response": "后续响应", "resolution": "解决"},
    "zh-TW": {"first_response": "首次回應", "next_response": "後續回應", "resolution": "解決"},
    "en": {"first_response": "first response", "next_response": "next response", "resolution": "resolution"},
}
_SAYS = {
    "zh-CN": {
        "warning": ("会话 #{number} 的{kind}即将超时", "请尽快处理，或转给有空的同事。"),
        "breach": ("会话 #{number} 的{kind}已超时", "已超过承诺的时间，请马上处理。"),
    },
    "zh-TW": {
        "warning": ("會話 #{number} 的{kind}即將逾時", "請盡快處理，或轉給有空的同事。"),
        "breach": ("會話 #{number} 的{kind}已逾時", "已超過承諾的時間，請馬上處理。"),
    },
    "en": {
        "warning": ("Conversation #{number}: {kind} is nearly late", "Answer it soon, or pass it to a free colleague."),
        "breach": ("Conversation #{number}: {kind} is late", "The promised time is over. Please see to it now."),
    },
}


def words_for_mail(language: str, stage: str, kind: str, number: int) -> tuple[str, str]:
    """Subject and sentence."""
    spoken = language if language in _SAYS else "zh-CN"
    subject, sentence = _SAYS[spoken][stage]
    return subject.format(number=number, kind=_KINDS[spoken][kind]), sentence
