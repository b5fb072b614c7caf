"""Who listens to what, on one page: a table, no logic."""

from dataclasses import dataclass

from fastapi import APIRouter

from yingke.agents import models as agents_models
from yingke.contacts import models as contacts_models
from yingke.files import models as files_models
from yingke.files import routes as files_routes
from yingke.identity import models as identity_models
from yingke.inboxes import models as inboxes_models
from yingke.kit import outbox as kit_outbox
from yingke.kit.bus import Bus
from yingke.kit.database import Base
from yingke.kit.files import Folder
from yingke.kit.mail import Mailer
from yingke.kit.outbound import OutboundClient
from yingke.kit.outbox import Job, Listener
from yingke.kit.work import Ground
from yingke.settings import Settings
from yingke.tags import models as tags_models
from yingke.tags import routes as tags_routes
from yingke.visitors import models as visitors_models

METADATA = Base.metadata
MODELS = (
    kit_outbox,
    identity_models,
    tags_models,
    agents_models,
    files_models,
    contacts_models,
    inboxes_models,
    visitors_models,
)
"""Every module with tables is imported here, so that migrations see them."""

LISTENERS: dict[str, list[Listener]] = {}
"""Fact name → what runs once after it, durably."""

JOBS: dict[str, Job] = {}
"""Deferred work by name."""


ROUTERS: list[tuple[APIRouter, str]] = [
    (files_routes.router, "/api/v1"),
    (files_routes.public_router, ""),
    (tags_routes.router, "/api/v1"),
]
"""Every router and the prefix it is served under."""


@dataclass(slots=True)
class Services:
    """What the doors hand to routes and jobs."""

    settings: Settings
    ground: Ground
    bus: Bus
    files: Folder
    mailer: Mailer
    outbound: OutboundClient
