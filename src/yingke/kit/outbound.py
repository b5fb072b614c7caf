"""The one client for addresses that people typed in: it refuses everything that is not the public internet.

The address is checked after the name was resolved and the connection goes to that very address, so a name that changes
its answer (DNS rebinding) gains nothing; each redirect is checked the same way.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence

import httpx

from yingke.kit.errors import Invalid

# Special-purpose prefixes (IANA registries, 2026). `ipaddress.is_global` is true for some of them.
_REFUSED = [
    ipaddress.ip_network(prefix)
    for prefix in [
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "255.255.255.255/32",
        "::/128",
        "::1/128",
        "::ffff:0:0/96",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "100:0:0:1::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "2620:4f:8000::/48",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    ]
]


class AddressRefused(Invalid):
    code = "address_refused"
    detail = "This address is not on the public internet, so it is not called."


def is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    return not any(ip.version == network.version and ip in network for network in _REFUSED)


class OutboundClient:
    """GET and POST to public addresses. `also` lists hosts (`host:port`) the operator allows besides, e.g. in a demo."""

    def __init__(self, *, also: Sequence[str] = (), timeout: float = 10, largest: int = 2 * 1024 * 1024) -> None:
        self._also = set(also)
        self._largest = largest
        self._timeout = timeout

    async def get(self, url: str, *, redirects: int = 3) -> httpx.Response:
        """The answer, its body cut off at `largest` bytes. Raises AddressRefused, or httpx.HTTPError when nobody answers."""
        async with httpx.AsyncClient(timeout=self._timeout, trust_env=False) as client:
            for _ in range(redirects + 1):
                target = httpx.URL(url)
                request = client.build_request("GET", await self._pin(target), headers={"host": target.netloc.decode()})
                request.extensions["sni_hostname"] = target.host
                response = await client.send(request, stream=True)
                try:
                    if response.is_redirect and "location" in response.headers:
                        url = str(target.join(response.headers["location"]))
                        continue
                    body = b""
                    async for chunk in response.aiter_bytes():
                        body += chunk
                        if len(body) > self._largest:
                            break
                finally:
                    await response.aclose()
                headers = [
                    (k, v) for k, v in response.headers.items() if k not in ("content-encoding", "content-length")
                ]
                return httpx.Response(
                    response.status_code,
                    headers=headers,
                    content=body,
                    request=client.build_request("GET", target),
                )
        raise AddressRefused("The page redirects too many times.")

    async def post(self, url: str, content: bytes, headers: dict[str, str]) -> int:
        """The status of the answer; redirects are not followed. Raises AddressRefused, httpx.HTTPError."""
        async with httpx.AsyncClient(timeout=self._timeout, trust_env=False) as client:
            target = httpx.URL(url)
            headers = {**headers, "host": target.netloc.decode()}
            request = client.build_request("POST", await self._pin(target), content=content, headers=headers)
            request.extensions["sni_hostname"] = target.host
            response = await client.send(request, stream=True)
            await response.aclose()
            return response.status_code

    async def ask(self, url: str, content: bytes, headers: dict[str, str]) -> httpx.Response:
        """Like `post`, with the body of the answer, which may have at most `largest` bytes: the rest is cut off."""
        async with httpx.AsyncClient(timeout=self._timeout, trust_env=False) as client:
            target = httpx.URL(url)
            headers = {**headers, "host": target.netloc.decode(), "accept-encoding": "identity"}
            request = client.build_request("POST", await self._pin(target), content=content, headers=headers)
            request.extensions["sni_hostname"] = target.host
            response = await client.send(request, stream=True)
            try:
                body = b""
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) > self._largest:
                        break
            finally:
                await response.aclose()
            return httpx.Response(response.status_code, content=body[: self._largest])

    async def _pin(self, url: httpx.URL) -> httpx.URL:
        if url.scheme not in ("http", "https") or not url.host or url.userinfo:
            raise AddressRefused("Only plain http and https addresses are called.")
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise AddressRefused(f"The name {url.host} is not known.") from error
        addresses = [str(info[4][0]) for info in found]
        if f"{url.host}:{port}" not in self._also and not all(map(is_public, addresses)):
            raise AddressRefused
        return url.copy_with(host=addresses[0], port=port)
