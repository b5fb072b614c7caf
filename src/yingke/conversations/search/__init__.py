"""Search over messages, notes and contacts.

What is always true: the index holds words and places only and has no row-level security (`migrations/security.py`);
everything that is shown was read from the secured tables: conversations and messages in the same statement, under
`visible_to`, contacts in the next one. A recalled message is not found. Results come newest first.
"""

from yingke.conversations.search.models import SearchText
from yingke.conversations.search.querying import SearchHit, SearchPage, search

__all__ = ["SearchHit", "SearchPage", "SearchText", "search"]
