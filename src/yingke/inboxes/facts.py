"""What is told about sites."""

from uuid import UUID

from yingke.inboxes.values import SiteValue
from yingke.kit.facts import Fact, fact


@fact("site.changed")
class SiteChanged(Fact, frozen=True, kw_only=True):
    """`site` was made, changed or first seen on a page; or removed, when `deleted`."""

    site: SiteValue
    deleted: bool = False

    @property
    def site_ids(self) -> list[UUID]:
        return [self.site.id]
