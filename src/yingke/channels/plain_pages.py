"""What pages for visitors that run no script have in common: language, colours, policy."""

import hashlib
from base64 import b64encode
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from yingke.inboxes import SiteSettings

if TYPE_CHECKING:
    from jinja2 import Environment


class Safe(str):
    """A text of ours, or one that was cleaned before it was stored: it goes into a page as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        return str(self)


def language_of(settings: SiteSettings, accepted: str) -> str:
    """The site's language, or the first of the browser's that there is; English for all others."""
    if settings.language != "auto":
        return settings.language
    for part in accepted.lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith(("zh-tw", "zh-hk", "zh-mo", "zh-hant")):
            return "zh-TW"
        if tag.startswith("zh"):
            return "zh-CN"
        if tag.startswith("en"):
            return "en"
    return "en" if accepted.strip() else "zh-CN"


def coloured(sheet: str, color: str) -> str:
    """The style sheet with the site's colour, made dark enough for white text unless it is a light one."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    light = _contrast_to_white(parts) < 3
    while not light and _contrast_to_white(parts) < 4.5:
        parts = [part * 0.96 for part in parts]
    ground = "".join(f"{round(part * 255):02x}" for part in parts)
    return f":root{{--accent:#{ground};--on-accent:{'#12160f' if light else '#fff'}}}\n{sheet}"


def policy(style: str, images: str = "'self'") -> str:
    """Nothing runs, and this one style sheet applies. `images`: where pictures may come from."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src 'sha256-{b64encode(hashlib.sha256(style.encode()).digest()).decode()}'",
            f"img-src {images}",
            "connect-src 'self'",  # nothing here asks, but what inspects a page may read robots.txt
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'self'",
        )
    )


@cache
def templates(folder: Path) -> "Environment":
    """Everything that is put into one of these templates is escaped, except what is `Safe`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _contrast_to_white(parts: list[float]) -> float:
    """WCAG 2.2, of a colour given as shares of red, green and blue."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
