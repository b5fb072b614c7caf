"""The WebSocket protocol of the server: uvicorn hands an upgraded connection to picows, past ASGI.

One C parser and no task for each socket keep an idle one small. Routes, Origin and limits are checked here, before
anything of a feature runs.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from picows import WSListener, WSUpgradeRequest, WSUpgradeResponse, WSUpgradeResponseWithListener
from picows.picows import WSProtocol  # type: ignore[attr-defined] # a C class without a stub
from uvicorn.config import Config
from uvicorn.server import ServerState

LARGEST_FRAME = 64 * 1024
_HANDSHAKE_HEADERS = ("sec-websocket-key", "sec-websocket-version", "host", "origin", "cookie", "user-agent", "authorization",
                      "x-forwarded-for", "x-forwarded-proto", "dnt", "sec-gpc")  # fmt: skip

# picows makes a logger for each connection out of a Logger, and none out of an adapter.
_log = logging.LoggerAdapter(logging.getLogger("yingke.sockets"))


ListenerFactory = Callable[[WSUpgradeRequest, str], WSListener | HTTPStatus]
"""From a handshake and the peer's address to what handles the socket, or why not."""


def protocol_class(make_listener: ListenerFactory) -> type:
    """The class for uvicorn's `ws` setting."""

    class SocketProtocol(WSProtocol):  # type: ignore[misc] # a C class
        def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any]) -> None:
            super().__init__(
                None, None, False, self._listener, _log, True, 10, False, 20, 20, 1, True, LARGEST_FRAME, None, 2048
            )
            self._server_state = server_state
            self._address = ""

        def connection_made(self, transport: Any) -> None:
            peer = transport.get_extra_info("peername")
            self._address = peer[0] if isinstance(peer, tuple) else ""
            self._server_state.connections.add(self)
            super().connection_made(transport)

        def connection_lost(self, exc: Exception | None) -> None:
            self._server_state.connections.discard(self)
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            """The request that uvicorn has read already, in the one form of it that picows takes."""
            head, _, rest = data.partition(b"\r\n\r\n")
            request = _canonical(head) + rest
            buffer = self.get_buffer(len(request))
            buffer[: len(request)] = request
            self.buffer_updated(len(request))

        def shutdown(self) -> None:
            """Called by uvicorn when the server stops."""
            if isinstance(self.listener, WSListener) and hasattr(self.listener, "close_for_restart"):
                self.listener.close_for_restart()
            elif self.transport is not None:
                self.transport.disconnect()

        def _listener(self, request: WSUpgradeRequest) -> Any:
            made = make_listener(request, self._address)
            if isinstance(made, HTTPStatus):
                response = WSUpgradeResponse.create_error_response(made, made.phrase.encode())
                return WSUpgradeResponseWithListener(response, None)
            return made

    return SocketProtocol


def _canonical(head: bytes) -> bytes:
    """`Connection: keep-alive, Upgrade` is what Firefox sends; only what the handshake needs goes on."""
    lines = head.split(b"\r\n")
    kept = [lines[0], b"upgrade: websocket", b"connection: upgrade"]
    for line in lines[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower().decode("latin-1") in _HANDSHAKE_HEADERS:
            kept.append(name.strip().lower() + b": " + value.strip())
    return b"\r\n".join(kept) + b"\r\n\r\n"


def origin_of(request: WSUpgradeRequest) -> str | None:
    """The page's origin, normalised, or None when the client sent none (it is no browser).

    What is no origin is "null", like that of a page without one, and is refused like any foreign origin.
    """
    origin = request.headers.get("origin")
    if not origin:
        return None
    try:
        parts = urlsplit(origin)
    except ValueError:
        return "null"
    return f"{parts.scheme}://{parts.netloc}".lower()


__all__ = ["LARGEST_FRAME", "ListenerFactory", "origin_of", "protocol_class"]
