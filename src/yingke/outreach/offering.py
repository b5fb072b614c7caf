"""Offering an invitation to a visitor who is on a site: by a rule that fits, or by hand."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from msgspec import convert, to_builtins
from sqlalchemy import select, text

from yingke.agents import Agent, public_agent
from yingke.identity import Actor
from yingke.inboxes import Site, settings_of
from yingke.kit.ids import new_id_at
from yingke.kit.work import Work
from yingke.outreach.circumstances import able_agents, circumstances_of, limits_of_site
from yingke.outreach.described import Described
from yingke.outreach.drafts import InvitationDraft
from yingke.outreach.errors import (
    InvitationRefused,
    InvitationWaiting,
    VisitorBlocked,
    VisitorInConversation,
    VisitorShutOut,
)
from yingke.outreach.facts import InvitationChanged
from yingke.outreach.limiting import is_held_out, is_waiting, limits_of, refused_until
from yingke.outreach.models import InvitationRule, VisitorInvitation
from yingke.outreach.rules import require_images
from yingke.outreach.texts import content_of, spoken
from yingke.outreach.values import InvitationContent, PageAgent, PageInvitation, VisitorInvitationValue
from yingke.visitors import Visitor
from yingke.visits import LiveVisitor

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 2))")

Choose = Callable[[Sequence[UUID]], UUID]


@dataclass(slots=True)
class Offered:
    """What came of rules that fit: the invitation, and what kept each of the others back."""

    invitation: VisitorInvitationValue | None = None
    kept_back: dict[UUID, str] = field(default_factory=dict)
    """Rule → code of the limit."""


async def offer_by_rule(
    work: Work, visitor: LiveVisitor, rules: Sequence[Described], *, address: str, choose: Choose = secrets.choice
) -> Offered:
    """Invite by the first of `rules`, which fit, whose limits allow it. Nobody is invited twice at once.

    A visitor of the rule's hold-out group is noted down instead, and no other rule takes the place.
    """
    offered = Offered()
    site = await work.find(Site, visitor.site_id)
    if site is None:
        return offered
    await _one_at_a_time(work, visitor.id)
    now = await circumstances_of(work, visitor.id, site, address)
    for rule in rules:
        able = await able_agents(work, site, rule.action.sender) if rule.action.kind == "message" else []
        reasons = limits_of(rule.id, rule.action.kind, rule.limits, limits_of_site(site), replace(now, able=able))
        if against := next((reason for reason in reasons if not reason.holds), None):
            offered.kept_back[rule.id] = against.code
            continue
        if await work.find(InvitationRule, rule.id) is None:  # removed a moment ago
            continue
        inviter = await work.get(Agent, choose(able)) if able else None
        held_out = is_held_out(rule.id, visitor.id, rule.hold_out)
        made = _made(work, visitor, site, inviter, rule.action.content)
        made.kind, made.rule_id = rule.action.kind, rule.id
        made.state = "held_out" if held_out else "offered"
        work.add(made)
        await work.flush()
        offered.invitation = None if held_out else await tell(work, made)
        break
    return offered


async def offer_by_hand(
    work: Work, actor: Actor, visitor: LiveVisitor, draft: InvitationDraft, *, address: str
) -> VisitorInvitationValue:
    """`draft` holds the agent's words in every language. An agent is bound by a refusal, not by the caps of rules.

    Raises Missing, Invalid naming an image, VisitorBlocked, VisitorShutOut, VisitorInConversation, InvitationWaiting,
    InvitationRefused.
    """
    site = await work.get(Site, visitor.site_id)
    await require_images(work, draft, before="")
    await _one_at_a_time(work, visitor.id)
    now = await circumstances_of(work, visitor.id, site, address)
    if now.blocked:
        raise VisitorBlocked
    if now.shut_out:
        raise VisitorShutOut
    if now.in_conversation:
        raise VisitorInConversation
    if is_waiting(now):
        raise InvitationWaiting
    until = refused_until(limits_of_site(site), now.past)
    if until is not None and until > work.now:
        wait = (until - work.now) / timedelta(seconds=1)
        raise InvitationRefused(f"{InvitationRefused.detail} Until {until:%Y-%m-%d %H:%M} UTC.", retry_after=wait)
    made = _made(work, visitor, site, await work.get(Agent, actor.agent_id), draft)
    made.by_agent_id, made.by_hand = actor.agent_id, True
    work.add(made)
    await work.flush()
    return await tell(work, made)


async def tell(work: Work, row: VisitorInvitation) -> VisitorInvitationValue:
    """Announce what became of `row`, and to its visitor's page what to show."""
    await work.flush()
    (value,) = await invitation_values(work, [row])
    page = await _page(work, value) if row.state == "offered" else None
    work.tell(InvitationChanged(workspace_id=work.workspace_id, invitation=value, page=page))
    return value


async def invitation_values(work: Work, rows: Sequence[VisitorInvitation]) -> list[VisitorInvitationValue]:
    rules = await _names(work, InvitationRule, {row.rule_id for row in rows if row.rule_id})
    visitors = await _names(work, Visitor, {row.visitor_id for row in rows})
    return [_value(row, rules, visitors) for row in rows]


async def _one_at_a_time(work: Work, visitor_id: UUID) -> None:
    await work.rows.execute(_ONE_AT_A_TIME, {"key": f"invite {visitor_id}"})


def _made(
    work: Work, visitor: LiveVisitor, site: Site, inviter: Agent | None, draft: InvitationDraft
) -> VisitorInvitation:
    values = {
        "contact.name": visitor.name,
        "agent.name": (inviter.nickname or inviter.name) if inviter else None,
        "agent.title": inviter.title if inviter else None,
        "site.name": site.name,
    }
    language = spoken(settings_of(site).language, visitor.language)
    return VisitorInvitation(
        id=new_id_at(work.now), site_id=site.id, visitor_id=visitor.id, visit_id=visitor.visit_id, rule_id=None,
        agent_id=inviter.id if inviter else None, by_agent_id=None, by_hand=False, kind="message", state="offered",
        content=to_builtins(content_of(draft, language, values)), image_file_id=draft.image_file_id,
        offered_at=work.now, shown_at=None, answered_at=None, conversation_id=None,
    )  # fmt: skip


async def _page(work: Work, invitation: VisitorInvitationValue) -> PageInvitation:
    look = settings_of(await work.get(Site, invitation.site_id)).invitations
    face = await public_agent(work, invitation.agent_id) if invitation.agent_id else None
    return PageInvitation(
        id=invitation.id,
        kind=invitation.kind,
        content=invitation.content,
        agent=PageAgent(name=face.name, avatar_url=face.avatar_url, title=face.title) if face else None,
        style=look.style,
        place=look.place,
        stays=look.stays,
    )


async def _names(work: Work, model: type[InvitationRule] | type[Visitor], ids: set[UUID]) -> dict[UUID, str | None]:
    if not ids:
        return {}
    query = select(model.id, model.name).where(model.workspace_id == work.workspace_id, model.id.in_(ids))
    return {row[0]: row[1] for row in await work.rows.execute(query)}


def _value(
    row: VisitorInvitation, rules: dict[UUID, str | None], visitors: dict[UUID, str | None]
) -> VisitorInvitationValue:
    return VisitorInvitationValue(
        id=row.id,
        visitor_id=row.visitor_id,
        visitor_name=visitors.get(row.visitor_id),
        visit_id=row.visit_id,
        site_id=row.site_id,
        rule_id=row.rule_id,
        rule_name=rules.get(row.rule_id) if row.rule_id else None,
        agent_id=row.agent_id,
        by_agent_id=row.by_agent_id,
        by_hand=row.by_hand,
        kind=row.kind,  # type: ignore[arg-type] # one of the three
        state=row.state,  # type: ignore[arg-type] # one of the seven
        content=convert(row.content, InvitationContent),
        offered_at=row.offered_at,
        shown_at=row.shown_at,
        answered_at=row.answered_at,
        conversation_id=row.conversation_id,
    )
