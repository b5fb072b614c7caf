"""What is announced about canned responses."""

from uuid import UUID

from yingke.kit.facts import Fact, fact


@fact("canned_response.changed")
class CannedResponseChanged(Fact, frozen=True, kw_only=True):
    """One was made, changed or, when `deleted`, removed. Without an `id` many changed at once: load them again.

    It names no content: who may see that is decided when it is loaded.
    """

    id: UUID | None
    deleted: bool = False
