"""Who is shown which fact. Pure."""

from typing import Final
from uuid import UUID

from yingke.agents import AgentChanged
from yingke.calibration import CalibrationChanged
from yingke.conversations.facts import ConversationChanged, DraftChanged, MessagePosted, MessageRecalled
from yingke.conversations.values import ConversationValue
from yingke.identity import (
    ANYWHERE,
    WHICHEVER,
    Actor,
    ApprovalChanged,
    RightsChanged,
    Scope,
    SecondFactorRemoved,
    SessionEnded,
    WorkspaceChanged,
)
from yingke.kit.facts import Fact
from yingke.language_model import LanguageModelChanged
from yingke.promises import PromiseAlarm, PromiseChanged
from yingke.quality import InspectionChanged, QualityChanged
from yingke.routing.facts import ConversationOffered, RoutingAlarm, RoutingChanged
from yingke.service_levels import ServiceLevelAlarm, ServicePoliciesChanged
from yingke.service_requests import ServiceRequestAlarm, ServiceRequestChanged, sees_request
from yingke.service_requests.values import ServiceRequestValue
from yingke.shifts import RosterChanged, ShiftPatternsChanged
from yingke.shifts.reach import may_see_any
from yingke.training import ExerciseChanged, TrainingChanged
from yingke.views import ViewsChanged
from yingke.visitors import NetworkBlocked, NetworkUnblocked
from yingke.words import WordsAlerted

_OF_QUALITY = InspectionChanged | CalibrationChanged
_OF_REQUESTS = ServiceRequestChanged | ServiceRequestAlarm
_FOR_SOME: dict[type[Fact], str] = {
    SecondFactorRemoved: "agents.security",
    LanguageModelChanged: "workspace.manage",
    ConversationOffered: "routing.read",
    RoutingAlarm: "routing.read",
    RoutingChanged: "routing.read",
    ServicePoliciesChanged: "service_levels.read",
    RosterChanged: "shifts.read",
    ShiftPatternsChanged: "shifts.read",
    WordsAlerted: "supervision.read",
    QualityChanged: "quality.inspect",
    NetworkBlocked: "networks.block",
    NetworkUnblocked: "networks.block",
    TrainingChanged: "quality.self",
    ExerciseChanged: "quality.train",
}
"""Facts that only those with a permission see."""


def agents_may_see(fact: Fact, actor: Actor) -> bool:
    """Whether an agent of the fact's workspace is shown it.

    Who lost sight of a conversation by this very change is shown the change, so that it leaves his list.
    """
    if actor.workspace_id != fact.workspace_id or _beyond_roster(fact, actor) or _beyond_sites(fact, actor):
        return False
    if isinstance(fact, ConversationChanged):
        lost = _had(actor, fact.agent_id_before, fact.team_id_before, fact.conversation.site_id)
        return lost or sees(fact.conversation, actor)
    if isinstance(fact, MessagePosted | MessageRecalled):
        return sees(fact.conversation, actor)
    if isinstance(fact, ServiceLevelAlarm | PromiseAlarm | PromiseChanged | _OF_QUALITY | _OF_REQUESTS):
        return _touches(fact, actor)
    if _by_name(fact, actor):
        return True
    permission = fact.approval.permission if isinstance(fact, ApprovalChanged) else _FOR_SOME.get(type(fact))
    scope = _place(fact) if isinstance(fact, ConversationOffered | RoutingAlarm | WordsAlerted) else ANYWHERE
    return permission is None or actor.may(permission, scope)


def _had(actor: Actor, agent_id: UUID | None, team_id: UUID | None, site_id: UUID | None) -> bool:
    """Whether it was the actor's before a change, or their team's and on a site of theirs."""
    return agent_id == actor.agent_id or (team_id in actor.team_ids and actor.sees_site(site_id))


def _beyond_roster(fact: Fact, actor: Actor) -> bool:
    return isinstance(fact, RosterChanged) and not may_see_any(actor, fact.agent_ids, fact.team_ids)


def _beyond_sites(fact: Fact, actor: Actor) -> bool:
    return (
        actor.only_site_ids is not None and fact.site_ids is not None and actor.only_site_ids.isdisjoint(fact.site_ids)
    )


def _by_name(fact: Fact, actor: Actor) -> bool:
    """Whether it is for this very agent, whatever he may see."""
    match fact:
        case ConversationOffered():
            return actor.agent_id in fact.agent_ids
        case ExerciseChanged():
            return actor.agent_id == fact.agent_id
        case ApprovalChanged():
            return fact.approval.requested_by == actor.agent_id
    return False


OF_RIGHTS: Final = (SessionEnded, AgentChanged, RightsChanged, WorkspaceChanged)
"""Facts after which somebody may no longer be here."""


def reason_to_close(fact: Fact, actor: Actor) -> str | None:
    """Why the sockets of `actor`, of the fact's workspace, are closed after it; None when they stay."""
    match fact:
        case SessionEnded():
            return "signed_out" if fact.session_id == actor.session_id else None
        case AgentChanged() if fact.agent.id == actor.agent_id:
            teams = frozenset(fact.agent.team_ids) | (actor.only_team_ids or frozenset())
            same = (fact.agent.role, teams, fact.agent.disabled) == (actor.role.name, actor.team_ids, False)
        case RightsChanged():
            same = fact.agent_id != actor.agent_id
        case WorkspaceChanged():
            shared = fact.workspace.settings["visible_to_agents"] == "all"
            same = actor.sees_all == actor.sees_all_when(shared=shared)
        case _:
            return None
    return None if same else "rights_changed"


def _concerns(fact: ServiceLevelAlarm | PromiseAlarm | PromiseChanged, actor: Actor) -> bool:
    """Whose it is; of the others who see the conversation, supervisors where they are told, or everybody."""
    conversation = fact.conversation
    supervises = actor.may("supervision.read", _place(conversation)) and sees(conversation, actor)
    match fact:
        case PromiseChanged():
            mine = actor.agent_id in (fact.promise.owner_id, fact.owner_id_before)
            return mine or sees(conversation, actor)
        case PromiseAlarm():
            return fact.promise.owner_id == actor.agent_id or (fact.stage == "overdue" and supervises)
        case _ if fact.to == "supervisors":
            return supervises
        case _ if conversation.agent_id is None:
            return sees(conversation, actor)
    return conversation.agent_id == actor.agent_id


def _concerns_by_request(fact: ServiceRequestChanged | ServiceRequestAlarm, actor: Actor) -> bool:
    """Who sees it, and who no longer does by this very change; alarms are for the owner, or for all while it has none."""
    request = fact.request
    seen = actor.may("service_requests.read") and sees_request(actor, request)
    if isinstance(fact, ServiceRequestChanged):
        lost = _had(actor, fact.owner_id_before, fact.team_id_before, request.site_id)
        return seen or (lost and actor.may("service_requests.read"))
    if request.owner_id is None or request.owner_id == actor.agent_id:
        return seen
    return fact.stage == "overdue" and seen and actor.may("supervision.read", _place(request))


def _touches(
    fact: ServiceLevelAlarm
    | PromiseAlarm
    | PromiseChanged
    | InspectionChanged
    | CalibrationChanged
    | ServiceRequestChanged
    | ServiceRequestAlarm,
    actor: Actor,
) -> bool:
    match fact:
        case InspectionChanged():
            return _inspects(fact, actor)
        case CalibrationChanged():
            return actor.agent_id != fact.agent_id and actor.may("quality.inspect", _place(fact))
        case ServiceRequestChanged() | ServiceRequestAlarm():
            return _concerns_by_request(fact, actor)
    return _concerns(fact, actor)


def _inspects(fact: InspectionChanged, actor: Actor) -> bool:
    """Its agent once it is submitted, and never before; whoever inspects there; who is limited to sites, what is theirs."""
    if actor.agent_id == fact.agent_id:
        return fact.submitted
    theirs = actor.agent_id in (fact.inspector_id, fact.inspector_id_before)
    # One that an older release told names no site: of the limited it reaches only those it was given to.
    return actor.may("quality.inspect", Scope(fact.team_id, WHICHEVER if theirs else fact.site_id))


def only_agent(fact: Fact) -> UUID | None:
    """The one agent a fact is for, if it is for one."""
    return fact.agent_id if isinstance(fact, DraftChanged | RightsChanged | ViewsChanged) else None


def sees(conversation: ConversationValue, actor: Actor) -> bool:
    """The rule of `conversations.threads.may_see`, on a value."""
    if actor.agent_id in conversation.participant_ids:
        return True
    if conversation.channel == "colleague":
        return False
    if conversation.agent_id == actor.agent_id:
        return True
    in_sight = actor.sees_all or conversation.team_id is None or conversation.team_id in actor.team_ids
    return in_sight and actor.sees_site(conversation.site_id)


def _place(
    of: ConversationValue
    | ServiceRequestValue
    | CalibrationChanged
    | ConversationOffered
    | RoutingAlarm
    | WordsAlerted,
) -> Scope:
    return Scope(of.team_id, of.site_id)


def visitors_of(fact: MessagePosted | MessageRecalled | ConversationChanged) -> UUID | None:
    """The visitor whose conversation it is, or None when no visitor is shown this."""
    if fact.conversation.channel == "colleague":
        return None
    return fact.conversation.who.visitor_id
