"""Rules and invitations as they leave the program."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import field

from yingke.kit.values import DescribedAs, Value
from yingke.outreach.drafts import FieldKind, Kind, RuleAction, RuleLimits
from yingke.segments.conditions import Group
from yingke.visits import Invited

State = Invited


class InvitationCard(Value, frozen=True, kw_only=True):
    title: str
    text: str = ""
    url: str = ""
    button: str = ""
    image_url: str | None = None


class InvitationField(Value, frozen=True, kw_only=True):
    key: str
    label: str
    kind: FieldKind = "text"
    required: bool = False


class InvitationContent(Value, frozen=True, kw_only=True):
    """What the visitor sees."""

    text: str = ""
    image_url: str | None = None
    card: InvitationCard | None = None
    form: list[InvitationField] = field(default_factory=list)
    language: str = "zh-CN"


class VisitorInvitationValue(Value, frozen=True, kw_only=True):
    id: UUID
    visitor_id: UUID
    visitor_name: str | None
    visit_id: UUID
    site_id: UUID
    rule_id: UUID | None
    rule_name: str | None
    agent_id: UUID | None
    by_agent_id: UUID | None
    by_hand: bool
    kind: Kind
    state: State
    content: InvitationContent
    offered_at: datetime
    shown_at: datetime | None
    answered_at: datetime | None
    conversation_id: UUID | None


class RuleWarning(Value, frozen=True, kw_only=True):
    """What is odd about a rule; `rule_id` is the other rule it is about."""

    code: Literal["never_fires", "always", "shadowed", "twin", "loops", "sender_gone", "segment_gone", "no_text"]
    detail: str
    rule_id: UUID | None = None


class RuleValue(Value, frozen=True, kw_only=True):
    id: UUID
    name: str
    site_id: UUID | None
    active: bool
    position: int
    conditions: Annotated[dict[str, Any], DescribedAs(Group)]
    action: Annotated[dict[str, Any], DescribedAs(RuleAction)]
    limits: Annotated[dict[str, Any], DescribedAs(RuleLimits)]
    hold_out: int
    created_at: datetime
    updated_at: datetime
    warnings: list[RuleWarning]
    shown_7d: int
    accepted_7d: int


class PageAgent(Value, frozen=True, kw_only=True):
    name: str
    avatar_url: str | None
    title: str


class PageInvitation(Value, frozen=True, kw_only=True):
    """What the page is told of an invitation, and nothing else."""

    id: UUID
    kind: Kind
    content: InvitationContent
    agent: PageAgent | None
    style: Literal["bubble", "card"]
    place: Literal["corner", "centre"]
    stays: int
