"""What conversations, sites and policies do to what was promised.

Listeners share a transaction with others, which have locked conversations of their own: here none is locked, and a job
follows those in which something may have changed.
"""

from collections.abc import Collection
from uuid import UUID

from yingke.conversations.facts import ConversationChanged, MessagePosted
from yingke.inboxes import SiteChanged
from yingke.kit.outbox import together
from yingke.kit.work import Work
from yingke.routing.facts import RoutingChanged
from yingke.service_levels.facts import ServicePoliciesChanged
from yingke.service_levels.following import Begun, anything_promised, targets_of
from yingke.service_levels.models import ServiceTarget
from yingke.service_levels.terms import Kind

_NOTHING_TO_IT = frozenset({"timed", "read", "delivered", "rated", "summarised", "joined", "left"})


@together
async def follow_changes(work: Work, *facts: ConversationChanged) -> None:
    changed = [fact for fact in facts if fact.change not in _NOTHING_TO_IT and fact.conversation.channel != "colleague"]
    ids = {fact.conversation.id for fact in changed}
    if ids and await anything_promised(work, ids):
        _follow_soon(work, ids, [])


@together
async def follow_messages(work: Work, *facts: MessagePosted) -> None:
    said = [fact for fact in facts if fact.message.kind in ("incoming", "outgoing")]
    said = [fact for fact in said if fact.conversation.channel != "colleague" and not fact.conversation.robot]
    ids = {fact.conversation.id for fact in said}
    if not ids or not await anything_promised(work, ids):
        return
    begun = [each for each in map(_begun, said) if each is not None]
    targets = await targets_of(work, ids, [each.at for each in begun])
    known = {(each.conversation_id, each.kind, each.started_at) for each in targets}
    unknown = [each for each in begun if (each.conversation_id, each.kind, each.at) not in known]
    answered = {fact.conversation.id for fact in said if fact.message.kind == "outgoing"}
    touched = {t.conversation_id for t in targets if t.ended_at is None and _touched(t, answered)}
    if changed := touched | {each.conversation_id for each in unknown}:
        _follow_soon(work, changed, unknown)


def _touched(target: ServiceTarget, answered: Collection[UUID]) -> bool:
    """An answer ends or pauses it; what stands still may go on with any message."""
    return target.running_since is None or target.conversation_id in answered


def _follow_soon(work: Work, ids: Collection[UUID], begun: Collection[Begun]) -> None:
    work.defer(
        "follow_service_levels",
        conversation_ids=sorted(str(id) for id in ids),
        begun=[[str(each.conversation_id), each.kind, each.at.isoformat()] for each in begun],
    )


def _begun(fact: MessagePosted) -> Begun | None:
    conversation = fact.conversation
    if fact.message.kind != "incoming" or conversation.waiting_since is None:
        return None
    kind: Kind = "next_response" if conversation.first_replied_at else "first_response"
    return Begun(conversation.id, kind, conversation.waiting_since)


@together
async def follow_hours(work: Work, *_: SiteChanged | RoutingChanged | ServicePoliciesChanged) -> None:
    """By which hours, or by which policy, clocks go: those that run are set anew, once for all that changed."""
    if await anything_promised(work):
        work.defer("set_service_clocks")
