"""What can be refused to visitors."""

from yingke.kit.errors import Conflict, Forbidden, Invalid, Kind, Refusal


class IdentityForged(Forbidden):
    code = "identity_forged"
    detail = (
        "The signature of this identity is not right. It is the HMAC-SHA256 of external_id, in hexadecimal, "
        "made on the shop's server with the site's identity secret."
    )


class VisitorIsBlocked(Forbidden):
    code = "visitor_blocked"
    detail = "You cannot send messages here at the moment."


class BlockedElsewhere(Forbidden):
    code = "blocked_elsewhere"
    detail = "This person was blocked on a site that is not yours. Ask a colleague who looks after that site."


class NetworkUnknown(Invalid):
    code = "network_unknown"
    detail = "Write an address or a network, such as 203.0.113.7 or 203.0.113.0/24."


class NetworkTooWide(Invalid):
    code = "network_too_wide"
    detail = "A network of at least /16, or /32 of IPv6: a wider one is that of a whole country."


class NetworkIsOwn(Conflict):
    code = "network_is_own"
    detail = "Your own address is in this network: you would shut out your own shop."


class TooManyNetworks(Conflict):
    code = "too_many_networks"
    detail = "So many networks are blocked already that each message would wait for them. Take some away first."


class VisitorUnknown(Refusal):
    kind, code = Kind.unauthenticated, "visitor_unknown"
    detail = "This browser is not known here any more. Load the page again."


class VisitorHasContact(Conflict):
    code = "visitor_has_contact"
    detail = "This visitor is known: change the contact instead."
