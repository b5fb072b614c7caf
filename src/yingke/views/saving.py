"""Reading, making, changing and deleting views."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, func, or_, select

from yingke.identity import Actor
from yingke.kit.errors import Missing
from yingke.kit.work import Work
from yingke.views.errors import SharedViewNotYours, TooManyViews
from yingke.views.facts import ViewsChanged
from yingke.views.models import SavedView
from yingke.views.values import ViewFilter, ViewValue

MOST = 50


def visible_to(actor: Actor) -> ColumnElement[bool]:
    own_or_shared = or_(SavedView.agent_id == actor.agent_id, SavedView.shared)
    return and_(SavedView.workspace_id == actor.workspace_id, own_or_shared)


async def all_views(work: Work, actor: Actor) -> Sequence[ViewValue]:
    """The actor's own and the shared ones, by name."""
    query = select(SavedView).where(visible_to(actor)).order_by(func.lower(SavedView.name), SavedView.id)
    return [_value(row) for row in await work.all(query)]


async def save_view(work: Work, actor: Actor, *, name: str, shared: bool, filter: dict[str, Any]) -> ViewValue:
    """Raises SharedViewNotYours, TooManyViews."""
    _require_may_share(actor, shared)
    own = select(func.count()).where(SavedView.workspace_id == work.workspace_id, SavedView.agent_id == actor.agent_id)
    if (await work.scalars(own)).one() >= MOST:
        raise TooManyViews
    row = SavedView(agent_id=actor.agent_id, name=name, shared=shared, filter=filter, created_at=work.now)
    work.add(row)
    await work.rows.flush()
    _tell(work, actor, shared=shared)
    return _value(row)


async def change_view(work: Work, actor: Actor, view_id: UUID, changes: dict[str, Any]) -> ViewValue:
    """`changes` names columns. Raises Missing, SharedViewNotYours."""
    row = await _writable(work, actor, view_id)
    _require_may_share(actor, changes.get("shared", False))
    was_shared = row.shared
    for name, value in changes.items():
        setattr(row, name, value)
    _tell(work, actor, shared=was_shared or row.shared)
    return _value(row)


async def delete_view(work: Work, actor: Actor, view_id: UUID) -> None:
    """Raises Missing, SharedViewNotYours."""
    row = await _writable(work, actor, view_id)
    await work.rows.delete(row)
    _tell(work, actor, shared=row.shared)


async def _writable(work: Work, actor: Actor, view_id: UUID) -> SavedView:
    rows = await work.all(select(SavedView).where(visible_to(actor), SavedView.id == view_id).with_for_update())
    if not rows:
        raise Missing
    _require_may_share(actor, rows[0].shared)
    return rows[0]


def _require_may_share(actor: Actor, shared: bool) -> None:
    if shared and not actor.may("views.share"):
        raise SharedViewNotYours(field="shared")


def _tell(work: Work, actor: Actor, *, shared: bool) -> None:
    work.tell(ViewsChanged(workspace_id=work.workspace_id, agent_id=None if shared else actor.agent_id))


def _value(row: SavedView) -> ViewValue:
    return ViewValue(id=row.id, name=row.name, shared=row.shared, filter=msgspec.convert(row.filter, ViewFilter))
