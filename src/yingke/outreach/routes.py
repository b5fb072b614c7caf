"""The HTTP door of outreach, for the desk."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import reduce
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from yingke.files import UPLOAD_FORM, Uploader, add_file, public_url, read_upload, store_upload
from yingke.identity import Actor, Call, WorkRoute, allowed, zone_of
from yingke.inboxes import Site
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.values import Value
from yingke.outreach import rules
from yingke.outreach.answering import take_back
from yingke.outreach.attention import Attention
from yingke.outreach.bodies import NewInvitationByHand, NewRule, RuleChange, RuleDraft, RuleOrder, TrialAsked
from yingke.outreach.described import Described, describe
from yingke.outreach.errors import VisitorGone, VisitorNotThere
from yingke.outreach.figures import OutreachReport
from yingke.outreach.free_agents import read_desk
from yingke.outreach.listing import list_invitations
from yingke.outreach.offering import offer_by_hand
from yingke.outreach.reporting import report
from yingke.outreach.trying import Trial, try_for_facts, try_for_visitor
from yingke.outreach.values import RuleValue, RuleWarning, State, VisitorInvitationValue
from yingke.segments.knowing import read_events, read_profile
from yingke.segments.moments import Moment, moment_of
from yingke.segments.saving import segment_groups
from yingke.segments.seeking import NOTHING, Sought
from yingke.traffic.figures import range_of
from yingke.visitors import Visitor

router = APIRouter(route_class=WorkRoute, tags=["outreach"])

Reading = Annotated[Call, allowed("rules.read")]
Managing = Annotated[Call, allowed("rules.manage")]
Seeing = Annotated[Call, allowed("invitations.read")]
Sending = Annotated[Call, allowed("invitations.send")]
First = Annotated[date | None, Query(alias="from")]
Limit = Annotated[int, Query(ge=1, le=200)]


class Trials(Value, frozen=True, kw_only=True):
    visitor_id: UUID | None
    at: datetime
    items: list[Trial]


class Rules(Value, frozen=True, kw_only=True):
    items: list[RuleValue]
    next_cursor: str | None = None


class RuleWarnings(Value, frozen=True, kw_only=True):
    warnings: list[RuleWarning]


class VisitorInvitations(Value, frozen=True, kw_only=True):
    items: list[VisitorInvitationValue]
    next_cursor: str | None


class InvitationImage(Value, frozen=True, kw_only=True):
    file_id: UUID
    url: str


@router.get("/outreach/rules", summary="Rules by which visitors are invited, in order")
async def list_rules(call: Reading, site_id: UUID | None = None) -> Rules:
    listed = await rules.list_rules(call.work, site_id)
    return Rules(items=[rule for rule in listed if _reachable(rule, call.actor)])


@router.post("/outreach/rules", status_code=201, summary="Make a rule")
async def create_rule(body: NewRule, call: Managing) -> RuleValue:
    return await rules.create_rule(call.work, **_given(body))


@router.put("/outreach/rules/order", summary="Put the rules into another order")
async def order_rules(body: RuleOrder, call: Managing) -> Rules:
    return Rules(items=await rules.order_rules(call.work, body.ids))


@router.post("/outreach/rules/check", summary="What is odd about a rule that is being written")
async def check_rule(
    body: RuleDraft, call: Annotated[Call, allowed("rules.manage", written_down=False)]
) -> RuleWarnings:
    return RuleWarnings(warnings=await rules.check_rule(call.work, **_given(body)))


@router.get("/outreach/rules/{rule_id}", summary="A rule")
async def read_rule(rule_id: UUID, call: Reading) -> RuleValue:
    return await rules.read_rule(call.work, rule_id)


@router.patch("/outreach/rules/{rule_id}", summary="Change a rule")
async def change_rule(rule_id: UUID, body: RuleChange, call: Managing) -> RuleValue:
    given = _given(body)
    for name in given.keys() - {"site_id"}:
        if given[name] is None:
            raise Invalid(f"{name} cannot be nothing. Leave it out to keep it.", field=name)
    return await rules.change_rule(call.work, rule_id, given)


@router.delete("/outreach/rules/{rule_id}", status_code=204, summary="Delete a rule with its figures")
async def delete_rule(rule_id: UUID, call: Managing) -> None:
    await rules.delete_rule(call.work, rule_id)


@router.post("/outreach/try", summary="Which rules would fire for somebody, and why not")
async def try_rules(body: TrialAsked, call: Reading) -> Trials:
    if (body.visitor_id is None) == (body.facts is None):
        raise Invalid("Name a visitor, or describe one.", field="visitor_id")
    tried, draft_id = await _tried(call, body.rule)
    if body.facts is not None:
        zone, desk = await zone_of(call.work), await read_desk(call.work)
        moment = body.facts.moment(call.work.now, zone, desk, _sought_by(tried).events)
        items = await try_for_facts(call.work, tried, moment, draft_id)
        return Trials(visitor_id=None, at=moment.at, items=items)
    assert body.visitor_id is not None
    moment, site, address = await _present(call, body.visitor_id, tried)
    tried = [rule for rule in tried if rule.site_id in (None, site.id)]
    items = await try_for_visitor(call.work, tried, moment, body.visitor_id, site, address, draft_id)
    return Trials(visitor_id=body.visitor_id, at=moment.at, items=items)


@router.get("/outreach/report", summary="What invitations brought, against those held out")
async def read_report(
    call: Annotated[Call, allowed("traffic.read")],
    first: First = None,
    to: date | None = None,
    site_id: UUID | None = None,
) -> OutreachReport:
    return await report(call.work, await range_of(call.work, call.actor, first, to, site_id))


@router.post(
    "/outreach/images", status_code=201, summary="Upload an image for an invitation", openapi_extra=UPLOAD_FORM
)
async def upload_image(call: Sending) -> InvitationImage:
    async with call.work.at_rest():
        received = await read_upload(call.request, call.services.settings.largest_upload)
        stored = await store_upload(call.services.files, received, images_only=True)
    file = await add_file(call.work, stored, Uploader("agent", call.actor.agent_id), public=True)
    return InvitationImage(file_id=file.id, url=public_url(file.id, "invitations"))


@router.get("/outreach/invitations", summary="Invitations, newest first")
async def read_invitations(
    call: Seeing,
    rule_id: UUID | None = None,
    agent_id: UUID | None = None,
    site_id: UUID | None = None,
    by: Literal["hand", "rule"] | None = None,
    state: State | None = None,
    first: First = None,
    to: date | None = None,
    limit: Limit = 50,
    cursor: str | None = None,
) -> VisitorInvitations:
    items, more = await list_invitations(
        call.work, call.actor, rule_id=rule_id, agent_id=agent_id, site_id=site_id, by=by, state=state, first=first, last=to,
        limit=limit, cursor=cursor,
    )  # fmt: skip
    return VisitorInvitations(items=items, next_cursor=more)


@router.delete("/outreach/invitations/{invitation_id}", status_code=204, summary="Take an invitation back")
async def remove_invitation(invitation_id: UUID, call: Sending) -> None:
    await take_back(call.work, invitation_id)


@router.get("/visitors/{visitor_id}/invitations", summary="How often a visitor was invited, and what came of it")
async def of_visitor(
    visitor_id: UUID, call: Seeing, limit: Limit = 20, cursor: str | None = None
) -> VisitorInvitations:
    await call.work.get(Visitor, visitor_id)
    items, more = await list_invitations(call.work, call.actor, visitor_id=visitor_id, limit=limit, cursor=cursor)
    return VisitorInvitations(items=items, next_cursor=more)


@router.post("/visitors/{visitor_id}/invitations", status_code=201, summary="Invite a visitor")
async def invite(visitor_id: UUID, body: NewInvitationByHand, call: Sending) -> VisitorInvitationValue:
    present = call.services.tracking.roster.find(call.work.workspace_id, visitor_id)
    if present is None:
        raise VisitorGone
    await call.services.words.check_sent(call.actor.workspace_id, body.said())
    return await offer_by_hand(call.work, call.actor, present.value, body.draft(), address=present.address)


def _reachable(rule: Described | RuleValue, actor: Actor) -> bool:
    return rule.site_id is None or actor.sees_site(rule.site_id)


def _given(body: BaseModel) -> dict[str, Any]:
    """The parts of `body` as they are; of a change, those that were sent."""
    sent = body.model_fields_set if isinstance(body, RuleChange) else type(body).model_fields
    return {name: getattr(body, name) for name in sent}


async def _tried(call: Call, draft: RuleDraft | None) -> tuple[list[Described], UUID | None]:
    if draft is None:
        return [each for each in await rules.rules_of(call.work) if _reachable(each, call.actor)], None
    id = draft.id or new_id()
    return [
        describe(
            id=id, name=draft.name, site_id=draft.site_id, conditions=draft.conditions, action=draft.action,
            limits=draft.limits, hold_out=draft.hold_out, segments=await segment_groups(call.work),
        )
    ], id  # fmt: skip


async def _present(call: Call, visitor_id: UUID, tried: Sequence[Described]) -> tuple[Moment, Site, str]:
    """Of somebody who is on a site now, with what `tried` count. Raises VisitorNotThere."""
    services, work = call.services, call.work
    present = services.tracking.roster.find(work.workspace_id, visitor_id)
    if present is None or not call.actor.sees_site(present.value.site_id):
        raise VisitorNotThere
    names = frozenset[str]().union(*(rule.counts for rule in tried))
    attention = services.outreach.attention_of(work.workspace_id, visitor_id) or Attention(present.value.visit_id)
    moment = moment_of(
        present.value,
        at=work.now,
        zone=await zone_of(work),
        signs=attention.signs,
        events=tuple(await read_events(work, present.value.visit_id, names)),
        profile=await read_profile(work, visitor_id, _sought_by(tried)),
        desk=await read_desk(work),
    )
    return moment, await work.get(Site, present.value.site_id), present.address


def _sought_by(tried: Sequence[Described]) -> Sought:
    return reduce(Sought.__or__, (rule.sought for rule in tried), NOTHING)
