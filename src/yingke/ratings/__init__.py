"""Ratings: what visitors say of the service.

What is always true: a conversation has at most one rating, which may be changed for a day; it is kept raw with who had
the conversation then, and the conversation carries a copy.
"""

from yingke.ratings.models import ConversationRating
from yingke.ratings.rating import rate_as_visitor, rate_conversation

__all__ = ["ConversationRating", "rate_as_visitor", "rate_conversation"]
