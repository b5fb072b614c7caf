"""Inboxes: the addresses people write to. Today these are sites, pages that carry the widget.

What is always true: a site's settings are complete and were validated as a whole; its `key` is public and says only
which site is meant, while what an origin may do is decided by `allowed_origins`; the identity secret never leaves
through a public address.
"""

from yingke.inboxes.business_time import moment_after, seconds_between
from yingke.inboxes.editing import create_site, note_site_seen
from yingke.inboxes.facts import SiteChanged
from yingke.inboxes.hours import Opening, hours_lines, is_open, next_opening, open_stretches, opening, robot_serves
from yingke.inboxes.models import Site
from yingke.inboxes.origins import allowed_origin, origin_of
from yingke.inboxes.public import departments, help_centre_base, public_configuration, public_version, settings_of
from yingke.inboxes.queries import site_of_key, site_value
from yingke.inboxes.site_settings import Hours, SiteSettings, in_language
from yingke.inboxes.snippet import snippet
from yingke.inboxes.values import SiteValue

__all__ = [
    "Hours",
    "Opening",
    "Site",
    "SiteChanged",
    "SiteSettings",
    "SiteValue",
    "allowed_origin",
    "create_site",
    "departments",
    "help_centre_base",
    "hours_lines",
    "in_language",
    "is_open",
    "moment_after",
    "next_opening",
    "note_site_seen",
    "open_stretches",
    "opening",
    "origin_of",
    "public_configuration",
    "public_version",
    "robot_serves",
    "seconds_between",
    "settings_of",
    "site_of_key",
    "site_value",
    "snippet",
]
