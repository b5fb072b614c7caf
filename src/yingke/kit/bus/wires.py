"""What a wire is: one connection to whatever carries messages."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

Receive = Callable[[str, str], None]
"""Called with channel and payload of everything that comes."""


class Wire(Protocol):
    async def send(self, messages: Sequence[tuple[str, str]]) -> None:
        """Channel and payload of each; handed over to the other side when this returns. Raises whatever went wrong."""

    async def lost(self) -> None:
        """Returns when the driver notices that the connection is gone."""

    async def close(self) -> None:
        """Never raises, and does not wait for the other side."""


Connect = Callable[[Sequence[str], Receive], Awaitable[Wire]]
"""Opens a wire that listens on these channels from the first moment. Raises whatever went wrong."""
