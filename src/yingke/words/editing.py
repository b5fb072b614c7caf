"""Lists of words: made, changed, removed."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.words.errors import ActionOfOtherSide
from yingke.words.facts import StopListsChanged
from yingke.words.models import StopList
from yingke.words.values import ACTIONS, Action, Side, StopListValue


async def stop_lists(work: Work) -> list[StopListValue]:
    """By name."""
    mine = select(StopList).where(StopList.workspace_id == work.workspace_id)
    return [_value(row) for row in await work.all(mine.order_by(StopList.name, StopList.id))]


def sides_of(lists: Sequence[StopListValue]) -> list[Side]:
    """For whom there is anything to look for."""
    found = {each.side for each in lists if each.enabled and each.words}
    return [side for side in ACTIONS if side in found]


async def create_list(
    work: Work, *, name: str, side: Side, action: Action, enabled: bool, words: Sequence[str], colleagues: bool = False
) -> StopListValue:
    """Raises ActionOfOtherSide."""
    _require_fitting(side, action)
    row = StopList(
        id=new_id(), name=name, side=side, action=action, enabled=enabled, words=_each_once(words), created_at=work.now,
        colleagues=colleagues and side == "agent",
    )  # fmt: skip
    work.add(row)
    await _tell(work)
    return _value(row)


async def change_list(
    work: Work,
    list_id: UUID,
    *,
    name: str | None = None,
    action: Action | None = None,
    enabled: bool | None = None,
    colleagues: bool | None = None,
    words: Sequence[str] | None = None,
) -> StopListValue:
    """Raises Missing, ActionOfOtherSide."""
    row = await work.get(StopList, list_id, lock=True)
    value = _value(row)
    if action is not None:
        _require_fitting(value.side, action)
        row.action = action
    row.name = name or row.name
    row.enabled = row.enabled if enabled is None else enabled
    if colleagues is not None:
        row.colleagues = colleagues and row.side == "agent"
    if words is not None:
        row.words = _each_once(words)
    await _tell(work)
    return _value(row)


async def delete_list(work: Work, list_id: UUID) -> None:
    """Raises Missing."""
    await work.rows.delete(await work.get(StopList, list_id, lock=True))
    await _tell(work)


async def _tell(work: Work) -> None:
    await work.flush()
    work.tell(StopListsChanged(workspace_id=work.workspace_id, sides=list(sides_of(await stop_lists(work)))))


def _require_fitting(side: Side, action: Action) -> None:
    if action not in ACTIONS[side]:
        raise ActionOfOtherSide(field="action")


def _each_once(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(each for word in words if (each := word.strip()) and each != "~"))


def _value(row: StopList) -> StopListValue:
    return StopListValue(
        id=row.id,
        name=row.name,
        side=row.side,  # type: ignore[arg-type] # the columns hold nothing else
        action=row.action,  # type: ignore[arg-type]
        enabled=row.enabled,
        colleagues=row.colleagues,
        words=row.words,
    )
