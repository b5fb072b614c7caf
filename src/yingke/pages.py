"""The built pages: the desk, and the API's description to read. What is hashed is kept by browsers for ever."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

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


class _Immutable(StaticFiles):
    """Files whose names change with their content."""

    def file_response(self, *args, **kwargs) -> Response:  # type: ignore[no-untyped-def]
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response

    async def check_config(self) -> None:
        """Building the pages is not the server's business; a missing folder answers 404."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def add_pages(app: FastAPI) -> None:
    app.mount("/docs/assets", GZipMiddleware(StaticFiles(directory=ASSETS / "reference", check_dir=False)))

    @app.get("/docs/api", include_in_schema=False)
    async def reference() -> Response:
        return HTMLResponse(_REFERENCE, headers=_HEADERS)

    app.mount("/desk/assets", GZipMiddleware(_Immutable(directory=CONSOLE / "assets", check_dir=False)))

    @app.get("/desk/{path:path}", include_in_schema=False)
    @app.get("/desk", include_in_schema=False)
    async def desk(request: Request, path: str = "") -> Response:
        # Files that must keep their name (service worker, manifest, icons); every other path is a page of the desk.
        wanted = (CONSOLE / path).resolve()
        if path and wanted.is_file() and wanted.is_relative_to(CONSOLE.resolve()):
            return FileResponse(wanted, headers=_HEADERS)
        index = CONSOLE / "index.html"
        if not index.is_file():
            return HTMLResponse(_NOT_BUILT, 503)
        return FileResponse(index, headers=_HEADERS)
