"""Which address a request is counted under."""

import pytest

from yingke.kit.client_address import client_address, throttle_key

PROXY, CLIENT = "10.0.0.5", "198.51.100.7"


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "trusted", "expected"),
    [
        (CLIENT, "", [], CLIENT),
        (CLIENT, "1.2.3.4", [], CLIENT),
        (CLIENT, "1.2.3.4", [PROXY], CLIENT),
        (PROXY, CLIENT, [PROXY], CLIENT),
        (PROXY, f"1.2.3.4, {CLIENT}", [PROXY], CLIENT),
        (PROXY, f"1.2.3.4, {CLIENT}, 10.0.0.9", ["10.0.0.0/8"], CLIENT),
        (PROXY, "rubbish", [PROXY], PROXY),
        (PROXY, "", [PROXY], PROXY),
        ("::ffff:10.0.0.5", CLIENT, [PROXY], CLIENT),
        ("", CLIENT, [PROXY], ""),
    ],
)
def test_only_the_operators_proxies_are_believed(
    peer: str, forwarded_for: str, trusted: list[str], expected: str
) -> None:
    assert client_address(peer, forwarded_for, trusted) == expected


def test_an_ipv6_customer_is_one_customer_whatever_address_of_theirs_they_use() -> None:
    assert throttle_key("2001:db8:1:2::1") == throttle_key("2001:db8:1:2:ffff::9")
    assert throttle_key("2001:db8:1:2::1") != throttle_key("2001:db8:1:3::1")
    assert throttle_key("::ffff:198.51.100.7") == throttle_key("198.51.100.7") == "198.51.100.7"
