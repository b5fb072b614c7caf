"""Sample data, written once: what a half-finished first start left behind is removed and written anew."""

import json
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete

from yingke.demo.applying import write_requests
from yingke.demo.calibrating import write_calibrations
from yingke.demo.company import found_shop, origins_of
from yingke.demo.faq import write_demand, write_entries, write_revisions
from yingke.demo.history import Past, write_past, write_present
from yingke.demo.inspecting import write_quality
from yingke.demo.inviting import write_invitations
from yingke.demo.promising import write_promises, write_service_levels
from yingke.demo.proposing import write_proposals
from yingke.demo.queueing import write_routing
from yingke.demo.rostering import write_roster
from yingke.demo.training import write_training
from yingke.demo.visiting import write_visits
from yingke.identity import Login, Workspace
from yingke.inboxes import Site
from yingke.inboxes.editing import change_site
from yingke.kit.clock import FixedClock
from yingke.kit.installation import InstallationValue
from yingke.kit.work import Ground
from yingke.settings import Settings

_DONE = "demo_sample"
_BEGAN = timedelta(days=60)
"""How long the shop has been in business here."""


@dataclass(frozen=True, slots=True)
class Sample:
    workspace_id: UUID
    owner_login_id: UUID
    site_id: UUID


async def ensure_sample(ground: Ground, settings: Settings) -> Sample:
    """The sample in the installation of `ground`; written on the first call, by a minute's worth of small works."""
    async with ground.work_everywhere() as work:
        kept = await work.rows.get(InstallationValue, _DONE)
    origins = origins_of(settings.public_url, settings.port)
    made = _read(kept.value) if kept else await _write(ground, settings, origins)
    async with ground.work_in(made.workspace_id) as work:
        site = await work.get(Site, made.site_id)
        if site.settings["allowed_origins"] != origins:  # started on another port
            await change_site(work, made.site_id, settings={"allowed_origins": origins})
    return made


async def _write(ground: Ground, settings: Settings, origins: list[str]) -> Sample:
    async with ground.work_everywhere() as work:
        await work.rows.execute(delete(Workspace))
        await work.rows.execute(delete(Login))
    now = ground.clock.now()
    clock = FixedClock(now - _BEGAN)
    before = Ground(ground.engine, ground.outbox, clock)
    company = await found_shop(before, origins)
    await write_routing(before, company, company.actors["lin"])
    await write_service_levels(before, company, company.actors["lin"])
    past = Past(before, clock, company, f"{settings.public_url}/demo")
    await write_entries(past)
    await write_past(past, now)
    await write_present(past, now)
    await write_promises(before, company, company.actors["lin"], now)
    await write_quality(before, company, company.actors["chen"], now)
    await write_calibrations(before, company, now)
    await write_training(before, company, now)
    await write_roster(before, company, company.actors["lin"], now)
    await write_requests(before, company, company.actors["lin"], now)
    await write_visits(past, now)
    await write_invitations(past, now)
    await write_revisions(past, now)
    await write_demand(past, now)
    await write_proposals(past, now)
    async with ground.work_everywhere() as work:
        made = {
            "workspace_id": company.workspace_id,
            "owner_login_id": company.owner_login_id,
            "site_id": company.site_id,
        }
        work.add(InstallationValue(key=_DONE, value=json.dumps(made, default=str)))
    return Sample(**made)


def _read(value: str) -> Sample:
    return Sample(**{name: UUID(id) for name, id in json.loads(value).items()})


async def site_of(ground: Ground, made: Sample) -> Site:
    async with ground.work_in(made.workspace_id) as work:
        return await work.get(Site, made.site_id)
