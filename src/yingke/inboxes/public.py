"""What a visitor's browser is told about a site: nothing that is not meant for everybody."""

import hashlib
from functools import lru_cache
from typing import Any

import msgspec

from yingke.agents import team_values
from yingke.files import public_url
from yingke.inboxes.hours import hours_lines
from yingke.inboxes.models import Site
from yingke.inboxes.site_settings import Hours, SiteSettings
from yingke.kit.work import Work

SHAPE = 1
"""Raised when the shape of the configuration changes, so that every page fetches it again."""
_SHOWN_OF_ROBOT = ("mode", "name", "greeting", "top", "suggest_while_typing", "picture_url")
SOCKET_PATH = "/ws/v1/visitor"
_SEPARATORS = {"zh-CN": "；", "zh-TW": "；", "en": "; "}


def settings_of(site: Site) -> SiteSettings:
    """Shared with everybody who asks: not to be changed."""
    return _settings(msgspec.json.encode(site.settings))


def help_centre_base(site: Site) -> str | None:
    """Under which address a site's help centre is, without a slash at its end; None where it shows none."""
    settings = settings_of(site).help_centre
    return (settings.address.rstrip("/") or f"/help/{site.key}") if settings.enabled else None


@lru_cache(maxsize=1000)
def _settings(told: bytes) -> SiteSettings:
    # Every visitor who comes asks for the same settings, and checking them takes longer than all the rest of the welcome.
    return SiteSettings.model_validate_json(told)


def public_version(site: Site) -> str:
    """Changes with every change of the site that a visitor can see."""
    told = msgspec.json.encode([SHAPE, site.key, site.name, site.settings], order="sorted")
    return hashlib.sha256(told).hexdigest()[:16]


async def public_configuration(work: Work, site: Site) -> dict[str, Any]:
    """The public configuration (docs/protocol.md), as plain JSON values."""
    settings = settings_of(site)
    told = shown_settings(settings)
    for inner in ("allowed_origins", "team_ids", "help_centre", "invitations"):
        told.pop(inner)
    told["robot"] = {name: told["robot"][name] for name in _SHOWN_OF_ROBOT}
    return {
        "v": SHAPE,
        "version": public_version(site),
        "site": {"key": site.key, "name": site.name},
        "socket_url": SOCKET_PATH,
        **told,
        "hours": told["hours"] | {"text": _hours_text(settings.hours, work)},
        "departments": await departments(work, settings),
    }


async def departments(work: Work, settings: SiteSettings) -> list[dict[str, str]]:
    """Teams a visitor may choose from, under their public names, in the order of the settings."""
    if not settings.team_ids:
        return []
    teams = {team.id: team for team in await team_values(work)}
    shown = [teams[id] for id in settings.team_ids if id in teams]
    return [{"id": str(team.id), "name": team.public_name or team.name} for team in shown]


def shown_settings(settings: SiteSettings) -> dict[str, Any]:
    """As plain JSON values, with the addresses of its images."""
    shown = settings.stored()
    if settings.look.logo_file_id:
        shown["look"]["logo_url"] = public_url(settings.look.logo_file_id, "logos")
    if settings.banner.image_file_id:
        shown["banner"]["image_url"] = public_url(settings.banner.image_file_id, "banners")
    if settings.robot.picture_file_id:
        shown["robot"]["picture_url"] = public_url(settings.robot.picture_file_id, "logos")
    return shown


def _hours_text(hours: Hours, work: Work) -> dict[str, str]:
    today = work.now.date()
    return {
        language: separator.join(hours_lines(hours, language, today=today))
        for language, separator in _SEPARATORS.items()
    }
