"""A source as it leaves the program."""

from typing import Literal

from yingke.kit.values import Value

SourceKind = Literal["direct", "search", "referral", "social", "mail", "paid", "campaign"]


class Campaign(Value, frozen=True, kw_only=True):
    """What the shop wrote into the link (utm_*)."""

    source: str = ""
    medium: str = ""
    name: str = ""
    term: str = ""
    content: str = ""


class Source(Value, frozen=True, kw_only=True):
    """Where a visit came from; texts are empty when there is nothing to say."""

    kind: SourceKind = "direct"
    name: str = ""
    """Of the engine, network or mailbox as people call it; the host of any other page."""
    engine: str = ""
    """Stable code of a search engine."""
    keyword: str = ""
    paid: bool = False
    campaign: Campaign | None = None
    click: str = ""
    """The query parameter by which an advertising system marked the click."""
    referrer_host: str = ""
