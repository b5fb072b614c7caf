"""What is odd about a rule: that it can never fire, always does, or is never reached because of another. Pure."""

from collections.abc import Collection, Iterator, Sequence
from uuid import UUID

from yingke.outreach.described import Described
from yingke.outreach.drafts import NamedSender
from yingke.outreach.values import RuleWarning
from yingke.segments.conditions import Group, InnerGroup, NumberCondition, SegmentCondition, conditions_of
from yingke.segments.contradictions import contradiction


def never_fires(rule: Described) -> str | None:
    """Why `rule` can never fire; None when it may."""
    if why := contradiction(rule.conditions):
        return why
    nobody = any(
        isinstance(each, NumberCondition)
        and each.field == "agents_available"
        and each.op == "at_most"
        and not each.value
        for each in _necessary(rule.conditions)
    )
    if nobody and rule.action.kind == "message":
        return "It invites by an agent, and only when no agent is available."
    return None


def warnings_of(rule: Described, others: Sequence[Described], agent_ids: Collection[UUID]) -> list[RuleWarning]:
    """`others` are the workspace's rules in their order; `agent_ids` those who may still sign in."""
    return list(_warnings(rule, [each for each in others if each.id != rule.id], agent_ids))


def _warnings(rule: Described, others: Sequence[Described], agent_ids: Collection[UUID]) -> Iterator[RuleWarning]:
    if why := never_fires(rule):
        yield RuleWarning(code="never_fires", detail=why)
    if not rule.conditions.items:
        yield RuleWarning(code="always", detail="Without conditions it invites everybody, on every page.")
    sender = rule.action.sender
    if rule.action.kind == "message" and isinstance(sender, NamedSender) and sender.agent_id not in agent_ids:
        yield RuleWarning(code="sender_gone", detail="The agent who invites is not in this workspace any more.")
    if rule.action.kind != "open_panel" and (missing := _missing_languages(rule)):
        yield RuleWarning(
            code="no_text", detail=f"There is no text in {', '.join(missing)}; another language is shown."
        )
    if not (rule.limits.per_visitor or rule.limits.per_day or rule.limits.cool_down_hours):
        yield RuleWarning(
            code="loops", detail="It fires again as soon as it was answered: nothing limits it but the site."
        )
    if _names_no_segment(rule):
        yield RuleWarning(code="segment_gone", detail="It looks at a segment that is not there any more.")
    for other in others:
        if rule.active and other.active and _meet(rule, other):
            yield from _beside(rule, other)


def _names_no_segment(rule: Described) -> bool:
    named = {
        id for _, each in conditions_of(rule.conditions) if isinstance(each, SegmentCondition) for id in each.value
    }
    return not named <= rule.segments.keys()


def _beside(rule: Described, other: Described) -> Iterator[RuleWarning]:
    if _written(rule) == _written(other):
        yield RuleWarning(code="twin", detail=f"“{other.name}” has the same conditions.", rule_id=other.id)
    elif (other.position, other.id) < (rule.position, rule.id) and _takes_all(other, rule):
        yield RuleWarning(code="shadowed", detail=f"“{other.name}” always fires first.", rule_id=other.id)


def _takes_all(first: Described, second: Described) -> bool:
    """Whenever `second` fits, `first` does, and nothing limits it."""
    limits = first.limits
    unlimited = not limits.per_visitor and not limits.per_day and limits.delay <= second.limits.delay
    covers = first.site_id in (None, second.site_id) and first.action.kind == second.action.kind
    return unlimited and covers and first.conditions.match == "all" and _written(first) <= _written(second)


def _written(rule: Described) -> frozenset[str]:
    """The conditions as texts, the same for the same in any order."""
    parts = {each.model_dump_json() for each in rule.conditions.items}
    if rule.conditions.match == "any" and len(rule.conditions.items) > 1:
        return frozenset({"any " + " ".join(sorted(parts))})
    return frozenset(parts)


def _meet(rule: Described, other: Described) -> bool:
    return None in (rule.site_id, other.site_id) or rule.site_id == other.site_id


def _necessary(group: Group) -> Iterator[object]:
    """Conditions that must hold for the whole to hold."""
    if group.match == "any" and len(group.items) > 1:
        return
    for each in group.items:
        if not isinstance(each, InnerGroup):
            yield each
        elif each.match == "all" or len(each.items) == 1:
            yield from each.items


def _missing_languages(rule: Described) -> list[str]:
    texts = rule.action.content.text
    return [language for language in ("zh-CN", "en") if not texts.get(language)]
