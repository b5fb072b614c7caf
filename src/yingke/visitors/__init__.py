"""Visitors: browsers on a site, anonymous or known.

What is always true: a visitor is recognised by a token that only its browser has (the database keeps the hash); one
visitor is never linked to two verified contacts, so that histories of different people never mix.
"""

from yingke.visitors.models import Visitor, VisitorBlock

__all__ = ["Visitor", "VisitorBlock"]
