"""Where a widget may run."""

from urllib.parse import urlsplit

from yingke.inboxes.models import Site


def allowed_origin(site: Site, origin: str) -> bool:
    """Whether `origin`, as a browser sends it, is among the site's. Our own address is the caller's to allow."""
    return any(_covers(allowed, origin.lower()) for allowed in site.settings.get("allowed_origins", ()))


def origin_of(url: str) -> str:
    """The origin of the page at `url`."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    default = {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port not in (None, default) else "")


def _covers(allowed: str, origin: str) -> bool:
    scheme, _, host = allowed.partition("://")
    if not host.startswith("*."):
        return allowed == origin
    return origin.startswith(f"{scheme}://") and origin.removeprefix(f"{scheme}://").endswith(host[1:])
