"""From a URL to a bus. Drivers that few installations need are loaded only when asked for."""

from importlib.util import find_spec
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from yingke.kit.bus.bus import Bus
from yingke.kit.errors import Invalid

_DRIVERS = {"redis": "redis", "rediss": "redis", "nats": "nats", "tls": "nats"}
"""Scheme → package, which is also the name of the extra."""


def open_bus(url: str) -> Bus:
    """A bus on `url`: postgresql://, redis://, rediss://, nats:// or tls:// (NATS). Connects when it is run.

    `?prefix=` keeps installations apart that share one Redis or NATS. Raises Invalid.
    """
    scheme = urlsplit(url).scheme
    if scheme in ("postgres", "postgresql"):
        from yingke.kit.bus.postgres import connecting

        return Bus(connecting(url))
    if scheme not in _DRIVERS:
        raise Invalid(
            "YINGKE_BUS_URL begins with redis://, rediss://, nats:// or tls:// (NATS); without it, PostgreSQL is the bus.",
            field="YINGKE_BUS_URL",
        )
    driver = _DRIVERS[scheme]
    if find_spec(driver) is None:
        raise Invalid(f"YINGKE_BUS_URL needs a driver: pip install 'yingke[{driver}]'.", field="YINGKE_BUS_URL")
    address, prefix = _without_prefix(url)
    if driver == "redis":
        from yingke.kit.bus.redis import connecting as to_redis

        return Bus(to_redis(address, prefix))
    from yingke.kit.bus.nats import connecting as to_nats

    return Bus(to_nats(address, prefix))


def _without_prefix(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    asked = parse_qsl(parts.query)
    prefix = dict(asked).get("prefix", "")
    rest = urlencode([pair for pair in asked if pair[0] != "prefix"])
    return urlunsplit(parts._replace(query=rest)), f"{prefix}." if prefix else ""
