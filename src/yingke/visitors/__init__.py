"""Visitors: browsers on a site, anonymous or known.

What is always true: a visitor is recognised by a token that only its browser has (the database keeps the hash); only
the shop's signature opens a person's history to a browser; one visitor is never two signed persons, so that histories
of different people never mix.
"""

from yingke.visitors.arriving import (
    Greeted,
    OnSite,
    address_prefix,
    greet_visitor,
    move_visitor,
    note_visitors_connected,
    note_visitors_disconnected,
    notice_silent_visitors,
)
from yingke.visitors.blocking import block_contact, block_network, block_visitor, unblock_contact, unblock_visitor
from yingke.visitors.blocks import (
    blocked_ids,
    compared,
    is_blocked,
    network_is_blocked,
    of_network,
    require_open_network,
    require_unblocked,
)
from yingke.visitors.errors import IdentityForged, VisitorHasContact, VisitorIsBlocked, VisitorUnknown
from yingke.visitors.facts import (
    NetworkBlocked,
    NetworkUnblocked,
    VisitorBlocked,
    VisitorChanged,
    VisitorDeleted,
    VisitorIdentified,
    VisitorUnblocked,
)
from yingke.visitors.identifying import (
    describe_visitor,
    give_contact,
    identify_visitor,
    link_visitor,
    sign_identity,
    signed_contact_id,
)
from yingke.visitors.models import Block, Visitor, VisitorNote, VisitorTag
from yingke.visitors.profiles import profile_of
from yingke.visitors.queries import (
    ONLINE_FOR,
    online_visitors,
    same_person_ids,
    visitor_by_token,
    visitor_value,
    visitor_values,
)
from yingke.visitors.user_agents import recognise
from yingke.visitors.values import BlockValue, Page, ProfileValue, VisitorNoteValue, VisitorValue

__all__ = [
    "ONLINE_FOR",
    "Block",
    "BlockValue",
    "Greeted",
    "IdentityForged",
    "NetworkBlocked",
    "NetworkUnblocked",
    "OnSite",
    "Page",
    "ProfileValue",
    "Visitor",
    "VisitorBlocked",
    "VisitorChanged",
    "VisitorDeleted",
    "VisitorHasContact",
    "VisitorIdentified",
    "VisitorIsBlocked",
    "VisitorNote",
    "VisitorNoteValue",
    "VisitorTag",
    "VisitorUnblocked",
    "VisitorUnknown",
    "VisitorValue",
    "address_prefix",
    "block_contact",
    "block_network",
    "block_visitor",
    "blocked_ids",
    "compared",
    "describe_visitor",
    "give_contact",
    "greet_visitor",
    "identify_visitor",
    "is_blocked",
    "link_visitor",
    "move_visitor",
    "network_is_blocked",
    "note_visitors_connected",
    "note_visitors_disconnected",
    "notice_silent_visitors",
    "of_network",
    "online_visitors",
    "profile_of",
    "recognise",
    "require_open_network",
    "require_unblocked",
    "same_person_ids",
    "sign_identity",
    "signed_contact_id",
    "unblock_contact",
    "unblock_visitor",
    "visitor_by_token",
    "visitor_value",
    "visitor_values",
]
