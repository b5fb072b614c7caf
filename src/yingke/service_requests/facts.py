"""What service requests announce."""

from typing import Literal
from uuid import UUID

from yingke.kit.facts import Fact, fact
from yingke.service_requests.values import ServiceRequestValue, What


@fact("service_request.changed")
class ServiceRequestChanged(Fact, frozen=True, kw_only=True):
    """Something was done about a request; `what`: the step."""

    request: ServiceRequestValue
    what: What
    owner_id_before: UUID | None = None
    team_id_before: UUID | None = None


@fact("service_request.alarm")
class ServiceRequestAlarm(Fact, frozen=True, kw_only=True):
    """`filed`, `said` (by the applicant), `soon` and `meeting`: for its owner, or all who see it while it has none.
    `overdue`: for supervisors, too."""

    stage: Literal["filed", "said", "soon", "overdue", "meeting"]
    request: ServiceRequestValue
