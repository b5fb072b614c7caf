"""What people say to a robot that is no question about the shop: they want a person, they are angry, they are polite. Pure."""

import re
import unicodedata

_PERSON_ZH = re.compile(
    r"(?:我?(?:要|想|需要|请|請|帮我|幫我|给我|給我|能不能|可以|麻烦|麻煩)*(?:转|轉|找|接|换|換|叫|联系|聯繫|联络|聯絡|来|來|跟|和|与)*(?:一?(?:个|個|下|位))?"
    r"(?:人工|真人|活人|客服人员|客服人員|在线客服|线上客服|客服)(?:客服|服务|服務|座席|小姐姐|聊|说话|說話|谈|談|吧|呢|吗|嗎|啊|呀)*)"
)
_PERSON_EN = re.compile(
    r"\b(?:human|(?:real|live|actual) (?:person|human|agent)|(?:talk|speak|chat|connect(?: me)?|transfer(?: me)?) (?:to|with) "
    r"(?:a |an |the |some)?(?:person|someone|somebody|one|agent|representative|human|operator|advisor|staff)|representative|operator)\b"
)
_AROUND_ZH = re.compile(
    r"[\W_]|你好|您好|在吗|在嗎|谢谢|謝謝|不要机器人|机器人|機器人|请|請|我|的|了|吧|啊|快|马上|立刻"
)
_AROUND_EN = re.compile(
    r"\b(?:i|want|to|need|would|like|can|could|please|a|an|the|me|now|with|get|let|robot|bot|not|hi|hello|id|you|be|connected)\b|[\W_]"
)
_LEFT_OVER = 4
"""Letters besides a wish for a person from which it is a question that only mentions one."""

_ANGER = re.compile(
    r"投诉你|投訴你|我要投诉|我要投訴|骗子|騙子|垃圾(?:客服|公司|店|平台|东西|東西)|太垃圾|气死|氣死|什么破(?!损|裂|洞)|什麼破(?!損|裂|洞)|坑人|坑爹|无语|無語|"
    r"曝光你|12315|消协|消協|工商局|报警(?!器|铃|灯)|報警|律师函|律師函|起诉|起訴|去死|滚蛋|滾蛋|滚开|滾開|给我滚|給我滾|^[滚滾]$|傻[逼bB]|他妈|他媽|\b(?:scam(?:mers?)?|bullshit|fuck\w*|"
    r"useless|ridiculous|unacceptable|furious|pathetic|worst (?:service|company|shop)|lawsuit|sue you|idiots?|stupid)\b"
)
_SMALL_TALK: dict[str, tuple[str, ...]] = {
    "greeting": (
        "你好", "您好", "在吗", "在嗎", "在么", "在不在", "有人吗", "有人嗎", "哈喽", "嗨", "早上好", "上午好", "下午好", "晚上好", "喂",
        "hi", "hello", "hey", "hi there", "good morning", "good afternoon", "good evening", "anyone there",
    ),
    "thanks": (
        "谢谢", "謝謝", "谢谢你", "谢谢您", "多谢", "多謝", "感谢", "感謝", "好的谢谢", "谢了", "辛苦了",
        "thanks", "thank you", "thx", "ty", "thanks a lot", "thank you very much", "many thanks", "ok thanks",
    ),
    "bye": ("再见", "再見", "拜拜", "88", "没事了", "沒事了", "不用了", "bye", "goodbye", "see you", "bye bye", "no thanks"),
    "agreement": ("好", "好的", "嗯", "嗯嗯", "哦", "行", "知道了", "明白了", "收到", "了解", "ok", "okay", "k", "got it", "i see", "great"),
    "who": ("你是谁", "你是誰", "你是机器人吗", "你是機器人嗎", "你叫什么", "你叫什麼", "who are you", "are you a robot", "are you a bot", "are you human", "are you real"),
}  # fmt: skip
_BY_PHRASE = {phrase: kind for kind, phrases in _SMALL_TALK.items() for phrase in phrases}
_MARKS = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """`text` for comparing: width, case, marks and spaces at its ends do not count."""
    return _MARKS.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def wants_person(text: str) -> bool:
    """Whether it asks for a person, and for little else: "人工客服几点上班" is a question."""
    said = folded(text)
    without = _PERSON_ZH.sub("", said)
    if without != said:
        return len(_AROUND_ZH.sub("", without)) < _LEFT_OVER
    without = _PERSON_EN.sub("", said)
    return without != said and len(_AROUND_EN.sub("", without)) < 2 * _LEFT_OVER


def angry(text: str) -> bool:
    said = folded(text)
    return bool(_ANGER.search(said)) or text.count("!") + text.count("！") >= 4


def small_talk(text: str) -> str | None:
    """The kind of politeness that the whole message is: greeting, thanks, bye, agreement, who; else None."""
    said = folded(text)
    return _BY_PHRASE.get(said) or _BY_PHRASE.get(said.replace(" ", ""))
