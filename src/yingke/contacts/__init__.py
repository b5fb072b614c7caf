"""Contacts: persons the workspace knows.

What is always true: an `external_id` (the shop's own number of a person) names at most one contact; a merged contact
points to the one it went into and can be taken out again exactly as it was; only what a shop signed is `verified`.
"""

from yingke.contacts.editing import Details, create_contact, edit_contact, read_email, read_phone
from yingke.contacts.facts import ContactChanged, ContactMerged, ContactMergeUndone
from yingke.contacts.merging import merge_contacts, undo_merge
from yingke.contacts.models import Contact, ContactMerge, ContactNote, ContactTag
from yingke.contacts.queries import (
    contact_by_external_id,
    contact_value,
    contact_values,
    current_contact,
    list_contacts,
    merged_ids,
)
from yingke.contacts.values import ContactNoteValue, ContactValue

__all__ = [
    "Contact",
    "ContactChanged",
    "ContactMerge",
    "ContactMergeUndone",
    "ContactMerged",
    "ContactNote",
    "ContactNoteValue",
    "ContactTag",
    "ContactValue",
    "Details",
    "contact_by_external_id",
    "contact_value",
    "contact_values",
    "create_contact",
    "current_contact",
    "edit_contact",
    "list_contacts",
    "merge_contacts",
    "merged_ids",
    "read_email",
    "read_phone",
    "undo_merge",
]
