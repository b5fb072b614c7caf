"""What is announced about knowledge. Facts name no content: who may see that is decided when it is loaded."""

from uuid import UUID

from yingke.kit.facts import Fact, fact


@fact("knowledge.changed")
class KnowledgeChanged(Fact, frozen=True, kw_only=True):
    """Entries were made, changed or, when `deleted`, removed. Without ids many changed at once: load them again."""

    entry_ids: list[UUID] | None
    deleted: bool = False


@fact("knowledge.categories_changed")
class CategoriesChanged(Fact, frozen=True, kw_only=True):
    pass


@fact("knowledge.words_changed")
class WordsChanged(Fact, frozen=True, kw_only=True):
    """Word lists or settings of the matching."""


@fact("knowledge.proposals_changed")
class ProposalsChanged(Fact, frozen=True, kw_only=True):
    """Similar questions were proposed, or decided on."""
