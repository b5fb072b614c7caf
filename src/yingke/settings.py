"""Configuration: read once, at the door, from the environment (`YINGKE_…`)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

import platformdirs

from yingke.kit.errors import Invalid
from yingke.kit.mail import SmtpSettings


@dataclass(frozen=True, slots=True)
class Settings:
    data: Path
    database_url: str | None = field(default=None, repr=False)
    """The operator's own PostgreSQL; None runs the embedded one."""
    bus_url: str | None = field(default=None, repr=False)
    """What carries hints between processes; None: the database does."""
    files_url: str | None = None
    """A bucket for uploaded files; None: a folder of `data`."""
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    """How browsers reach this installation; links in mails and the snippet are made from it."""
    smtp: SmtpSettings | None = None
    mail_from: str = "yingke@localhost"
    trusted_proxies: tuple[str, ...] = ()
    """Addresses whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    log_format: str = "console"
    largest_upload: int = 25 * 1024 * 1024
    tracking_path: str = "/w/{key}/v"
    """Where pages report visits, and with `.js` where the script for that is; `{key}` stands for the site's."""
    region_file: Path | None = None
    """A .mmdb or .xdb file that says where an address is; None: nobody knows."""
    secret: str | None = field(default=None, repr=False)
    """What keys of other services are sealed with; None: a file of `data`. The same on every machine of an installation."""
    reachable: tuple[str, ...] = ()
    """`host:port` of the company's own network that may be called, as those of the public internet may."""
    connections: int = 12
    """Database connections of one process."""
    demo: bool = False

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https://")


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from `environment`. Raises Invalid naming the variable that cannot be used."""

    def text(name: str, default: str = "") -> str:
        return environment.get(f"YINGKE_{name}", "").strip() or default

    def number(name: str, default: int, low: int, high: int) -> int:
        value = text(name, str(default))
        if not value.isdecimal() or not low <= int(value) <= high:
            raise Invalid(
                f"YINGKE_{name} must be a whole number from {low} to {high}, not {value!r}.",
                field=f"YINGKE_{name}",
            )
        return int(value)

    host, port = text("HOST", "127.0.0.1"), number("PORT", 8000, 1, 65535)
    shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    public_url = text("PUBLIC_URL", f"http://{shown}:{port}").rstrip("/")
    if urlsplit(public_url).scheme not in ("http", "https"):
        raise Invalid(
            f"YINGKE_PUBLIC_URL must begin with http:// or https://, not {public_url!r}.",
            field="YINGKE_PUBLIC_URL",
        )
    return Settings(
        data=Path(text("DATA", platformdirs.user_data_dir("yingke"))).expanduser(),
        database_url=text("DATABASE_URL") or None,
        bus_url=text("BUS_URL") or None,
        files_url=text("FILES_URL") or None,
        host=host,
        port=port,
        public_url=public_url,
        smtp=_smtp(text("SMTP_URL")),
        mail_from=text("MAIL_FROM", f"yingke@{urlsplit(public_url).hostname}"),
        trusted_proxies=tuple(filter(None, text("TRUSTED_PROXIES").replace(",", " ").split())),
        log_format=text("LOG_FORMAT", "console"),
        largest_upload=number("LARGEST_UPLOAD_MIB", 25, 1, 1024) * 1024 * 1024,
        tracking_path=_tracking_path(text("TRACKING_PATH", "/w/{key}/v")),
        region_file=Path(text("REGION_FILE")).expanduser() if text("REGION_FILE") else None,
        secret=text("SECRET_KEY") or None,
        reachable=tuple(filter(None, text("REACHABLE").replace(",", " ").split())),
        connections=number("DATABASE_CONNECTIONS", 12, 3, 200),
    )


def _tracking_path(path: str) -> str:
    if not path.startswith("/") or path.count("{key}") != 1 or path.endswith(("/", ".js")):
        raise Invalid(
            f"YINGKE_TRACKING_PATH looks like /w/{{key}}/v, not {path!r}: it begins with a slash and has {{key}} once.",
            field="YINGKE_TRACKING_PATH",
        )
    return path


def _smtp(url: str) -> SmtpSettings | None:
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps", "smtp+plain") or not parts.hostname:
        raise Invalid(
            "YINGKE_SMTP_URL looks like smtp://user:password@mail.example.com:587 (smtps:// for implicit TLS).",
            field="YINGKE_SMTP_URL",
        )
    tls = {"smtp": "starttls", "smtps": "implicit", "smtp+plain": "none"}[parts.scheme]
    default_port = {"starttls": 587, "implicit": 465, "none": 25}[tls]
    return SmtpSettings(
        parts.hostname,
        parts.port or default_port,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        tls,
    )
