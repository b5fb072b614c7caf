"""Contacts and visits that are in a segment."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, TextClause, func, select, text

from yingke.contacts import Contact
from yingke.kit.work import Work
from yingke.segments.conditions import Group
from yingke.segments.finding import sql_of

# A contact is looked at with the browser used last and its last visit.
_CONTACT = """EXISTS (SELECT FROM (SELECT contacts.*) c
LEFT JOIN LATERAL (SELECT w.* FROM visitors w WHERE w.workspace_id = c.workspace_id AND w.contact_id = c.id
                   ORDER BY w.last_seen_at DESC, w.id DESC LIMIT 1) v ON true
LEFT JOIN LATERAL (SELECT y.* FROM visits y WHERE y.workspace_id = v.workspace_id AND y.visitor_id = v.id
                   ORDER BY y.number DESC LIMIT 1) x ON true
WHERE {condition})"""
_VISIT = """EXISTS (SELECT FROM visitors v
LEFT JOIN contacts c ON c.workspace_id = v.workspace_id AND c.id = v.contact_id
WHERE v.workspace_id = x.workspace_id AND v.id = x.visitor_id AND {condition})"""


def contacts_in(group: Group, now: datetime) -> TextClause:
    """A condition on a row of `contacts`."""
    values: dict[str, Any] = {}

    def bind(value: Any, kind: str) -> str:
        values[name := f"segment_{len(values)}"] = value
        return f"CAST(:{name} AS {kind})"

    condition = sql_of(group, bind, now)
    return text(_CONTACT.format(condition=condition)).bindparams(**values)


def visits_in(group: Group, now: datetime, first: int) -> tuple[str, list[Any]]:
    """A condition on a row `x` of `visits`, and its parameters, from the number `first` on."""
    values: list[Any] = []

    def bind(value: Any, kind: str) -> str:
        values.append(value)
        return f"${first + len(values) - 1}::{kind}"

    condition = sql_of(group, bind, now)
    return _VISIT.format(condition=condition), values


async def count_contacts(work: Work, group: Group) -> int:
    mine: list[ColumnElement[bool]] = [Contact.workspace_id == work.workspace_id, Contact.merged_into.is_(None)]
    query = select(func.count()).select_from(Contact).where(*mine, contacts_in(group, work.now))
    return (await work.scalars(query)).one()  # type: ignore[no-any-return]
