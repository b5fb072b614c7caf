"""Good answers: marked, found, changed, removed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Text, cast, or_, select

from yingke.identity import Actor
from yingke.kit.ids import new_id
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.training.errors import ExampleMissing, NotMarkedByYou
from yingke.training.facts import TrainingChanged
from yingke.training.masking import masked
from yingke.training.models import Drill, Example
from yingke.training.passages import known_of, open_to, passage
from yingke.training.values import ExampleValue, example_value


class Topics(Value, frozen=True, kw_only=True):
    """What examples and drills are filed under, for filters and for typing ahead."""

    topics: list[str]
    criteria: list[str]


async def mark_example(
    work: Work,
    actor: Actor,
    conversation_id: UUID,
    *,
    first_seq: int,
    last_seq: int,
    topic: str,
    criterion: str = "",
    why: str,
    hide: Sequence[str] = (),
) -> ExampleValue:
    """A masked copy is kept. Raises ConversationMissing, Forbidden, NoPassage."""
    row = await open_to(work, actor, conversation_id)
    lines = await passage(work, row, first_seq, last_seq, hide)
    known = [*known_of(row), *hide]
    example = Example(
        id=new_id(),
        conversation_id=row.id,
        visitor_id=row.visitor_id,
        contact_id=row.contact_id,
        first_seq=first_seq,
        last_seq=last_seq,
        agent_id=row.agent_id,
        marked_by=actor.agent_id,
        marked_at=work.now,
        topic=masked(topic, known),
        criterion=criterion,
        why=masked(why, known),
        lines=[msgspec.to_builtins(each) for each in lines],
    )
    work.add(example)
    return await _told(work, example)


async def change_example(work: Work, actor: Actor, example_id: UUID, change: dict[str, Any]) -> ExampleValue:
    """`change` holds some of topic, criterion and why. Raises ExampleMissing, NotMarkedByYou."""
    example = await _own(work, actor, example_id)
    for name, value in change.items():
        setattr(example, name, value)
    return await _told(work, example)


async def remove_example(work: Work, actor: Actor, example_id: UUID) -> None:
    """Raises ExampleMissing, NotMarkedByYou."""
    await work.rows.delete(await _own(work, actor, example_id))
    await work.flush()
    work.tell(TrainingChanged(workspace_id=work.workspace_id))


async def list_examples(
    work: Work, *, text: str = "", topic: str = "", criterion: str = "", limit: int, cursor: str | None
) -> tuple[list[ExampleValue], str | None]:
    """Newest first; `text` is found in what was said, why and topic. Raises BadCursor."""
    query = select(Example).where(Example.workspace_id == work.workspace_id)
    if text:
        places = (Example.topic, Example.why, Example.criterion, cast(Example.lines, Text))
        query = query.where(or_(*(each.icontains(text, autoescape=True) for each in places)))
    if topic:
        query = query.where(Example.topic == topic)
    if criterion:
        query = query.where(Example.criterion == criterion)
    if cursor is not None:
        query = query.where(Example.id < read_cursor(cursor, UUID)[0])
    rows = await work.all(query.order_by(Example.id.desc()).limit(limit + 1))
    items = [example_value(row) for row in rows[:limit]]
    return items, write_cursor(items[-1].id) if len(rows) > limit else None


async def topics(work: Work) -> Topics:
    """By name; criteria of drills as well."""
    of_examples = select(Example.topic, Example.criterion).where(Example.workspace_id == work.workspace_id)
    of_drills = select(Drill.criterion).where(Drill.workspace_id == work.workspace_id, ~Drill.archived)
    found = (await work.rows.execute(of_examples.distinct())).all()
    criteria = {row.criterion for row in found} | set(await work.scalars(of_drills.distinct()))
    return Topics(topics=sorted({row.topic for row in found}), criteria=sorted(criteria - {""}))


async def _own(work: Work, actor: Actor, example_id: UUID) -> Example:
    example = await work.find(Example, example_id, lock=True)
    if example is None:
        raise ExampleMissing
    if actor.agent_id != example.marked_by and not actor.may("quality.train"):
        raise NotMarkedByYou
    return example


async def _told(work: Work, example: Example) -> ExampleValue:
    await work.flush()
    work.tell(TrainingChanged(workspace_id=work.workspace_id))
    return example_value(example)
