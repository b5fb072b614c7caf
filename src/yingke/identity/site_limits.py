"""What a route is asked about by its address, for somebody who is limited to sites.

Whatever an address names by one of these words is of a site, or of several, or of all: what is of none of the actor's is
missing for them, on every route there is and will be. Lists and pushes narrow themselves, by `Actor.only_site_ids`.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import TextClause, text

from yingke.identity.actors import Actor
from yingke.kit.errors import Missing
from yingke.kit.work import Work

_NAMED = "SELECT array_remove({site_ids}, NULL) FROM {table} t {more} WHERE t.workspace_id = :workspace AND t.id = :id"


def _sites_of(table: str, site_ids: str = "ARRAY[t.site_id]", more: str = "") -> TextClause:
    return text(_NAMED.format(table=table, site_ids=site_ids, more=more))


OF_SITES: Final[Mapping[str, TextClause]] = {
    "visitor_id": _sites_of("visitors"),
    "visit_id": _sites_of("visits"),
    "invitation_id": _sites_of("visitor_invitations"),
    "rule_id": _sites_of("invitation_rules"),
    "goal_id": _sites_of("goals"),
    "entry_id": _sites_of("knowledge_entries", "t.site_ids"),
    "block_id": _sites_of(
        "blocks", "ARRAY[v.site_id]", "LEFT JOIN visitors v ON v.workspace_id = t.workspace_id AND v.id = t.visitor_id"
    ),
}
"""The names of path parameters, and how to find the sites of what they name; those of none are of all."""


async def require_within_sites(
    work: Work, actor: Actor, named: Mapping[str, object], site_id: str | None = None
) -> None:
    """`named`: ids by their names, as in addresses; `site_id`: of the query. Raises Missing."""
    if actor.only_site_ids is None:
        return
    for asked in (named.get("site_id"), site_id):
        if asked and (id := _id(asked)) is not None and not actor.sees_site(id):
            raise Missing
    for name in named.keys() & OF_SITES.keys():
        id = _id(named[name])
        sites = await sites_of(work, actor, name, id) if id is not None else None
        if sites and actor.only_site_ids.isdisjoint(sites):
            raise Missing


async def sites_of(work: Work, actor: Actor, name: str, id: UUID) -> list[UUID] | None:
    """None when there is no such thing."""
    bound = {"workspace": actor.workspace_id, "id": id}
    found: list[UUID] | None = await work.rows.scalar(OF_SITES[name], bound)
    return found


def _id(asked: object) -> UUID | None:
    """What is no id is refused by the route itself."""
    try:
        return UUID(str(asked))
    except ValueError:
        return None
