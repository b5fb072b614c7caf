"""What can be refused to visitors."""

from yingke.kit.errors import Conflict, Forbidden, Kind, Refusal


class IdentityForged(Forbidden):
    code = "identity_forged"
    detail = (
        "The signature of this identity is not right. It is the HMAC-SHA256 of external_id, in hexadecimal, "
        "made on the shop's server with the site's identity secret."
    )


class VisitorIsBlocked(Forbidden):
    code = "visitor_blocked"
    detail = "You cannot send messages here at the moment."


class VisitorUnknown(Refusal):
    kind, code = Kind.unauthenticated, "visitor_unknown"
    detail = "This browser is not known here any more. Load the page again."


class VisitorHasContact(Conflict):
    code = "visitor_has_contact"
    detail = "This visitor is known: change the contact instead."
