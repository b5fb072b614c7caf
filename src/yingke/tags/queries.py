"""Reading tags."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import func, select

from yingke.kit.work import Work
from yingke.tags.errors import UnknownTag
from yingke.tags.models import Tag
from yingke.tags.values import TagValue, tag_value


async def all_tags(work: Work) -> list[TagValue]:
    """The workspace's tags by name."""
    query = select(Tag).where(Tag.workspace_id == work.workspace_id).order_by(func.lower(Tag.name))
    return [tag_value(tag) for tag in await work.all(query)]


async def require_tags(work: Work, tag_ids: Iterable[UUID]) -> list[UUID]:
    """`tag_ids` once each, in order. Raises UnknownTag when one of them is not a tag of this workspace.

    They stay until the commit: who deletes one waits, and then finds it wherever it was put.
    """
    wanted = list(dict.fromkeys(tag_ids))
    query = select(Tag.id).where(Tag.workspace_id == work.workspace_id, Tag.id.in_(wanted)).order_by(Tag.id)
    if len((await work.scalars(query.with_for_update(read=True, key_share=True))).all()) != len(wanted):
        raise UnknownTag(field="tag_ids")
    return wanted
