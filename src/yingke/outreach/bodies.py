"""What is sent in over HTTP."""

from collections.abc import Collection
from datetime import datetime, timedelta, tzinfo
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from yingke.kit.text import CleanStr, Name, RequiredName
from yingke.outreach.drafts import (
    MOST_HELD_OUT,
    CardDraft,
    FieldKind,
    FormFieldDraft,
    InvitationDraft,
    RuleAction,
    RuleLimits,
    WebLink,
)
from yingke.outreach.rules import MOST_RULES
from yingke.segments.conditions import Group
from yingke.segments.moments import DeskState, Moment, Profile, Signs, local_part

HoldOut = Annotated[int, Field(ge=0, le=MOST_HELD_OUT)]
Word = Annotated[CleanStr, Field(max_length=2000)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewRule(Body):
    name: RequiredName
    site_id: UUID | None = None
    conditions: Group = Field(default_factory=Group)
    action: RuleAction
    limits: RuleLimits = Field(default_factory=RuleLimits)
    hold_out: HoldOut = 0
    active: bool = True


class RuleDraft(NewRule):
    """A rule that is being written; `id` when there is one already."""

    name: Name = ""
    id: UUID | None = None


class RuleChange(Body):
    name: RequiredName | None = None
    site_id: UUID | None = None
    conditions: Group | None = None
    action: RuleAction | None = None
    limits: RuleLimits | None = None
    hold_out: HoldOut | None = None
    active: bool | None = None


class RuleOrder(Body):
    ids: Annotated[list[UUID], Field(max_length=MOST_RULES)]


class EventSeen(Body):
    name: RequiredName
    ago: Annotated[int, Field(ge=0, le=86400)] = 0
    """Seconds."""


class TrialFacts(Body):
    """A visitor who is only described; what is not said is as for a first page view, with nobody known."""

    url: Word = "https://shop.example/"
    title: Word = ""
    referrer: Word = ""
    landing_url: Word = ""
    source: Name = "direct"
    engine: Name = ""
    keyword: Word = ""
    campaign: Word = ""
    region: Word = ""
    language: Name = "zh-CN"
    device: Name = "desktop"
    returning: bool | None = None
    visits: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    page_count: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    time_on_page: Annotated[float, Field(ge=0, le=1e7)] = 0
    time_on_site: Annotated[float, Field(ge=0, le=1e7)] = 0
    scroll: Annotated[int, Field(ge=0, le=100)] = 0
    idle: Annotated[float, Field(ge=0, le=1e7)] = 0
    exit_intent: bool = False
    last_visit_days: Annotated[int, Field(ge=0, le=100_000)] | None = None
    known: bool = False
    tag_ids: Annotated[list[UUID], Field(max_length=50)] = Field(default_factory=list)
    fields: Annotated[dict[Name, Word], Field(max_length=50)] = Field(default_factory=dict)
    events: Annotated[list[EventSeen], Field(max_length=50)] = Field(default_factory=list)
    agents_available: Annotated[int, Field(ge=0, le=1000)] | None = None
    queue_length: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    at: AwareDatetime | None = None

    def moment(self, now: datetime, zone: tzinfo, desk: DeskState, asked: Collection[str]) -> Moment:
        """`now`, and how the desk is, stand for what is not said; of the events `asked` for over all visits there were
        those of this one."""
        at = self.at or now
        events = tuple((each.name, at - timedelta(seconds=each.ago)) for each in self.events)
        available, queued = self.agents_available, self.queue_length
        return Moment(
            at=at,
            zone=zone,
            url=self.url,
            local=local_part(self.url),
            title=self.title,
            landing_url=self.landing_url or self.url,
            referrer=self.referrer,
            source=self.source,
            engine=self.engine,
            keyword=self.keyword,
            campaign=(self.campaign,) if self.campaign else (),
            region=tuple(self.region.split()),
            language=self.language,
            device=self.device,
            visits=max(self.visits, 2) if self.returning else self.visits,
            page_count=self.page_count,
            time_on_site=max(self.time_on_site, self.time_on_page),
            known=self.known,
            tag_ids=frozenset(self.tag_ids),
            events=events,
            signs=Signs(
                time_on_page=self.time_on_page,
                scroll=self.scroll,
                idle=self.idle,
                exit_intent=self.exit_intent,
            ),
            profile=Profile(
                fields=self.fields,
                last_visit_days=self.last_visit_days,
                pages=(),
                past={name: tuple(at for each, at in events if each == name) for name in asked},
            ),
            desk=DeskState(
                agents_available=desk.agents_available if available is None else available,
                queue_length=desk.queue_length if queued is None else queued,
            ),
        )


class TrialAsked(Body):
    visitor_id: UUID | None = None
    facts: TrialFacts | None = None
    rule: RuleDraft | None = None
    """Tried alone; without it all rules are."""


class HandCard(Body):
    title: Annotated[Name, Field(max_length=80)]
    text: Annotated[CleanStr, Field(max_length=500)] = ""
    url: WebLink = ""
    button: Annotated[Name, Field(max_length=80)] = ""
    image_file_id: UUID | None = None


class HandField(Body):
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    label: Annotated[Name, Field(min_length=1, max_length=80)]
    kind: FieldKind = "text"
    required: bool = False


class NewInvitationByHand(Body):
    text: Annotated[CleanStr, Field(min_length=1, max_length=500)]
    image_file_id: UUID | None = None
    card: HandCard | None = None
    form: Annotated[list[HandField], Field(max_length=4)] = Field(default_factory=list)

    def said(self) -> str:
        """Everything the visitor would read."""
        card = [self.card.title, self.card.text, self.card.button] if self.card else []
        return "\n".join([self.text, *card, *(each.label for each in self.form)])

    def draft(self) -> InvitationDraft:
        """The same words in every language: the agent writes in the visitor's."""
        card = self.card and CardDraft(
            title={"zh-CN": self.card.title},
            text={"zh-CN": self.card.text},
            url=self.card.url,
            button={"zh-CN": self.card.button},
            image_file_id=self.card.image_file_id,
        )
        form = [
            FormFieldDraft(key=each.key, label={"zh-CN": each.label}, kind=each.kind, required=each.required)
            for each in self.form
        ]
        return InvitationDraft(text={"zh-CN": self.text}, image_file_id=self.image_file_id, card=card, form=form)
