"""Which rules would fire for somebody now, and why the others would not."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal
from uuid import UUID

from msgspec import structs

from yingke.inboxes import Site
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.outreach.circumstances import able_agents, circumstances_of, day_began, limits_of_site
from yingke.outreach.described import Described
from yingke.outreach.free_agents import read_desk
from yingke.outreach.limiting import Circumstances, SiteLimits, is_held_out, limits_of
from yingke.segments.deciding import RuleReason, reasons
from yingke.segments.moments import Moment


class Trial(Value, frozen=True, kw_only=True):
    """`first`: this is the one that would be shown. `rule_id` is None for a rule that is being written."""

    rule_id: UUID | None
    name: str
    outcome: Literal["fires", "held_out", "waits", "no"]
    reasons: list[RuleReason]
    limits: list[RuleReason]
    first: bool


async def try_for_visitor(
    work: Work,
    rules: Sequence[Described],
    moment: Moment,
    visitor_id: UUID,
    site: Site,
    address: str,
    draft_id: UUID | None,
) -> list[Trial]:
    """For somebody on `site`, with all that happened before. `draft_id`: the rule that is being written."""
    now = await circumstances_of(work, visitor_id, site, address)
    trials = []
    for rule in rules:
        able = await able_agents(work, site, rule.action.sender)
        trials.append(
            _trial(rule, moment, limits_of_site(site), replace(now, able=able), visitor_id, draft_id)
        )  # fmt: skip
    return _with_first(trials)


async def try_for_facts(work: Work, rules: Sequence[Described], moment: Moment, draft_id: UUID | None) -> list[Trial]:
    """For somebody who is only described: nobody in particular, who was never invited."""
    desk = moment.desk or await read_desk(work)
    able = [UUID(int=number) for number in range(desk.agents_available)]
    now = Circumstances(at=moment.at, day_began=await day_began(work), can_answer=bool(able), able=able)
    return _with_first([_trial(rule, moment, SiteLimits(), now, None, draft_id) for rule in rules])


def _trial(
    rule: Described,
    moment: Moment,
    site: SiteLimits,
    now: Circumstances,
    visitor_id: UUID | None,
    draft_id: UUID | None,
) -> Trial:
    holds = rule.branch.decide(moment)
    active = rule.active or rule.id == draft_id
    limits = [
        RuleReason(code="inactive", path=[], holds=active, actual=not active),
        *limits_of(rule.id, rule.action.kind, rule.limits, site, now),
    ]
    outcome: Literal["fires", "held_out", "waits", "no"] = "no"
    if holds is not False and all(limit.holds for limit in limits):
        held_out = visitor_id is not None and is_held_out(rule.id, visitor_id, rule.hold_out)
        outcome = "waits" if holds is None else "held_out" if held_out else "fires"
    return Trial(
        rule_id=None if rule.id == draft_id else rule.id,
        name=rule.name,
        outcome=outcome,
        reasons=reasons(rule.conditions, moment, rule.segments),
        limits=limits,
        first=False,
    )


def _with_first(trials: list[Trial]) -> list[Trial]:
    for number, trial in enumerate(trials):
        if trial.outcome in ("fires", "held_out"):
            trials[number] = structs.replace(trial, first=True)
            break
    return trials
