"""Service requests as they leave the program: to agents, and to whoever applied."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from yingke.files import FileValue
from yingke.kit.values import Value

Kind = Literal["access", "complaint", "appointment"]
KINDS: tuple[Kind, ...] = ("access", "complaint", "appointment")
State = Literal["new", "in_work", "waiting", "approved", "refused", "settled", "withdrawn"]
OPEN = ("new", "in_work", "waiting")
Outcome = Literal["approved", "refused", "settled"]
Source = Literal["widget", "help_centre", "agent"]
What = Literal[
    "filed",
    "taken",
    "handed_over",
    "asked",
    "said",
    "noted",
    "due_moved",
    "reminded",
    "overdue",
    "decided",
    "meeting_moved",
    "meeting_reminded",
    "reopened",
    "withdrawn",
]


class Answer(Value, frozen=True, kw_only=True):
    key: str
    label: str
    value: str


class ServiceRequestValue(Value, frozen=True, kw_only=True):
    id: UUID
    number: int
    kind: Kind
    source: Source
    state: State
    text: str
    reason: str
    answers: list[Answer]
    files: list[FileValue]
    language: str
    name: str
    email: str
    site_id: UUID | None
    visitor_id: UUID | None
    contact_id: UUID | None
    conversation_id: UUID | None
    owner_id: UUID | None
    team_id: UUID | None
    due_at: datetime
    remind_at: datetime
    waiting_since: datetime | None
    wishes: list[datetime]
    meets_at: datetime | None
    decision: str
    decided_by: UUID | None
    decided_at: datetime | None
    created_at: datetime
    changed_at: datetime


class StepValue(Value, frozen=True, kw_only=True):
    id: UUID
    at: datetime
    by: Literal["applicant", "agent", "system"]
    agent_id: UUID | None
    what: What
    text: str
    shown: bool
    """Whether the applicant sees it."""
    details: dict[str, str]
    files: list[FileValue]


class ServiceRequestWhole(Value, frozen=True, kw_only=True):
    request: ServiceRequestValue
    steps: list[StepValue]


class ServiceRequestCounts(Value, frozen=True, kw_only=True):
    """Of what is open: mine, mine that wait for me, mine overdue; and all that may be seen, those of nobody, those overdue."""

    mine: int
    mine_to_do: int
    mine_overdue: int
    seen: int
    unowned: int
    overdue: int


class OwnStep(Value, frozen=True, kw_only=True):
    at: datetime
    own: bool
    """The applicant's."""
    what: What
    text: str
    files: list[FileValue]


class OwnRequest(Value, frozen=True, kw_only=True):
    """What its applicant is shown of a request. Files are asked for below the address of the request."""

    id: UUID
    number: int
    kind: Kind
    state: State
    text: str
    reason: str
    answers: list[Answer]
    files: list[FileValue]
    due_at: datetime
    wishes: list[datetime]
    meets_at: datetime | None
    decision: str
    decided_at: datetime | None
    created_at: datetime
    changed_at: datetime
    steps: list[OwnStep]
    withdrawable: bool
    open: bool
