"""What conversations, sites and policies do to what was promised."""

from yingke.conversations.facts import ConversationChanged, MessagePosted
from yingke.inboxes import SiteChanged
from yingke.kit.outbox import together
from yingke.kit.work import Work
from yingke.routing.facts import RoutingChanged
from yingke.service_levels.facts import ServicePoliciesChanged
from yingke.service_levels.following import Begun, follow
from yingke.service_levels.terms import Kind

_NOTHING_TO_IT = frozenset({"timed", "read", "delivered", "rated", "summarised", "joined", "left"})


@together
async def follow_changes(work: Work, *facts: ConversationChanged) -> None:
    changed = [fact for fact in facts if fact.change not in _NOTHING_TO_IT and fact.conversation.channel != "colleague"]
    if changed:
        await follow(work, {fact.conversation.id for fact in changed})


@together
async def follow_messages(work: Work, *facts: MessagePosted) -> None:
    said = [fact for fact in facts if fact.message.kind in ("incoming", "outgoing")]
    said = [fact for fact in said if fact.conversation.channel != "colleague" and not fact.conversation.robot]
    begun = [each for each in map(_begun, said) if each is not None]
    if said:
        await follow(work, {fact.conversation.id for fact in said}, begun)


def _begun(fact: MessagePosted) -> Begun | None:
    conversation = fact.conversation
    if fact.message.kind != "incoming" or conversation.waiting_since is None:
        return None
    kind: Kind = "next_response" if conversation.first_replied_at else "first_response"
    return Begun(conversation.id, kind, conversation.waiting_since)


async def follow_hours(work: Work, fact: SiteChanged | RoutingChanged | ServicePoliciesChanged) -> None:
    """By which hours, or by which policy, clocks go: those that run are set anew."""
    work.defer("set_service_clocks")
