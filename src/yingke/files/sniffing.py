"""What a file is, from its bytes alone. The sender's name and type for it are never believed.

Only the kinds `image` and `audio` are ever shown inside a page; all the rest can only be saved.
"""

import re
from dataclasses import dataclass

from yingke.files.errors import FileDamaged, FileTypeRefused
from yingke.files.values import FileKind


@dataclass(frozen=True, slots=True)
class Sniffed:
    mime: str
    kind: FileKind


_DRAWN = {"image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/avif"}
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!/")
_STARTS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"ID3", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"%PDF-", "application/pdf"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"#!AMR", "audio/amr"),
)
_PLAYED = {"audio/mpeg", "audio/webm", "audio/ogg", "audio/mp4", "audio/wav", "audio/aac", "audio/flac"}
_OFFICE = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_RUN_BY_NAME = re.compile(
    r"\.(?:exe|com|scr|pif|bat|cmd|msi|msp|vbs|vbe|jse?|wsf|wsh|ps1|hta|cpl|lnk|reg|jar|apk|dmg|pkg|app|sh|scf|url)$",
    re.IGNORECASE,
)


def sniff(content: bytes, name: str) -> Sniffed:
    """Raises FileDamaged for nothing, FileTypeRefused for a program (also one that only its name would start)."""
    if not content:
        raise FileDamaged
    if content.startswith(_PROGRAMS) or _RUN_BY_NAME.search(name):
        raise FileTypeRefused
    mime = _mime(content)
    if mime in _DRAWN:
        return Sniffed(mime, "image")
    return Sniffed(mime, "audio" if mime in _PLAYED else "file")


def _mime(content: bytes) -> str:
    return (
        next((mime for start, mime in _STARTS if content.startswith(start)), None)
        or _contained(content)
        or _audio_frames(content)
        or ("text/plain" if _is_text(content[:65536]) else "application/octet-stream")
    )


def _contained(content: bytes) -> str | None:
    """Containers, which hold one thing or another."""
    if content.startswith(b"RIFF"):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(content[8:12], "application/octet-stream")
    if content[4:8] == b"ftyp":
        return _iso_media(content)
    if content.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if re.search(rb"V_(?:VP8|VP9|AV1|MPEG|THEORA)", content[:65536]) else "audio/webm"
    if content.startswith(b"OggS"):
        return "video/ogg" if b"theora" in content[:512] else "audio/ogg"
    if content.startswith(b"PK\x03\x04"):
        return next((mime for mark, mime in _OFFICE if mark in content[:8192]), "application/zip")
    return None


def _audio_frames(content: bytes) -> str | None:
    """MPEG audio without a container begins with eleven set bits; layer 0 is AAC's."""
    if len(content) < 4 or content[0] != 0xFF or content[1] & 0xE0 != 0xE0 or content[2] == 0xFF:
        return None
    return "audio/aac" if content[1] & 0x06 == 0 else "audio/mpeg"


def _iso_media(content: bytes) -> str:
    """ISO base media (MP4 and its kin): by its brand, else by whether one of its tracks is a picture."""
    brands = content[8 : 8 + 64]
    if re.search(rb"avi[fs]", brands[:32]):
        return "image/avif"
    if re.search(rb"hei[cx]|mif1|msf1", brands[:32]):
        return "image/heic"
    handlers = {content[at.end() + 8 : at.end() + 12] for at in re.finditer(b"hdlr", content)}
    if brands.startswith(b"M4A") or (b"soun" in handlers and b"vide" not in handlers):
        return "audio/mp4"
    return "video/mp4"


def _is_text(start: bytes) -> bool:
    if b"\x00" in start:
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            start[:-4].decode(encoding) if len(start) == 65536 else start.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
