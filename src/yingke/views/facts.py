"""What is announced about views."""

from uuid import UUID

from yingke.kit.facts import Fact, fact


@fact("views.changed")
class ViewsChanged(Fact, frozen=True, kw_only=True):
    """A view was made, changed or deleted: load them again. `agent_id` has it for itself; None: it is, or was, shared."""

    agent_id: UUID | None
