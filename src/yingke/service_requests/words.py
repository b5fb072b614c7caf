"""What mails and pages say to applicants, in their languages."""

from collections.abc import Mapping
from typing import Final

LANGUAGES: Final = ("zh-CN", "zh-TW", "en")

_WORDS: Final[dict[str, tuple[str, str, str]]] = {
    "access": ("权限申请", "權限申請", "Access request"),
    "complaint": ("投诉", "客訴", "Complaint"),
    "appointment": ("预约", "預約", "Appointment"),
    "new": ("已收到", "已收到", "Received"),
    "in_work": ("处理中", "處理中", "Being worked on"),
    "waiting": ("等您回复", "等您回覆", "Waiting for you"),
    "approved": ("已同意", "已同意", "Approved"),
    "refused": ("未同意", "未同意", "Refused"),
    "settled": ("已处理", "已處理", "Settled"),
    "withdrawn": ("已撤回", "已撤回", "Withdrawn"),
    "filed_subject": ("{site}已收到您的{kind}（{number} 号）", "{site}已收到您的{kind}（{number} 號）", "{site} has your request no. {number} ({kind})"),
    "filed_text": (
        "我们会在 {due} 前给您答复和理由。",
        "我們會在 {due} 前給您答覆和理由。",
        "You get a decision, and the reason for it, by {due}.",
    ),
    "asked_subject": ("{site}想请您补充（{number} 号{kind}）", "{site}想請您補充（{number} 號{kind}）", "{site} has a question about your request no. {number} ({kind})"),
    "said_subject": ("{site}就您的{kind}（{number} 号）回复了您", "{site}就您的{kind}（{number} 號）回覆了您", "{site} wrote to you about your request no. {number} ({kind})"),
    "decided_subject": ("{site}：您的{kind}（{number} 号）{state}", "{site}：您的{kind}（{number} 號）{state}", "{site}: your request no. {number} ({kind}): {state}"),
    "meeting_subject": ("{site}提醒：您的预约在 {meets}", "{site}提醒：您的預約在 {meets}", "{site}: your appointment is at {meets}"),
    "meets": ("时间：{meets}", "時間：{meets}", "Time: {meets}"),
    "you_wrote": ("您写的：{text}", "您寫的：{text}", "You wrote: {text}"),
    "look": ("查看进展", "查看進展", "See how it stands"),
    "footnote": (
        "您收到这封邮件，是因为有人在{site}提交时填写了这个地址。请不要直接回复。",
        "您收到這封郵件，是因為有人在{site}送出時填寫了這個地址。請不要直接回覆。",
        "You get this mail because somebody gave this address to {site} with a request. Please do not reply to it.",
    ),
}  # fmt: skip


def words(language: str) -> Mapping[str, str]:
    place = LANGUAGES.index(language) if language in LANGUAGES else 0
    return {key: texts[place] for key, texts in _WORDS.items()}
