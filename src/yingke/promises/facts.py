"""What promises announce."""

from typing import Literal
from uuid import UUID

from yingke.conversations.values import ConversationValue
from yingke.kit.facts import Fact, fact
from yingke.promises.values import PromiseValue


@fact("promise.changed")
class PromiseChanged(Fact, frozen=True, kw_only=True):
    """A promise was made, changed, handed over, settled, or its time ran out."""

    promise: PromiseValue
    conversation: ConversationValue
    owner_id_before: UUID | None = None


@fact("promise.alarm")
class PromiseAlarm(Fact, frozen=True, kw_only=True):
    """`soon`: for its owner. `overdue`: for its owner and supervisors."""

    stage: Literal["soon", "overdue"]
    promise: PromiseValue
    conversation: ConversationValue
