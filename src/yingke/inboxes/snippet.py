"""The lines a shop copies into its pages."""

from html import escape

from yingke.inboxes.models import Site
from yingke.inboxes.public import settings_of
from yingke.inboxes.site_settings import in_language

_WITHOUT_SCRIPTS = {"zh-CN": "联系我们", "zh-TW": "聯絡我們", "en": "Contact us"}


def snippet(site: Site, public_url: str, own_language: str) -> str:
    """HTML for the end of <body>. Where scripts are off, a link to the contact page stands in its place: in the language of
    the site, or in the workspace's own where the site follows each browser."""
    language = settings_of(site).language
    words = in_language(_WITHOUT_SCRIPTS, own_language if language == "auto" else language)
    address = f"{escape(public_url)}/w/{site.key}"
    return f'<script async src="{address}.js"></script>\n<noscript><a href="{address}/contact">{words}</a></noscript>'
