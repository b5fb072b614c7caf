"""What the robot says of itself, in the languages of visitors."""

from yingke.knowledge.languages import Language

_SENTENCES: dict[str, tuple[str, str, str]] = {
    "choices": ("您是想问：", "您是想問：", "Did you mean one of these?"),
    "close": ("请问您问的是哪一个？", "請問您問的是哪一個？", "Which of these do you mean?"),
    "not_understood": (
        "抱歉，我没有找到答案。请换个说法试试，或者转人工客服。",
        "抱歉，我沒有找到答案。請換個說法試試，或者轉人工客服。",
        "Sorry, I found no answer to that. Please put it in other words, or talk to a person.",
    ),
    "handed_over": (
        "正在为您转接人工客服，请稍候。",
        "正在為您轉接人工客服，請稍候。",
        "I am passing you on to a colleague. One moment, please.",
    ),
    "handed_over_closed": (
        "现在不在服务时间，您的问题已经转给人工客服，上班后会尽快回复您。",
        "現在不在服務時間，您的問題已經轉給人工客服，上班後會盡快回覆您。",
        "We are closed right now. A colleague has your question and will answer as soon as we open.",
    ),
    "handed_over_nobody": (
        "现在没有客服在线。您的问题已经留给人工客服，看到后会尽快回复您；您也可以写下联系方式。",
        "現在沒有客服在線上。您的問題已經留給人工客服，看到後會盡快回覆您；您也可以寫下聯絡方式。",
        "Nobody is at the desk right now. Your question is left for a colleague, who will answer as soon as possible. You may "
        "add how to reach you.",
    ),
    "form": (
        "为了更快帮到您，请填写以下信息（可跳过）：",
        "為了更快幫到您，請填寫以下資訊（可略過）：",
        "So that we can help sooner, please fill in (or skip):",
    ),
    "solved": ("很高兴能帮到您！还有其他问题请继续问我。", "很高興能幫到您！還有其他問題請繼續問我。", "Glad that helped! Ask me anything else."),
    "not_solved": (
        "抱歉没能解决。您可以换个说法再问，或者转人工客服。",
        "抱歉沒能解決。您可以換個說法再問，或者轉人工客服。",
        "Sorry about that. Put it in other words, or talk to a person.",
    ),
    "greeting": ("您好，请问有什么可以帮您？", "您好，請問有什麼可以幫您？", "Hello! What can I do for you?"),
    "thanks": ("不客气！还有其他问题吗？", "不客氣！還有其他問題嗎？", "You are welcome! Anything else?"),
    "bye": ("再见，祝您生活愉快！", "再見，祝您生活愉快！", "Goodbye, and have a nice day!"),
    "agreement": ("好的，还有其他问题可以继续问我。", "好的，還有其他問題可以繼續問我。", "All right. Ask me anything else."),
    "who": (
        "我是自动应答的机器人，需要时可以为您转人工客服。",
        "我是自動應答的機器人，需要時可以為您轉人工客服。",
        "I am a robot that answers by itself. I can pass you on to a person whenever you like.",
    ),
    "sources": ("来源：", "來源：", "Sources:"),
    "skipped": ("（跳过）", "（略過）", "(skipped)"),
}  # fmt: skip


def sentence(key: str, language: Language) -> str:
    return _SENTENCES[key][("zh-CN", "zh-TW", "en").index(language)]
