"""All that can be set on a site, with its limits and its first values, as one model validated as a whole.

`look.logo_url`, `banner.image_url` and `robot.picture_url` are filled in when settings are shown; what is sent in for them is dropped.
"""

import datetime
import re
from functools import cache
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from yingke.kit.text import CleanStr, Name

Language = Literal["zh-CN", "zh-TW", "en"]
Line = Annotated[Name, StringConstraints(max_length=120)]
Paragraph = Annotated[CleanStr, StringConstraints(max_length=2000)]
Lines = dict[Language, Line]
Paragraphs = dict[Language, Paragraph]
"""Localised texts: what is missing in traditional Chinese falls back to simplified, what is missing there to English."""

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ORIGIN = re.compile(rf"^https?://(?:\*\.)?(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\])(?::[0-9]{{1,5}})?$")


def read_origin(value: str) -> str:
    """`value` as a browser writes an origin. `https://*.shop.example` stands for all of its subdomains."""
    value = value.strip().lower().rstrip("/")
    scheme, found, rest = value.partition("://")
    if found:
        try:
            rest = rest if rest.isascii() or "/" in rest else _ascii_host(rest)
        except UnicodeError:
            rest = ""
        default = {"http": ":80", "https": ":443"}.get(scheme)
        value = f"{scheme}://{rest.removesuffix(default) if default else rest}"
    if not _ORIGIN.fullmatch(value):
        raise PydanticCustomError("origin_invalid", "An origin looks like https://shop.example, without a path.")
    return value


def _ascii_host(netloc: str) -> str:
    host, colon, port = netloc.partition(":")
    return host.encode("idna").decode() + colon + port


def read_link(value: str) -> str:
    """An address a visitor may follow. Empty, or http, https, mailto and tel only."""
    value = value.strip()
    if value and (urlsplit(value).scheme not in ("http", "https", "mailto", "tel") or len(value) > 2000):
        raise PydanticCustomError("link_invalid", "A link begins with https:// or http://.")
    return value


@cache
def _time_zones() -> frozenset[str]:
    """Read once: it walks through hundreds of files."""
    return frozenset(available_timezones())


def read_time_zone(value: str) -> str:
    if value not in _time_zones():
        raise PydanticCustomError("time_zone_unknown", "A time zone is written as in Asia/Shanghai.")
    return value


def read_end_of_day(value: str) -> str:
    if not re.fullmatch(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00", value):
        raise PydanticCustomError("time_invalid", "A time looks like 18:00.")
    return value


def read_time_of_day(value: str) -> str:
    if value == "24:00":
        raise PydanticCustomError("time_invalid", "A day begins at 00:00.")
    return read_end_of_day(value)


Origin = Annotated[CleanStr, AfterValidator(read_origin)]
Link = Annotated[CleanStr, AfterValidator(read_link)]
TimeZone = Annotated[str, AfterValidator(read_time_zone)]


def texts(simplified: str, traditional: str, english: str) -> dict[Language, str]:
    return {"zh-CN": simplified, "zh-TW": traditional, "en": english}


def _whole(schema: dict[str, Any]) -> None:
    schema["required"] = list(schema["properties"])


class Part(BaseModel):
    """Base of all parts of the settings: nothing unknown is accepted. Described as they are shown, which is whole."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, frozen=True, json_schema_extra=_whole)


class Look(Part):
    color: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] = "#1f6f5c"
    logo_file_id: UUID | None = None
    logo_url: str | None = None
    position: Literal["right", "left"] = "right"
    offset_x: Annotated[int, Field(ge=0, le=400)] = 20
    """CSS pixels from the side, and from the bottom."""
    offset_y: Annotated[int, Field(ge=0, le=400)] = 20
    launcher: Literal["icon", "text"] = "icon"
    launcher_text: Lines = Field(default_factory=lambda: texts("咨询客服", "諮詢客服", "Chat with us"))
    theme: Literal["auto", "light", "dark"] = "auto"

    @model_validator(mode="before")
    @classmethod
    def _drop_shown(cls, value: Any) -> Any:
        return {**value, "logo_url": None} if isinstance(value, dict) else value


class Banner(Part):
    enabled: bool = False
    text: Lines = Field(default_factory=dict)
    url: Link = ""
    image_file_id: UUID | None = None
    image_url: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _drop_shown(cls, value: Any) -> Any:
        return {**value, "image_url": None} if isinstance(value, dict) else value


class Span(Part):
    """Part of a day. One that ends at or before its start goes on past midnight."""

    start: Annotated[str, AfterValidator(read_time_of_day)] = Field(alias="from")
    end: Annotated[str, AfterValidator(read_end_of_day)] = Field(alias="to")

    @model_validator(mode="after")
    def _lasts(self) -> "Span":
        if self.start == self.end:
            raise PydanticCustomError(
                "times_equal", "Opening and closing may not be the same time; use 00:00 to 24:00 for a whole day."
            )
        return self


class WeeklySpan(Span):
    day: Annotated[int, Field(ge=0, le=6)]
    """0 is Monday."""


class Holiday(Part):
    """A day with hours of its own; without any it is closed."""

    date: datetime.date
    name: Line = ""
    open: Annotated[list[Span], Field(max_length=8)] = Field(default_factory=list)


def _working_week() -> list[WeeklySpan]:
    return [WeeklySpan(day=day, start="09:00", end="18:00") for day in range(5)]


class Hours(Part):
    always: bool = True
    time_zone: TimeZone = "Asia/Shanghai"
    weekly: Annotated[list[WeeklySpan], Field(max_length=56)] = Field(default_factory=_working_week)
    holidays: Annotated[list[Holiday], Field(max_length=200)] = Field(default_factory=list)


class PrechatField(Part):
    key: Identifier
    label: Lines
    required: bool = False
    kind: Literal["text", "email", "phone", "select"] = "text"
    options: Annotated[list[Line], Field(max_length=30)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _has_options(self) -> "PrechatField":
        if self.kind == "select" and not self.options:
            raise PydanticCustomError("options_missing", "A field to select from needs options.")
        return self


class Prechat(Part):
    enabled: bool = False
    fields: Annotated[list[PrechatField], Field(max_length=8)] = Field(
        default_factory=lambda: [
            PrechatField(key="name", label={"zh-CN": "您的称呼", "zh-TW": "您的稱呼", "en": "Your name"}),
            PrechatField(key="phone", label={"zh-CN": "手机号", "zh-TW": "手機號碼", "en": "Phone"}, kind="phone"),
        ]
    )

    @model_validator(mode="after")
    def _keys_differ(self) -> "Prechat":
        if len({field.key for field in self.fields}) < len(self.fields):
            raise PydanticCustomError("key_repeated", "Each field needs a key of its own.")
        return self


class Consent(Part):
    enabled: bool = False
    text: Paragraphs = Field(
        default_factory=lambda: texts(
            "开始对话即表示您同意我们为答复您而使用您提供的信息。",
            "開始對話即表示您同意我們為回覆您而使用您提供的資訊。",
            "By starting a chat you agree that we use what you tell us in order to answer you.",
        )
    )
    url: Link = ""


_PRAISE = {
    "fast": ("回复及时", "回覆及時", "Quick answers"),
    "kind": ("态度友好", "態度友善", "Friendly"),
    "knowing": ("专业清楚", "專業清楚", "Clear and competent"),
}
_FAULTS = {
    "slow": ("等待太久", "等待太久", "Too slow"),
    "unclear": ("没有说清", "沒有說清", "Not clear"),
    "unsolved": ("问题没解决", "問題沒解決", "Not solved"),
}


class RatingReason(Part):
    key: Identifier
    label: Lines
    kind: Literal["praise", "fault", "either"] = "either"
    """`praise` is offered from three stars on, `fault` up to four."""

    @model_validator(mode="before")
    @classmethod
    def _kind_of_ours(cls, given: Any) -> Any:
        """Sites kept the reasons they began with before these had a kind."""
        if not isinstance(given, dict) or "kind" in given:
            return given
        key = given.get("key")
        ours = "praise" if key in _PRAISE else "fault" if key in _FAULTS else "either"
        return given | {"kind": ours}


def _rating_reasons() -> list[RatingReason]:
    return [RatingReason(key=key, label=texts(*words)) for key, words in (_PRAISE | _FAULTS).items()]


class RatingSettings(Part):
    enabled: bool = True
    reasons: Annotated[list[RatingReason], Field(max_length=12)] = Field(default_factory=_rating_reasons)


ReplyChannel = Literal["email", "phone"]


def _reply_channels() -> list[ReplyChannel]:
    return ["email", "phone"]


class Offline(Part):
    enabled: bool = True
    text: Paragraphs = Field(
        default_factory=lambda: texts(
            "现在没有客服在线。请留言，我们会尽快按您选择的方式回复您。",
            "目前沒有客服在線上。請留言，我們會盡快以您選擇的方式回覆您。",
            "Nobody is here right now. Leave a message and we will answer the way you choose.",
        )
    )
    channels: Annotated[list[ReplyChannel], Field(min_length=1, max_length=2)] = Field(default_factory=_reply_channels)


class ContactWays(Part):
    phone: Line = ""
    email: Line = ""
    address: Annotated[Name, StringConstraints(max_length=120)] = ""
    text: Paragraphs = Field(default_factory=dict)


class Tracking(Part):
    """What is recorded of who looks at the site."""

    mode: Literal["full", "anonymous", "off"] = "full"
    """`anonymous` keeps nothing in the browser and recognises it for one day; the page may ask for another mode."""
    do_not_track: Literal["ignore", "anonymous", "off"] = "anonymous"
    """What happens for browsers that say Do Not Track or Global Privacy Control."""


class InvitationLook(Part):
    """How invitations look on this site, and how often one visitor is invited, by all rules and agents together."""

    style: Literal["bubble", "card"] = "bubble"
    place: Literal["corner", "centre"] = "corner"
    stays: Annotated[int, Field(ge=0, le=3600)] = 60
    """Seconds after which it goes away by itself; 0: when it is answered."""
    per_day: Annotated[int, Field(ge=0, le=100)] = 3
    """By rules; 0 sets no limit."""
    cool_down_hours: Annotated[int, Field(ge=0, le=24 * 366)] = 24
    """After a visitor declined."""


class TopQuestion(Part):
    question: Lines
    answer: Paragraphs


RobotMode = Literal["off", "always", "outside_hours"]


def _robot_form() -> Prechat:
    return Prechat(
        fields=[
            PrechatField(key="order_number", label={"zh-CN": "订单号", "zh-TW": "訂單號碼", "en": "Order number"}),
            PrechatField(key="email", label={"zh-CN": "邮箱", "zh-TW": "電子郵件", "en": "E-mail"}, kind="email"),
        ]
    )


class Robot(Part):
    """Self-service that answers before people do."""

    mode: RobotMode = "off"
    name: Lines = Field(default_factory=lambda: texts("智能客服", "智慧客服", "Assistant"))
    greeting: Paragraphs = Field(
        default_factory=lambda: texts(
            "您好，我是智能客服，请问有什么可以帮您？",
            "您好，我是智慧客服，請問有什麼可以幫您？",
            "Hello, I am the automatic assistant. What can I do for you?",
        )
    )
    top: Annotated[int, Field(ge=0, le=10)] = 5
    """How many of the most asked questions are offered at the start."""
    suggest_while_typing: bool = True
    hand_over_words: Annotated[list[Line], Field(max_length=100)] = Field(default_factory=list)
    """Whoever says one of these is handed to a person at once."""
    form: Prechat = Field(default_factory=_robot_form)
    """What is asked before a person takes over."""
    picture_file_id: UUID | None = None
    picture_url: str | None = None
    idle_minutes: Annotated[int, Field(ge=5, le=1440)] = 30
    """After so long without a word its conversation is over."""

    @model_validator(mode="before")
    @classmethod
    def _drop_shown(cls, value: Any) -> Any:
        return {**value, "picture_url": None} if isinstance(value, dict) else value


class HelpCentre(Part):
    """The published entries as public pages."""

    enabled: bool = True
    address: Annotated[CleanStr, AfterValidator(read_link)] = ""
    """Where the shop shows them under a name of its own, `https://help.example.com`; empty: below our own address."""


class RequestsShown(Part):
    """What visitors may apply for, and see of what was promised to them."""

    enabled: bool = False
    """The widget and the help centre offer the kinds of requests that the workspace takes."""
    promises: bool = False
    """Visitors see what agents promised them."""


class SiteSettings(Part):
    allowed_origins: Annotated[list[Origin], Field(max_length=50)] = Field(default_factory=list)
    """Where the widget may run. Our own address always may."""
    team_ids: Annotated[list[UUID], Field(max_length=50)] = Field(default_factory=list)
    """Departments a visitor may choose from; empty asks nobody to choose."""
    language: Literal["auto", "zh-CN", "zh-TW", "en"] = "auto"
    look: Look = Field(default_factory=Look)
    title: Lines = Field(default_factory=lambda: texts("在线客服", "線上客服", "Customer service"))
    greeting: Paragraphs = Field(
        default_factory=lambda: texts("您好，有什么可以帮您？", "您好，有什麼可以幫您？", "Hello! How can we help you?")
    )
    banner: Banner = Field(default_factory=Banner)
    hours: Hours = Field(default_factory=Hours)
    prechat: Prechat = Field(default_factory=Prechat)
    consent: Consent = Field(default_factory=Consent)
    typing_preview: bool = False
    sounds: bool = True
    rating: RatingSettings = Field(default_factory=RatingSettings)
    offline: Offline = Field(default_factory=Offline)
    contact: ContactWays = Field(default_factory=ContactWays)
    top_questions: Annotated[list[TopQuestion], Field(max_length=20)] = Field(default_factory=list)
    tracking: Tracking = Field(default_factory=Tracking)
    robot: Robot = Field(default_factory=Robot)
    help_centre: HelpCentre = Field(default_factory=HelpCentre)
    invitations: InvitationLook = Field(default_factory=InvitationLook)
    requests: RequestsShown = Field(default_factory=RequestsShown)

    def stored(self) -> dict[str, Any]:
        """As plain JSON values, under the names of the wire."""
        return self.model_dump(mode="json", by_alias=True)


def in_language(texts: dict[Any, str], language: str) -> str:
    """The text in `language`, else in simplified Chinese, else in any language there is; empty when there is none."""
    return texts.get(language) or texts.get("zh-CN") or next((text for text in texts.values() if text), "")
