"""What a rule does and how often: the shape of its action, texts and limits, as sent in and as stored."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from yingke.canned_responses.variables import unknown_variables
from yingke.inboxes.site_settings import Identifier, Language, Link
from yingke.kit.text import CleanStr, Name
from yingke.segments.conditions import Shape

MOST_HELD_OUT = 50
Kind = Literal["message", "open_panel", "leave_message"]


def read_text(text: str) -> str:
    if unknown := unknown_variables(text):
        raise PydanticCustomError("variable_unknown", "{name} is no variable.", {"name": f"{{{{{unknown[0]}}}}}"})
    return text.strip()


def read_web_link(address: str) -> str:
    if address and not address.startswith(("http://", "https://")):
        raise PydanticCustomError("link_invalid", "A link begins with https:// or http://.")
    return address


Line = Annotated[Name, StringConstraints(max_length=80)]
Said = Annotated[CleanStr, StringConstraints(max_length=500), AfterValidator(read_text)]
WebLink = Annotated[Link, AfterValidator(read_web_link)]
Lines = dict[Language, Line]
Texts = dict[Language, Said]
"""Localised, as in the settings of a site."""

FieldKind = Literal["text", "email", "phone"]


class CardDraft(Shape):
    title: Lines
    text: Texts = Field(default_factory=dict)
    url: WebLink = ""
    button: Lines = Field(default_factory=dict)
    image_file_id: UUID | None = None
    image_url: str | None = None


class FormFieldDraft(Shape):
    key: Identifier
    label: Lines
    kind: FieldKind = "text"
    required: bool = False


class InvitationDraft(Shape):
    """`image_url` is filled in when a draft is shown; what is sent in for it is dropped."""

    text: Texts = Field(default_factory=dict)
    image_file_id: UUID | None = None
    image_url: str | None = None
    card: CardDraft | None = None
    form: Annotated[list[FormFieldDraft], Field(max_length=4)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _keys_differ(self) -> "InvitationDraft":
        if len({field.key for field in self.form}) < len(self.form):
            raise PydanticCustomError("key_repeated", "Each field needs a key of its own.")
        return self


class NamedSender(Shape):
    kind: Literal["agent"]
    agent_id: UUID


class RandomSender(Shape):
    """Anybody who has room, of `team_id` if it is given."""

    kind: Literal["random"] = "random"
    team_id: UUID | None = None


Sender = Annotated[NamedSender | RandomSender, Field(discriminator="kind")]


class RuleAction(Shape):
    kind: Kind = "message"
    content: InvitationDraft = Field(default_factory=InvitationDraft)
    sender: Sender = Field(default_factory=RandomSender)

    @model_validator(mode="after")
    def _says_something(self) -> "RuleAction":
        if self.kind != "open_panel" and not any(self.content.text.values()):
            raise PydanticCustomError("text_missing", "Write what the visitor shall read, in at least one language.")
        return self


class RuleLimits(Shape):
    per_visitor: Annotated[int, Field(ge=0, le=1000)] = 1
    """Zero: as often as it fits."""
    per_day: Annotated[int, Field(ge=0, le=100)] = 1
    delay: Annotated[int, Field(ge=0, le=600)] = 0
    """Seconds for which the conditions hold before it fires."""
    cool_down_hours: Annotated[int, Field(ge=0, le=24 * 366)] = 168
    """After a refusal."""


def without_addresses(draft: dict[str, Any]) -> dict[str, Any]:
    """The stored form: addresses of images are made when they are shown."""
    card = draft["card"] and {**draft["card"], "image_url": None}
    return {**draft, "image_url": None, "card": card}
