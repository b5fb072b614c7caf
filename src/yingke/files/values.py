"""Files as they leave the program."""

from typing import Literal
from uuid import UUID

from yingke.kit.values import Value

FileKind = Literal["image", "audio", "file"]


class FileValue(Value, frozen=True, kw_only=True):
    """`url` and `thumb_url` are the desk's; a visitor's page asks for `id` at its site's own address."""

    id: UUID
    name: str
    mime: str
    size: int
    kind: FileKind
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    url: str
    thumb_url: str | None = None
