"""Outreach: invitations to people who are on a site, by hand and by rule, and what came of them.

What is always true: nobody is invited over a conversation, or twice at once; who declined is left in peace for as long as
the rule and the site say; rules never reach a browser, only the thresholds it has to look for; who is in a rule's
hold-out group is so for good, and is counted as if he had been invited, so that both groups can be compared.
"""

from yingke.outreach.answering import settle_unanswered
from yingke.outreach.facts import InvitationChanged, RuleChanged, RuleDeleted, RulesOrdered
from yingke.outreach.values import PageInvitation, RuleValue, VisitorInvitationValue

__all__ = [
    "InvitationChanged",
    "PageInvitation",
    "RuleChanged",
    "RuleDeleted",
    "RuleValue",
    "RulesOrdered",
    "VisitorInvitationValue",
    "settle_unanswered",
]
