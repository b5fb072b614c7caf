"""Sites as they leave the program, for the desk."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from yingke.inboxes.site_settings import SiteSettings
from yingke.kit.values import DescribedAs, Value


class SiteValue(Value, frozen=True, kw_only=True):
    id: UUID
    key: str
    name: str
    settings: Annotated[dict[str, Any], DescribedAs(SiteSettings)]
    """Whole, with the addresses of its images filled in."""
    created_at: datetime
    last_seen_at: datetime | None
    widget_seen_url: str | None


class CheckStep(Value, frozen=True, kw_only=True):
    name: str
    """`page`, `snippet`, `key`, `origin`, `https` or `csp`"""
    ok: bool
    detail: str
    advice: str
    """What to do; empty when all is well."""


class SnippetCheck(Value, frozen=True, kw_only=True):
    ok: bool
    steps: list[CheckStep]
