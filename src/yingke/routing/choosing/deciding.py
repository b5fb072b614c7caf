"""One decision."""

import heapq
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from yingke.routing.choosing.candidates import Ask, Candidate
from yingke.routing.choosing.explaining import SHOWN, Considered, Decision, LeftOut, StepOutcome
from yingke.routing.choosing.policies import Policy, Ranker
from yingke.routing.choosing.steps import NARROWING, Situation, scores

_ROUNDING = 1e-9


def choose(ask: Ask, present: Sequence[Candidate], policy: Policy, now: datetime) -> Decision:
    """Who of `present` gets `ask`. The order of `present` does not matter."""
    left, left_out = _able(ask, present, policy)
    situation = Situation(ask, present, now)
    told: list[StepOutcome] = []
    for step in policy.steps:
        if not step.on:
            told.append(StepOutcome(kind=step.kind, outcome="off", left=len(left)))
            continue
        if isinstance(step, Ranker):
            return _ranked(step, left, told, left_out)
        result = NARROWING[step.kind](step, left, situation)
        told.append(StepOutcome(kind=step.kind, outcome=result.outcome, left=len(result.left), detail=result.detail))
        if result.outcome == "waits":
            return Decision(agent_id=None, steps=told, left_out=left_out, look_again_at=result.until)
        if result.outcome == "chose":
            chosen = result.left[0]
            return Decision(
                agent_id=chosen.agent_id,
                step=step.kind,
                steps=told,
                considered=[_considered(chosen, 0.0)],
                left_out=left_out,
            )
        if result.outcome == "offers" and result.left:
            ids = sorted(each.agent_id for each in result.left)
            return Decision(
                agent_id=None,
                step=step.kind,
                steps=told,
                left_out=left_out,
                offered_ids=ids,
                look_again_at=result.until,
            )
        left = result.left
    raise AssertionError("a policy without a step that chooses was let in")


def _able(ask: Ask, present: Sequence[Candidate], policy: Policy) -> tuple[Sequence[Candidate], dict[LeftOut, int]]:
    """Those of the team and the site who are at the desk and have room; who declined only when there is nobody else."""
    team_id, weight, limit, declined = ask.team_id, ask.weight - _ROUNDING, policy.capacity, ask.declined
    able, again = [], []
    site_id = ask.traits.site_id
    away = elsewhere = beyond = full = team_full = 0
    for each in present:
        if not each.available:
            away += 1
        elif team_id is not None and team_id not in each.team_ids:
            elsewhere += 1
        elif not each.serves(site_id):
            beyond += 1
        elif each.load + weight > each.capacity:
            full += 1
        elif limit is not None and each.team_loads.get(team_id, 0.0) + weight > limit:
            team_full += 1
        elif each.agent_id in declined:
            again.append(each)
        else:
            able.append(each)
    left_out: dict[LeftOut, int] = {
        "away": away,
        "other_team": elsewhere,
        "other_site": beyond,
        "full": full,
        "team_full": team_full,
    }
    if able:
        left_out["declined"] = len(again)
    return able or again, {reason: count for reason, count in left_out.items() if count}


def _ranked(step: Any, left: Sequence[Candidate], told: list[StepOutcome], left_out: dict[LeftOut, int]) -> Decision:
    if not left:
        told.append(StepOutcome(kind=step.kind, outcome="waits", left=0, detail="nobody_free"))
        return Decision(agent_id=None, steps=told, left_out=left_out)
    ranked = zip(
        scores(step, left), [e.last_assigned_at for e in left], [e.agent_id.int for e in left], left, strict=True
    )
    scored = heapq.nsmallest(SHOWN, ranked)
    best, _, _, chosen = scored[0]
    told.append(StepOutcome(kind=step.kind, outcome="chose", left=len(left)))
    return Decision(
        agent_id=chosen.agent_id,
        step=step.kind,
        steps=told,
        considered=[_considered(each, score) for score, _, _, each in scored],
        left_out=left_out,
        ties=[each.agent_id for score, _, _, each in scored[1:] if score == best],
    )


def _considered(each: Candidate, score: float) -> Considered:
    return Considered(agent_id=each.agent_id, score=score, load=each.load, capacity=each.capacity)
