"""How each kind is asked for, and who sees to it: read, changed, and what an applicant's answers are by it."""

import datetime
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import select

from yingke.inboxes.site_settings import Identifier, Line, Lines, Paragraphs, Part, in_language
from yingke.kit.errors import Invalid
from yingke.kit.text import one_line
from yingke.kit.values import DescribedAs, Value
from yingke.kit.work import Work
from yingke.service_requests.colleagues import require_colleague, require_team
from yingke.service_requests.first_forms import FIRST
from yingke.service_requests.models import ServiceRequestForm
from yingke.service_requests.values import KINDS, Answer, Kind

LONGEST_ANSWER = 500


class FormField(Part):
    """A question of the form. `file`: at least one file must come along when it is required."""

    key: Identifier
    label: Lines
    kind: Literal["text", "choice", "date", "file"] = "text"
    required: bool = False
    options: Annotated[list[Line], Field(max_length=30)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _has_options(self) -> "FormField":
        if self.kind == "choice" and not self.options:
            raise PydanticCustomError("options_missing", "A field to choose from needs options.")
        return self


class FormReason(Part):
    """A reason that is chosen with one tap."""

    key: Identifier
    label: Lines


class RequestForm(Part):
    """`hours`: the time allowed until a decision, by `clock`. `remind_minutes`: before an appointment takes place."""

    enabled: bool = False
    intro: Paragraphs = Field(default_factory=dict)
    fields: Annotated[list[FormField], Field(max_length=12)] = Field(default_factory=list)
    reasons: Annotated[list[FormReason], Field(max_length=12)] = Field(default_factory=list)
    hours: Annotated[int, Field(ge=1, le=24 * 60)] = 72
    clock: Literal["calendar", "business"] = "calendar"
    """Whether all hours count, or those alone in which the site is open."""
    remind_minutes: Annotated[int, Field(ge=5, le=24 * 60 * 7)] = 60
    team_id: UUID | None = None
    """Whose requests of this kind are; the member with the fewest open ones gets each."""
    owner_id: UUID | None = None
    """Who gets them all instead."""

    @model_validator(mode="after")
    def _keys_differ(self) -> "RequestForm":
        for keyed in (self.fields, self.reasons):
            if len({each.key for each in keyed}) < len(keyed):
                raise PydanticCustomError("key_repeated", "Each needs a key of its own.")
        return self


class FormValue(Value, frozen=True, kw_only=True):
    kind: Kind
    form: Annotated[dict[str, Any], DescribedAs(RequestForm)]


class OfferedField(Value, frozen=True, kw_only=True):
    key: str
    label: str
    kind: Literal["text", "choice", "date", "file"]
    required: bool
    options: list[str]


class OfferedReason(Value, frozen=True, kw_only=True):
    key: str
    label: str


class OfferedForm(Value, frozen=True, kw_only=True):
    """A form in the applicant's language."""

    kind: Kind
    intro: str
    hours: int
    clock: Literal["calendar", "business"]
    fields: list[OfferedField]
    reasons: list[OfferedReason]


async def form_of(work: Work, kind: Kind) -> RequestForm:
    row = await work.rows.get(ServiceRequestForm, (work.workspace_id, kind))
    return _read(row) if row is not None else RequestForm.model_validate(FIRST[kind])


async def forms_of(work: Work) -> dict[Kind, RequestForm]:
    """Of every kind, those that are switched off too."""
    rows = await work.all(select(ServiceRequestForm).where(ServiceRequestForm.workspace_id == work.workspace_id))
    kept = {row.kind: _read(row) for row in rows}
    return {kind: kept.get(kind) or RequestForm.model_validate(FIRST[kind]) for kind in KINDS}


async def change_form(work: Work, kind: Kind, form: RequestForm) -> FormValue:
    """Raises Invalid naming `team_id` or `owner_id`."""
    if form.team_id is not None:
        await require_team(work, form.team_id)
    if form.owner_id is not None:
        await require_colleague(work, form.owner_id)
    row = await work.rows.get(ServiceRequestForm, (work.workspace_id, kind))
    if row is None:
        row = ServiceRequestForm(workspace_id=work.workspace_id, kind=kind)
        work.add(row)
    for name, value in form.model_dump(mode="json").items():
        setattr(row, name, value)
    row.team_id, row.owner_id = form.team_id, form.owner_id
    await work.flush()
    return form_value(kind, form)


def form_value(kind: Kind, form: RequestForm) -> FormValue:
    return FormValue(kind=kind, form=form.model_dump(mode="json"))


def offered(kind: Kind, form: RequestForm, language: str) -> OfferedForm:
    return OfferedForm(
        kind=kind,
        intro=in_language(form.intro, language),
        hours=form.hours,
        clock=form.clock,
        fields=[
            OfferedField(
                key=field.key,
                label=in_language(field.label, language) or field.key,
                kind=field.kind,
                required=field.required,
                options=list(field.options),
            )
            for field in form.fields
        ],
        reasons=[OfferedReason(key=each.key, label=in_language(each.label, language)) for each in form.reasons],
    )


def answers_by(form: OfferedForm, given: Mapping[str, str], *, has_files: bool, strict: bool = True) -> list[Answer]:
    """What was answered, in the order of the form. Raises Invalid naming `fields.KEY`; a missing answer only if `strict`."""
    answers = []
    for field in form.fields:
        value = one_line(given.get(field.key, ""))[:LONGEST_ANSWER]
        missing = not (has_files if field.kind == "file" else value)
        if missing and field.required and strict:
            raise Invalid(f"Please fill in: {field.label}", field=f"fields.{field.key}")
        if field.kind == "choice" and value and value not in field.options:
            raise Invalid("Choose one of the options.", field=f"fields.{field.key}")
        if field.kind == "date" and value and not _is_date(value):
            raise Invalid("A date looks like 2026-11-30.", field=f"fields.{field.key}")
        if value and field.kind != "file":
            answers.append(Answer(key=field.key, label=field.label, value=value))
    return answers


def reason_by(form: OfferedForm, key: str) -> str:
    """The words of the reason chosen; empty for none. Raises Invalid."""
    if not key:
        return ""
    found = next((each.label for each in form.reasons if each.key == key), None)
    if found is None:
        raise Invalid("Choose one of the reasons.", field="reason")
    return found or key


def _is_date(value: str) -> bool:
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _read(row: ServiceRequestForm) -> RequestForm:
    shown: dict[str, Any] = {name: getattr(row, name) for name in RequestForm.model_fields}
    return RequestForm.model_validate(shown)
