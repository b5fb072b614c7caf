"""The life of one process: it serves on the sockets it was handed, until it is asked to stop or left alone."""

import asyncio
import os
import signal
import socket
from collections.abc import Sequence

from yingke.settings import Settings
from yingke.worker import serve


async def serve_as_worker(settings: Settings, handed_over: Sequence[int]) -> None:
    """`handed_over`: descriptors of the line to the parent and of the listening sockets."""
    line, *listening = [socket.socket(fileno=each) for each in handed_over]
    # Nothing is ever sent to it: the line can be read when it ends.
    asyncio.get_running_loop().add_reader(line, _parent_is_gone, line)

    def started() -> None:
        line.send(b"+")

    await serve(settings, started, listening)


def _parent_is_gone(line: socket.socket) -> None:
    asyncio.get_running_loop().remove_reader(line)
    os.kill(os.getpid(), signal.SIGTERM)
