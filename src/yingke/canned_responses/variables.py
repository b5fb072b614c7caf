"""Variables in canned responses: `{{contact.name}}`, with words of one's own for when it is missing: `{{contact.name|亲}}`."""

import re
from collections.abc import Mapping

VARIABLES = (
    "contact.name",
    "contact.email",
    "contact.phone",
    "agent.name",
    "agent.title",
    "site.name",
    "team.name",
    "conversation.number",
)
_VARIABLE = re.compile(r"\{\{\s*([\w.]+)\s*(?:\|([^{}|]*))?\}\}")

_POLITELY = {
    "zh-CN": {"contact.name": "顾客", "agent.name": "客服", "site.name": "本店", "team.name": "客服"},
    "zh-TW": {"contact.name": "顧客", "agent.name": "客服", "site.name": "本店", "team.name": "客服"},
    "en": {"contact.name": "there", "agent.name": "our team", "site.name": "our shop", "team.name": "our team"},
}
"""What stands for an unknown name: "Hi there", "顾客您好". Other missing values leave nothing."""


def unknown_variables(text: str) -> list[str]:
    """Names in `text` that are no variables, once each."""
    return list(dict.fromkeys(name for name, _ in _VARIABLE.findall(text) if name not in VARIABLES))


def fill(text: str, values: Mapping[str, str | None], language: str) -> str:
    """`text` with its variables replaced, once: what a value contains is never replaced again."""
    words = _POLITELY["en"] if language.startswith("en") else _POLITELY.get(language, _POLITELY["zh-CN"])

    def replaced(found: re.Match[str]) -> str:
        name, own_words = found[1], found[2]
        if name not in VARIABLES:
            return found[0]
        if value := values.get(name):
            return value
        return own_words.strip() if own_words is not None else words.get(name, "")

    return _VARIABLE.sub(replaced, text)
