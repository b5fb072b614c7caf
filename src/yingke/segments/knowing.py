"""What conditions ask of the database about visitors."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select, text

from yingke.kit.work import Work
from yingke.segments.conditions import MOST_DAYS, STANDARD_FIELDS
from yingke.segments.moments import MOST_EVENTS, Happening, Profile
from yingke.segments.seeking import Sought
from yingke.visits.models import CustomEvent

MOST_PAGES = 2000
"""Page views of one person that are looked back on, the latest."""
MOST_PAST = 51
"""Events of a name, likewise: conditions count to fifty."""

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
  CASE WHEN :pages THEN ARRAY(SELECT DISTINCT seen.url FROM (
    SELECT p.url FROM {PERSON} JOIN page_views p ON p.workspace_id = y.workspace_id AND p.visit_id = y.id
    ORDER BY p.visit_id DESC, p.id DESC LIMIT {MOST_PAGES}) seen) END AS pages,
  (SELECT coalesce(json_object_agg(asked.name, ARRAY(
    SELECT e.at FROM {PERSON} JOIN custom_events e ON e.workspace_id = y.workspace_id AND e.visit_id = y.id
    WHERE e.name = asked.name AND e.at >= :since ORDER BY e.at DESC LIMIT {MOST_PAST})), '{{}}')::text
   FROM unnest(CAST(:names AS text[])) AS asked (name)) AS past
FROM visitors v WHERE v.workspace_id = :workspace AND v.id = ANY(:ids)
""")  # noqa: S608 - constants only
_past = msgspec.json.Decoder(dict[str, tuple[datetime, ...]])


async def read_profile(work: Work, visitor_id: UUID, sought: Sought) -> Profile | None:
    """What is noted of one visitor; None of one who is not there any more."""
    return (await read_profiles(work, [visitor_id], sought)).get(visitor_id)


async def read_profiles(work: Work, visitor_ids: Collection[UUID], sought: Sought) -> dict[UUID, Profile]:
    """Fields of the contact (also the standard ones, under their names), else of the visitor; days between the last two
    visits; and what is sought of all that the person saw and did, in every browser."""
    bound = {"workspace": work.workspace_id, "ids": list(visitor_ids)}
    past = {}
    if sought.pages or sought.events:
        since = work.now - timedelta(days=MOST_DAYS)
        history = bound | {"pages": sought.pages, "names": sorted(sought.events), "since": since}
        past = {row.id: row for row in await work.rows.execute(_HISTORY, history)}
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
        fields = {name: getattr(row, name) or "" for name in STANDARD_FIELDS} | fields
    return Profile(
        fields={str(name): _said(value) for name, value in fields.items()},
        last_visit_days=(row.started_at - row.active_at).days if row.active_at else None,
        pages=tuple(past.pages) if past and past.pages is not None else None,
        past=_past.decode(past.past) if past else {},
    )


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
