"""What the help centre says, in the languages of visitors."""

from collections.abc import Mapping

from yingke.knowledge.languages import LANGUAGES, Language

NAMES: Mapping[Language, str] = {"zh-CN": "简体中文", "zh-TW": "繁體中文", "en": "English"}

_WORDS: dict[str, tuple[str, str, str]] = {
    "help_centre": ("帮助中心", "說明中心", "Help centre"),
    "about": ("{site}的常见问题与解答。", "{site}的常見問題與解答。", "Questions and answers about {site}."),
    "skip": ("跳到正文", "跳到正文", "Skip to content"),
    "search": ("搜索", "搜尋", "Search"),
    "search_for": ("请描述您的问题", "請描述您的問題", "Describe your question"),
    "top": ("大家常问", "大家常問", "Often asked"),
    "categories": ("分类", "分類", "Topics"),
    "entries": ("{count} 个问题", "{count} 個問題", "{count} questions"),
    "entry": ("1 个问题", "1 個問題", "1 question"),
    "more": ("更多", "更多", "More"),
    "where": ("您在这里", "您在這裡", "You are here"),
    "related": ("相关问题", "相關問題", "Related questions"),
    "files": ("附件", "附件", "Files"),
    "updated": ("更新于 {day}", "更新於 {day}", "Updated {day}"),
    "useful": ("这个回答有帮助吗？", "這個回答有幫助嗎？", "Did this help?"),
    "yes": ("有帮助", "有幫助", "Yes"),
    "no": ("没帮助", "沒幫助", "No"),
    "thanks": ("谢谢您的反馈。", "謝謝您的回饋。", "Thank you for telling us."),
    "still": ("还需要帮助？", "還需要幫助？", "Still need help?"),
    "chat": ("在线咨询", "線上諮詢", "Chat with us"),
    "message": ("给我们留言", "給我們留言", "Leave a message"),
    "requests": ("申请与投诉", "申請與客訴", "Requests and complaints"),
    "call_back": ("请给我回电", "請給我回電", "Ask for a call"),
    "call": ("致电 {phone}", "致電 {phone}", "Call {phone}"),
    "results": ("“{q}”的搜索结果", "「{q}」的搜尋結果", "Results for “{q}”"),
    "nothing": (
        "没有找到相关的内容。换个说法试试，或者直接问我们。",
        "沒有找到相關的內容。換個說法試試，或者直接問我們。",
        "Nothing found. Try other words, or ask us.",
    ),
    "empty": ("这里还没有内容。", "這裡還沒有內容。", "There is nothing here yet."),
    "gone": ("没有这个页面", "沒有這個頁面", "There is no such page"),
    "gone_more": (
        "它可能已被移走。请搜索，或从首页找起。",
        "它可能已被移走。請搜尋，或從首頁找起。",
        "It may have moved. Search for it, or start from the first page.",
    ),
    "languages": ("语言", "語言", "Languages"),
}


def words(language: Language) -> dict[str, str]:
    place = LANGUAGES.index(language)
    return {key: texts[place] for key, texts in _WORDS.items()}
