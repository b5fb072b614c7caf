"""What a work changes, as before and after: seen where rows are written, so that no verb can forget to tell it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Result, Table, event, inspect
from sqlalchemy.orm import ORMExecuteState, Session

from yingke.audit.differences import SECRET, differences
from yingke.audit.statements import MOST_ROWS, run_watched
from yingke.kit.database import Base
from yingke.kit.work import Work

_UNTOLD = frozenset({"workspace_id", "id", "revision", "words_revision"})
"""Keys, and counters that only say that something changed."""


class Observed:
    """Collects the changes that `work` writes, through its rows and by statements of its own.

    At most 50 rows are told; `more` counts the others.
    """

    def __init__(self, work: Work) -> None:
        self.rows: list[dict[str, Any]] = []
        self.more = 0
        self._names: dict[str, str] = {}
        event.listen(work.rows.sync_session, "after_flush", self._look_at_rows)
        event.listen(work.rows.sync_session, "do_orm_execute", self._look_at_statement)

    def name_of(self, subject_id: object) -> str:
        """What the row with this id is called, when it was among those changed."""
        return self._names.get(str(subject_id), "")

    def _look_at_rows(self, session: Session, _: object) -> None:
        for what, rows in (("added", session.new), ("changed", session.dirty), ("removed", session.deleted)):
            for row in rows:
                if row.written_down != "nothing" and (what != "changed" or session.is_modified(row)):
                    if row.written_down == "values":
                        self._names[str(getattr(row, "id", ""))] = _name(row)
                    self._take(type(row), what, getattr(row, "id", ""), _of_row(row, what))

    def _look_at_statement(self, state: ORMExecuteState) -> Result[Any] | None:
        mapper = state.bind_mapper
        if mapper is None or mapper.class_.written_down == "nothing":
            return None
        if not (state.is_insert or state.is_update or state.is_delete):
            return None
        assert isinstance(mapper.local_table, Table)
        result, changes, more = run_watched(state, mapper.local_table)
        for before, after in changes:
            if row := after or before:
                what = "changed" if before and after else "added" if after else "removed"
                told = {name: (before.get(name), after.get(name)) for name in row}
                self._take(mapper.class_, what, row.get("id", ""), told)
        self.more += more
        return result

    def _take(self, kind: type[Base], what: str, id: object, values: Mapping[str, tuple[Any, Any]]) -> None:
        columns = {
            path: change
            for name, (before, after) in values.items()
            if name not in _UNTOLD and not SECRET.search(name)
            for path, change in differences(name, before, after)
        }
        if what == "changed" and not columns:
            return
        if len(self.rows) >= MOST_ROWS:
            self.more += 1
            return
        told: dict[str, Any] = {"what": what, "table": kind.__tablename__, "id": str(id)}
        told |= {"columns": sorted(columns)} if kind.written_down == "columns" else {"columns": columns}
        self.rows.append(told)


def _name(row: Base) -> str:
    return next((str(found) for name in ("name", "title", "email") if (found := getattr(row, name, None))), "")


def _of_row(row: Base, what: str) -> dict[str, tuple[Any, Any]]:
    """Before and after of each column, of a changed row only of those that were set."""
    values: dict[str, tuple[Any, Any]] = {}
    for column in inspect(row).mapper.column_attrs:
        history = inspect(row).attrs[column.key].history
        after = (history.added or history.unchanged or [None])[0]
        if what == "removed":
            values[column.key] = after, None
        elif what == "added" or history.has_changes():
            values[column.key] = (history.deleted or [None])[0], after
    return values
