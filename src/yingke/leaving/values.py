"""What somebody who leaves has, as it leaves the program."""

from yingke.kit.values import Value


class Belongings(Value, frozen=True, kw_only=True):
    """How many of each are the agent's."""

    conversations: int
    """Open and snoozed ones."""
    promises: int
    """Still to be kept."""
    service_requests: int
    """Open ones, and appointments that are still to come."""
    inspections: int
    """Not submitted yet."""
    plans: int
    """Of samples, that give inspections to the agent."""
    calibrations: int
    """Led and not agreed yet, or still to be scored."""
    exercises: int
    """Drills still to be done; nobody has to do them afterwards."""
    drafts: int
    canned_responses: int
    """Personal ones."""
    entries: int
    """Of the knowledge base, which the agent looks after."""
    views: int
    """Saved ones, shared or not."""
    api_keys: int
    teams: int
    sessions: int
    """Browsers that are signed in to this workspace."""

    @property
    def nothing(self) -> bool:
        return not any(getattr(self, name) for name in self.__struct_fields__)


class HandedOver(Value, frozen=True, kw_only=True):
    """What there was, and what is left: nothing."""

    before: Belongings
    left: Belongings
