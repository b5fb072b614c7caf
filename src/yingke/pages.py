"""The built pages: the desk, and the API's description to read. What is hashed is kept by browsers for ever."""

import asyncio
import gzip
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from yingke.identity.authentication import COOKIE

ASSETS = Path(__file__).parent / "assets"
CONSOLE = ASSETS / "console"

_POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
    "connect-src 'self' ws: wss:; frame-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "form-action 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_REFERENCE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Yingke API</title>
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<body style="margin:0"><div id="reference"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script><script src="/docs/assets/start.js"></script>
</html>"""
_NOT_BUILT = (
    "<!doctype html><meta charset=utf-8><title>Yingke</title><p>The desk was not built into this installation. "
    "Install the released package, or run <code>make</code> in the source folder.</p>"
)


FIRST_ASKED = ("/api/v1/session", "/api/v1/conversations?view=mine&limit=100")
"""What the first picture of the desk needs, word for word as its scripts ask (`live/lists.ts`, `session/session.ts`): the
page's head announces it to a browser that carries a session, which then fetches it beside the scripts, not after them."""
_ANNOUNCED = {"Link": ", ".join(f"<{each}>; rel=preload; as=fetch; crossorigin" for each in FIRST_ASKED)}


@dataclass(frozen=True, slots=True)
class _Asset:
    body: bytes
    zipped: bytes
    media_type: str

    def answer(self, request: Request) -> Response:
        headers = {
            "Cache-Control": "public, max-age=31536000, immutable",
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(self.zipped, headers=headers | {"Content-Encoding": "gzip"}, media_type=self.media_type)
        return Response(self.body, headers=headers, media_type=self.media_type)


def _among(folder: Path, name: str) -> Path | None:
    """The file of this name right in `folder`. Found in the list, so that no name leads elsewhere or upsets the system."""
    if not folder.is_dir():
        return None
    return next((each for each in folder.iterdir() if each.name == name and each.is_file()), None)


class _Assets:
    """Files whose names change with their content: read and compressed once, then answered from memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, _Asset] = {}

    async def answer(self, request: Request) -> Response:
        name = request.path_params["name"]
        asset = self._held.get(name) or await asyncio.to_thread(self._read, name)
        return asset.answer(request) if asset else Response(status_code=404)

    def _read(self, name: str) -> _Asset | None:
        path = _among(self._folder, name)
        if path is None:
            return None
        body = path.read_bytes()
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        asset = self._held[name] = _Asset(body, gzip.compress(body), kind)
        return asset


def add_pages(app: FastAPI) -> None:
    app.mount("/docs/assets", GZipMiddleware(StaticFiles(directory=ASSETS / "reference", check_dir=False)))

    @app.get("/docs/api", include_in_schema=False)
    async def reference() -> Response:
        return HTMLResponse(_REFERENCE, headers=_HEADERS)

    app.add_route("/desk/assets/{name}", _Assets(CONSOLE / "assets").answer, methods=["GET"], include_in_schema=False)

    @app.get("/desk/{path:path}", include_in_schema=False)
    @app.get("/desk", include_in_schema=False)
    async def desk(request: Request, path: str = "") -> Response:
        # Files that must keep their name (service worker, manifest, icons); every other path is a page of the desk.
        if wanted := _among(CONSOLE, path):
            return FileResponse(wanted, headers=_HEADERS)
        index = CONSOLE / "index.html"
        if not index.is_file():
            return HTMLResponse(_NOT_BUILT, 503)
        announced = _ANNOUNCED if COOKIE in request.cookies else {}
        return HTMLResponse(index.read_bytes(), headers=_HEADERS | announced)
