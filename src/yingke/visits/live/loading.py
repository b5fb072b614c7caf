"""Reading from the database who is on a site: at the start, and those other processes tell of."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from yingke.kit.ids import first_id_at
from yingke.kit.work import Ground
from yingke.visitors import Page
from yingke.visits.regions import Region
from yingke.visits.sources import Source
from yingke.visits.values import LiveVisitor

STARTED_WITHIN = timedelta(hours=24)
ACTIVE_WITHIN = timedelta(minutes=3)
"""Open pages are written about once a minute."""

_SHOWN = """
SELECT x.workspace_id, v.id, x.site_id, x.id AS visit_id, v.contact_id,
       coalesce(nullif(c.name, ''), nullif(v.name, '')) AS name, x.number, x.started_at, x.active_at, x.exit_url,
       x.exit_title, x.page_views, x.landing_url, x.source::text AS source, x.region::text AS region,
       x.device::text AS device, x.language, v.anonymous,
       ARRAY(SELECT t.tag_id FROM visitor_tags t WHERE t.workspace_id = v.workspace_id AND t.visitor_id = v.id
             UNION SELECT t.tag_id FROM contact_tags t WHERE t.workspace_id = v.workspace_id
                                                         AND t.contact_id = v.contact_id) AS tag_ids,
       (SELECT max(coalesce(b.until, timestamptz '9999-01-01 00:00Z')) FROM (
          SELECT until FROM blocks WHERE workspace_id = v.workspace_id AND visitor_id = v.id
          UNION ALL SELECT until FROM blocks WHERE workspace_id = v.workspace_id AND contact_id = v.contact_id
          UNION ALL SELECT b.until FROM visitors w
            JOIN blocks b ON b.workspace_id = w.workspace_id AND b.visitor_id = w.id
            WHERE w.workspace_id = v.workspace_id AND w.contact_id = v.contact_id
              AND w.identified_at IS NOT NULL AND v.identified_at IS NOT NULL
          UNION ALL SELECT until FROM blocks WHERE workspace_id = v.workspace_id
            AND network >>= CAST(nullif(coalesce(nullif({address}, ''), v.address_prefix), '') AS inet)
        ) b WHERE b.until IS NULL OR b.until > $1) AS blocked_until,
       (SELECT count(*) FROM visitor_invitations i WHERE i.workspace_id = v.workspace_id AND i.visitor_id = v.id
        AND i.state <> 'held_out') AS invited,
       (SELECT i.state FROM visitor_invitations i WHERE i.workspace_id = v.workspace_id AND i.visitor_id = v.id
        AND i.state <> 'held_out' ORDER BY i.id DESC LIMIT 1) AS invitation,
       coalesce((SELECT max(p.at) FROM page_views p WHERE p.workspace_id = x.workspace_id AND p.visit_id = x.id),
                x.started_at) AS page_since
"""
_JOINED = """
JOIN visitors v ON v.workspace_id = x.workspace_id AND v.id = x.visitor_id
LEFT JOIN contacts c ON c.workspace_id = v.workspace_id AND c.id = v.contact_id
"""
_RECENT = f"""{_SHOWN.format(address="''")}
FROM workspaces w JOIN visits x ON x.workspace_id = w.id AND x.id >= $2 AND x.active_at > $3
{_JOINED}"""
_THESE = f"""{_SHOWN.format(address="asked.address")}
FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS asked (workspace_id, visitor_id, address)
JOIN LATERAL (SELECT * FROM visits WHERE workspace_id = asked.workspace_id AND visitor_id = asked.visitor_id
              ORDER BY number DESC LIMIT 1) x ON true
{_JOINED}"""  # noqa: S608 - constants only
_SHUTTING_OUT = """
SELECT DISTINCT workspace_id FROM blocks WHERE network IS NOT NULL AND (until IS NULL OR until > $1)
"""


class Loaded(NamedTuple):
    workspace_id: UUID
    value: LiveVisitor
    blocked_until: datetime | None = None
    """None of who is not blocked."""


async def load_recent(ground: Ground) -> list[Loaded]:
    """Everybody who gave a sign of life within the last minutes."""
    now = ground.clock.now()
    async with ground.work_everywhere() as work:
        rows = await (await work.raw()).fetch(_RECENT, now, first_id_at(now - STARTED_WITHIN), now - ACTIVE_WITHIN)
    return [_loaded(row) for row in rows]


async def load_these(ground: Ground, asked: Collection[tuple[UUID, UUID, str]]) -> list[Loaded]:
    """These visitors with the last visit of each, whenever that was: workspace, visitor, and the address he comes from, by
    which networks are blocked; when it is empty, what is kept of it has to do."""
    columns = [list(column) for column in zip(*asked, strict=True)]
    async with ground.work_everywhere() as work:
        rows = await (await work.raw()).fetch(_THESE, ground.clock.now(), *columns)
    return [_loaded(row) for row in rows]


async def load_shutting_out(ground: Ground) -> set[UUID]:
    """Workspaces in which networks are blocked."""
    async with ground.work_everywhere() as work:
        return {row["workspace_id"] for row in await (await work.raw()).fetch(_SHUTTING_OUT, ground.clock.now())}


def _loaded(row: asyncpg.Record) -> Loaded:
    value = LiveVisitor(
        id=row["id"],
        site_id=row["site_id"],
        visit_id=row["visit_id"],
        contact_id=row["contact_id"],
        name=row["name"],
        number=row["number"],
        returning=row["number"] > 1,
        started_at=row["started_at"],
        active_at=max(row["page_since"], row["started_at"]),
        page=Page(url=row["exit_url"], title=row["exit_title"]),
        page_since=row["page_since"],
        page_views=row["page_views"],
        landing_url=row["landing_url"],
        source=msgspec.json.decode(row["source"], type=Source),
        region=msgspec.json.decode(row["region"], type=Region),
        device=msgspec.json.decode(row["device"]),
        language=row["language"],
        hidden=False,
        tag_ids=list(row["tag_ids"]),
        anonymous=row["anonymous"],
        blocked=row["blocked_until"] is not None,
        invited=row["invited"],
        invitation=row["invitation"],
    )
    return Loaded(row["workspace_id"], value, row["blocked_until"])
