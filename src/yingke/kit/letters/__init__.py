"""Mails as people see them: one frame for all, HTML and plain text from the same words, everything escaped.

A feature that needs no more than sentences and a button calls `simple_letter`. One that lays out more keeps templates
in its own folder: `NAME.html` extends `frame.html`, `NAME.txt` extends `frame.txt`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yingke.kit.letters.colors import fill
from yingke.kit.text import one_line

if TYPE_CHECKING:
    from jinja2 import Environment

PINE = "#1f6f5c"


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str


def simple_letter(
    *,
    language: str,
    brand: str,
    subject: str,
    paragraphs: Sequence[str],
    action: tuple[str, str] | None = None,
    footnote: str = "",
    color: str = PINE,
) -> Letter:
    """A letter of sentences with at most one button, `action` = (words, address). `brand` stands at its head."""
    return laid_out(
        "simple",
        language=language,
        brand=brand,
        subject=subject,
        color=color,
        paragraphs=paragraphs,
        action=action,
        footnote=footnote,
    )


def laid_out(
    template: str,
    folder: Path | None = None,
    *,
    language: str,
    brand: str,
    subject: str,
    color: str = PINE,
    **values: Any,
) -> Letter:
    """The letter of `template` (without ending), looked for in `folder` and then here. `color`: `#rrggbb`, repaired."""
    templates = _templates(folder)
    accent, on_accent = fill(color)
    shown = {
        "language": language,
        "brand": brand,
        "subject": one_line(subject),
        "accent": accent,
        "on_accent": on_accent,
        "footnote": "",
        **values,
    }
    text = templates.get_template(f"{template}.txt").render(shown)
    return Letter(one_line(subject), text.strip() + "\n", templates.get_template(f"{template}.html").render(shown))


@cache
def _templates(folder: Path | None) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    own = Path(__file__).parent / "templates"
    return Environment(
        loader=FileSystemLoader([folder, own] if folder else [own]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
