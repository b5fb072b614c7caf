"""From a request's body to bytes in the store: read within the limit, looked at, drawn anew, stored.

No transaction is open meanwhile. What is on disk without a row (the request failed in between) is found by nobody.
"""

import asyncio
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from fastapi import Request
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from yingke.files.errors import FileDamaged, FileTooLarge
from yingke.files.sniffing import Sniffed, sniff
from yingke.files.values import FileKind
from yingke.kit.errors import Invalid
from yingke.kit.files import FileStore, digest
from yingke.kit.ids import new_id
from yingke.kit.text import one_line

if TYPE_CHECKING:
    from yingke.files.images import Drawn

UPLOAD_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "conversation_id": {"type": "string"},
                    },
                }
            }
        },
    }
}
"""How OpenAPI describes a form that is read as a stream."""
_FORM_ROOM = 64 * 1024
"""Bytes of a form besides its file."""
_LONGEST_NAME = 120
# Drawing an image takes up to 200 MB for a moment: two at once, the others wait.
_studio = ThreadPoolExecutor(2, thread_name_prefix="images")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in."""

    name: str
    content: bytes
    fields: dict[str, str]
    """The form's other fields."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file on disk that has no row yet."""

    name: str
    mime: str
    kind: FileKind
    size: int
    sha256: str
    key: str
    thumb_key: str | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None


async def read_upload(request: Request, largest: int) -> Upload:
    """The field `file` of a multipart form. Raises FileTooLarge as soon as `largest` bytes are passed, Invalid."""
    if request.headers.get("content-length", "0").isdecimal():
        _refuse_above(int(request.headers.get("content-length", "0")), largest)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Invalid("Send the file as multipart/form-data in a field named file.", field="file")
    parser = MultiPartParser(request.headers, _limited(request, largest), max_files=1, max_fields=8)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, UnicodeDecodeError) as error:
        raise Invalid("The form cannot be read. Send one file in a field named file.", field="file") from error
    try:
        return await _take_file(form, largest)
    finally:
        await form.close()


async def read_form(request: Request, largest: int, *, most_files: int) -> tuple[dict[str, str], list[Upload]]:
    """A multipart form without scripts: its fields, and its files that are not empty, together at most `largest` bytes.

    Raises FileTooLarge, Invalid.
    """
    parser = MultiPartParser(request.headers, _limited(request, largest), max_files=most_files, max_fields=60)
    try:
        form = await parser.parse()
    except (MultiPartException, KeyError, UnicodeDecodeError) as error:
        raise Invalid("The form cannot be read. Send it again with fewer files.", field="files") from error
    try:
        fields = {key: value for key, value in form.items() if isinstance(value, str)}
        sent = [each for _, each in form.multi_items() if isinstance(each, UploadFile)]
        files = [Upload(clean_name(each.filename or ""), await each.read(), {}) for each in sent]
        return fields, [file for file in files if file.content]
    finally:
        await form.close()


async def store_upload(store: FileStore, upload: Upload, *, images_only: bool = False) -> Stored:
    """Raises FileDamaged, FileTypeRefused, FileTooLarge (an image with too many pixels)."""
    sniffed = sniff(upload.content, upload.name)
    if sniffed.kind != "image":
        if images_only:
            raise FileDamaged("This is not an image that can be shown. Use PNG, JPEG, WebP or GIF.")
        stored = await _put(store, upload.name, upload.content, sniffed)
        return replace(stored, duration=await _seconds_of(upload.content, sniffed))
    drawn = await asyncio.get_running_loop().run_in_executor(_studio, _draw_anew, upload.content)
    kept = Sniffed(drawn.mime, "image")
    return await _put(store, _with_suffix(upload.name, drawn.mime), drawn.content, kept, drawn)


def _draw_anew(content: bytes) -> "Drawn":
    # The image library is loaded with the first image.
    from yingke.files.images import draw_anew

    return draw_anew(content)


async def _seconds_of(content: bytes, sniffed: Sniffed) -> float | None:
    if sniffed.kind != "audio":
        return None
    # Its reader is loaded with the first recording.
    from yingke.files.durations import seconds_of

    return await asyncio.to_thread(seconds_of, content, sniffed.mime)


def clean_name(name: str) -> str:
    """A name that can be shown and saved: the last part of a path, one line, no direction tricks, its suffix kept."""
    last = PurePosixPath(one_line(name).replace("\\", "/")).name
    last = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*/').strip(" .")
    if len(last) > _LONGEST_NAME:
        suffix = PurePosixPath(last).suffix[:16]
        last = last[: _LONGEST_NAME - len(suffix)].rstrip() + suffix
    return last or "file"


async def _take_file(form: FormData, largest: int) -> Upload:
    file = form.get("file")
    if not isinstance(file, UploadFile):
        raise Invalid("Send the file in a field named file.", field="file")
    content = await file.read()
    if len(content) > largest:
        raise _too_large(largest)
    fields = {key: value for key, value in form.items() if isinstance(value, str)}
    return Upload(clean_name(file.filename or ""), content, fields)


async def _put(store: FileStore, name: str, content: bytes, sniffed: Sniffed, drawn: "Drawn | None" = None) -> Stored:
    id = new_id().hex
    # The last characters of a UUIDv7 are random: they spread the folders.
    key, thumb_key = f"{id[-2:]}/{id}", None
    await store.put(key, content)
    if drawn and drawn.thumb:
        thumb_key = f"{key}.thumb"
        await store.put(thumb_key, drawn.thumb)
    width, height = (drawn.width, drawn.height) if drawn else (None, None)
    return Stored(name, sniffed.mime, sniffed.kind, len(content), digest(content), key, thumb_key, width, height)


def _with_suffix(name: str, mime: str) -> str:
    right = {"image/jpeg": (".jpg", ".jpeg"), "image/png": (".png",), "image/gif": (".gif",), "image/webp": (".webp",)}
    suffixes = right[mime]
    return name if name.lower().endswith(suffixes) else PurePosixPath(name).stem + suffixes[0]


async def _limited(request: Request, largest: int) -> AsyncGenerator[bytes, None]:
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        _refuse_above(received, largest)
        yield chunk


def _refuse_above(size: int, largest: int) -> None:
    if size > largest + _FORM_ROOM:
        raise _too_large(largest)


def _too_large(largest: int) -> FileTooLarge:
    return FileTooLarge(f"This file is larger than {largest // (1024 * 1024)} MB. Send a smaller one.", field="file")
