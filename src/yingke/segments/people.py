"""Contacts and visits that are in a segment."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, TextClause, func, select, text

from yingke.contacts import Contact
from yingke.kit.ids import first_id_at
from yingke.kit.work import Work
from yingke.segments.conditions import Group
from yingke.segments.finding import OF_ANY_VISIT, leaf_of, sql_of

# A contact is looked at with the browser used last and its last visit.
_CONTACT = """EXISTS (SELECT FROM (SELECT contacts.*) c
LEFT JOIN LATERAL (SELECT w.* FROM visitors w WHERE w.workspace_id = c.workspace_id AND w.contact_id = c.id
                   ORDER BY w.last_seen_at DESC, w.id DESC LIMIT 1) v ON true
LEFT JOIN LATERAL (SELECT y.* FROM visits y WHERE y.workspace_id = v.workspace_id AND y.visitor_id = v.id
                   ORDER BY y.number DESC LIMIT 1) x ON true
WHERE {condition})"""
# What is the same for all visits of a person is looked up once for each, and not for every visit over all the others.
_VISITS = """
WITH people AS MATERIALIZED (
  SELECT v.id, v.workspace_id, v.contact_id{columns}
  FROM visitors v LEFT JOIN contacts c ON c.workspace_id = v.workspace_id AND c.id = v.contact_id
  WHERE v.workspace_id = $1 AND v.id IN (
    SELECT r.visitor_id FROM visits r WHERE r.workspace_id = $1 AND r.id >= $2 AND r.id < $3))
SELECT x.id FROM visits x JOIN people v ON v.id = x.visitor_id
WHERE x.workspace_id = $1 AND x.id >= $2 AND x.id < $3 AND {condition} ORDER BY x.id
"""


def contacts_in(group: Group, now: datetime) -> TextClause:
    """A condition on a row of `contacts`."""
    values: dict[str, Any] = {}

    def bind(value: Any, kind: str) -> str:
        values[name := f"segment_{len(values)}"] = value
        return f"CAST(:{name} AS {kind})"

    condition = sql_of(group, lambda each: leaf_of(each, bind, now))
    return text(_CONTACT.format(condition=condition)).bindparams(**values)


async def visits_in(work: Work, group: Group, begin: datetime, end: datetime) -> list[UUID]:
    """The visits of people in a segment that began from `begin` until before `end`, in their order."""
    values: list[Any] = [work.workspace_id, first_id_at(begin), first_id_at(end)]
    columns: list[str] = []

    def bind(value: Any, kind: str) -> str:
        values.append(value)
        return f"${len(values)}::{kind}"

    def leaf(condition: Any) -> str:
        found = leaf_of(condition, bind, work.now)
        if condition.field not in OF_ANY_VISIT:
            return found
        columns.append(f", {found} AS holds_{len(columns)}")
        return f"v.holds_{len(columns) - 1}"

    condition = sql_of(group, leaf)
    rows = await (await work.raw()).fetch(_VISITS.format(columns="".join(columns), condition=condition), *values)
    return [row["id"] for row in rows]


async def count_contacts(work: Work, group: Group) -> int:
    mine: list[ColumnElement[bool]] = [Contact.workspace_id == work.workspace_id, Contact.merged_into.is_(None)]
    query = select(func.count()).select_from(Contact).where(*mine, contacts_in(group, work.now))
    return (await work.scalars(query)).one()  # type: ignore[no-any-return]
