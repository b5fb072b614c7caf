"""Where a request comes from. Only the operator's own proxies are believed when they say so."""

import ipaddress
from collections.abc import Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def client_address(peer: str, forwarded_for: str, trusted: Sequence[str]) -> str:
    """The nearest address that is not one of our proxies.

    `peer` is the other end of the connection, `forwarded_for` the X-Forwarded-For header (may be empty), `trusted`
    addresses or networks (`10.0.0.0/8`). Everything left of the first untrusted entry may be made up and is ignored.
    """
    networks = [ipaddress.ip_network(each, strict=False) for each in trusted]
    address = peer
    for claimed in reversed([each.strip() for each in forwarded_for.split(",") if each.strip()]):
        if not _within(address, networks) or _parsed(claimed) is None:
            break
        address = claimed
    return address


def throttle_key(address: str) -> str:
    """`address` for counting: an IPv6 customer has a whole /64, so that is what is counted."""
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address)
    except ValueError:
        return None


def _within(address: str, networks: Sequence[Network]) -> bool:
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    return parsed is not None and any(parsed.version == each.version and parsed in each for each in networks)
