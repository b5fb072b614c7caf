"""The moments at which time alone does something about a request."""

from datetime import datetime, timedelta

from yingke.inboxes import Hours, moment_after, seconds_between, settings_of
from yingke.kit.errors import Invalid
from yingke.kit.work import Work
from yingke.service_requests.forms import form_of
from yingke.service_requests.models import ServiceRequest
from yingke.service_requests.signing import site_of
from yingke.service_requests.values import Kind

SOONEST_REMINDER, LATEST_REMINDER = timedelta(minutes=5), timedelta(hours=8)
FURTHEST = timedelta(days=400)


def require_ahead(work: Work, at: datetime, field: str = "due_at") -> None:
    """Raises Invalid naming `field`."""
    if not work.now < at <= work.now + FURTHEST:
        raise Invalid("Choose a time in the future, within the next year.", field=field)


async def hours_of(work: Work, request: ServiceRequest) -> Hours | None:
    """Those in which its time runs: of its site, as its kind's form says. None: time always runs."""
    kind: Kind = request.kind  # type: ignore[assignment] # the column holds nothing else
    if (await form_of(work, kind)).clock == "calendar":
        return None
    site = await site_of(work, request)
    return settings_of(site).hours if site else None


async def begin(work: Work, request: ServiceRequest) -> None:
    """It is due when the time is over that its kind allows."""
    kind: Kind = request.kind  # type: ignore[assignment] # the column holds nothing else
    hours = await hours_of(work, request)
    allowed = (await form_of(work, kind)).hours * 3600
    set_due(work, request, moment_after(hours, work.now, allowed), hours)


def set_due(work: Work, request: ServiceRequest, due_at: datetime, hours: Hours | None) -> None:
    """The reminder comes after four fifths of the time: eight hours before at most, and five minutes at least."""
    if (seconds := seconds_between(hours, work.now, due_at)) == 0:  # it was set to a moment before the next opening
        hours, seconds = None, (due_at - work.now).total_seconds()
    left = timedelta(seconds=seconds)
    ahead = min(max(left / 5, SOONEST_REMINDER), LATEST_REMINDER)
    request.due_at = due_at
    request.remind_at = request.look_at = min(moment_after(hours, work.now, (left - ahead).total_seconds()), due_at)


def stop_clock(work: Work, request: ServiceRequest) -> None:
    """While the applicant is asked, nothing falls due."""
    request.waiting_since, request.look_at = request.waiting_since or work.now, None


def go_on(work: Work, request: ServiceRequest, hours: Hours | None) -> None:
    """What was left when the applicant was asked is left now."""
    if request.waiting_since is None:
        return
    since, request.waiting_since = request.waiting_since, None
    if request.due_at > since:
        waited, reminded = seconds_between(hours, since, work.now), request.remind_at <= since
        request.due_at = moment_after(hours, request.due_at, waited)
        request.remind_at = moment_after(hours, request.remind_at, waited)
        request.look_at = request.due_at if reminded else request.remind_at
