"""Quality as it leaves the program."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from yingke.conversations.models import Conversation
from yingke.kit.values import DescribedAs, Value
from yingke.quality.models import CardVersion, Inspection, SamplingPlan
from yingke.quality.sampling import Period
from yingke.quality.scoring import Criterion, CriterionAnswer

State = Literal["open", "draft", "submitted"]
Appeal = Literal["open", "kept", "changed"]
StepKind = Literal["picked", "opened", "taken_over", "passed_on", "submitted", "appealed", "kept", "changed"]


class CardValue(Value, frozen=True, kw_only=True):
    """A version of a card. `id` is the card's; `version_id` this version's."""

    id: UUID
    version_id: UUID
    version: int
    name: str
    criteria: Annotated[list[dict[str, Any]], DescribedAs(list[Criterion])]
    appeal_days: int
    archived: bool = False
    made_at: datetime


class PlanTerms(BaseModel):
    """Which conversations a plan picks from: all that is said must hold; nothing said is every one."""

    model_config = ConfigDict(extra="forbid")

    team_ids: list[UUID] = Field(default=[], max_length=100)
    tag_ids: list[UUID] = Field(default=[], max_length=100)
    min_messages: int | None = Field(default=None, ge=1, le=100_000)
    handed_over: bool = False
    """Only what a robot gave to people."""
    breached: bool = False
    """Only where a target of a service level was missed."""
    at_most_stars: int | None = Field(default=None, ge=1, le=5)


class PlanValue(Value, frozen=True, kw_only=True):
    id: UUID
    name: str
    card_id: UUID
    active: bool
    period: Period
    per_agent: int
    terms: Annotated[dict[str, Any], DescribedAs(PlanTerms)]
    inspector_ids: list[UUID]
    seed: int
    picked: date | None
    picked_count: int


class InspectionStep(Value, frozen=True, kw_only=True):
    """Something done with an inspection; `score` as it was afterwards."""

    kind: StepKind
    by: UUID | None
    at: datetime
    reason: str = ""
    score: float | None = None


class InspectionValue(Value, frozen=True, kw_only=True):
    """An inspection in a list."""

    id: UUID
    conversation_id: UUID
    number: int
    """Of the conversation."""
    name: str | None
    """Of its contact."""
    agent_id: UUID
    team_id: UUID | None
    plan_id: UUID | None
    card_name: str
    inspector_id: UUID | None
    state: State
    score: float | None
    appeal: Appeal | None
    appeal_until: datetime | None
    """Until when its agent may appeal; null when that is over, or was done."""
    picked_at: datetime
    submitted_at: datetime | None
    seen: bool


class InspectionDetail(Value, frozen=True, kw_only=True):
    inspection: InspectionValue
    version: int
    """What was read: a draft that was written in since refuses another."""
    card: CardValue
    answers: list[CriterionAnswer]
    remark: str
    history: list[InspectionStep]


class QualityCounts(Value, frozen=True, kw_only=True):
    to_inspect: int
    """Given to the actor, or to nobody any more, and not submitted."""
    appeals: int
    """That the actor may decide."""
    unseen: int
    """Results of the actor that they have not looked at."""


def card_value(row: CardVersion, *, archived: bool = False) -> CardValue:
    return CardValue(
        id=row.card_id,
        version_id=row.id,
        version=row.number,
        name=row.name,
        criteria=row.criteria,
        appeal_days=row.appeal_days,
        archived=archived,
        made_at=row.made_at,
    )


def plan_value(row: SamplingPlan) -> PlanValue:
    return PlanValue(
        id=row.id,
        name=row.name,
        card_id=row.card_id,
        active=row.active,
        period=row.period,  # type: ignore[arg-type] # the column holds nothing else
        per_agent=row.per_agent,
        terms=row.terms,
        inspector_ids=row.inspector_ids,
        seed=row.seed,
        picked=row.picked,
        picked_count=row.picked_count,
    )


def inspection_value(
    row: Inspection, card: CardVersion, conversation: Conversation, until: datetime | None
) -> InspectionValue:
    return InspectionValue(
        id=row.id,
        conversation_id=row.conversation_id,
        number=conversation.number,
        name=conversation.who.get("name"),
        agent_id=row.agent_id,
        team_id=row.team_id,
        plan_id=row.plan_id,
        card_name=card.name,
        inspector_id=row.inspector_id,
        state=row.state,  # type: ignore[arg-type] # the columns hold nothing else
        score=row.score,
        appeal=row.appeal,  # type: ignore[arg-type]
        appeal_until=until,
        picked_at=row.picked_at,
        submitted_at=row.submitted_at,
        seen=row.seen_at is not None,
    )
