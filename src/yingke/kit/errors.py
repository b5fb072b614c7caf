"""What can be refused, and how each door says it.

A feature's `errors.py` names its cases as subclasses with a stable `code`; the kind decides the HTTP status, the
socket code and the exit code. People read the sentence that belongs to the code in their language; `detail` is the
English fallback and says what to do.
"""

from enum import Enum
from typing import Any


class Kind(Enum):
    """A kind of refusal: (HTTP status, exit code)."""

    invalid = (422, 2)
    unauthenticated = (401, 3)
    forbidden = (403, 3)
    missing = (404, 4)
    conflict = (409, 5)
    gone = (410, 4)
    too_large = (413, 2)
    unsupported = (415, 2)
    throttled = (429, 6)
    unavailable = (503, 7)

    @property
    def status(self) -> int:
        return self.value[0]

    @property
    def exit_code(self) -> int:
        return self.value[1]


class Refusal(Exception):
    """Base of everything that is refused on purpose."""

    kind: Kind = Kind.invalid
    code: str = "invalid"
    detail: str = "This cannot be done."

    def __init__(
        self, detail: str | None = None, *, field: str | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(detail or self.detail)
        self.detail = detail or self.detail
        self.field = field
        self.retry_after = retry_after
        """Seconds after which trying again makes sense."""

    def as_problem(self) -> dict[str, Any]:
        """The body of an RFC 9457 problem document."""
        problem: dict[str, Any] = {
            "type": f"urn:yingke:problem:{self.code}",
            "title": self.code.replace("_", " "),
            "status": self.kind.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.field:
            problem["field"] = self.field
        if self.retry_after is not None:
            problem["retry_after"] = self.retry_after
        return problem


class Invalid(Refusal):
    """A value that cannot be accepted; `field` names it."""

    kind, code = Kind.invalid, "invalid"


class Missing(Refusal):
    kind, code, detail = Kind.missing, "not_found", "There is nothing here, or you may not see it."


class Forbidden(Refusal):
    kind, code, detail = Kind.forbidden, "forbidden", "Your role does not allow this. Ask an administrator."


class Conflict(Refusal):
    kind, code, detail = Kind.conflict, "conflict", "Somebody changed this meanwhile. Load it again."


class Throttled(Refusal):
    kind, code, detail = Kind.throttled, "too_many_requests", "Too many at once. Wait a moment and try again."


class Unavailable(Refusal):
    kind, code, detail = (
        Kind.unavailable,
        "unavailable",
        "The service is busy or restarting. Try again shortly.",
    )
