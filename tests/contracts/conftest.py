"""The contract is checked from outside: sockets against a real serving process."""

from tests.realtime.conftest import server, shop

__all__ = ["server", "shop"]
