"""The languages entries are written in."""

from collections.abc import Collection
from typing import Literal, cast, get_args

Language = Literal["zh-CN", "zh-TW", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


def language_of(tag: str) -> Language:
    """The one of ours that is closest to a BCP 47 tag as a browser says it; simplified Chinese for none."""
    told = tag.lower().replace("_", "-")
    if not told:
        return "zh-CN"
    if not told.startswith("zh"):
        return "en"
    traditional = any(part in ("hant", "tw", "hk", "mo") for part in told.split("-"))
    return "zh-TW" if traditional else "zh-CN"


def closest(wanted: Language, there: Collection[str]) -> Language | None:
    """The language to read in when only `there` is written: the other Chinese before English; None for nothing."""
    order = {"zh-CN": ("zh-CN", "zh-TW", "en"), "zh-TW": ("zh-TW", "zh-CN", "en"), "en": ("en", "zh-CN", "zh-TW")}
    return cast("Language | None", next((each for each in order[wanted] if each in there), None))
