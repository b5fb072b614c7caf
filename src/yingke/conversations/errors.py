"""What the core refuses."""

from yingke.kit.errors import Conflict, Forbidden, Invalid, Missing


class ConversationMissing(Missing):
    code, detail = "conversation_not_found", "This conversation does not exist, or you may not see it."


class ConversationResolved(Conflict):
    code, detail = "conversation_resolved", "This conversation has ended. Reopen it to write."


class ConversationNotResolved(Conflict):
    code, detail = "conversation_not_resolved", "This conversation is still going on."


class AcceptFirst(Conflict):
    code, detail = "accept_first", "This conversation is in the queue. Accept it before answering."


class Unanswered(Conflict):
    code = "unanswered"
    detail = "The visitor has had no answer yet. Answer first, or say why none is needed."


class AlreadyTaken(Conflict):
    code, detail = "already_taken", "A colleague was quicker and has this conversation."


class ClientIdReused(Conflict):
    code, detail = "client_id_reused", "This client_id belongs to a different message. Use a new one."


class EmptyMessage(Invalid):
    code, detail = "empty_message", "A message needs a text or a file."


class MessageTooLong(Invalid):
    code, detail = "message_too_long", "A message has at most 10,000 characters. Send it in parts or as a file."


class RecallTooLate(Conflict):
    code, detail = "recall_too_late", "A message can be recalled for two minutes after it was sent."


class NotYours(Forbidden):
    code, detail = "not_yours", "Only who wrote this can do that."
