"""How many questions are answered without a person, strictly and leniently."""

from typing import Any, Literal

import asyncpg
from sqlalchemy import select

from yingke.inboxes import Site
from yingke.kit.work import Work
from yingke.knowledge.categories import category_rows, shown_name
from yingke.knowledge.languages import Language
from yingke.self_service.values import DEFINITIONS, Rate, SelfService, Served, ServedRow
from yingke.traffic.figures import Range

By = Literal["day", "site", "language", "category"]

_KEYS: dict[By | Literal["all"], str] = {
    "all": "''",
    "day": "(q.asked_at AT TIME ZONE $6)::date::text",
    "site": "coalesce(q.site_id::text, '')",
    "language": "q.language",
    "category": "coalesce(e.category_id::text, '')",
}
ASKED = """
FROM knowledge_questions q
WHERE q.workspace_id = $1 AND q.asked_at >= $2 AND q.asked_at < $3 AND NOT q.dismissed
  AND ($4::uuid[] IS NULL OR q.site_id = ANY($4)) AND ($5::text IS NULL OR q.language = $5)
"""
_CALM = """
(q.decision = 'answer' OR q.outcome = 'chosen') AND coalesce(q.outcome, 'chosen') = 'chosen' AND c.visitor_read_seq > q.seq
AND NOT EXISTS (SELECT FROM knowledge_questions n WHERE n.workspace_id = q.workspace_id
  AND n.conversation_id = q.conversation_id AND n.seq > q.seq AND n.asked_at < q.asked_at + interval '5 seconds')
AND NOT EXISTS (SELECT FROM conversations o WHERE o.workspace_id = q.workspace_id AND o.visitor_id = c.visitor_id
  AND CASE WHEN o.id = c.id THEN o.handed_over_at ELSE o.opened_at END
    BETWEEN q.asked_at AND q.asked_at + interval '24 hours')
"""
_SERVED = f"""
SELECT {{key}} AS key, count(*) AS asked, count(*) FILTER (WHERE q.decision <> 'none') AS answered,
  count(*) FILTER (WHERE q.outcome = 'solved') AS strict, count(*) FILTER (WHERE q.outcome = 'solved' OR ({_CALM})) AS lenient
FROM (SELECT q.* {ASKED}) q
LEFT JOIN conversations c ON c.workspace_id = q.workspace_id AND c.id = q.conversation_id
LEFT JOIN knowledge_entries e ON e.workspace_id = q.workspace_id AND e.id = coalesce(q.chosen_id, q.entry_id)
WHERE $6::text IS NOT NULL GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - constants only
_DEFLECTED = f"""
SELECT count(*) AS begun, count(*) FILTER (WHERE handed_over_at IS NULL AND agent_id IS NULL) AS kept FROM conversations
WHERE workspace_id = $1 AND id IN (SELECT q.conversation_id {ASKED} AND q.channel = 'robot')
"""  # noqa: S608 - constants only
_MINUTES = """
SELECT count(*) AS count, percentile_cont(0.5) WITHIN GROUP (
  ORDER BY least(extract(epoch FROM resolved_at - coalesce(handed_over_at, opened_at)), 3600)) / 60 AS minutes
FROM conversations WHERE workspace_id = $1 AND resolved_at >= $2 AND resolved_at < $3 AND first_replied_at IS NOT NULL
  AND channel <> 'colleague' AND ($4::uuid[] IS NULL OR site_id = ANY($4))
"""
_ENOUGH = 10


async def self_service(work: Work, range: Range, language: Language | None, by: By) -> SelfService:
    raw, asked = await work.raw(), asked_in(work, range, language)
    rows = await raw.fetch(_SERVED.format(key=_KEYS[by]), *asked, range.zone.key)
    (total,) = await raw.fetch(_SERVED.format(key=_KEYS["all"]), *asked, range.zone.key) or [None]
    robots = await raw.fetchrow(_DEFLECTED, *asked)
    people = await raw.fetchrow(_MINUTES, *asked[:4])
    names = await _names(work, by)
    totals = _served(total) if total else Served.of(0, 0, 0, 0)
    minutes = float(people["minutes"]) if people["count"] >= _ENOUGH else None
    return SelfService(
        from_=range.first,
        to=range.last,
        time_zone=range.zone.key,
        totals=totals,
        rows=[ServedRow(key=row["key"], name=names.get(row["key"], row["key"]), served=_served(row)) for row in rows],
        deflected=Rate.of(robots["kept"], robots["begun"]),
        minutes_each=round(minutes, 1) if minutes is not None else None,
        hours_saved=round(totals.lenient.count * minutes / 60, 1) if minutes is not None else None,
        definitions=DEFINITIONS,
    )


def asked_in(work: Work, range: Range, language: Language | None) -> tuple[Any, ...]:
    """What `ASKED` wants to know."""
    return work.workspace_id, range.begin, range.end, range.sites, language


def _served(row: asyncpg.Record) -> Served:
    return Served.of(row["asked"], row["answered"], row["strict"], row["lenient"])


async def _names(work: Work, by: By) -> dict[str, str]:
    if by == "site":
        sites = await work.all(select(Site).where(Site.workspace_id == work.workspace_id))
        return {str(site.id): site.name for site in sites}
    if by == "category":
        return {str(id): shown_name(row.names) for id, row in (await category_rows(work)).items()}
    return {}
