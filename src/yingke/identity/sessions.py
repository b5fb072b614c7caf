"""Browser sessions: begun at sign-in with a new token, listed, ended. An ended one is a fact."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects.postgresql import insert

from yingke.audit import Act, record
from yingke.identity.authentication import SESSION_LENGTH
from yingke.identity.browsers import Browser
from yingke.identity.errors import AccountDisabled, NoSuchWorkspace
from yingke.identity.facts import SessionEnded
from yingke.identity.models import KnownDevice, LoginSession, Membership
from yingke.identity.tokens import new_token, token_hash
from yingke.identity.values import LoginSessionValue
from yingke.kit.errors import Missing
from yingke.kit.ids import new_id
from yingke.kit.work import Work

DEVICE_KNOWN_FOR = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The tokens of the two cookies, given out once."""

    session_id: UUID
    workspace_id: UUID
    agent_id: UUID
    session_token: str
    device_token: str


async def begin_session(work: Work, login_id: UUID, browser: Browser, *, workspace_id: UUID | None = None) -> SignedIn:
    """Sign `browser` in, in `workspace_id` or where the person was last; what it was signed in as before ends.

    For a work of every workspace. Raises AccountDisabled when no workspace lets the person in, NoSuchWorkspace when
    the named one does not.
    """
    membership = await _membership(work, login_id, workspace_id)
    if browser.session_token:
        await _end(work, LoginSession.token_hash == token_hash(browser.session_token))
    session_token, id = new_token(), new_id()
    work.add(
        LoginSession(
            id=id,
            token_hash=token_hash(session_token),
            login_id=login_id,
            workspace_id=membership.workspace_id,
            agent_id=membership.id,
            user_agent=browser.user_agent,
            address=browser.address,
            created_at=work.now,
            last_seen_at=work.now,
            expires_at=work.now + SESSION_LENGTH,
        )
    )
    device_token = await _know_device(work, login_id, browser)
    began = Act(what="session.made", by=membership.id, details={"browser": browser.user_agent[:200]})
    record(work, began, membership.workspace_id)
    return SignedIn(id, membership.workspace_id, membership.id, session_token, device_token)


async def _membership(work: Work, login_id: UUID, workspace_id: UUID | None) -> Membership:
    mine = select(Membership).where(Membership.login_id == login_id, Membership.disabled_at.is_(None))
    if workspace_id is not None:
        found = await work.rows.scalar(mine.where(Membership.workspace_id == workspace_id))
        if found is None:
            raise NoSuchWorkspace
        return found
    last = (
        select(LoginSession.workspace_id)
        .where(LoginSession.login_id == login_id)
        .order_by(LoginSession.last_seen_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = await work.rows.scalar(
        mine.order_by((Membership.workspace_id == last).desc().nulls_last(), Membership.id).limit(1)
    )
    if found is None:
        raise AccountDisabled
    return found


async def _know_device(work: Work, login_id: UUID, browser: Browser) -> str:
    token = browser.device_token
    if not token or not await is_known(work, login_id, token):
        token = new_token()
    row = insert(KnownDevice).values(token_hash=token_hash(token), login_id=login_id, last_seen_at=work.now)
    await work.rows.execute(
        row.on_conflict_do_update(index_elements=["token_hash"], set_={"last_seen_at": row.excluded.last_seen_at})
    )
    return token


async def is_known(work: Work, login_id: UUID, device_token: str) -> bool:
    device = await work.rows.get(KnownDevice, token_hash(device_token))
    return device is not None and device.login_id == login_id and device.last_seen_at > work.now - DEVICE_KNOWN_FOR


async def end_session(work: Work, session_token: str) -> None:
    """The browser signs itself out. An unknown token ends nothing."""
    await _end(work, LoginSession.token_hash == token_hash(session_token))


async def end_session_of(work: Work, login_id: UUID, session_id: UUID) -> None:
    """Raises Missing when it is not one of this person's."""
    if not await _end(work, LoginSession.id == session_id, LoginSession.login_id == login_id):
        raise Missing


async def end_all_sessions(work: Work, login_id: UUID, *, but: UUID | None = None, by: UUID | None = None) -> None:
    """In every workspace. `by`: the login of whoever ends them; the person, when not given."""
    await _end(work, LoginSession.login_id == login_id, *([LoginSession.id != but] if but else []), by=by)


async def end_sessions_of_agent(work: Work, agent_id: UUID) -> None:
    """In this workspace only, by whoever this work serves."""
    here = LoginSession.workspace_id == work.workspace_id
    actor = await work.find(Membership, work.origin.agent_id) if work.origin.agent_id else None
    await _end(work, here, LoginSession.agent_id == agent_id, by=actor.login_id if actor else None)


async def _end(work: Work, *which: ColumnElement[bool], by: UUID | None = None) -> int:
    """How many. The same person is another agent in each workspace: each is told who of its own people it was."""
    ended = await work.rows.execute(
        delete(LoginSession)
        .where(*which)
        .returning(LoginSession.id, LoginSession.workspace_id, LoginSession.agent_id, LoginSession.user_agent)
    )
    actors = await _memberships_of(work, by) if by else {}
    rows = ended.all()
    for row in rows:
        told = Act(
            what="session.removed",
            by=actors.get(row.workspace_id, row.agent_id),
            subject_id=row.agent_id,
            details={"browser": row.user_agent[:200]},
        )
        record(work, told, row.workspace_id)
        work.tell(SessionEnded(workspace_id=row.workspace_id, session_id=row.id))
    return len(rows)


async def _memberships_of(work: Work, login_id: UUID) -> dict[UUID, UUID]:
    """The agent that a person is in each workspace."""
    mine = Membership.login_id == login_id
    rows = await work.rows.execute(select(Membership.workspace_id, Membership.id).where(mine))
    return {row.workspace_id: row.id for row in rows}


async def login_sessions(work: Work, login_id: UUID, current: UUID | None) -> list[LoginSessionValue]:
    """Those still valid, the latest seen first."""
    rows = await work.all(
        select(LoginSession)
        .where(LoginSession.login_id == login_id, LoginSession.expires_at > work.now)
        .order_by(LoginSession.last_seen_at.desc(), LoginSession.id.desc())
    )
    return [
        LoginSessionValue(
            id=row.id,
            current=row.id == current,
            user_agent=row.user_agent,
            address=row.address,
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
        )
        for row in rows
    ]
