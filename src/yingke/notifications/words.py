"""The words of mails and notices in the visitor's language."""

from typing import Final

WORDS: Final[dict[str, dict[str, str]]] = {
    "zh-CN": {
        "transcript_subject": "您与{site}的对话记录",
        "transcript_intro": "以下是您与{site}的对话(编号 {number})。",
        "reply_subject": "{site}回复了您的留言",
        "reply_intro": "您好,您在{site}的留言有了答复:",
        "you_wrote": "您的留言",
        "recalled": "这条消息已撤回",
        "you": "您",
        "staff": "客服",
        "times": "时间按 {time_zone} 显示。",
        "beside_whole": "对话较长，这里只列出最近的部分；全部 {count} 条消息在附件 {name} 中。",
        "beside_part": "对话太长，这里只列出最近的部分；附件 {name} 中是最早的 {count} 条。需要其余部分，请与我们联系。",
        "transcript_footnote": "您收到这封邮件,是因为有人在{site}的对话中填写了这个地址。附件链接 30 天内有效。",
        "reply_footnote": "请不要直接回复这封邮件;如需继续,请回到网站打开对话窗口。附件链接 30 天内有效。",
        "continue": "回到网站继续对话",
        "image": "图片",
        "audio": "语音",
        "file": "文件",
    },
    "zh-TW": {
        "transcript_subject": "您與{site}的對話記錄",
        "transcript_intro": "以下是您與{site}的對話(編號 {number})。",
        "reply_subject": "{site}回覆了您的留言",
        "reply_intro": "您好,您在{site}的留言有了答覆:",
        "you_wrote": "您的留言",
        "recalled": "這則訊息已收回",
        "you": "您",
        "staff": "客服",
        "times": "時間以 {time_zone} 顯示。",
        "beside_whole": "對話較長，這裡只列出最近的部分；全部 {count} 則訊息在附件 {name} 中。",
        "beside_part": "對話太長，這裡只列出最近的部分；附件 {name} 中是最早的 {count} 則。需要其餘部分，請與我們聯絡。",
        "transcript_footnote": "您收到這封郵件,是因為有人在{site}的對話中填寫了這個地址。附件連結 30 天內有效。",
        "reply_footnote": "請不要直接回覆這封郵件;如需繼續,請回到網站開啟對話視窗。附件連結 30 天內有效。",
        "continue": "回到網站繼續對話",
        "image": "圖片",
        "audio": "語音",
        "file": "檔案",
    },
    "en": {
        "transcript_subject": "Your conversation with {site}",
        "transcript_intro": "This is your conversation with {site} (number {number}).",
        "reply_subject": "{site} answered your message",
        "reply_intro": "Hello, there is an answer to the message you left at {site}:",
        "you_wrote": "Your message",
        "recalled": "This message was taken back",
        "you": "You",
        "staff": "Our team",
        "times": "Times are shown in {time_zone}.",
        "beside_whole": "This conversation is long, so only the end is shown here. All {count} messages are in the file "
        "{name}.",
        "beside_part": "This conversation is very long, so only the end is shown here. The first {count} messages are in "
        "the file {name}. Contact us if you need the rest.",
        "transcript_footnote": "You get this mail because somebody entered this address in a conversation with {site}. "
        "Links to files work for 30 days.",
        "reply_footnote": "Please do not reply to this mail; to go on, open the conversation on the site again. "
        "Links to files work for 30 days.",
        "continue": "Continue on the site",
        "image": "Image",
        "audio": "Voice note",
        "file": "File",
    },
}

NOTICES: Final[dict[str, dict[str, str]]] = {
    "zh-CN": {
        "queued": "新会话在排队",
        "assigned": "有会话分配给您",
        "transferred": "有会话转给您",
        "mentioned": "{author} 提到了您",
        "message": "{who} 发来新消息",
        "colleague": "{author}",
        "visitor": "访客",
    },
    "en": {
        "queued": "A new conversation is waiting",
        "assigned": "A conversation was assigned to you",
        "transferred": "A conversation was transferred to you",
        "mentioned": "{author} mentioned you",
        "message": "New message from {who}",
        "colleague": "{author}",
        "visitor": "visitor",
    },
}


def language_of(tag: str) -> str:
    """One of the three languages for a BCP 47 tag as browsers send it; Chinese when it is neither."""
    lowered = tag.lower()
    if lowered.startswith(("zh-tw", "zh-hk", "zh-mo", "zh-hant")):
        return "zh-TW"
    return "en" if lowered and not lowered.startswith("zh") else "zh-CN"
