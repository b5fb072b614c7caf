"""What a work changes, as before and after: seen where rows are written, so that no verb can forget to tell it."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Delete, Insert, Update, event, inspect, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapper, ORMExecuteState, Session

from yingke.audit.differences import SECRET, differences
from yingke.kit.database import Base
from yingke.kit.work import Work

_MOST_ROWS = 50
_UNTOLD = frozenset({"workspace_id", "id"})
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


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

    def _look_at_statement(self, state: ORMExecuteState) -> None:
        """Rows that a statement adds are in its values or parameters; those it changes or removes are read before."""
        statement, mapper = state.statement, state.bind_mapper
        if mapper is None or mapper.class_.written_down == "nothing":
            return
        if isinstance(statement, Insert):
            for added in _rows_added(statement, state.parameters):
                told = {name: (None, value) for name, value in added.items()}
                self._take(mapper.class_, "added", added.get("id", ""), told)
        elif isinstance(statement, Update | Delete):
            set_to = _values_of(statement, mapper) if isinstance(statement, Update) else {}
            for row in _rows_before(state.session, statement, mapper, set_to):
                told = {name: (row[name], set_to.get(name)) for name in set_to or row}
                what = "changed" if isinstance(statement, Update) else "removed"
                self._take(mapper.class_, what, row.get("id", ""), told)

    def _take(self, kind: type[Base], what: str, id: object, values: Mapping[str, tuple[Any, Any]]) -> None:
        columns = {
            path: change
            for name, (before, after) in values.items()
            if name not in _UNTOLD and not SECRET.search(name)
            for path, change in differences(name, before, after)
        }
        if what == "changed" and not columns:
            return
        if len(self.rows) >= _MOST_ROWS:
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


def _rows_added(statement: Insert, parameters: Any) -> Iterator[Mapping[str, Any]]:
    if parameters:
        yield from parameters if isinstance(parameters, list) else [parameters]
    else:
        yield statement.compile(dialect=_DIALECT).params


def _values_of(statement: Update, mapper: Mapper[Any]) -> dict[str, Any]:
    """What is set to a value. Parameters of conditions have numbers after their names."""
    parameters = statement.compile(dialect=_DIALECT).params
    return {name: value for name, value in parameters.items() if name in mapper.columns}


def _rows_before(
    session: Session, statement: Update | Delete, mapper: Mapper[Any], set_to: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    keys = {str(each.key) for each in mapper.primary_key}
    names = keys | set_to.keys() if set_to else mapper.columns.keys()
    query = select(*(mapper.columns[name] for name in names))
    if statement.whereclause is not None:
        query = query.where(statement.whereclause)
    for row in session.execute(query):
        yield row._asdict()
