"""Giving a file out: shown in the page only when it is an image or audio of a known type, else to be saved.

The headers hold even if such a file were opened as a page of its own: nothing in it may run or load anything.
"""

import re
from collections.abc import AsyncIterator
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import StreamingResponse

from yingke.files.errors import FileNotYours
from yingke.files.models import File
from yingke.kit.errors import Kind, Refusal
from yingke.kit.files import FileStore

_SHOWN = re.compile(r"image/(?:jpeg|png|gif|webp)|audio/[a-z0-9]+")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class RangeUnsatisfiable(Refusal):
    kind, code = Kind.invalid, "range_unsatisfiable"
    detail = "The file is not that long."


async def serve_file(
    store: FileStore, file: File, *, range_header: str | None = None, download: bool = False
) -> Response:
    """The content, whole or the one range asked for. Raises FileNotYours when the bytes are gone."""
    shown = not download and file.kind in ("image", "audio") and bool(_SHOWN.fullmatch(file.mime))
    start, end = _span(range_header, file.size)
    content = await _read(store, file.key, start, end)
    headers = _headers(file, shown) | {"Accept-Ranges": "bytes", "Content-Length": str(end - start)}
    partial = (start, end) != (0, file.size)
    if partial:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    mime = file.mime if shown or file.kind != "file" or not file.mime.startswith("text/") else "text/plain"
    response = StreamingResponse(content, 206 if partial else 200, headers, mime)
    if mime == "text/plain":
        response.headers["Content-Type"] = "application/octet-stream"  # its character set is not known
    return response


async def serve_thumb(store: FileStore, file: File) -> Response:
    """The small version of an image; the image itself when it is small. Raises FileNotYours for other files."""
    if file.kind != "image":
        raise FileNotYours
    if file.thumb_key is None:
        return await serve_file(store, file)
    try:
        content = await store.get(file.thumb_key)
    except FileNotFoundError as error:
        raise FileNotYours from error
    return Response(content, headers=_headers(file, shown=True), media_type="image/webp")


def _headers(file: File, shown: bool) -> dict[str, str]:
    return {
        "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(file.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "Cache-Control": f"{'public' if file.public else 'private'}, max-age=31536000, immutable",
        "Cross-Origin-Resource-Policy": "cross-origin" if file.public else "same-origin",
    }


async def _read(store: FileStore, key: str, start: int, end: int) -> AsyncIterator[bytes]:
    try:
        return await store.read(key, start, end)
    except FileNotFoundError as error:
        raise FileNotYours from error


def _span(header: str | None, size: int) -> tuple[int, int]:
    """Start and end (exclusive). Anything but one simple range is answered with the whole file, as RFC 9110 allows."""
    asked = _RANGE.fullmatch(header.strip()) if header else None
    if asked is None or asked.groups() == ("", ""):
        return 0, size
    first, last = asked.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(size, int(last) + 1) if first and last else size
    if start >= end:
        raise RangeUnsatisfiable
    return start, end
