"""The tree of categories. Pure."""

from collections.abc import Mapping
from uuid import UUID

from yingke.knowledge.errors import CategoryCycle, CategoryMissing, TooDeep

DEEPEST = 4

Parents = Mapping[UUID, UUID | None]
"""Category → the one it stands in."""


def line_of(parents: Parents, id: UUID) -> list[UUID]:
    """The category and those it stands in, itself first. Raises CategoryMissing, and CategoryCycle should there be one."""
    line: list[UUID] = []
    here: UUID | None = id
    while here is not None:
        if here not in parents:
            raise CategoryMissing(field="parent_id")
        if here in line:
            raise CategoryCycle(field="parent_id")
        line.append(here)
        here = parents[here]
    return line


def depth_of(parents: Parents, id: UUID | None) -> int:
    return 0 if id is None else len(line_of(parents, id))


def below(parents: Parents, id: UUID) -> list[UUID]:
    """The category and all that stands in it."""
    found = [id]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each and child not in found]
    return found


def require_place(parents: Parents, id: UUID | None, parent_id: UUID | None) -> None:
    """That `id` (None: a new one) with all it holds may stand in `parent_id`. Raises TooDeep, CategoryCycle, CategoryMissing."""
    held = below(parents, id) if id else []
    if parent_id is not None and parent_id in held:
        raise CategoryCycle(field="parent_id")
    height = max((len(line_of(parents, each)) for each in held), default=1) - (depth_of(parents, id) - 1 if id else 0)
    if depth_of(parents, parent_id) + height > DEEPEST:
        raise TooDeep(field="parent_id")
