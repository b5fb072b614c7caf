"""Tags as they leave the program."""

from uuid import UUID

from yingke.kit.values import Value
from yingke.tags.models import Tag


class TagValue(Value, frozen=True, kw_only=True):
    """A label and its colour (`#rrggbb`)."""

    id: UUID
    name: str
    color: str


def tag_value(tag: Tag) -> TagValue:
    return TagValue(id=tag.id, name=tag.name, color=tag.color)
