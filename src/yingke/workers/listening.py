"""The listening sockets, which outlive the processes that accept from them."""

import contextlib
import socket
import sys
from collections.abc import Iterator
from typing import Any

from yingke.settings import Settings
from yingke.workers.errors import WorkersNotStarted

BACKLOG = 4096


@contextlib.contextmanager
def listening(settings: Settings, count: int) -> Iterator[list[list[socket.socket]]]:
    """Listening sockets for each of `count` processes. Raises WorkersNotStarted when the port is taken."""
    with contextlib.ExitStack() as stack:
        try:
            opened = _open(settings, count, stack)
        except OSError as error:
            raise WorkersNotStarted(
                f"Port {settings.port} on {settings.host} cannot be listened on ({error.strerror}). "
                "Set YINGKE_PORT to another one."
            ) from error
        yield opened


def _open(settings: Settings, count: int, stack: contextlib.ExitStack) -> list[list[socket.socket]]:
    found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    addresses = [(family, where) for family, _, _, _, where in found]
    for family, where in addresses:  # somebody else there who shares the port as well is noticed by this only
        _bound(family, where, shared=False).close()
    if sys.platform != "linux":  # others do not spread connections: all processes accept from the same sockets
        return [[stack.enter_context(_bound(*address, shared=False)) for address in addresses]] * count
    return [[stack.enter_context(_bound(*address, shared=True)) for address in addresses] for _ in range(count)]


def _bound(family: int, where: Any, *, shared: bool) -> socket.socket:
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind(where)
        opened.listen(BACKLOG)
        opened.setblocking(False)
    except BaseException:
        opened.close()
        raise
    return opened
