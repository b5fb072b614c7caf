"""How often the public addresses may be used."""

from dataclasses import dataclass, field

from yingke.kit.rates import Rates


@dataclass(slots=True)
class PublicRates:
    """Per address, where a whole office may share one, or per visitor."""

    page: Rates = field(default_factory=lambda: Rates(per_second=50, burst=1000))
    message_left: Rates = field(default_factory=lambda: Rates(per_second=0.05, burst=10))
    request: Rates = field(default_factory=lambda: Rates(per_second=0.05, burst=10))
    """Service requests and words to them, by address; how many are filed, by visitor as well."""
    request_visitor: Rates = field(default_factory=lambda: Rates(per_second=0.002, burst=6))
    """Seven in an hour: each is work for somebody."""
    upload: Rates = field(default_factory=lambda: Rates(per_second=0.2, burst=20))
    """By visitor."""
    upload_address: Rates = field(default_factory=lambda: Rates(per_second=1, burst=100))
