"""The policies of a workspace, and which of them a conversation goes by."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import msgspec
from sqlalchemy import select, text

from yingke.inboxes import Hours, Site, settings_of
from yingke.kit.work import Work
from yingke.routing.rules import rules_of
from yingke.routing.traits import TIER
from yingke.service_levels.models import ServicePolicy
from yingke.service_levels.terms import Terms, When

_KNOWN = text(
    """
SELECT c.id, c.channel, c.kind, c.team_id, c.site_id, c.priority, coalesce(v.fields, '{}') || coalesce(p.fields, '{}') AS fields,
       c.tag_ids || ARRAY(SELECT tag_id FROM visitor_tags WHERE workspace_id = c.workspace_id AND visitor_id = c.visitor_id)
                 || ARRAY(SELECT tag_id FROM contact_tags WHERE workspace_id = c.workspace_id AND contact_id = c.contact_id)
         AS tag_ids
FROM conversations c
LEFT JOIN visitors v ON v.workspace_id = c.workspace_id AND v.id = c.visitor_id
LEFT JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
WHERE c.workspace_id = :workspace AND c.id = ANY(:ids)
"""
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A policy as it is kept."""

    id: UUID
    name: str
    terms: Terms
    since: datetime
    """It measures what begins from then on."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What policies may ask of a conversation."""

    team_id: UUID | None
    site_id: UUID | None
    channel: str
    priority: str
    tiers: frozenset[str]
    tag_ids: frozenset[UUID]


def misses(when: When, of: Circumstances) -> list[str]:
    """The fields of `when` that do not fit; none: it applies."""
    tiers = {tier.casefold() for tier in when.tiers}
    fits = {
        "team_ids": not when.team_ids or of.team_id in when.team_ids,
        "site_ids": not when.site_ids or of.site_id in when.site_ids,
        "channels": not when.channels or of.channel in when.channels,
        "priorities": not when.priorities or (of.priority or "ordinary") in when.priorities,
        "tiers": not tiers or bool(tiers & of.tiers),
        "tag_ids": not when.tag_ids or bool(of.tag_ids & set(when.tag_ids)),
    }
    return [field for field, fit in fits.items() if not fit]


def applying(policies: Sequence[Kept], of: Circumstances) -> Kept | None:
    return next((policy for policy in policies if not misses(policy.terms.when, of)), None)


async def active_policies(work: Work) -> list[Kept]:
    """Those that are on, in their order."""
    query = select(ServicePolicy).where(ServicePolicy.workspace_id == work.workspace_id, ServicePolicy.active)
    rows = await work.all(query.order_by(ServicePolicy.position, ServicePolicy.id))
    return [Kept(row.id, row.name, terms_of(row), row.since) for row in rows]


def terms_of(row: ServicePolicy) -> Terms:
    return _terms(msgspec.json.encode(row.terms))


@lru_cache(maxsize=1000)
def _terms(told: bytes) -> Terms:
    return Terms.model_validate_json(told)


async def circumstances(work: Work, conversation_ids: Collection[UUID]) -> dict[UUID, Circumstances]:
    rows = await work.rows.execute(_KNOWN, {"workspace": work.workspace_id, "ids": list(conversation_ids)})
    return {
        row.id: Circumstances(
            team_id=row.team_id,
            site_id=row.site_id,
            channel="offline" if row.kind == "offline" else row.channel,
            priority=row.priority,
            tiers=frozenset(str(row.fields[name]).casefold() for name in TIER if row.fields.get(name)),
            tag_ids=frozenset(row.tag_ids),
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Calendars:
    """Business hours of sites and of teams."""

    sites: Mapping[UUID, Hours]
    teams: Mapping[UUID, Hours]

    def of(self, terms: Terms, site_id: UUID | None, team_id: UUID | None) -> Hours | None:
        """By which the clocks of a conversation go; None: they always run."""
        if terms.hours == "calendar":
            return None
        if terms.hours == "own":
            return terms.own_hours
        own = self.teams.get(team_id) if terms.hours == "team" and team_id else None
        return own or (self.sites.get(site_id) if site_id else None)


async def calendars(work: Work, terms: Iterable[Terms]) -> Calendars:
    """Those that clocks by `terms` go by: nothing is read where all clocks run always."""
    by = {each.hours for each in terms}
    return Calendars(
        sites=await _hours_of_sites(work) if by & {"site", "team"} else {},
        teams=await hours_of_teams(work) if "team" in by else {},
    )


async def _hours_of_sites(work: Work) -> dict[UUID, Hours]:
    sites = await work.all(select(Site).where(Site.workspace_id == work.workspace_id))
    return {site.id: settings_of(site).hours for site in sites}


async def hours_of_teams(work: Work) -> dict[UUID, Hours]:
    """Of those that have their own."""
    rules = await rules_of(work)
    return {team_id: policy.hours for team_id, policy in rules.policies.items() if team_id and policy.hours}
