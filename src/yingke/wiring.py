"""Who listens to what, on one page: a table, no logic."""

from dataclasses import dataclass, field

from fastapi import APIRouter

from yingke.agents import models as agents_models
from yingke.agents import notice_silence, session_routes
from yingke.agents import routes as agents_routes
from yingke.audit import forget_in_all
from yingke.audit import models as audit_models
from yingke.calibration import models as calibration_models
from yingke.calibration import routes as calibration_routes
from yingke.calibration.leading import close_all_due as close_calibrations
from yingke.canned_responses import models as canned_responses_models
from yingke.canned_responses import routes as canned_responses_routes
from yingke.channels.applying import page_routes as applying_page_routes
from yingke.channels.applying import routes as applying_routes
from yingke.channels.help_centre import routes as help_centre_routes
from yingke.channels.webchat import contact_routes as webchat_contact_routes
from yingke.channels.webchat import routes as webchat_routes
from yingke.channels.webchat.rates import PublicRates
from yingke.contacts import models as contacts_models
from yingke.contacts import routes as contacts_routes
from yingke.conversations import file_routes as conversations_file_routes
from yingke.conversations import handlers as conversations_handlers
from yingke.conversations import models as conversations_models
from yingke.conversations import routes as conversations_routes
from yingke.conversations.jobs import forget_tag, wake_due
from yingke.conversations.search import indexing as search_indexing
from yingke.conversations.search import models as search_models
from yingke.conversations.search import routes as search_routes
from yingke.files import models as files_models
from yingke.files import routes as files_routes
from yingke.files import sweep_files
from yingke.identity import approval_routes, audit_routes, role_routes
from yingke.identity import jobs as identity_jobs
from yingke.identity import models as identity_models
from yingke.identity import routes as identity_routes
from yingke.identity.expiry import remove_expired
from yingke.inboxes import models as inboxes_models
from yingke.inboxes import routes as inboxes_routes
from yingke.kit import installation as kit_installation
from yingke.kit import outbox as kit_outbox
from yingke.kit.bus import Bus
from yingke.kit.database import Base
from yingke.kit.files import FileStore
from yingke.kit.mail import Mailer
from yingke.kit.outbound import OutboundClient
from yingke.kit.outbox import Job, Listener
from yingke.kit.relay import Relay
from yingke.kit.sealing import Sealer
from yingke.kit.statistics import count_grown_tables
from yingke.kit.timers import Timer, everywhere
from yingke.kit.work import Ground
from yingke.knowledge import image_routes as knowledge_image_routes
from yingke.knowledge import models as knowledge_models
from yingke.knowledge import routes as knowledge_routes
from yingke.knowledge.asked_on import AskedOn
from yingke.knowledge.banks import Banks
from yingke.knowledge.checking import jobs as check_jobs
from yingke.knowledge.checking import routes as check_routes
from yingke.knowledge.importing import jobs as import_jobs
from yingke.knowledge.importing import routes as import_routes
from yingke.knowledge.ordering import remove_deleted
from yingke.knowledge.proposing import handlers as proposing_handlers
from yingke.knowledge.proposing import jobs as proposing_jobs
from yingke.knowledge.proposing import routes as proposing_routes
from yingke.language_model import Thinker
from yingke.language_model import models as language_model_models
from yingke.language_model import routes as language_model_routes
from yingke.leaving import routes as leaving_routes
from yingke.notifications import handlers as notifications_handlers
from yingke.notifications import jobs as notifications_jobs
from yingke.notifications import models as notifications_models
from yingke.notifications import pushing as notifications_pushing
from yingke.notifications import routes as notifications_routes
from yingke.outreach import handlers as outreach_handlers
from yingke.outreach import models as outreach_models
from yingke.outreach import routes as outreach_routes
from yingke.outreach import settle_unanswered
from yingke.outreach.acting import Outreach
from yingke.promises import models as promises_models
from yingke.promises import routes as promises_routes
from yingke.promises.watching import look_at_all_due as look_at_promises
from yingke.quality import models as quality_models
from yingke.quality import routes as quality_routes
from yingke.quality.plans import pick_all_due as pick_quality_samples
from yingke.ratings import models as ratings_models
from yingke.realtime.hub import Hub
from yingke.robot import handlers as robot_handlers
from yingke.robot import jobs as robot_jobs
from yingke.robot import routes as robot_routes
from yingke.routing import handlers as routing_handlers
from yingke.routing import jobs as routing_jobs
from yingke.routing import models as routing_models
from yingke.routing import routes as routing_routes
from yingke.routing.replay import routes as replay_routes
from yingke.routing.rescuing import rescue_stranded
from yingke.segments import models as segments_models
from yingke.segments import routes as segments_routes
from yingke.segments.profiles import Profiles
from yingke.segments.sighting import Sighting
from yingke.self_service import routes as self_service_routes
from yingke.service_levels import handlers as service_levels_handlers
from yingke.service_levels import jobs as service_levels_jobs
from yingke.service_levels import models as service_levels_models
from yingke.service_levels import routes as service_levels_routes
from yingke.service_requests import jobs as service_requests_jobs
from yingke.service_requests import models as service_requests_models
from yingke.service_requests import routes as service_requests_routes
from yingke.service_requests.watching import look_at_all_due as look_at_service_requests
from yingke.settings import Settings
from yingke.shifts import handlers as shifts_handlers
from yingke.shifts import models as shifts_models
from yingke.shifts import routes as shifts_routes
from yingke.shifts.following import look_at_all_due as look_at_shifts
from yingke.supervision import models as supervision_models
from yingke.supervision import routes as supervision_routes
from yingke.tags import models as tags_models
from yingke.tags import routes as tags_routes
from yingke.traffic import models as traffic_models
from yingke.traffic import roll_up_days
from yingke.traffic import routes as traffic_routes
from yingke.training import handlers as training_handlers
from yingke.training import models as training_models
from yingke.training import routes as training_routes
from yingke.views import models as views_models
from yingke.views import routes as views_routes
from yingke.visitors import handlers as visitors_handlers
from yingke.visitors import models as visitors_models
from yingke.visitors import routes as visitors_routes
from yingke.visits import models as visits_models
from yingke.visits import remove_old_visits
from yingke.visits import routes as visits_routes
from yingke.visits.tracking import Tracking, forget_salts
from yingke.words import WordGuard
from yingke.words import models as words_models
from yingke.words import routes as words_routes

METADATA = Base.metadata
MODELS = (
    kit_outbox,
    kit_installation,
    identity_models,
    audit_models,
    tags_models,
    words_models,
    agents_models,
    files_models,
    contacts_models,
    inboxes_models,
    visitors_models,
    visits_models,
    segments_models,
    conversations_models,
    search_models,
    routing_models,
    service_levels_models,
    promises_models,
    shifts_models,
    service_requests_models,
    canned_responses_models,
    ratings_models,
    notifications_models,
    views_models,
    traffic_models,
    knowledge_models,
    language_model_models,
    outreach_models,
    supervision_models,
    quality_models,
    calibration_models,
    training_models,
)
"""Every module with tables is imported here, so that migrations see them."""

LISTENERS: dict[str, list[Listener]] = {
    "conversation.changed": [
        routing_handlers.route_conversation,
        service_levels_handlers.follow_changes,
        notifications_handlers.notice_change,
        outreach_handlers.follow_conversation,
    ],
    "agent.changed": [routing_handlers.route_to_agent, shifts_handlers.follow_agent],
    "workspace.changed": [shifts_handlers.follow_workspace],
    "team.deleted": [routing_handlers.route_after_team],
    "routing.changed": [routing_handlers.route_anew, service_levels_handlers.follow_hours],
    "site.changed": [service_levels_handlers.follow_hours],
    "service_policies.changed": [service_levels_handlers.follow_hours],
    "words.alerted": [conversations_handlers.pause_who_abuses],
    "tag.changed": [conversations_handlers.forget_tag],
    "visitor.blocked": [proposing_handlers.follow_visitor],
    "visitor.unblocked": [proposing_handlers.follow_visitor],
    "visitor.identified": [conversations_handlers.follow_identity, proposing_handlers.follow_visitor],
    "contact.changed": [
        conversations_handlers.follow_contact,
        search_indexing.index_contact,
        training_handlers.forget_contact,
    ],
    "visitor.deleted": [training_handlers.forget_visitor],
    "contact.merged": [
        conversations_handlers.follow_contact,
        search_indexing.index_contact,
        visitors_handlers.follow_merged,
    ],
    "contact.merge_undone": [conversations_handlers.follow_contact, search_indexing.index_contact],
    "message.posted": [
        search_indexing.index_message,
        service_levels_handlers.follow_messages,
        robot_handlers.answer_message,
        notifications_handlers.answer_by_mail,
        notifications_handlers.notice_message,
    ],
    "message.recalled": [search_indexing.forget_message, training_handlers.forget_message],
}
"""Fact name → what runs once after it, durably."""

JOBS: dict[str, Job] = {
    "send_reset_link": identity_jobs.send_reset_link,
    "send_invitation": identity_jobs.send_invitation,
    "send_factor_removed": identity_jobs.send_factor_removed,
    "record_failed_sign_in": identity_jobs.record_failed_sign_in,
    "forget_tag": forget_tag,
    "release_seat": routing_jobs.release_seat,
    "follow_service_levels": service_levels_jobs.follow_service_levels,
    "set_service_clocks": service_levels_jobs.set_service_clocks,
    "mail_service_level": service_levels_jobs.mail_service_level,
    "mail_applicant": service_requests_jobs.mail_applicant,
    "read_knowledge_import": import_jobs.read_knowledge_import,
    "store_knowledge_import": import_jobs.store_knowledge_import,
    "drop_knowledge_file": import_jobs.drop_knowledge_file,
    "check_knowledge_links": check_jobs.check_links,
    "weigh_evidence": proposing_jobs.weigh_evidence,
    "answer_as_robot": robot_jobs.answer_as_robot,
    "send_mail": notifications_jobs.send_mail,
    "send_push": notifications_pushing.send_push,
}
"""Deferred work by name."""


ROUTERS: list[tuple[APIRouter, str]] = [
    (session_routes.router, "/api/v1"),
    (identity_routes.router, "/api/v1"),
    (audit_routes.router, "/api/v1"),
    (approval_routes.router, "/api/v1"),
    (role_routes.router, "/api/v1"),
    (leaving_routes.router, "/api/v1"),
    (agents_routes.router, "/api/v1"),
    (files_routes.router, "/api/v1"),
    (files_routes.public_router, ""),
    (contacts_routes.router, "/api/v1"),
    (visitors_routes.router, "/api/v1"),
    (visits_routes.router, "/api/v1"),
    (segments_routes.router, "/api/v1"),
    (traffic_routes.router, "/api/v1"),
    (outreach_routes.router, "/api/v1"),
    (inboxes_routes.router, "/api/v1"),
    (webchat_contact_routes.router, ""),
    (webchat_routes.router, ""),
    (help_centre_routes.router, ""),
    (applying_routes.router, ""),
    (applying_page_routes.router, ""),
    (tags_routes.router, "/api/v1"),
    (words_routes.router, "/api/v1"),
    (conversations_routes.router, "/api/v1"),
    (conversations_file_routes.router, "/api/v1"),
    (routing_routes.router, "/api/v1"),
    (replay_routes.router, "/api/v1"),
    (service_levels_routes.router, "/api/v1"),
    (promises_routes.router, "/api/v1"),
    (shifts_routes.router, "/api/v1"),
    (service_requests_routes.router, "/api/v1"),
    (supervision_routes.router, "/api/v1"),
    (quality_routes.router, "/api/v1"),
    (calibration_routes.router, "/api/v1"),
    (training_routes.router, "/api/v1"),
    (views_routes.router, "/api/v1"),
    (canned_responses_routes.router, "/api/v1"),
    (search_routes.router, "/api/v1"),
    (knowledge_routes.router, "/api/v1"),
    (self_service_routes.router, "/api/v1"),
    (knowledge_image_routes.router, "/api/v1"),
    (import_routes.router, "/api/v1"),
    (check_routes.router, "/api/v1"),
    (proposing_routes.router, "/api/v1"),
    (robot_routes.router, "/api/v1"),
    (language_model_routes.router, "/api/v1"),
    (notifications_routes.router, "/api/v1"),
    (notifications_routes.public_router, ""),
]
"""Every router and the prefix it is served under."""


@dataclass(slots=True)
class Services:
    """What the doors hand to routes and jobs."""

    settings: Settings
    ground: Ground
    bus: Bus
    hub: Hub
    files: FileStore
    mailer: Mailer
    outbound: OutboundClient
    rates: PublicRates = field(default_factory=PublicRates)
    asked_on: AskedOn = field(default_factory=AskedOn)
    tracking: Tracking = field(init=False)
    banks: Banks = field(init=False)
    thinker: Thinker = field(init=False)
    profiles: Profiles = field(init=False)
    sighting: Sighting = field(init=False)
    words: WordGuard = field(init=False)
    outreach: Outreach = field(init=False)

    def __post_init__(self) -> None:
        self.tracking = Tracking(self.ground, self.bus, self.settings.region_file)
        self.banks = Banks(self.ground)
        self.thinker = Thinker(self.outbound, Sealer(self.settings.data, self.settings.secret))
        self.profiles = Profiles(self.tracking.roster)
        self.sighting = Sighting(self.ground, self.tracking.roster, self.profiles)
        self.words = WordGuard(self.ground)
        self.outreach = Outreach(self.ground, self.tracking.roster, self.profiles)
        self.hub.on_missed.append(self.words.doubt_all)
        self.hub.listeners += [
            self.tracking.learn,
            self.profiles.learn,
            self.sighting.learn,
            self.banks.learn,
            self.thinker.learn,
            self.words.learn,
            self.outreach.learn,
        ]


def timers(services: Services, relay: Relay) -> list[Timer]:
    """What recurs, run by one process of the installation."""
    each = services.ground
    return [
        Timer("outbox.purge", 60, relay.purge),
        Timer("statistics.count_grown_tables", 10, everywhere(each, count_grown_tables)),
        Timer("agents.notice_silence", 10, everywhere(each, notice_silence)),
        Timer("routing.look_at_due", 1, lambda: routing_jobs.look_at_all_due(each)),
        Timer("service_levels.look_at_due", 1, lambda: service_levels_jobs.look_at_all_due(each)),
        Timer("shifts.look_at_due", 2, lambda: look_at_shifts(each)),
        Timer("promises.look_at_due", 5, lambda: look_at_promises(each)),
        Timer("service_requests.look_at_due", 5, lambda: look_at_service_requests(each)),
        Timer("quality.pick_samples", 300, lambda: pick_quality_samples(each)),
        Timer("calibration.close_due", 60, lambda: close_calibrations(each)),
        Timer("routing.rescue_stranded", 30, lambda: rescue_stranded(each)),
        Timer("routing.forget_decisions", 3600, lambda: routing_jobs.forget_decisions(each)),
        Timer("conversations.wake_due", 15, lambda: wake_due(each)),
        Timer("files.sweep", 3600, lambda: sweep_files(each, services.files)),
        Timer("audit.forget_old", 3600, lambda: forget_in_all(each)),
        Timer("identity.remove_expired", 3600, everywhere(each, remove_expired)),
        Timer("knowledge.remove_deleted", 3600, everywhere(each, remove_deleted)),
        Timer("robot.look_after", 10, lambda: robot_jobs.look_after_robots(each)),
        Timer("outreach.settle_unanswered", 15, lambda: settle_unanswered(each)),
        Timer("traffic.roll_up_days", 900, lambda: roll_up_days(each)),
        Timer("visits.remove_old", 3600, lambda: remove_old_visits(each)),
        Timer("visits.forget_salts", 3600, everywhere(each, forget_salts)),
    ]
