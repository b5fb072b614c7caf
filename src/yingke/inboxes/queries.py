"""Reading sites."""

import re
from uuid import UUID

from sqlalchemy import select

from yingke.identity import Actor
from yingke.inboxes.models import Site
from yingke.inboxes.public import settings_of, shown_settings
from yingke.inboxes.values import SiteValue
from yingke.kit.work import Work

_KEY = re.compile(r"[A-Za-z0-9_-]{1,64}")


async def site_of_key(work: Work, key: str) -> Site | None:
    """The site a public address names, in a work of every workspace."""
    if not _KEY.fullmatch(key):
        return None
    return (await work.scalars(select(Site).where(Site.key == key))).one_or_none()


async def list_sites(work: Work, actor: Actor) -> list[SiteValue]:
    """Those the actor sees, oldest first."""
    rows = await work.all(select(Site).where(Site.workspace_id == work.workspace_id).order_by(Site.id))
    return [site_value(site) for site in rows if actor.sees_site(site.id)]


async def get_site(work: Work, site_id: UUID) -> SiteValue:
    """Raises Missing."""
    return site_value(await work.get(Site, site_id))


def site_value(site: Site) -> SiteValue:
    return SiteValue(
        id=site.id,
        key=site.key,
        name=site.name,
        settings=shown_settings(settings_of(site)),
        created_at=site.created_at,
        last_seen_at=site.last_seen_at,
        widget_seen_url=site.widget_seen_url,
    )
