"""Personal data is covered before a passage is kept. Pure.

Names, addresses and numbers that the conversation knows are covered wherever they stand, and what looks like personal data:
numbers of five digits and more, mail addresses, links, streets with a house number, names after the words that announce one.
"""

import re
from collections.abc import Iterable
from typing import Final

COVER: Final = "●●"
SHORTEST_NAME: Final = 2

_LOOKS_PERSONAL = (
    re.compile(r"https?://\S+", re.IGNORECASE),
    re.compile(r"[^\s@，。；：、]+@[^\s@，。；：、]+"),
    re.compile(r"[A-Za-z]{0,4}\d(?:[\s\-]?\d){4,}[A-Za-z]?"),
    re.compile(
        r"[\u4e00-\u9fff]{1,12}(?:路|街|大道|巷|弄|胡同|村|镇)\s*[\d一二三四五六七八九十百]+"
        r"(?:号|弄|室|楼|单元|栋|幢)(?:号|室|楼|单元|栋|幢|户|层|座|[\dA-Za-z\-])*"
    ),
    re.compile(r"\b\d+\s+(?:[A-Z][a-z]+\s){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive)\b"),
)
_ANNOUNCED = re.compile(
    r"((?:我叫|我姓|姓名|名字叫?|收件人|收货人|联系人|本人)(?:是|为)?[:：\s]*)([\u4e00-\u9fff]{1,4}?)(?=[\s，。；、,.;!！?？]|$)"
    r"|((?i:my name is|I am called|name:)\s*)([A-Z][\w'-]+(?:\s[A-Z][\w'-]+)?)"
)


def masked(text: str, known: Iterable[str] = ()) -> str:
    """`text` with personal data covered. `known`: what is covered wherever it stands, whatever its case."""
    for each in sorted({one.strip() for one in known if len(one.strip()) >= SHORTEST_NAME}, key=len, reverse=True):
        text = re.sub(re.escape(each), COVER, text, flags=re.IGNORECASE)
    for pattern in _LOOKS_PERSONAL:
        text = pattern.sub(COVER, text)
    return _ANNOUNCED.sub(lambda found: (found[1] or found[3]) + COVER, text)
