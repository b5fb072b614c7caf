from tests.realtime.conftest import server, shop

__all__ = ["server", "shop"]
