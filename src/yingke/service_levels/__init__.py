"""Service levels: how soon visitors are answered and what they came for is done, promised, measured and escalated.

What is always true: a conversation goes by the first policy in order that is on and fits it; each thing promised is one
`ServiceTarget`, begun, paused, kept or missed at the moments of the conversation and not at those of a job; it ends
kept, missed or dropped, and what was missed stays missed; what happens at a warning or a miss happens once. A workspace
without policies pays one look-up.
"""

from yingke.service_levels.facts import ServiceLevelAlarm, ServicePoliciesChanged

__all__ = ["ServiceLevelAlarm", "ServicePoliciesChanged"]
