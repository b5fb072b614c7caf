"""Text from outside. PostgreSQL refuses NUL, and UTF-8 refuses lone surrogates: both are removed at the doors."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic_core import PydanticCustomError

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SPACES = re.compile(r"\s+")
_BIDI_CONTROLS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def clean(text: str) -> str:
    """`text` as it can be stored: no NUL, no lone surrogate, composed (NFC), line ends as `\\n`."""
    text = _UNSTORABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    """`text` for a name or a list row: one line, no direction overrides, no outer spaces."""
    return _SPACES.sub(" ", clean(text).translate(_BIDI_CONTROLS)).strip()


def preview(text: str, length: int = 120) -> str:
    line = one_line(text)
    return line if len(line) <= length else line[: length - 1] + "…"


def _clean_if_text(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


CleanStr = Annotated[str, BeforeValidator(_clean_if_text)]
"""Any text of people, in several lines."""

Name = Annotated[str, BeforeValidator(_clean_if_text), AfterValidator(one_line), StringConstraints(max_length=120)]
"""A one-line text of at most 120 characters; may be empty."""

RequiredName = Annotated[Name, StringConstraints(min_length=1)]

_EMAIL = re.compile(
    r"[^@\s,;<>\"()\[\]\\\x00-\x1f\x7f]{1,64}@[^@\s,;<>\"()\[\]\\\x00-\x1f\x7f]+\.[^@\s.,;<>\"()\[\]\\]{2,}"
)


def _email(text: str) -> str:
    address = one_line(text).lower()
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        raise PydanticCustomError("email_invalid", "This is not a complete e-mail address.")
    return address


EmailAddress = Annotated[str, BeforeValidator(_clean_if_text), AfterValidator(_email)]
"""A mail address, lower-cased. That it exists is shown only by a mail that is answered."""


_ESCAPE = re.compile(
    rb"""\\(?:(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})  # a pair: one character
            |(u0000|u[dD][89a-fA-F][0-9a-fA-F]{2})                       # NUL, or half a pair
            |.)""",
    re.VERBOSE | re.DOTALL,
)


def storable(text: bytes) -> bytes:
    """`text`, JSON, without what cannot be stored: NUL and lone surrogates, which can only come as escapes."""
    if b"\\u" not in text:
        return text
    return _ESCAPE.sub(lambda escape: b"" if escape[2] else escape[0], text)
