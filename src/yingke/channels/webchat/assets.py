"""The widget's built files, with a site's configuration put in."""

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from fastapi import Request, Response

from yingke.channels.webchat.errors import NotBuilt
from yingke.inboxes import Site, in_language, settings_of

FOLDER = Path(__file__).parents[2] / "assets" / "widget"
PAGE_CACHING = "public, max-age=300, stale-while-revalidate=2592000"
_LAUNCHER_SHOWS = ("color", "position", "offset_x", "offset_y", "launcher", "launcher_text")
LANGUAGES = ("zh-CN", "zh-TW", "en")
_PLACEHOLDER = "__YINGKE_CONFIG__"


def loader(configuration: dict[str, Any], tracker: str) -> str:
    """The launcher's script. It carries only the part of the configuration that it shows: every page pays for it.

    `tracker`: the path of the script that reports visits, which the launcher fetches when the site records them.
    """
    needed = {
        "site": {"key": configuration["site"]["key"]},
        "language": configuration["language"],
        "look": {name: configuration["look"][name] for name in _LAUNCHER_SHOWS},
    }
    script = template("loader.js").replace(f'"{_PLACEHOLDER}"', in_html(needed), 1)
    if configuration["tracking"]["mode"] == "off":
        return script
    return template("early.js").replace("__YINGKE_TRACKER__", tracker, 1) + script


def frame_language(configuration: dict[str, Any], asked: str | None) -> str:
    """The site's fixed language goes before what the browser prefers."""
    fixed = configuration["language"]
    if fixed in LANGUAGES:
        return str(fixed)
    return asked if asked in LANGUAGES else LANGUAGES[0]


def frame(configuration: dict[str, Any], language: str) -> str:
    """The panel in one of its languages, each built apart for its size."""
    told = _in_one_language({name: part for name, part in configuration.items() if name != "tracking"}, language)
    return template(f"frame.{language}.html").replace(_PLACEHOLDER, in_html(told), 1)


def frame_policy(site: Site, language: str) -> str:
    """The panel runs its own script only, and only inside pages of the site's origins or ours."""
    hashes = msgspec.json.decode(template("csp.json"))
    # Answers of a robot show goods and pictures from the shop's own servers, wherever those are.
    images = "'self' blob: data:" + (" https:" if settings_of(site).robot.mode != "off" else "")
    ancestors = " ".join(["'self'", *site.settings.get("allowed_origins", ())])
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' '{hashes['script'][language]}'",
            f"style-src 'self' '{hashes['style']}'",
            "connect-src 'self' ws: wss:",
            f"img-src {images}",
            "media-src blob:",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {ancestors}",
        )
    )


def _in_one_language(value: Any, language: str) -> Any:
    """`value` with every text in the panel's language alone: the others would be carried for nothing."""
    if isinstance(value, list):
        return [_in_one_language(each, language) for each in value]
    if not isinstance(value, dict):
        return value
    if value and value.keys() <= set(LANGUAGES):
        return {language: in_language(value, language)}
    return {name: _in_one_language(each, language) for name, each in value.items()}


def in_html(value: Any) -> str:
    """JSON that cannot end the element or the script it stands in."""
    return (
        msgspec.json.encode(value)
        .decode()
        .replace("<", "\\u003c")
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
    )


def template(name: str) -> str:
    """Raises NotBuilt."""
    path = FOLDER / name
    try:
        return _read(path, path.stat().st_mtime_ns).decode()
    except FileNotFoundError as error:
        raise NotBuilt from error


def asset(name: str) -> bytes | None:
    """A file of `assets/widget/assets`, or None."""
    path = FOLDER / "assets" / name
    try:
        return _read(path, path.stat().st_mtime_ns)
    except (FileNotFoundError, IsADirectoryError):
        return None


def answer(request: Request, body: bytes, media_type: str, headers: dict[str, str]) -> Response:
    """With an ETag, compressed when the browser takes it; 304 when the browser has it already."""
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = {"X-Content-Type-Options": "nosniff", "ETag": tag, "Vary": "Accept-Encoding"} | headers
    known = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if tag in known:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        body = _packed(body)
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type=media_type, headers=headers)


@lru_cache(maxsize=64)
def _read(path: Path, changed_at: int) -> bytes:
    return path.read_bytes()


@lru_cache(maxsize=128)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)
