"""How far inspectors are apart, and how near each is to what was agreed. Pure."""

from collections.abc import Mapping, Sequence
from statistics import fmean
from uuid import UUID

from yingke.kit.values import Value
from yingke.quality.scoring import SHARES, Criterion, CriterionAnswer

Answers = Mapping[UUID, CriterionAnswer]
"""By criterion."""


class InspectorAnswer(Value, frozen=True, kw_only=True):
    inspector_id: UUID
    value: int | None
    remark: str
    seq: int | None


class ComparedCriterion(Value, frozen=True, kw_only=True):
    """`spread`: between the highest and the lowest answer, 0 to 100 of what the criterion can earn; null when it applied
    for one inspector at most. `unanimous`: all gave the same answer."""

    criterion_id: UUID
    answers: list[InspectorAnswer]
    spread: float | None
    unanimous: bool


class Nearness(Value, frozen=True, kw_only=True):
    """`difference`: the mean distance, in points of 100, from the agreed score, of `count` calibrations. `exact`: the share, 0 to
    1, of criteria answered just as agreed, of `criteria`."""

    count: int
    difference: float
    criteria: int
    exact: float


def by_criterion(answers: Sequence[CriterionAnswer]) -> Answers:
    return {each.criterion_id: each for each in answers}


def compare(criteria: Sequence[Criterion], given: Mapping[UUID, Answers]) -> list[ComparedCriterion]:
    """`given` by inspector; every criterion is answered by each, or says that it does not apply."""
    return [_compared(criterion, given) for criterion in criteria]


def _compared(criterion: Criterion, given: Mapping[UUID, Answers]) -> ComparedCriterion:
    found = [(who, answers[criterion.id]) for who, answers in given.items() if criterion.id in answers]
    shares = [SHARES[criterion.scale][answer.value] for _, answer in found if answer.value is not None]
    return ComparedCriterion(
        criterion_id=criterion.id,
        answers=[
            InspectorAnswer(inspector_id=who, value=answer.value, remark=answer.remark, seq=answer.seq)
            for who, answer in found
        ],
        spread=round(100 * (max(shares) - min(shares)), 1) if len(shares) > 1 else None,
        unanimous=len({answer.value for _, answer in found}) <= 1,
    )


def spread_of(scores: Sequence[float]) -> float | None:
    """Points between the highest and the lowest; None for fewer than two."""
    return round(max(scores) - min(scores), 1) if len(scores) > 1 else None


def same_answers(given: Answers, agreed: Answers) -> list[tuple[UUID, bool]]:
    """Whether each agreed criterion was answered just so; that it does not apply is an answer like the others."""
    return [(id, id in given and given[id].value == answer.value) for id, answer in agreed.items()]


def nearness(differences: Sequence[float], same: Sequence[bool]) -> Nearness:
    """Of one inspector, or of all. `differences` is not empty."""
    return Nearness(
        count=len(differences),
        difference=round(fmean(differences), 1),
        criteria=len(same),
        exact=round(fmean(same), 3) if same else 1.0,
    )
