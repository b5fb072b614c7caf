"""Contacts: persons the workspace knows.

What is always true: an `external_id` (the shop's own number of a person) names at most one contact; a merged contact
points to the one it went into and can be taken out again exactly as it was; only what a shop signed is `verified`.
"""

from yingke.contacts.models import Contact, ContactMerge, ContactNote, ContactTag

__all__ = ["Contact", "ContactMerge", "ContactNote", "ContactTag"]
