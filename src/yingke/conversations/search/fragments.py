"""What people type to find somebody: part of a telephone number or of a mail address. Pure."""

import re
from typing import Protocol

from yingke.kit.search_text import lexemes, query

_SEPARATORS = re.compile(r"[\s()+\-./]")
_SHORTEST = 3
"""Digits of a number that are looked for anywhere in it."""


class Person(Protocol):
    name: str
    email: str
    phone: str
    external_id: str | None
    company: str | None
    fields: dict[str, object]


def contact_line(contact: Person) -> str:
    """What a contact shows where a message would show its text."""
    shown = [contact.name, contact.phone, contact.email, contact.company, contact.external_id]
    shown += [value for value in contact.fields.values() if isinstance(value, str)]
    return " · ".join(part for part in shown if part)


def contact_lexemes(contact: Person) -> list[str]:
    """Words, and every end of the telephone number: a fragment of the number is the beginning of one of them."""
    digits = digits_of(contact.phone)
    ends = {digits[at:] for at in range(len(digits) - _SHORTEST + 1)}
    return sorted(set(lexemes(contact_line(contact))) | ends)


def digits_of(text: str) -> str:
    """The digits of what is nothing but a number with its separators; else nothing."""
    digits = _SEPARATORS.sub("", text)
    return digits if digits.isascii() and digits.isdecimal() and len(digits) <= 30 else ""


def search_query(text: str) -> str:
    """`text` as a `tsquery`: its words or, if it is a number, a number that contains it. Empty without words."""
    asked = query(text)
    digits = digits_of(text)
    return f"({asked}) | '{digits}':*" if asked and len(digits) >= _SHORTEST else asked
