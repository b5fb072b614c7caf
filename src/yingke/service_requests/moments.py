"""The moments at which time alone does something about a request."""

from datetime import datetime, timedelta

from yingke.kit.errors import Invalid
from yingke.kit.work import Work
from yingke.service_requests.models import ServiceRequest

SOONEST_REMINDER, LATEST_REMINDER = timedelta(minutes=5), timedelta(hours=8)
FURTHEST = timedelta(days=400)


def require_ahead(work: Work, at: datetime, field: str = "due_at") -> None:
    """Raises Invalid naming `field`."""
    if not work.now < at <= work.now + FURTHEST:
        raise Invalid("Choose a time in the future, within the next year.", field=field)


def set_due(work: Work, request: ServiceRequest, due_at: datetime) -> None:
    """The reminder comes after four fifths of the time: eight hours before at most, and five minutes at least."""
    ahead = min(max((due_at - work.now) / 5, SOONEST_REMINDER), LATEST_REMINDER)
    request.due_at = due_at
    request.remind_at = request.look_at = max(due_at - ahead, work.now)


def stop_clock(work: Work, request: ServiceRequest) -> None:
    """While the applicant is asked, nothing falls due."""
    request.waiting_since, request.look_at = request.waiting_since or work.now, None


def go_on(work: Work, request: ServiceRequest) -> None:
    """The time in which the applicant was asked is added to what is left."""
    if request.waiting_since is None:
        return
    waited, request.waiting_since = work.now - request.waiting_since, None
    if request.due_at > work.now - waited:
        reminded = request.remind_at <= work.now - waited
        request.due_at, request.remind_at = request.due_at + waited, request.remind_at + waited
        request.look_at = request.due_at if reminded else request.remind_at
