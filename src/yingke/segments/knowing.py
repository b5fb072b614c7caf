"""What conditions ask of the database about visitors."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, text

from yingke.kit.work import Work
from yingke.segments.moments import MOST_EVENTS, Happening, Profile
from yingke.visits.models import CustomEvent

MOST_PAGES, MOST_PAST = 2000, 300
"""Page views and events of one person that are looked back on, the latest."""
_STANDARD = ("name", "email", "phone", "company", "external_id")

_PROFILES = text("""
SELECT v.id, (CASE WHEN c.id IS NULL THEN v.fields ELSE c.fields END)::text AS fields,
       c.id IS NOT NULL AS known, c.name, c.email, c.phone, c.company, c.external_id, x.started_at, b.active_at
FROM visitors v
LEFT JOIN contacts c ON c.workspace_id = v.workspace_id AND c.id = v.contact_id
LEFT JOIN LATERAL (SELECT y.number, y.started_at FROM visits y WHERE y.workspace_id = v.workspace_id
                   AND y.visitor_id = v.id ORDER BY y.number DESC LIMIT 1) x ON true
LEFT JOIN LATERAL (SELECT y.active_at FROM visits y WHERE y.workspace_id = v.workspace_id AND y.visitor_id = v.id
                   AND y.number < x.number ORDER BY y.number DESC LIMIT 1) b ON true
WHERE v.workspace_id = :workspace AND v.id = ANY(:ids)
""")
PERSON = """visitors w JOIN visits y ON y.workspace_id = w.workspace_id AND y.visitor_id = w.id
  AND w.workspace_id = v.workspace_id AND (w.id = v.id OR w.contact_id = v.contact_id)"""
"""All visits `y` of the person whose browser is `v`."""
_HISTORY = text(f"""
SELECT v.id,
  ARRAY(SELECT DISTINCT seen.url FROM (
    SELECT p.url FROM {PERSON} JOIN page_views p ON p.workspace_id = y.workspace_id AND p.visit_id = y.id
    ORDER BY p.visit_id DESC, p.id DESC LIMIT {MOST_PAGES}) seen) AS pages,
  (SELECT coalesce(json_agg(json_build_array(did.name, did.at)), '[]')::text FROM (
    SELECT e.name, e.at FROM {PERSON} JOIN custom_events e ON e.workspace_id = y.workspace_id AND e.visit_id = y.id
    ORDER BY e.at DESC LIMIT {MOST_PAST}) did) AS past
FROM visitors v WHERE v.workspace_id = :workspace AND v.id = ANY(:ids)
""")  # noqa: S608 - constants only
_past = msgspec.json.Decoder(tuple[Happening, ...])


async def read_profile(work: Work, visitor_id: UUID, *, history: bool = True) -> Profile:
    """What is noted of one visitor; nothing of one who is not there any more."""
    return (await read_profiles(work, [visitor_id], history=history)).get(visitor_id, Profile())


async def read_profiles(work: Work, visitor_ids: Collection[UUID], *, history: bool) -> dict[UUID, Profile]:
    """Fields of the contact (also the standard ones, under their names), else of the visitor; days between the last two
    visits; and with `history`, what the person saw and did in all visits."""
    bound = {"workspace": work.workspace_id, "ids": list(visitor_ids)}
    past = {row.id: row for row in await work.rows.execute(_HISTORY, bound)} if history else {}
    return {row.id: _profile(row, past.get(row.id)) for row in await work.rows.execute(_PROFILES, bound)}


async def read_events(work: Work, visit_id: UUID, names: Collection[str]) -> list[Happening]:
    """Custom events and clicks of a visit, the latest `MOST_EVENTS` of them, oldest first."""
    row = CustomEvent
    mine = select(row.name, row.at).where(
        row.workspace_id == work.workspace_id, row.visit_id == visit_id, row.name.in_(names)
    )
    found = await work.rows.execute(mine.order_by(row.at.desc()).limit(MOST_EVENTS))
    return [(name, at) for name, at in reversed(found.all())]


def _profile(row: Any, past: Any) -> Profile:
    fields: dict[str, Any] = msgspec.json.decode(row.fields)
    if row.known:
        fields = {name: getattr(row, name) or "" for name in _STANDARD} | fields
    return Profile(
        fields={str(name): _said(value) for name, value in fields.items()},
        last_visit_days=(row.started_at - row.active_at).days if row.active_at else None,
        pages=tuple(past.pages) if past else (),
        past=_past.decode(past.past) if past else (),
    )


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
