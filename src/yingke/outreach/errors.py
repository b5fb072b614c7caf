"""What outreach refuses."""

from yingke.kit.errors import Conflict, Forbidden, Invalid, Missing


class RuleNeverFires(Invalid):
    code, detail = "rule_never_fires", "The conditions contradict each other: this rule can never fire."


class VisitorNotThere(Missing):
    code, detail = "visitor_not_there", "This visitor is not on a site now."


class VisitorGone(Conflict):
    code, detail = "visitor_gone", "This visitor has left the site."


class VisitorInConversation(Conflict):
    code, detail = "visitor_in_conversation", "This visitor is in a conversation. Write there."


class InvitationWaiting(Conflict):
    code, detail = "invitation_waiting", "Another invitation is on this visitor's screen. Wait for the answer."


class InvitationRefused(Conflict):
    code, detail = "invitation_refused", "This visitor has declined an invitation. Leave him in peace for a while."


class VisitorBlocked(Forbidden):
    code, detail = "visitor_blocked", "This visitor is blocked."


class VisitorShutOut(Forbidden):
    code, detail = "network_blocked", "This visitor comes from a network that is blocked."
