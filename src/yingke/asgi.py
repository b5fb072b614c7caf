"""The HTTP door: routes, errors as problem documents, headers every answer carries, the built pages."""

import os
from collections.abc import Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.routing import APIRoute
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from yingke import __version__
from yingke.identity.authentication import COOKIE
from yingke.identity.doors import permissions_of
from yingke.identity.policy import SCOPES
from yingke.kit.admission import Admission
from yingke.kit.errors import Invalid, Kind, Missing, Refusal, Unavailable
from yingke.kit.http import add_routes
from yingke.kit.repeating import Repeating
from yingke.pages import add_pages
from yingke.wiring import ROUTERS, Services

log = structlog.get_logger()

PROBLEM = "application/problem+json"
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
ABOUT = """\
Everything the desk does. What happens as it happens comes by socket: see `docs/protocol.md`.

**Keys.** `Authorization: Bearer yk_…`, made under *Settings → API keys*. A key acts as whoever made it, within its scopes:
`read` looks, `write` also sends, changes contacts and tags, `admin` does all its maker may. Browsers carry a session cookie
instead, and an `Origin` of this installation with every write.

**Pages.** Lists answer `items` and `next_cursor`; ask again with `cursor` set to it until it is null. `limit` says how many.

**Once.** A write with an `Idempotency-Key` (up to 200 characters, your own) happens once: repeated within a day, it gets the first
answer again. The same key with another request is refused with 409.

**Refusals** are `application/problem+json` (RFC 9457): `code` is stable, `detail` says what to do, `field` names what was
wrong. 429 and 503 come with `Retry-After`.
"""
SECURITY = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key: yk_…"},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "A browser that signed in"},
    "visitor": {"type": "http", "scheme": "bearer", "description": "What the widget got when it greeted its visitor"},
}


class ProblemOfField(BaseModel):
    field: str
    code: str
    detail: str


class Problem(BaseModel):
    """What was refused. `code` is stable; `detail` says in English what to do."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    field: str | None = None
    errors: list[ProblemOfField] | None = None
    retry_after: float | None = None


def make_app(services: Services) -> FastAPI:
    app = described_app()
    app.state.services = services
    app.state.ground = services.ground
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)
    _add_operations(app, services)
    add_pages(app)
    app.add_middleware(Repeating)
    app.add_middleware(Admission, refuse=problem)
    return app


def described_app() -> FastAPI:
    """The routes and their description, with nothing behind them."""
    app = FastAPI(
        title="Yingke",
        description=ABOUT,
        version=__version__,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        responses={"4XX": {"model": Problem, "description": "What was refused, and why (RFC 9457)"}},
    )
    for router, prefix in ROUTERS:
        add_routes(app, router, prefix)
    describe = app.openapi
    app.openapi = lambda: _with_problems(_with_security(describe(), app.routes))  # type: ignore[method-assign]
    return app


def _with_security(description: dict[str, Any], routes: Sequence[BaseRoute]) -> dict[str, Any]:
    """Each operation says what opens its own door."""
    description["components"]["securitySchemes"] = SECURITY
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            opened_by = {each for permission in permissions_of(route.dependant) for each in _opened_by(permission)}
            schemes: list[dict[str, list[str]]] = [{each: []} for each in SECURITY if each in opened_by]
            for method in route.methods or ():
                description["paths"][route.path_format][method.lower()]["security"] = schemes
    return description


def _opened_by(permission: str) -> tuple[str, ...]:
    match permission:
        case "public":
            return ()
        case "visitor":
            return ("visitor",)
    return ("key", "session") if permission in SCOPES["admin"] else ("session",)


def _with_problems(description: dict[str, Any]) -> dict[str, Any]:
    """FastAPI documents every answer under the media type of the good ones; refusals have their own."""
    for path in description["paths"].values():
        for operation in path.values():
            refused = operation.get("responses", {}).get("4XX", {}).get("content", {})
            for media_type in [each for each in refused if each != PROBLEM]:
                refused[PROBLEM] = refused.pop(media_type)
    return description


def problem(refusal: Refusal, **more: Any) -> Response:
    headers = {"Retry-After": str(max(1, round(refusal.retry_after)))} if refusal.retry_after is not None else None
    return JSONResponse(refusal.as_problem() | more, refusal.kind.status, headers=headers, media_type=PROBLEM)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    return problem(error)


async def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = [
        {"field": ".".join(str(part) for part in each["loc"][1:]), "code": each["type"], "detail": each["msg"]}
        for each in error.errors()
    ]
    first = errors[0] if errors else {"field": "", "detail": "The request cannot be read."}
    return problem(Invalid(f"{first['field']}: {first['detail']}", field=first["field"]), errors=errors)


class _HttpProblem(Refusal):
    def __init__(self, error: HTTPException) -> None:
        super().__init__(str(error.detail))
        self.code = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}.get(error.status_code, "http_error")


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return problem(Missing())
    body = _HttpProblem(error).as_problem() | {"status": error.status_code}
    return JSONResponse(body, error.status_code, headers=error.headers, media_type=PROBLEM)


async def _unexpected(request: Request, error: Exception) -> Response:
    if _is_of_the_data(error):
        log.warning("a value was refused by the database only", path=request.url.path, error=repr(error)[:500])
        return problem(Invalid("A value in this request is out of range or cannot be stored."))
    if isinstance(error, OSError | TimeoutError) or type(error).__module__.startswith(("asyncpg", "sqlalchemy.exc")):
        log.warning("database unavailable", path=request.url.path, error=repr(error))
        return problem(Unavailable(retry_after=2))
    log.error("unexpected error", path=request.url.path, exc_info=error)

    class Unexpected(Refusal):
        kind, code = Kind.unavailable, "unexpected"
        detail = "Something went wrong on the server; it was written to its log. Try again, or tell the operator."

    return JSONResponse(Unexpected().as_problem() | {"status": 500}, 500, media_type=PROBLEM)


def _is_of_the_data(error: Exception) -> bool:
    """PostgreSQL's class 22, data exception: the request brought a value that no check of ours had refused."""
    return isinstance(error, DBAPIError) and str(getattr(error.orig, "sqlstate", None)).startswith("22")


def _metrics() -> CollectorRegistry:
    """Those of this process; those of all together when it is one of several (`workers`)."""
    if METRICS_FOLDER not in os.environ:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return together


def _add_operations(app: FastAPI, services: Services) -> None:
    @app.get("/health", include_in_schema=False)
    async def health() -> dict[str, str]:
        return {"status": "ok", "version": __version__}

    @app.get("/ready", include_in_schema=False)
    async def ready() -> Response:
        try:
            async with services.ground.engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except Exception:
            return problem(Unavailable(retry_after=2))
        return JSONResponse({"status": "ready"})

    @app.get("/metrics", include_in_schema=False)
    async def metrics() -> Response:
        return Response(generate_latest(_metrics()), media_type=CONTENT_TYPE_LATEST)

    @app.get("/", include_in_schema=False)
    async def root() -> Response:
        return RedirectResponse("/desk/", 307)
