"""The contact page: plain HTML in the site's language that works without scripts."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yingke.channels.plain_pages import Safe, coloured, templates
from yingke.inboxes import Site, hours_lines, in_language, settings_of
from yingke.kit.work import Work

_HERE = Path(__file__).parent
_STYLE = (_HERE / "contact.css").read_text()

_WORDS: dict[str, dict[str, str]] = {
    "zh-CN": {
        "title": "联系我们",
        "leave": "给我们留言",
        "leave_more": "请写下您的问题，我们会按您选择的方式回复您。",
        "problem": "还没有发出去：",
        "trap": "请不要填写此项",
        "text": "留言内容",
        "name": "您的称呼（选填）",
        "team": "咨询部门",
        "any_team": "不限",
        "channel": "希望我们怎样回复您",
        "email": "电子邮件",
        "phone": "电话",
        "reply_to": "您的邮箱地址或电话号码",
        "call_at": "希望的回电时间",
        "call_at_optional": "希望的回电时间（选填，选电话时）",
        "send": "发送留言",
        "more": "查看说明",
        "sent": "留言已收到",
        "sent_more": "我们会按您选择的方式回复您，谢谢。",
        "ways": "其他联系方式",
        "address": "地址",
        "hours": "服务时间",
        "questions": "常见问题",
        "bad_text": "请写下您想说的话，最多一万字。",
        "bad_reply_to": "请填写可以回复您的邮箱地址或电话号码。",
        "bad_channel": "请选择回复方式。",
        "too_many": "提交得太频繁了，请稍等一分钟再试。",
        "blocked": "暂时无法在这里联系我们，请使用其他联系方式。",
        "bad": "有一项填写得不对，请检查后再发送。",
    },
    "zh-TW": {
        "title": "聯絡我們",
        "leave": "給我們留言",
        "leave_more": "請寫下您的問題，我們會以您選擇的方式回覆您。",
        "problem": "還沒有送出：",
        "trap": "請不要填寫此項",
        "text": "留言內容",
        "name": "您的稱呼（選填）",
        "team": "諮詢部門",
        "any_team": "不限",
        "channel": "希望我們怎樣回覆您",
        "email": "電子郵件",
        "phone": "電話",
        "reply_to": "您的電子郵件地址或電話號碼",
        "call_at": "希望的回電時間",
        "call_at_optional": "希望的回電時間（選填，選電話時）",
        "send": "送出留言",
        "more": "查看說明",
        "sent": "留言已收到",
        "sent_more": "我們會以您選擇的方式回覆您，謝謝。",
        "ways": "其他聯絡方式",
        "address": "地址",
        "hours": "服務時間",
        "questions": "常見問題",
        "bad_text": "請寫下您想說的話，最多一萬字。",
        "bad_reply_to": "請填寫可以回覆您的電子郵件地址或電話號碼。",
        "bad_channel": "請選擇回覆方式。",
        "too_many": "送出得太頻繁了，請稍等一分鐘再試。",
        "blocked": "暫時無法在這裡聯絡我們，請使用其他聯絡方式。",
        "bad": "有一項填寫得不對，請檢查後再送出。",
    },
    "en": {
        "title": "Contact us",
        "leave": "Leave a message",
        "leave_more": "Write to us and we will answer the way you choose.",
        "problem": "Not sent yet:",
        "trap": "Leave this empty",
        "text": "Your message",
        "name": "Your name (optional)",
        "team": "Department",
        "any_team": "Any",
        "channel": "How shall we answer?",
        "email": "E-mail",
        "phone": "Phone",
        "reply_to": "Your e-mail address or phone number",
        "call_at": "When we may call",
        "call_at_optional": "When we may call (optional, for phone)",
        "send": "Send",
        "more": "Read more",
        "sent": "We have your message",
        "sent_more": "We will answer the way you chose. Thank you.",
        "ways": "Other ways to reach us",
        "address": "Address",
        "hours": "Hours",
        "questions": "Frequent questions",
        "bad_text": "Write your message, in at most 10,000 characters.",
        "bad_reply_to": "Enter an e-mail address or a phone number that we can answer to.",
        "bad_channel": "Choose how we shall answer.",
        "too_many": "Too many messages at once. Wait a minute and try again.",
        "blocked": "You cannot reach us here at the moment. Please use another way.",
        "bad": "Something is not filled in as it should be. Look again and send it.",
    },
}


@dataclass(frozen=True, slots=True)
class Form:
    """What the visitor typed."""

    client_id: str
    text: str = ""
    name: str = ""
    team_id: str = ""
    channel: str = ""
    reply_to: str = ""
    call_at: str = ""
    """When a call is wished for, in the visitor's words."""


def words(language: str) -> Mapping[str, str]:
    return _WORDS[language]


def style_of(color: str) -> str:
    """The contact page's style sheet with the site's colour."""
    return coloured(_STYLE, color)


def render(
    work: Work,
    site: Site,
    *,
    style: str,
    language: str,
    shown: dict[str, Any],
    given: Form,
    problems: Mapping[str, str],
    sent: bool = False,
) -> str:
    """`shown` is the public configuration; `problems` maps fields of the form to what is wrong with them."""
    settings = settings_of(site)
    hours = hours_lines(settings.hours, language, today=work.now.date())
    questions = [(in_language(q.question, language), in_language(q.answer, language)) for q in settings.top_questions]
    return (
        templates(_HERE)
        .get_template("contact.html")
        .render(
            language=language,
            words=_WORDS[language],
            style=Safe(style),
            site=site,
            logo_url=shown["look"]["logo_url"],
            greeting=in_language(settings.greeting, language),
            offline=settings.offline,
            consent=in_language(settings.consent.text, language) if settings.consent.enabled else "",
            consent_url=settings.consent.url,
            contact=settings.contact,
            contact_text=in_language(settings.contact.text, language),
            departments=shown["departments"],
            hours=hours,
            questions=[(question, answer) for question, answer in questions if question],
            given=given,
            problems=problems,
            sent=sent,
        )
    )
