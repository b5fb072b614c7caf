"""Calibration as it leaves the program."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from yingke.calibration.comparing import ComparedCriterion, Nearness
from yingke.kit.values import Value
from yingke.quality.scoring import CriterionAnswer
from yingke.quality.values import CardValue

CalibrationState = Literal["scoring", "comparing", "agreed"]


class CalibrationValue(Value, frozen=True, kw_only=True):
    """A calibration in a list. What was scored is not told while it goes on."""

    id: UUID
    conversation_id: UUID
    number: int
    """Of the conversation."""
    name: str | None
    """Of its contact."""
    agent_id: UUID
    team_id: UUID | None
    card_name: str
    leader_id: UUID | None
    why: str
    state: CalibrationState
    made_at: datetime
    due_at: datetime
    inspector_ids: list[UUID]
    submitted_ids: list[UUID]
    """Of them, who has scored."""
    spread: float | None
    """Points between the highest and the lowest score."""
    agreed_score: float | None


class InspectorScore(Value, frozen=True, kw_only=True):
    """`difference` from the agreed score, with its sign; null until there is one."""

    inspector_id: UUID
    score: float
    remark: str
    difference: float | None


class Comparison(Value, frozen=True, kw_only=True):
    scores: list[InspectorScore]
    criteria: list[ComparedCriterion]
    agreed: list[CriterionAnswer]


class CalibrationDetail(Value, frozen=True, kw_only=True):
    """`answers` and `remark` are the reader's own. `comparison` is null until scoring is over."""

    calibration: CalibrationValue
    card: CardValue
    answers: list[CriterionAnswer]
    remark: str
    may_score: bool
    may_lead: bool
    comparison: Comparison | None


class CalibrationCounts(Value, frozen=True, kw_only=True):
    to_score: int
    to_agree: int


class AgreementMonth(Value, frozen=True, kw_only=True):
    month: date
    """Its first day."""
    nearness: Nearness


class InspectorAgreement(Value, frozen=True, kw_only=True):
    inspector_id: UUID
    nearness: Nearness
    months: list[AgreementMonth]


class CriterionAgreement(Value, frozen=True, kw_only=True):
    """`exact`: the share, 0 to 1, of `count` answers that were just as agreed."""

    title: str
    count: int
    exact: float


class AgreementReport(Value, frozen=True, kw_only=True):
    first: date
    last: date
    calibrations: int
    total: Nearness | None
    inspectors: list[InspectorAgreement]
    criteria: list[CriterionAgreement]
