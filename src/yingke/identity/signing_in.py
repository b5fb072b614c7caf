"""Who somebody is, by mail address, password and second factor."""

from uuid import UUID

from sqlalchemy import select

from yingke.identity.browsers import Browser
from yingke.identity.errors import InvalidCredentials, PasswordWrong, TotpInvalid
from yingke.identity.memberships import record_everywhere
from yingke.identity.models import Login, Membership
from yingke.identity.passwords import NOBODYS, hashed, matches, outdated, require_strong
from yingke.identity.sessions import end_all_sessions, is_known
from yingke.identity.throttling import Limit, count_attempt, forget_attempt, forget_attempts, per_address, per_person
from yingke.identity.tokens import token_hash
from yingke.identity.totp import locked_login, switch_totp_off, use_code
from yingke.kit.client_address import throttle_key
from yingke.kit.errors import Missing
from yingke.kit.ids import new_id
from yingke.kit.work import Ground, Work


async def prove_identity(ground: Ground, email: str, password: str, code: str | None, browser: Browser) -> UUID:
    """The login these prove to be. Takes several works: no transaction is open while the password is hashed.

    An unknown address costs the same work and gets the same answer as a wrong password; whose attempt it was is found
    out by the job that writes it down. Raises InvalidCredentials, TotpRequired, TotpInvalid, TooManyAttempts.
    """
    try:
        return await _prove(ground, email, password, code, browser)
    except (InvalidCredentials, TotpInvalid) as refused:
        async with ground.work_everywhere() as work:
            work.defer(
                "record_failed_sign_in", email=email, address=browser.address, why=refused.code, id=str(new_id())
            )
        raise


async def _prove(ground: Ground, email: str, password: str, code: str | None, browser: Browser) -> UUID:
    login, limits = await _login_and_limits(ground, email, browser)
    counted = await count_attempt(ground, limits)
    kept = login.password_hash if login else NOBODYS
    if not await matches(kept, password) or login is None:
        raise InvalidCredentials
    renewed = await hashed(password) if outdated(kept) else None
    async with ground.work_everywhere() as work:
        login = await locked_login(work, login.id)
        if login.password_hash != kept:  # changed while we looked
            raise InvalidCredentials
        use_code(login, code, int(work.now.timestamp()))
        if renewed:
            login.password_hash = renewed
        await forget_attempts(work, limits[0])
        await forget_attempt(work, counted)
    return login.id


async def _login_and_limits(ground: Ground, email: str, browser: Browser) -> tuple[Login | None, list[Limit]]:
    async with ground.work_everywhere() as work:
        login = await work.rows.scalar(select(Login).where(Login.email == email))
        known = bool(login and browser.device_token and await is_known(work, login.id, browser.device_token))
    if known and browser.device_token:
        return login, [per_person("device", token_hash(browser.device_token).hex())]
    return login, [per_person("mail", email), per_address(throttle_key(browser.address))]


async def login_of(work: Work, workspace_id: UUID, agent_id: UUID) -> Login:
    """The person behind an agent. Raises Missing."""
    login = await work.rows.scalar(
        select(Login)
        .join(Membership, Membership.login_id == Login.id)
        .where(Membership.workspace_id == workspace_id, Membership.id == agent_id)
    )
    if login is None:
        raise Missing
    return login


async def require_password(ground: Ground, login: Login, password: str, field: str) -> None:
    """Ask the one who is signed in once more. Raises PasswordWrong, TooManyAttempts."""
    limit = per_person("password", login.id)
    await count_attempt(ground, [limit])
    if not await matches(login.password_hash, password):
        raise PasswordWrong(field=field)
    async with ground.work_everywhere() as work:
        await forget_attempts(work, limit)


async def change_password(ground: Ground, login: Login, *, current: str, new: str, session_id: UUID | None) -> None:
    """Every other browser is signed out. Raises PasswordWrong, PasswordWeak, TooManyAttempts."""
    require_strong(new, login.email)
    await require_password(ground, login, current, "current")
    password_hash = await hashed(new)
    async with ground.work_everywhere() as work:
        row = await locked_login(work, login.id)
        row.password_hash = password_hash
        await end_all_sessions(work, login.id, but=session_id)
        await record_everywhere(work, login.id, "me.password.changed")


async def remove_totp(ground: Ground, login: Login, password: str) -> None:
    """Raises PasswordWrong, TooManyAttempts."""
    await require_password(ground, login, password, "password")
    async with ground.work_everywhere() as work:
        switch_totp_off(await locked_login(work, login.id))
        await record_everywhere(work, login.id, "me.totp.removed")
