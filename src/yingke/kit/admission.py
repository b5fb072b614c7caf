"""How many HTTP requests are under way. One too many is refused at once, with the time to come again.

Visitors, who can come by the thousand, and the desk are counted apart, so that neither shuts the other out; uploads
too, because a body may take minutes to arrive. What watches over the server (`/health`, `/metrics`) always passes.
"""

from collections import Counter
from collections.abc import Callable

from prometheus_client import Counter as Count
from prometheus_client import Gauge
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from yingke.kit.errors import Refusal, Unavailable

AT_MOST = {"desk": 200, "visitors": 200, "uploads": 64}
"""Requests under way in one process. The database serves a dozen at a time: two hundred wait a second or two."""
_PASS = ("/health", "/ready", "/metrics")
_UPLOAD = "multipart/form-data"

_under_way = Gauge("yingke_requests_under_way", "HTTP requests under way", ["of"], multiprocess_mode="livesum")
_refused = Count("yingke_requests_refused_total", "HTTP requests refused because too many were under way", ["of"])


class Admission:
    """ASGI middleware. `refuse` makes the answer of a refusal."""

    def __init__(
        self, app: ASGIApp, *, refuse: Callable[[Refusal], Response], at_most: dict[str, int] | None = None
    ) -> None:
        self._app = app
        self._refuse = refuse
        self._at_most = at_most or AT_MOST
        self._counts: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _PASS:
            await self._app(scope, receive, send)
            return
        kind = _kind(scope)
        if self._counts[kind] >= self._at_most[kind]:
            _refused.labels(kind).inc()
            await self._refuse(Unavailable(retry_after=2))(scope, receive, send)
            return
        self._count(kind, 1)
        try:
            await self._app(scope, receive, send)
        finally:
            self._count(kind, -1)

    def _count(self, kind: str, by: int) -> None:
        self._counts[kind] += by
        _under_way.labels(kind).set(self._counts[kind])


def _kind(scope: Scope) -> str:
    if Request(scope).headers.get("content-type", "").startswith(_UPLOAD):
        return "uploads"
    return "desk" if scope["path"].startswith("/api/") else "visitors"
