"""What is told about words."""

from uuid import UUID

from yingke.kit.facts import Fact, fact


@fact("stop_lists.changed")
class StopListsChanged(Fact, frozen=True, kw_only=True):
    """What was known of the workspace's lists is old. `sides`: for whom there is anything to look for now."""

    sides: list[str]


@fact("words.alerted")
class WordsAlerted(Fact, frozen=True, kw_only=True):
    """A visitor wrote words that supervisors want to know of: in a conversation, or in a request that has none."""

    conversation_id: UUID | None = None
    visitor_id: UUID | None = None
    """Whose request it is, if a browser is known."""
    request_number: int | None = None
    team_id: UUID | None
    site_id: UUID | None = None
    words: list[str]
