"""What an applicant is mailed. Pure: a request in, a letter out."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from yingke.kit.letters import Letter, simple_letter
from yingke.kit.text import preview
from yingke.service_requests.values import ServiceRequestValue, StepValue
from yingke.service_requests.words import words

_SUBJECTS = {"meeting_moved": "decided", "meeting_reminded": "meeting"}
"""Of the steps whose subject is not called as they are."""


def applicant_message_id(mail_id: UUID, mail_from: str) -> str:
    """The same at every attempt, without brackets."""
    return f"service-request.{mail_id}@{mail_from.rpartition('@')[2]}"


def letter_of(
    request: ServiceRequestValue,
    step: StepValue,
    *,
    site: str,
    color: str,
    time_zone: str,
    link: str | None,
) -> Letter:
    """`step`: what the applicant is told of; `request`: as it was after that. Times are of `time_zone`."""
    speak = words(request.language)
    shown = {
        "site": site,
        "number": request.number,
        "kind": speak[request.kind],
        "state": speak[request.state],
        "due": _time(request.due_at, time_zone),
        "meets": _time(request.meets_at, time_zone),
        "text": preview(request.text or request.reason, 200),
    }
    news = _SUBJECTS.get(step.what, step.what)
    paragraphs = [speak["filed_text"].format(**shown)] if news == "filed" else [step.text] if step.text else []
    if request.meets_at is not None and news in ("decided", "meeting"):
        paragraphs.append(speak["meets"].format(**shown))
    if shown["text"]:
        paragraphs.append(speak["you_wrote"].format(**shown))
    return simple_letter(
        language=request.language,
        brand=site,
        subject=speak[f"{news}_subject"].format(**shown),
        paragraphs=paragraphs,
        action=(speak["look"], link) if link else None,
        footnote=speak["footnote"].format(site=site),
        color=color,
    )


def _time(at: datetime | None, time_zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M} ({time_zone})" if at else ""
