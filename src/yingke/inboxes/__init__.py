"""Inboxes: the addresses people write to. Today these are sites, pages that carry the widget.

What is always true: a site's settings are complete and were validated as a whole; its `key` is public and says only
which site is meant, while what an origin may do is decided by `allowed_origins`; the identity secret never leaves
through a public address.
"""

from yingke.inboxes.models import Site
from yingke.inboxes.site_settings import SiteSettings

__all__ = ["Site", "SiteSettings"]
