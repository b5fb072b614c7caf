"""What is known of conversations when they begin to wait: one look at all that policies may ask for."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from sqlalchemy import text

from yingke.kit.work import Work
from yingke.routing.choosing import Traits

NAMED_BY = "yingke_agent"
"""The query parameter by which a link names an agent, by id."""
TIER = ("tier", "等级")
"""The fields of a contact by which a shop tells its tier."""
_OWN = {"tier": TIER, "order_state": ("order_state", "订单状态"), "robot_finding": ("robot_finding",)}
"""Traits that a shop tells as fields of its contacts, under these names."""
_OWNER = ("owner", "owner_agent_id", "专属客服")

_KNOWN = text(
    """
SELECT c.id, c.channel, c.kind, c.language, s.id AS site_id, s.name AS site_name, s.key AS site_key, v.page_url,
       coalesce(x.landing_url, v.landing_url) AS landing_url, x.source, x.region,
       coalesce(v.fields, '{}') || coalesce(p.fields, '{}') AS fields,
       ARRAY(SELECT t.name FROM tags t WHERE t.workspace_id = c.workspace_id AND (t.id = ANY(c.tag_ids)
             OR t.id IN (SELECT tag_id FROM visitor_tags WHERE workspace_id = c.workspace_id AND visitor_id = c.visitor_id)
             OR t.id IN (SELECT tag_id FROM contact_tags WHERE workspace_id = c.workspace_id AND contact_id = c.contact_id)))
         AS tags,
       last.agent_id AS last_agent_id, last.at AS last_agent_at
FROM conversations c
LEFT JOIN sites s ON s.workspace_id = c.workspace_id AND s.id = c.site_id
LEFT JOIN visitors v ON v.workspace_id = c.workspace_id AND v.id = c.visitor_id
LEFT JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
LEFT JOIN LATERAL (SELECT source, region, landing_url FROM visits WHERE workspace_id = c.workspace_id
                   AND visitor_id = c.visitor_id ORDER BY number DESC LIMIT 1) x ON true
LEFT JOIN LATERAL (
  SELECT o.agent_id, o.last_message_at AS at FROM (
    (SELECT agent_id, last_message_at FROM conversations WHERE workspace_id = c.workspace_id AND id <> c.id
       AND visitor_id = c.visitor_id AND agent_id IS NOT NULL ORDER BY last_message_at DESC LIMIT 1)
    UNION ALL
    (SELECT agent_id, last_message_at FROM conversations WHERE workspace_id = c.workspace_id AND id <> c.id
       AND contact_id = c.contact_id AND agent_id IS NOT NULL ORDER BY last_message_at DESC LIMIT 1)
  ) o ORDER BY o.last_message_at DESC LIMIT 1) last ON true
WHERE c.workspace_id = :workspace AND c.id = ANY(:ids)
"""
)


async def traits_of(work: Work, conversation_ids: Sequence[UUID]) -> dict[UUID, Traits]:
    rows = await work.rows.execute(_KNOWN, {"workspace": work.workspace_id, "ids": list(conversation_ids)})
    return {row["id"]: _traits(row) for row in rows.mappings()}


def _traits(row: Mapping[Any, Any]) -> Traits:
    fields: dict[str, Any] = row["fields"]
    source, region = row["source"] or {}, row["region"] or {}
    values = {
        "channel": [row["channel"], row["kind"]],
        "site": [row["site_name"], row["site_key"], str(row["site_id"] or "")],
        "page": [row["page_url"], row["landing_url"]],
        "source": [source.get("kind"), source.get("engine"), source.get("name")],
        "keyword": [source.get("keyword")],
        "language": [row["language"]],
        "region": [region.get("country"), region.get("province"), region.get("city")],
        "tag": row["tags"],
        **{trait: [fields.get(name) for name in names] for trait, names in _OWN.items()},
        **{f"contact_field:{name}": [value] for name, value in fields.items()},
    }
    return Traits(
        values={trait: kept for trait, each in values.items() if (kept := [str(value) for value in each if value])},
        site_id=row["site_id"],
        named_agent_id=_named(row["page_url"]) or _named(row["landing_url"]),
        owner_id=next((found for name in _OWNER if (found := _id(fields.get(name)))), None),
        last_agent_id=row["last_agent_id"],
        last_agent_at=row["last_agent_at"],
    )


def _named(url: str | None) -> UUID | None:
    try:
        return _id(parse_qs(urlsplit(url or "").query).get(NAMED_BY, [""])[0])
    except ValueError:
        return None


def _id(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None
