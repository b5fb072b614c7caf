"""Making, changing and removing sites."""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from yingke.files import File
from yingke.identity import Workspace, forget_site
from yingke.inboxes.facts import SiteChanged
from yingke.inboxes.models import Site
from yingke.inboxes.queries import site_value
from yingke.inboxes.site_settings import SiteSettings
from yingke.inboxes.values import SiteValue
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.links import page_address
from yingke.kit.work import Work

SEEN_EVERY = timedelta(minutes=1)


async def create_site(work: Work, *, name: str, settings: dict[str, Any]) -> SiteValue:
    """`settings` is a merge patch on the first values. Raises RequestValidationError naming the field."""
    workspace = await work.rows.get_one(Workspace, work.workspace_id)
    first = {"hours": {"time_zone": workspace.time_zone}}
    checked = read_settings(merge_patch(merge_patch(SiteSettings().stored(), first), settings))
    await _require_images(work, checked)
    site = Site(
        id=new_id(),
        key=secrets.token_urlsafe(12),
        name=name,
        settings=checked.stored(),
        identity_secret=secrets.token_urlsafe(32),
        created_at=work.now,
    )
    work.add(site)
    return await _tell_changed(work, site)


async def change_site(
    work: Work, site_id: UUID, *, name: str | None = None, settings: dict[str, Any] | None = None
) -> SiteValue:
    """`settings` is a JSON merge patch (RFC 7396): null gives a part its first value again.

    Raises Missing, RequestValidationError naming the field.
    """
    site = await work.get(Site, site_id, lock=True)
    if name is not None:
        site.name = name
    if settings is not None:
        checked = read_settings(merge_patch(site.settings, settings))
        await _require_images(work, checked)
        site.settings = checked.stored()
    return await _tell_changed(work, site)


async def rotate_identity_secret(work: Work, site_id: UUID) -> str:
    """The new secret. Signatures made with the old one are refused from now on. Raises Missing."""
    site = await work.get(Site, site_id, lock=True)
    site.identity_secret = secrets.token_urlsafe(32)
    return site.identity_secret


async def delete_site(work: Work, site_id: UUID) -> None:
    """Its visitors go with it; conversations stay, for those who are not limited to sites. Raises Missing."""
    site = await work.get(Site, site_id, lock=True)
    value = site_value(site)
    await forget_site(work, site_id)
    await work.rows.delete(site)
    work.tell(SiteChanged(workspace_id=work.workspace_id, site=value, deleted=True))


async def note_site_seen(work: Work, site: Site, page_url: str) -> None:
    """The widget runs on a page: stored at most once a minute, told the first time."""
    first = site.last_seen_at is None
    if site.last_seen_at is not None and work.now - site.last_seen_at < SEEN_EVERY:
        return
    site.last_seen_at = work.now
    site.widget_seen_url = page_address(page_url) or site.widget_seen_url
    if first:
        await _tell_changed(work, site)


def merge_patch(held: Any, patch: Any) -> Any:
    """RFC 7396."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(held) if isinstance(held, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def read_settings(value: Any) -> SiteSettings:
    """Raises RequestValidationError with every wrong field, as `settings.hours.weekly.0.from`."""
    try:
        return SiteSettings.model_validate(value)
    except ValidationError as error:
        problems = [{**each, "loc": ("body", "settings", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(problems) from error


async def _require_images(work: Work, settings: SiteSettings) -> None:
    for field, file_id in (
        ("settings.look.logo_file_id", settings.look.logo_file_id),
        ("settings.banner.image_file_id", settings.banner.image_file_id),
        ("settings.robot.picture_file_id", settings.robot.picture_file_id),
    ):
        file = await work.find(File, file_id) if file_id else None
        if file_id and (file is None or not file.public):
            raise Invalid("This image is not there any more. Upload it again.", field=field)


async def _tell_changed(work: Work, site: Site) -> SiteValue:
    await work.rows.flush()
    value = site_value(site)
    work.tell(SiteChanged(workspace_id=work.workspace_id, site=value))
    return value
