"""What a policy says, as one document that is validated as a whole."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from yingke.inboxes.site_settings import Hours, Line, Part
from yingke.kit.text import EmailAddress

Kind = Literal["first_response", "next_response", "resolution"]
Stage = Literal["warning", "breach"]
Seconds = Annotated[int, Field(ge=1, le=31 * 86_400)]
Class = Literal["ordinary", "invited", "vip", "returning"]
Ids = Annotated[list[UUID], Field(max_length=200)]


class When(Part):
    """What a conversation must be; an empty list asks for nothing, of several one is enough."""

    team_ids: Ids = Field(default_factory=list)
    site_ids: Ids = Field(default_factory=list)
    channels: Annotated[list[Literal["webchat", "offline"]], Field(max_length=2)] = Field(default_factory=list)
    """`offline`: a message that was left."""
    priorities: Annotated[list[Class], Field(max_length=4)] = Field(default_factory=list)
    tiers: Annotated[list[Annotated[Line, Field(min_length=1)]], Field(max_length=50)] = Field(default_factory=list)
    """As the contact's field `tier` says; letter case does not count."""
    tag_ids: Ids = Field(default_factory=list)
    """Of the conversation, of its visitor or contact."""


class Targets(Part):
    """Seconds that something may take; None: nothing is promised."""

    first_response: Seconds | None = None
    """From asking for a person to the first answer of one."""
    next_response: Seconds | None = None
    """From the first unanswered message to the answer."""
    resolution: Seconds | None = None
    """From asking for a person to the end."""

    @model_validator(mode="after")
    def _promises(self) -> "Targets":
        if not any((self.first_response, self.next_response, self.resolution)):
            raise PydanticCustomError("targets_missing", "A policy promises at least one thing.")
        return self


class Pauses(Part):
    waiting_for_visitor: bool = True
    """The clock of the resolution stands still while the visitor has the word."""
    snoozed: bool = True
    """All clocks stand still while the conversation is put aside."""


class Notice(Part):
    """When to warn: at so much of the time, or so long before its end."""

    by: Literal["percent", "before"] = "percent"
    percent: Annotated[int, Field(ge=1, le=99)] = 80
    before: Seconds = 300
    """Seconds. Of a promise that is no longer than that, half of the time."""

    def after(self, limit: int) -> float:
        """Seconds into `limit` at which the warning comes."""
        if self.by == "percent":
            return limit * self.percent / 100
        return float(limit - self.before) if self.before < limit else limit / 2


class Step(Part):
    """What happens at a warning or a miss, or some time after it."""

    on: Stage = "breach"
    after: Annotated[int, Field(ge=0, le=7 * 86_400)] = 0
    """Seconds."""
    do: Literal["alert", "supervisor", "requeue", "mail"] = "alert"
    """Alarm for who has it (for the team while nobody has); for supervisors; back to the queue; a mail."""
    to: EmailAddress | None = None

    @model_validator(mode="after")
    def _has_address(self) -> "Step":
        if self.do == "mail" and not self.to:
            raise PydanticCustomError("address_missing", "A mail needs an address.")
        return self

    @property
    def mark(self) -> str:
        """Names the step among those that were done."""
        return f"{self.on} {self.after} {self.do} {self.to or ''}".strip()


def _steps() -> list[Step]:
    return [Step(on="warning", do="alert"), Step(on="breach", do="alert"), Step(on="breach", do="supervisor")]


class Terms(Part):
    when: When = Field(default_factory=When)
    targets: Targets
    hours: Literal["calendar", "site", "team", "own"] = "site"
    """Whether clocks always run, or only within the business hours of the site, of the team (its site's without own), or
    of the policy itself."""
    own_hours: Hours | None = None
    """Its own, kept also while it goes by others."""
    pauses: Pauses = Field(default_factory=Pauses)
    notice: Notice = Field(default_factory=Notice)
    steps: Annotated[list[Step], Field(max_length=12)] = Field(default_factory=_steps)

    @model_validator(mode="after")
    def _has_hours(self) -> "Terms":
        if self.hours == "own" and self.own_hours is None:
            raise PydanticCustomError("hours_missing", "Say the policy's own hours, or let it go by others.")
        return self

    def limit(self, kind: Kind) -> int | None:
        limit: int | None = getattr(self.targets, kind)
        return limit

    def stored(self) -> dict[str, Any]:
        return self.model_dump(mode="json", by_alias=True)
