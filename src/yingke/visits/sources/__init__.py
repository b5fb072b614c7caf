"""Where a visit came from: pure, from the address of its first page and the referrer.

What marks a source stands in `table.toml`. Marks on the shop's own address go before the referrer: they are what the
shop paid for or wrote into its links, while browsers cut referrers down.
"""

from yingke.visits.sources.reading import source_of
from yingke.visits.sources.values import Campaign, Source, SourceKind

__all__ = ["Campaign", "Source", "SourceKind", "source_of"]
