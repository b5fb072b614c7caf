"""Rules by which the shop invites its visitors, and what became of the invitations of a month.

The rows of the visits are read for it: who looked at a page long enough was invited there, or held out.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from yingke.conversations.models import Conversation
from yingke.demo.catalogue import sample
from yingke.demo.history import Past, move_to
from yingke.kit.ids import new_id_at
from yingke.kit.work import Work
from yingke.outreach.drafts import InvitationDraft, RuleAction, RuleLimits
from yingke.outreach.limiting import is_held_out
from yingke.outreach.models import VisitorInvitation
from yingke.outreach.rules import create_rule
from yingke.outreach.values import InvitationContent
from yingke.segments.conditions import Group
from yingke.visits.models import PageView

_DAYS = 30
_SOON = timedelta(minutes=40)
"""Who wrote within this time accepted the invitation."""


@dataclass(frozen=True, slots=True)
class _Wrote:
    conversation_id: UUID
    agent_id: UUID | None
    at: datetime


async def write_invitations(past: Past, now: datetime) -> None:
    """The rules of the sample, and the invitations of the last days before `now`."""
    chance = random.Random(20261109)  # noqa: S311 - the same outcomes on every run
    move_to(past.clock, now - timedelta(days=_DAYS))
    async with past.work() as work:
        wrote = await _who_wrote(work)
        invited: set[UUID] = set()
        for told in sample("outreach")["rules"]:
            rule = await create_rule(work, **_rule(told))
            for view in await _looked(work, told, past.clock.now()):
                if view.visitor_id in invited:
                    continue
                invited.add(view.visitor_id)
                at = view.at + timedelta(seconds=told["seconds"])
                made = _invitation(view, told, at, chance, past)
                made.rule_id = rule.id
                if is_held_out(rule.id, view.visitor_id, told["hold_out"]):
                    made.state, made.agent_id, made.shown_at, made.answered_at = "held_out", None, None, None
                elif (said := wrote.get(view.visitor_id)) and at - _SOON < said.at < at + _SOON:
                    _accept(made, said)
                work.add(made)


def _rule(told: dict[str, Any]) -> dict[str, Any]:
    conditions = [
        {"field": "url", "op": "matches", "value": [f"*/demo{told['page']}*"]},
        {"field": "time_on_page", "op": "at_least", "value": told["seconds"]},
    ]
    return {
        "name": told["name"],
        "conditions": Group.model_validate({"items": conditions}),
        "action": RuleAction(content=InvitationDraft(text=told["text"])),
        "limits": RuleLimits(),
        "hold_out": told["hold_out"],
    }


async def _who_wrote(work: Work) -> dict[UUID, _Wrote]:
    """By visitor, the conversation begun last."""
    began = select(Conversation).where(
        Conversation.workspace_id == work.workspace_id, Conversation.visitor_id.is_not(None)
    )
    rows = await work.scalars(began.order_by(Conversation.opened_at))
    return {row.visitor_id: _Wrote(row.id, row.agent_id, row.opened_at) for row in rows}


async def _looked(work: Work, told: dict[str, Any], since: datetime) -> list[PageView]:
    """The views of the rule's pages that were long enough, oldest first."""
    views = select(PageView).where(
        PageView.workspace_id == work.workspace_id,
        PageView.at >= since,
        PageView.url.contains(told["page"]),
        PageView.visible_ms >= told["seconds"] * 1000,
    )
    return list(await work.scalars(views.order_by(PageView.at)))


def _invitation(
    view: PageView, told: dict[str, Any], at: datetime, chance: random.Random, past: Past
) -> VisitorInvitation:
    outcomes = sample("outreach")["outcomes"]
    state = chance.choices(outcomes, [each["often"] for each in outcomes])[0]["state"]
    return VisitorInvitation(
        id=new_id_at(at),
        site_id=view.site_id,
        visitor_id=view.visitor_id,
        visit_id=view.visit_id,
        agent_id=chance.choice([actor.agent_id for actor in past.company.actors.values()]),
        by_hand=False,
        kind="message",
        state=state,
        content=msgspec.to_builtins(InvitationContent(text=told["text"]["zh-CN"])),
        offered_at=at,
        shown_at=None if state == "expired" else at + timedelta(seconds=1),
        answered_at=None if state in ("expired", "ignored") else at + timedelta(seconds=chance.randint(3, 40)),
    )


def _accept(made: VisitorInvitation, said: _Wrote) -> None:
    made.state, made.conversation_id, made.agent_id = "accepted", said.conversation_id, said.agent_id
    made.shown_at, made.answered_at = made.offered_at + timedelta(seconds=1), max(said.at, made.offered_at)
