"""Four eyes: what takes data of people away is asked for, approved by somebody else, and then done once.

What is always true: nobody approves what they asked for; who approves may do it themselves, in a browser and not by a
key; an approval is used up by the very transaction that does what it was given for, and ends with its time.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select, update

from yingke.audit import Act, record
from yingke.identity.actors import Actor, Role, held_to, permissions_held
from yingke.identity.approval_values import ApprovalState, ApprovalValue
from yingke.identity.errors import ApprovalClosed, ApprovalNeeded, NoApprover, OwnApproval
from yingke.identity.facts import ApprovalChanged
from yingke.identity.models import ApprovalRequest, CustomRole, Membership, Workspace
from yingke.identity.policy import ERASURES, FOUR_EYES
from yingke.kit.errors import Forbidden, Invalid, Missing
from yingke.kit.ids import new_id
from yingke.kit.paging import read_cursor, write_cursor
from yingke.kit.work import Work

ASKED_FOR: Final = timedelta(days=3)
"""How long a request waits for a second person."""
GOOD_FOR: Final = timedelta(days=1)
"""How long an approval waits to be used."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What would be done: an act as the audit log names it, to what, and how it is asked (`since=…&q=…`)."""

    act: str
    subject_id: str = ""
    query: str = ""


async def use_approval(work: Work, actor: Actor, deed: Deed) -> None:
    """Nothing while four eyes are switched off; else an approval is used up. Raises ApprovalNeeded when there is none."""
    workspace = await work.rows.get_one(Workspace, work.workspace_id)
    if not workspace.settings.get("four_eyes", False):
        return
    usable = _asked(work, actor, deed, "approved").order_by(ApprovalRequest.id).limit(1)
    found = (await work.scalars(usable.with_for_update())).first()
    if found is None:
        raise ApprovalNeeded
    found.state, found.done_at = "done", work.now
    if deed.act in ERASURES:
        await _forget_reasons(work, deed.subject_id)
    _tell(work, found)


async def ask_for_approval(work: Work, actor: Actor, deed: Deed, reason: str) -> ApprovalValue:
    """Raises Invalid for what needs none, Forbidden, NoApprover. Asked again while it waits, it is the same request,
    with the newer reason."""
    permission = FOUR_EYES.get(deed.act)
    if permission is None:
        raise Invalid("Nobody has to approve this.", field="act")
    actor.require(permission)
    if not await _others_with(work, permission, but=actor.agent_id):
        raise NoApprover
    await work.get(Membership, actor.agent_id, lock=True)  # who asks twice at once asks for one thing
    if (waiting := await _waiting(work, actor, deed)) is not None:
        waiting.reason = reason
        return _tell(work, waiting)
    row = ApprovalRequest(
        id=new_id(), act=deed.act, subject_id=deed.subject_id, query=deed.query, reason=reason, state="waiting",
        requested_by=actor.agent_id, created_at=work.now, expires_at=work.now + ASKED_FOR, decision="",
    )  # fmt: skip
    work.add(row)
    await work.flush()
    _write_down(work, row, "asked")
    return _tell(work, row)


async def decide(work: Work, actor: Actor, request_id: UUID, *, approved: bool, reason: str = "") -> ApprovalValue:
    """Raises Missing, Forbidden, OwnApproval, ApprovalClosed, Invalid when it is refused without a reason."""
    row = await _seen(work, actor, request_id)
    if row.requested_by == actor.agent_id:
        raise OwnApproval
    if actor.scopes is not None:
        raise Forbidden
    _require_state(work, row, "waiting")
    if not approved and not reason:
        raise Invalid("Say why, so that whoever asked knows.", field="reason")
    row.state, row.decision = "approved" if approved else "refused", reason
    row.decided_by, row.decided_at = actor.agent_id, work.now
    if approved:
        row.expires_at = work.now + GOOD_FOR
    _write_down(work, row, row.state)
    return _tell(work, row)


async def withdraw(work: Work, actor: Actor, request_id: UUID) -> ApprovalValue:
    """By whoever asked, until it is used. Raises Missing, Forbidden, ApprovalClosed."""
    row = await _seen(work, actor, request_id)
    if row.requested_by != actor.agent_id:
        raise Forbidden
    _require_state(work, row, "waiting", "approved")
    row.state = "withdrawn"
    _write_down(work, row, "withdrawn")
    return _tell(work, row)


async def approvals(
    work: Work, actor: Actor, *, waiting: bool, limit: int, cursor: str | None
) -> tuple[list[ApprovalValue], str | None]:
    """Those the actor asked for or may approve, newest first; `waiting`: only what somebody has to decide. Raises BadCursor."""
    row = ApprovalRequest
    acts = [act for act, permission in FOUR_EYES.items() if actor.may(permission)]
    query = select(row).where(row.workspace_id == work.workspace_id)
    query = query.where((row.requested_by == actor.agent_id) | row.act.in_(acts))
    if waiting:
        query = query.where(row.state == "waiting", row.expires_at > work.now)
    if cursor is not None:
        query = query.where(row.id < read_cursor(cursor, UUID)[0])
    found = await work.all(query.order_by(row.id.desc()).limit(limit + 1))
    shown = found[:limit]
    return [_value(work, each) for each in shown], write_cursor(shown[-1].id) if len(found) > limit else None


def _asked(work: Work, actor: Actor, deed: Deed, state: ApprovalState) -> Select[ApprovalRequest]:
    """What the actor asked for and is still good."""
    row = ApprovalRequest
    mine = (row.workspace_id == work.workspace_id, row.requested_by == actor.agent_id)
    asked = (row.act == deed.act, row.subject_id == deed.subject_id, row.query == deed.query)
    return select(row).where(*mine, *asked, row.state == state, row.expires_at > work.now)


async def _waiting(work: Work, actor: Actor, deed: Deed) -> ApprovalRequest | None:
    return (await work.scalars(_asked(work, actor, deed, "waiting").limit(1).with_for_update())).first()


async def _forget_reasons(work: Work, subject_id: str) -> None:
    """Of everything that was asked about somebody who is erased."""
    row = ApprovalRequest
    about = update(row).where(row.workspace_id == work.workspace_id, row.subject_id == subject_id)
    await work.rows.execute(about.values(reason="", decision=""))


async def _seen(work: Work, actor: Actor, request_id: UUID) -> ApprovalRequest:
    row = await work.get(ApprovalRequest, request_id, lock=True)
    if row.requested_by != actor.agent_id and not actor.may(FOUR_EYES[row.act]):
        raise Missing
    return row


def _require_state(work: Work, row: ApprovalRequest, *states: ApprovalState) -> None:
    if _state(work, row) not in states:
        raise ApprovalClosed


async def _others_with(work: Work, permission: str, *, but: UUID) -> bool:
    """Whether anybody else could approve."""
    own = (CustomRole.workspace_id == Membership.workspace_id) & (CustomRole.id == Membership.role_id)
    people = await work.rows.execute(
        select(Membership, CustomRole)
        .outerjoin(CustomRole, own)
        .where(Membership.workspace_id == work.workspace_id, Membership.disabled_at.is_(None), Membership.id != but)
    )
    return any(
        permission in permissions_held(Role[member.role], role.granted if role else None)
        and held_to(permission, teams=member.only_team_ids is not None, sites=member.only_site_ids is not None)
        for member, role in people
    )


def _write_down(work: Work, row: ApprovalRequest, what: str) -> None:
    """Without the reason: it may name people, and the log outlives their erasure."""
    details = {"act": row.act, "subject_id": row.subject_id, "query": row.query}
    record(work, Act(what=f"approvals.{what}", subject_id=row.id, details=details))


def _tell(work: Work, row: ApprovalRequest) -> ApprovalValue:
    value = _value(work, row)
    work.tell(ApprovalChanged(workspace_id=work.workspace_id, approval=value))
    return value


def _state(work: Work, row: ApprovalRequest) -> ApprovalState:
    open_ = row.state in ("waiting", "approved")
    return "expired" if open_ and row.expires_at <= work.now else row.state  # type: ignore[return-value]


def _value(work: Work, row: ApprovalRequest) -> ApprovalValue:
    return ApprovalValue(
        id=row.id,
        act=row.act,
        permission=FOUR_EYES[row.act],
        subject_id=row.subject_id,
        query=row.query,
        reason=row.reason,
        state=_state(work, row),
        requested_by=row.requested_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        decision=row.decision,
        done_at=row.done_at,
    )
