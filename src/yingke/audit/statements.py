"""What a statement of its own changes, as rows before and after it.

They are read, not guessed from the statement: only the database knows what an expression comes to, and whether an insert
met what was there already.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Insert, Result, Table, func, select, tuple_
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import ORMExecuteState, Session

MOST_ROWS: Final = 50
"""Of one statement; the others are counted."""

Row = Mapping[str, Any]
_Rows = dict[tuple[Any, ...], Row]
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]
_OF_SEVERAL = re.compile(r"(\w+)_m(\d+)")
"""How `insert(...).values([...])` names the parameters of each row."""


def run_watched(state: ORMExecuteState, table: Table) -> tuple[Result[Any], list[tuple[Row, Row]], int]:
    """Run the statement: its result, its rows before and after, and how many more rows there are.

    A row is empty before it was added, and after it was removed.
    """
    if state.is_insert or state.is_executemany:
        given, more = _given(state, table)
        before = _read(state.session, table, given)
    else:
        before, more = _met(state, table)
        given = before
    result = state.invoke_statement()
    after = {} if state.is_delete else _read(state.session, table, given)
    # Who leaves the key to the database is told as given.
    changes = [({}, row) if None in key else (before.get(key, {}), after.get(key, {})) for key, row in given.items()]
    return result, changes, more


def _met(state: ORMExecuteState, table: Table) -> tuple[_Rows, int]:
    """The rows that the statement's condition is true of, and how many more there are."""
    query = select(*_columns(table), func.count().over()).order_by(*table.primary_key.columns).limit(MOST_ROWS)
    condition = getattr(state.statement, "whereclause", None)
    rows = state.session.execute(query if condition is None else query.where(condition)).all()
    return _by_key(table, (row._asdict() for row in rows)), rows[0][-1] - len(rows) if rows else 0


def _given(state: ORMExecuteState, table: Table) -> tuple[_Rows, int]:
    """The rows as the statement brings them, and how many more there are."""
    parameters: Any = state.parameters
    rows: list[Row] = parameters if isinstance(parameters, list) else [parameters] if parameters else _values(state)
    return _by_key(table, rows[:MOST_ROWS]), max(len(rows) - MOST_ROWS, 0)


def _values(state: ORMExecuteState) -> list[Row]:
    assert isinstance(state.statement, Insert)
    rows: dict[str, dict[str, Any]] = defaultdict(dict)
    for name, value in state.statement.compile(dialect=_DIALECT).params.items():
        several = _OF_SEVERAL.fullmatch(name)
        rows[several[2] if several else ""][several[1] if several else name] = value
    return list(rows.values())


def _read(session: Session, table: Table, keys: Iterable[tuple[Any, ...]]) -> _Rows:
    whole = [key for key in keys if None not in key]
    query = select(*_columns(table)).where(tuple_(*table.primary_key.columns).in_(whole))
    return _by_key(table, (row._asdict() for row in session.execute(query))) if whole else {}


def _by_key(table: Table, rows: Iterable[Row]) -> _Rows:
    names = [column.name for column in table.primary_key.columns]
    return {
        tuple(row.get(name) for name in names): {name: value for name, value in row.items() if name in table.columns}
        for row in rows
    }


def _columns(table: Table) -> list[Any]:
    """Without those that only follow from others."""
    return [column for column in table.columns if column.computed is None]
