"""What an applicant is mailed. Pure: a request in, a letter out."""

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from yingke.kit.letters import Letter, simple_letter
from yingke.kit.text import preview
from yingke.service_requests.values import ServiceRequestValue
from yingke.service_requests.words import words

News = Literal["filed", "asked", "said", "decided", "meeting"]


def letter_of(
    news: News,
    request: ServiceRequestValue,
    *,
    said: str,
    site: str,
    color: str,
    time_zone: str,
    link: str | None,
) -> Letter:
    """`said`: what the agent wrote, for `asked` and `said`. Times are of `time_zone`."""
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
    paragraphs = {
        "filed": [speak["filed_text"].format(**shown)],
        "asked": [said],
        "said": [said],
        "decided": [request.decision],
        "meeting": [],
    }[news]
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
