"""What is announced about knowledge. Facts name no content: who may see that is decided when it is loaded."""

from uuid import UUID

from msgspec.structs import replace

from yingke.kit.facts import Fact, fact


@fact("knowledge.changed")
class KnowledgeChanged(Fact, frozen=True, kw_only=True):
    """Entries were made, changed or, when `deleted`, removed. Without ids many changed at once: load them again."""

    entry_ids: list[UUID] | None
    deleted: bool = False

    def joined_by(self, later: Fact) -> "KnowledgeChanged | None":
        if not isinstance(later, KnowledgeChanged) or (later.workspace_id, later.deleted) != (
            self.workspace_id,
            self.deleted,
        ):
            return None
        if self.entry_ids is None or later.entry_ids is None:
            return replace(self, entry_ids=None)
        return replace(self, entry_ids=list(dict.fromkeys([*self.entry_ids, *later.entry_ids])))


@fact("knowledge.categories_changed")
class CategoriesChanged(Fact, frozen=True, kw_only=True):
    pass


@fact("knowledge.words_changed")
class WordsChanged(Fact, frozen=True, kw_only=True):
    """Word lists or settings of the matching."""


@fact("knowledge.proposals_changed")
class ProposalsChanged(Fact, frozen=True, kw_only=True):
    """Similar questions were proposed, or decided on."""
