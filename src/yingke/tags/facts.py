"""What is announced about tags."""

from yingke.kit.facts import Fact, fact
from yingke.tags.values import TagValue


@fact("tag.changed")
class TagChanged(Fact, frozen=True, kw_only=True):
    """`tag` was made, changed or, when `deleted`, removed."""

    tag: TagValue
    deleted: bool = False
