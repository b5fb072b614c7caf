"""Why the processes did not start."""

from yingke.kit.errors import Kind, Refusal


class WorkersNotStarted(Refusal):
    kind, code = Kind.unavailable, "not_started"
