"""Goals that a report reaches."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from yingke.kit.text import one_line
from yingke.kit.work import Ground
from yingke.visits.facts import GoalReached
from yingke.visits.goal_patterns import GoalPattern
from yingke.visits.incoming import Incoming, Known

_LONGEST_NUMBER = 80
_MOST_WORTH = 1e12

_CONVERT = """
INSERT INTO conversions (workspace_id, goal_id, visit_id, order_number, visitor_id, site_id, at, value)
SELECT t.* FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::timestamptz[], $8::float8[])
  AS t (workspace_id, goal_id, visit_id, order_number, visitor_id, site_id, at, value)
WHERE EXISTS (SELECT FROM goals g WHERE g.workspace_id = t.workspace_id AND g.id = t.goal_id)
ON CONFLICT DO NOTHING RETURNING workspace_id, goal_id, visit_id, visitor_id, site_id, at, value
"""


class _Reached(NamedTuple):
    workspace_id: UUID
    goal_id: UUID
    visit_id: UUID
    order_number: str
    visitor_id: UUID
    site_id: UUID
    at: datetime
    value: float | None


async def convert(ground: Ground, batch: Sequence[Incoming]) -> None:
    """Store which goals `batch` reaches, and tell those that are reached for the first time in a visit."""
    rows = [row for item in batch for row in _reached(item)]
    if not rows:
        return
    columns = [list(column) for column in zip(*rows, strict=True)]
    async with ground.work_everywhere() as work:
        for record in await (await work.raw()).fetch(_CONVERT, *columns):
            work.tell(GoalReached(**dict(record)))


def order_of(properties: dict[str, Any], usual: float | None) -> tuple[str, float | None]:
    """Number and value of an order, as the page says in `number` and `amount`; `usual` where that is no amount."""
    said, number = properties.get("amount"), properties.get("number")
    try:
        amount = None if isinstance(said, bool) or said is None else float(said)
    except ValueError:
        amount = None
    worth = amount if amount is not None and 0 <= amount <= _MOST_WORTH else usual
    return one_line("" if number is None else str(number))[:_LONGEST_NUMBER], worth


def _reached(item: Incoming) -> Iterator[_Reached]:
    if item.known is None or item.known.visit_id is None:
        return
    for goal in item.site.goals:
        if goal.is_order:
            for done in item.events:
                if done.kind == "event" and goal.reached_by_event(done.name):
                    yield _row(item, item.known, goal, done.at, *order_of(done.properties, goal.value))
            continue
        moments = [page.at for page in item.pages if goal.reached_by_page(page.url)]
        moments += [done.at for done in item.events if goal.reached_by_event(done.name)]
        if moments:
            yield _row(item, item.known, goal, min(moments), "", goal.value)


def _row(
    item: Incoming, known: Known, goal: GoalPattern, at: datetime, order_number: str, value: float | None
) -> _Reached:
    assert known.visit_id is not None
    return _Reached(
        item.site.workspace_id, goal.goal_id, known.visit_id, order_number, known.visitor_id, item.site.id, at, value
    )
