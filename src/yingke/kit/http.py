"""Routes of the HTTP API: built when they are first asked for, and answering a `Value` as msgspec writes it.

FastAPI builds the models of a route when it is declared, and again for the application that includes its router. That
was most of the start; to find a route needs no more than its address.
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from fastapi import APIRouter, FastAPI, Response
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match, compile_path
from starlette.types import Scope

from yingke.kit.values import Value, encode

Endpoint = Callable[..., Coroutine[Any, Any, Any]]


class LazyRoute(APIRoute):
    """An APIRoute that knows its address, and builds the rest when anything else of it is asked for."""

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:
        self.path, self.endpoint, self.options = path, endpoint, options
        self.methods = {method.upper() for method in options.get("methods") or ("GET",)}
        self.path_regex, self.path_format, self.param_convertors = compile_path(path)
        self.built = False
        self.placed: dict[str, BaseRoute] = {}
        self._declared = endpoint
        self._begins = path.partition("{")[0]

    def __getattr__(self, name: str) -> Any:
        if name == "built" or self.built or name.startswith("__"):
            raise AttributeError(name)
        self.build()
        return getattr(self, name)

    def build(self) -> None:
        """What FastAPI does when a route is declared; the second time nothing."""
        if not self.built:
            self.built = True
            super().__init__(self.path, _answering(self._declared, self.options["status_code"]), **self.options)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        # The application stands at the root: most routes are passed over by the beginning of their address.
        if not scope["path"].startswith(self._begins):
            return Match.NONE, {}
        return super().matches(scope)

    def add_to(self, app: FastAPI, prefix: str) -> None:
        """Put this route into `app` below `prefix`, still unbuilt. The applications of one process are alike, and what
        has been built for one of them serves the others."""
        if prefix in self.placed:
            app.router.routes.append(self.placed[prefix])
            return
        options = {key: value for key, value in self.options.items() if key != "dependency_overrides_provider"}
        app.router.add_api_route(prefix + self.path, self._declared, route_class_override=type(self), **options)
        self.placed[prefix] = app.router.routes[-1]


def _answering(endpoint: Endpoint, status_code: int | None) -> Endpoint:
    """`endpoint`, whose Value is encoded once: FastAPI would turn it into builtins, validate and then encode these."""

    @wraps(endpoint)
    async def answer(**given: Any) -> Any:
        answered = await endpoint(**given)
        if not isinstance(answered, Value):
            return answered
        # A route that sets a header or its status does so on a Response it was given.
        told = next((each for each in given.values() if isinstance(each, Response)), None)
        chosen = told.status_code if told is not None else None
        response = Response(encode(answered), chosen or status_code or 200, media_type="application/json")
        if told is not None:
            response.raw_headers.extend(told.raw_headers)
        return response

    return answer


def add_routes(app: FastAPI, router: APIRouter, prefix: str = "") -> None:
    """Put the routes of `router`, which are LazyRoutes, into `app`: flat, so that each is built once and found at once."""
    for route in router.routes:
        assert isinstance(route, LazyRoute), route
        route.add_to(app, prefix)


async def build_routes(app: FastAPI) -> None:
    """Build what nobody has asked for yet, a little at a time."""
    for route in app.router.routes:
        if isinstance(route, LazyRoute):
            route.build()
            await asyncio.sleep(0)
