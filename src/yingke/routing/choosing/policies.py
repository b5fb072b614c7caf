"""How a team chooses, as one document that is validated as a whole; and what holds for the whole workspace."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from yingke.inboxes.site_settings import Hours, Line, Paragraphs, Part
from yingke.kit.text import Name
from yingke.routing.choosing.conditions import Condition

Seconds = Annotated[int, Field(ge=1, le=86_400)]
Wait = Annotated[int, Field(ge=0, le=3600)]
"""Seconds; zero: not at all."""
Level = Annotated[int, Field(ge=1, le=5)]


class SkillDemand(Part):
    skill_id: UUID
    level: Level = 1


Demands = Annotated[list[SkillDemand], Field(max_length=20)]


class _Step(Part):
    on: bool = True


class Named(_Step):
    """Whom the link or the page names."""

    kind: Literal["named"] = "named"
    wait: Wait = 0
    """How long to wait for him while he is at the desk without room."""


class Owner(_Step):
    """The agent in charge of the contact."""

    kind: Literal["owner"] = "owner"
    wait: Wait = 0


class LastAgent(_Step):
    """Who had the person's last conversation, within `days`."""

    kind: Literal["last_agent"] = "last_agent"
    days: Annotated[int, Field(ge=1, le=365)] = 7
    wait: Wait = 0


class Rule(_Step):
    """Conversations of a kind go to certain agents."""

    kind: Literal["rule"] = "rule"
    name: Line = ""
    when: Annotated[list[Condition], Field(min_length=1, max_length=10)]
    agent_ids: Annotated[list[UUID], Field(min_length=1, max_length=500)]
    strict_for: Wait = 0
    """How long to wait for one of them; afterwards anybody may."""


class Skills(_Step):
    """Who can. Every `relax_after` seconds of waiting a level less will do, at last none; None: never."""

    kind: Literal["skills"] = "skills"
    skills: Demands = Field(default_factory=list)
    """What the team itself asks for; rules of entry may ask for more."""
    relax_after: Seconds | None = 60


class OfferToAll(_Step):
    """Everybody who could is told, and the first who accepts has it. After `seconds` the next step decides."""

    kind: Literal["offer_to_all"] = "offer_to_all"
    seconds: Seconds = 30


class LeastLoaded(_Step):
    kind: Literal["least_loaded"] = "least_loaded"


class FewestOpen(_Step):
    kind: Literal["fewest_open"] = "fewest_open"


class RoundRobin(_Step):
    kind: Literal["round_robin"] = "round_robin"


class Weighted(_Step):
    """In shares: who has a weight of 2 gets twice as many as who has 1, which is everybody's own."""

    kind: Literal["weighted"] = "weighted"
    weights: dict[UUID, Annotated[int, Field(ge=1, le=100)]] = Field(default_factory=dict)


class FillOneFirst(_Step):
    """One after the other up to his capacity, so that the others have their hands free."""

    kind: Literal["fill_one_first"] = "fill_one_first"


Ranker = LeastLoaded | FewestOpen | RoundRobin | Weighted | FillOneFirst
Step = Annotated[
    Named | Owner | LastAgent | Rule | Skills | OfferToAll | Ranker,
    Field(discriminator="kind"),
]


class Answering(Part):
    """What happens when the chosen agent is silent. None: nothing but the alarm."""

    accept_within: Seconds | None = None
    """Who has not opened it by then loses it to the next, if there is one."""
    set_away: bool = True
    """Who lost one so is set away."""
    reply_within: Seconds | None = None
    """Who has not said a word by then loses it likewise, and supervisors hear of it."""


class Announcement(Part):
    after: Annotated[int, Field(ge=0, le=86_400)]
    """Seconds of waiting."""
    text: Paragraphs


class Waiting(Part):
    """What those who wait are told, and what happens when it takes long."""

    show: Literal["range", "position", "nothing"] = "range"
    overflow_after: Seconds | None = None
    overflow_team_id: UUID | None = None
    alert_after: Seconds | None = 180
    """Supervisors are told."""
    message_after: Seconds | None = 300
    """The visitor is offered to leave a message, or to be called back, and keep the place."""
    announcements: Annotated[list[Announcement], Field(max_length=5)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _overflow_is_whole(self) -> "Waiting":
        if (self.overflow_after is None) != (self.overflow_team_id is None):
            raise PydanticCustomError("overflow_incomplete", "Overflow needs both a time and a team.")
        return self


def _first_steps() -> list[Any]:
    return [Named(), Owner(on=False), LastAgent(on=False), Skills(), LeastLoaded()]


class Policy(Part):
    steps: Annotated[list[Step], Field(min_length=1, max_length=30)] = Field(default_factory=_first_steps)
    capacity: Annotated[int, Field(ge=1, le=100)] | None = None
    """How many of this team's conversations one agent holds at once; None: as many as he can hold at all."""
    hours: Hours | None = None
    """When visitors may choose this team; None: whenever the site is open."""
    answering: Answering = Field(default_factory=Answering)
    waiting: Waiting = Field(default_factory=Waiting)

    @model_validator(mode="after")
    def _chooses_somebody(self) -> "Policy":
        last = [step for step in self.steps if step.on and isinstance(step, Ranker)]
        if not last:
            raise PydanticCustomError(
                "policy_chooses_nobody",
                "Switch on one step that always chooses somebody, such as the least loaded: else visitors wait for ever.",
            )
        return self

    def stored(self) -> dict[str, Any]:
        return self.model_dump(mode="json", by_alias=True)


class EntryRule(Part):
    """Applied when a conversation begins to wait. All rules that hold apply; the first with a team chooses the team."""

    name: Line = ""
    when: Annotated[list[Condition], Field(min_length=1, max_length=10)]
    team_id: UUID | None = None
    """Only where the visitor has not chosen one."""
    vip: bool = False
    skills: Demands = Field(default_factory=list)


class HeadStarts(Part):
    """Seconds by which a class of priority counts as having come earlier."""

    invited: Annotated[int, Field(ge=0, le=86_400)] = 600
    vip: Annotated[int, Field(ge=0, le=86_400)] = 1800
    returning: Annotated[int, Field(ge=0, le=86_400)] = 3600


class RoutingSettings(Part):
    rules: Annotated[list[EntryRule], Field(max_length=100)] = Field(default_factory=list)
    head_starts: HeadStarts = Field(default_factory=HeadStarts)
    weights: dict[Name, Annotated[float, Field(ge=0.05, le=1)]] = Field(default_factory=lambda: {"offline": 0.5})
    """What a conversation of a channel takes of an agent's capacity: one where nothing is said. A message that was left
    counts as `offline`."""
    inactive_after: Annotated[int, Field(ge=1, le=1440)] | None = None
    """Minutes without a message after which a conversation counts less; None: it never does."""
    inactive_weight: Annotated[float, Field(ge=0, le=1)] = 0.25
    wrap_up: Annotated[int, Field(ge=5, le=1800)] | None = None
    """Seconds for which a conversation that ended counts as one more; None: its place is free at once."""
    keep_days: Annotated[int, Field(ge=1, le=730)] = 90
    """How long it is kept why somebody was chosen."""

    def stored(self) -> dict[str, Any]:
        return self.model_dump(mode="json")
