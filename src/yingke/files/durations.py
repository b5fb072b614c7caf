"""How long a recording is, by its container."""

import io
import math
import struct

from tinytag import TinyTag

LONGEST = 24 * 3600
"""Seconds; what claims more is damaged or lies."""
_MOST_ELEMENTS = 200_000

# Matroska (RFC 9559): elements that hold others, and those that say something about time.
_SEGMENT, _INFO, _CLUSTER, _GROUP = 0x18538067, 0x1549A966, 0x1F43B675, 0xA0
_SCALE, _DURATION, _TIMESTAMP = 0x2AD7B1, 0x4489, 0xE7
_BLOCKS = (0xA3, 0xA1)


def seconds_of(content: bytes, mime: str) -> float | None:
    """None when it does not say. Slow for long recordings; call it in a thread."""
    try:
        found = _of_matroska(content) if mime == "audio/webm" else _of_others(content)
    except Exception:  # a reader that met bytes nobody thought of may raise anything
        return None
    return round(found, 2) if found is not None and math.isfinite(found) and 0 < found <= LONGEST else None


def _of_others(content: bytes) -> float | None:
    return TinyTag.get(file_obj=io.BytesIO(content), tags=False).duration


def _of_matroska(content: bytes) -> float | None:
    """The duration in the header; recorders that write while they hear leave it out, so else the last block's time."""
    scale, cluster, end, at = 1_000_000, 0, 0, 0
    for _ in range(_MOST_ELEMENTS):
        if at >= len(content):
            break
        id, at = _number(content, at, keep_marker=True)
        size, at = _number(content, at, keep_marker=False)
        if id in (_SEGMENT, _INFO, _CLUSTER, _GROUP):
            continue  # its children follow
        value = content[at : at + size]
        if id == _SCALE:
            scale = int.from_bytes(value, "big")
        elif id == _DURATION:
            return float(struct.unpack(">f" if size == 4 else ">d", value)[0]) * scale / 1e9
        elif id == _TIMESTAMP:
            cluster = int.from_bytes(value, "big")
        elif id in _BLOCKS:
            _, after_track = _number(value, 0, keep_marker=False)
            end = max(end, cluster + struct.unpack_from(">h", value, after_track)[0])
        at += size
    return end * scale / 1e9 if end else None


def _number(content: bytes, at: int, *, keep_marker: bool) -> tuple[int, int]:
    """A number of one to eight bytes, as long as its first byte has leading zeros; and where the next thing begins."""
    length = 9 - content[at].bit_length()
    value = int.from_bytes(content[at : at + length], "big")
    return value if keep_marker else value & ((1 << 7 * length) - 1), at + length
