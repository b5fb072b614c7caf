"""What service levels announce."""

from typing import Literal

from yingke.conversations.values import ConversationValue
from yingke.kit.facts import Fact, fact


@fact("service_level.alarm")
class ServiceLevelAlarm(Fact, frozen=True, kw_only=True):
    """Something is nearly late, or late; told to `to` of those who may see the conversation."""

    stage: Literal["warning", "breach"]
    kind: Literal["first_response", "next_response", "resolution"]
    to: Literal["holder", "supervisors"]
    """`holder`: who has it, or its team while nobody has."""
    conversation: ConversationValue


@fact("service_policies.changed")
class ServicePoliciesChanged(Fact, frozen=True, kw_only=True):
    """A policy was made, changed, moved or removed."""
