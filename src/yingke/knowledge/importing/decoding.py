"""Bytes to text: UTF-8, UTF-16 with or without a mark, GB18030, Big5, Windows-1252. Pure."""

import re

from yingke.kit.text import clean
from yingke.knowledge.importing.errors import UnreadableFile

_SAMPLE = 200_000
_COMMON = frozenset(
    "的一是不了在有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多"
    "经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情"
    "這個們來為國說時會對過發後裡還進無與長機問題答案請訂單貨運費退換貨付款帳號密碼客服问题答案请订单货运费退换账号密码"
)
"""Characters that stand in every Chinese text: what decodes to none of them was written in another encoding."""
_OTHER = re.compile(rb"[\x80-\xff]+")


def decoded(content: bytes) -> str:
    """Raises UnreadableFile."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _decode(content, encoding)
    head = content[:_SAMPLE]
    if head.count(0) > len(head) // 5:
        little = head[1::2].count(0) >= head[::2].count(0)
        return _decode(content, "utf-16-le" if little else "utf-16-be")
    try:
        return clean(content.decode("utf-8"))
    except UnicodeDecodeError:
        told = [text for encoding in _candidates(content, head) if (text := _tried(content, encoding))]
    if not told:
        raise UnreadableFile(field="file")
    return clean(max(told, key=_common))


def _candidates(content: bytes, head: bytes) -> tuple[str, ...]:
    """Only UTF-16 has zeros: those of the commas and line ends of a Chinese table. In Western text the letters that are not
    of ASCII stand alone, in Chinese they come in pairs at least."""
    if 0 in head and len(content) % 2 == 0:
        return "utf-16-le", "utf-16-be"
    runs = [len(run) for run in _OTHER.findall(head)]
    if sum(length for length in runs if length == 1) > sum(runs) / 2:
        return ("cp1252",)
    return "gb18030", "big5hkscs"


def _decode(content: bytes, encoding: str) -> str:
    try:
        return clean(content.decode(encoding))
    except UnicodeDecodeError as error:
        raise UnreadableFile(field="file") from error


def _tried(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _common(text: str) -> float:
    """The share of common characters among those that are not Latin."""
    other = [character for character in text[:_SAMPLE] if character > "\u00ff"]
    return sum(character in _COMMON for character in other) / (len(other) or 1)
