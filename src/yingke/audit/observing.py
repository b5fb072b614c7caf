"""What a work changes, as before and after: seen where rows are written, so that no verb can forget to tell it."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from yingke.kit.database import Base
from yingke.kit.work import Work

SECRET = re.compile(r"hash|secret|token|password|totp|recovery", re.IGNORECASE)
"""Names of what is never written down."""
_LONGEST = 300
_MOST_ROWS = 50
_MOST_PARTS = 40


class Observed:
    """Collects the changes that `work` writes through its rows. At most 50 rows are told; `more` counts the others."""

    def __init__(self, work: Work) -> None:
        self.rows: list[dict[str, Any]] = []
        self.more = 0
        self._names: dict[str, str] = {}
        event.listen(work.rows.sync_session, "after_flush", self._look)

    def name_of(self, subject_id: object) -> str:
        """What the row with this id is called, when it was among those changed."""
        return self._names.get(str(subject_id), "")

    def _look(self, session: Session, _: object) -> None:
        for what, rows in (("added", session.new), ("changed", session.dirty), ("removed", session.deleted)):
            for row in rows:
                if row.written_down != "nothing" and (what != "changed" or session.is_modified(row)):
                    self._take(what, row)

    def _take(self, what: str, row: Base) -> None:
        id = str(getattr(row, "id", ""))
        columns = dict(_columns(row, what))
        if row.written_down == "values":
            self._names[id] = _name(row)
        if len(self.rows) >= _MOST_ROWS:
            self.more += 1
            return
        told: dict[str, Any] = {"what": what, "table": row.__tablename__, "id": id}
        told |= {"columns": sorted(columns)} if row.written_down == "columns" else {"columns": columns}
        self.rows.append(told)


def _name(row: Base) -> str:
    return next((str(found) for name in ("name", "title", "email") if (found := getattr(row, name, None))), "")


def _columns(row: Base, what: str) -> Iterator[tuple[str, list[Any]]]:
    """Name and [before, after] of what changed, inner documents by path (`settings.color`)."""
    for column in inspect(row).mapper.column_attrs:
        history = inspect(row).attrs[column.key].history
        if SECRET.search(column.key) or column.key in ("workspace_id", "id"):
            continue
        after = (history.added or history.unchanged or [None])[0]
        before = (history.deleted or [None])[0]
        if what == "removed":
            before, after = after, None
        if what == "changed" and not history.has_changes():
            continue
        yield from _differences(column.key, before, after)


def _differences(path: str, before: Any, after: Any) -> Iterator[tuple[str, list[Any]]]:
    if isinstance(before, dict) or isinstance(after, dict):
        inner_before, inner_after = (each if isinstance(each, dict) else {} for each in (before, after))
        for key in list(dict.fromkeys([*inner_before, *inner_after]))[:_MOST_PARTS]:
            if not SECRET.search(str(key)):
                yield from _differences(f"{path}.{key}", inner_before.get(key), inner_after.get(key))
    elif before != after and not isinstance(after, bytes) and not isinstance(before, bytes):
        yield path, [plain(before), plain(after)]


def plain(value: Any) -> Any:
    """`value` as short JSON without secrets."""
    match value:
        case None | bool() | int() | float():
            return value
        case dict():
            return {str(key): plain(each) for key, each in value.items() if not SECRET.search(str(key))}
        case list() | tuple() | set() | frozenset():
            listed = list(value)
            return [plain(each) for each in listed[:_MOST_PARTS]] + (["…"] if len(listed) > _MOST_PARTS else [])
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
    text = str(value).encode(errors="replace").decode().replace("\0", "")
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
