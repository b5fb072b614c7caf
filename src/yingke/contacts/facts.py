"""What is told about contacts. Each fact carries whole contacts: the newest one replaces what is held."""

from uuid import UUID

from yingke.contacts.values import ContactValue
from yingke.kit.facts import Fact, fact


@fact("contact.changed")
class ContactChanged(Fact, frozen=True, kw_only=True):
    """`contact` was made or changed, its notes and tags included; or removed, when `deleted`."""

    contact: ContactValue
    deleted: bool = False

    @property
    def contact_ids(self) -> list[UUID]:
        return [self.contact.id]


@fact("contact.merged")
class ContactMerged(Fact, frozen=True, kw_only=True):
    """`loser_id` went into `contact`; whatever belonged to it belongs to `contact` now."""

    contact: ContactValue
    loser_id: UUID
    merge_id: UUID

    @property
    def contact_ids(self) -> list[UUID]:
        return [self.contact.id, self.loser_id]


@fact("contact.merge_undone")
class ContactMergeUndone(Fact, frozen=True, kw_only=True):
    """`loser` is a contact of its own again, as before `merge_id`."""

    contact: ContactValue
    loser: ContactValue
    merge_id: UUID

    @property
    def contact_ids(self) -> list[UUID]:
        return [self.contact.id, self.loser.id]
