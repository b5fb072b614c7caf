"""Making, changing and deleting tags."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from yingke.kit.work import Work
from yingke.tags.errors import TagNameTaken, TooManyTags
from yingke.tags.facts import TagChanged
from yingke.tags.models import Tag
from yingke.tags.values import TagValue, tag_value

MOST = 500


async def create_tag(work: Work, *, name: str, color: str) -> TagValue:
    """Raises TagNameTaken, TooManyTags."""
    count = select(func.count()).select_from(Tag).where(Tag.workspace_id == work.workspace_id)
    if (await work.scalars(count)).one() >= MOST:
        raise TooManyTags
    tag = Tag(name=name, color=color)
    work.add(tag)
    return await _store(work, tag)


async def change_tag(work: Work, tag_id: UUID, *, name: str | None, color: str | None) -> TagValue:
    """None leaves a part as it is. Raises Missing, TagNameTaken."""
    tag = await work.get(Tag, tag_id, lock=True)
    tag.name = tag.name if name is None else name
    tag.color = tag.color if color is None else color
    return await _store(work, tag)


async def delete_tag(work: Work, tag_id: UUID) -> None:
    """Raises Missing."""
    tag = await work.get(Tag, tag_id, lock=True)
    await work.rows.delete(tag)
    work.tell(TagChanged(workspace_id=work.workspace_id, tag=tag_value(tag), deleted=True))


async def _store(work: Work, tag: Tag) -> TagValue:
    try:
        await work.rows.flush()
    except IntegrityError as error:
        raise TagNameTaken(field="name") from error
    value = tag_value(tag)
    work.tell(TagChanged(workspace_id=work.workspace_id, tag=value))
    return value
