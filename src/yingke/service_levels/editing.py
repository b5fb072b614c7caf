"""Making, changing, ordering and removing policies."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from yingke.agents import Team
from yingke.identity import Actor
from yingke.inboxes import Hours, Site, next_opening, settings_of
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.work import Work
from yingke.service_levels.errors import Gone, HoursNeverOpen
from yingke.service_levels.facts import ServicePoliciesChanged
from yingke.service_levels.models import ServicePolicy
from yingke.service_levels.policies import hours_of_teams
from yingke.service_levels.queries import policy_value, rows_of
from yingke.service_levels.terms import Terms
from yingke.service_levels.values import ServicePolicyValue
from yingke.tags import Tag

MOST_POLICIES = 100


async def create_policy(
    work: Work, actor: Actor, *, name: str, terms: Terms, active: bool = True
) -> ServicePolicyValue:
    """The last in order. Raises Invalid naming a field, HoursNeverOpen, Gone."""
    held = select(func.count(), func.max(ServicePolicy.position)).where(ServicePolicy.workspace_id == work.workspace_id)
    count, last = (await work.rows.execute(held)).one()
    if count >= MOST_POLICIES:
        raise Invalid(f"A workspace has at most {MOST_POLICIES} policies. Delete one that is not used.", field="name")
    await _require_sound(work, name, terms)
    row = ServicePolicy(
        id=new_id(), name=name, active=active, position=(-1 if last is None else last) + 1, terms=terms.stored(),
        since=work.now, changed_at=work.now, changed_by=actor.agent_id,
    )  # fmt: skip
    work.add(row)
    return await _tell(work, row)


async def change_policy(work: Work, actor: Actor, policy_id: UUID, change: dict[str, Any]) -> ServicePolicyValue:
    """`change` holds some of what `create_policy` takes. Raises Missing, HoursNeverOpen, Gone."""
    row = await work.get(ServicePolicy, policy_id, lock=True)
    if "terms" in change:
        await _require_sound(work, change.get("name", row.name), change["terms"])
        row.terms = change["terms"].stored()
    row.name = change.get("name", row.name)
    if change.get("active", row.active) and not row.active:
        row.since = work.now
    row.active = change.get("active", row.active)
    row.changed_at, row.changed_by = work.now, actor.agent_id
    return await _tell(work, row)


async def remove_policy(work: Work, policy_id: UUID) -> None:
    """What it promised and still runs goes by the next policy that fits, or is dropped. Raises Missing."""
    await work.rows.delete(await work.get(ServicePolicy, policy_id, lock=True))
    work.tell(ServicePoliciesChanged(workspace_id=work.workspace_id))


async def order_policies(work: Work, ids: Sequence[UUID]) -> list[ServicePolicyValue]:
    """`ids`: every policy once, in the new order. Raises Invalid naming `ids`."""
    rows = {row.id: row for row in await rows_of(work)}
    if len(ids) != len(rows) or set(ids) != set(rows):
        raise Invalid("Send every policy once. Load the list again.", field="ids")
    for position, id in enumerate(ids):
        rows[id].position = position
    work.tell(ServicePoliciesChanged(workspace_id=work.workspace_id))
    return [policy_value(rows[id]) for id in ids]


async def _tell(work: Work, row: ServicePolicy) -> ServicePolicyValue:
    await work.flush()
    work.tell(ServicePoliciesChanged(workspace_id=work.workspace_id))
    return policy_value(row)


async def _require_sound(work: Work, name: str, terms: Terms) -> None:
    await _require_there(work, Team, terms.when.team_ids, "terms.when.team_ids")
    await _require_there(work, Site, terms.when.site_ids, "terms.when.site_ids")
    await _require_there(work, Tag, terms.when.tag_ids, "terms.when.tag_ids")
    sites = await work.all(select(Site).where(Site.workspace_id == work.workspace_id).order_by(Site.id))
    named = {site.id: site.name for site in sites}
    for site_id, hours in _hours_of_sites(terms, {site.id: settings_of(site).hours for site in sites}).items():
        _require_open(work, hours, named[site_id])
    if terms.hours == "own" and terms.own_hours is not None:
        _require_open(work, terms.own_hours, name)
    if terms.hours == "team":
        await _require_teams_open(work, terms, await hours_of_teams(work))


async def _require_there(work: Work, model: Any, ids: Sequence[UUID], field: str) -> None:
    there = await work.scalars(select(model.id).where(model.workspace_id == work.workspace_id, model.id.in_(ids)))
    if set(ids) - set(there):
        raise Gone(field=field)


def _hours_of_sites(terms: Terms, hours: dict[UUID, Hours]) -> dict[UUID, Hours]:
    """Of the sites whose hours its clocks may go by."""
    if terms.hours in ("calendar", "own"):
        return {}
    wanted = terms.when.site_ids or list(hours)
    return {site_id: hours[site_id] for site_id in wanted}


async def _require_teams_open(work: Work, terms: Terms, kept: dict[UUID, Hours]) -> None:
    for team_id in terms.when.team_ids or list(kept):
        team = await work.find(Team, team_id)
        if team is not None and team_id in kept:
            _require_open(work, kept[team_id], team.name)


def _require_open(work: Work, hours: Hours, name: str) -> None:
    if next_opening(hours, work.now) is None:
        raise HoursNeverOpen(
            f"The business hours of “{name}” never open, so that nothing would come due by them. "
            "Set these hours first, or have the clocks always run.",
            field="terms.hours",
        )
