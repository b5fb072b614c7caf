"""A forgotten password: a link by mail, good once and for an hour."""

from datetime import timedelta

from sqlalchemy import delete, select

from yingke.identity.browsers import Browser
from yingke.identity.errors import LinkExpired
from yingke.identity.memberships import record_everywhere
from yingke.identity.models import Login, LoginToken
from yingke.identity.passwords import hashed, require_strong
from yingke.identity.sessions import end_all_sessions
from yingke.identity.throttling import count_attempt, forget_attempts, per_address, per_person
from yingke.identity.tokens import new_token, token_hash
from yingke.identity.totp import locked_login
from yingke.kit.client_address import throttle_key
from yingke.kit.ids import new_id
from yingke.kit.work import Ground, Work

GOOD_FOR = timedelta(hours=1)


async def ask_for_reset(ground: Ground, email: str, browser: Browser) -> None:
    """The same for every address, known or not: whether one has a login is found out by the job. Raises TooManyAttempts."""
    await count_attempt(ground, [per_person("reset", email), per_address(throttle_key(browser.address))])
    async with ground.work_everywhere() as work:
        work.defer("send_reset_link", email=email, language=browser.language, letter_id=str(new_id()))


async def new_reset_token(work: Work, email: str) -> str | None:
    """A token for the person with `email`; None when there is nobody."""
    login_id = await work.rows.scalar(select(Login.id).where(Login.email == email))
    if login_id is None:
        return None
    token = new_token()
    work.add(LoginToken(token_hash=token_hash(token), login_id=login_id, expires_at=work.now + GOOD_FOR))
    return token


async def complete_reset(ground: Ground, token: str, password: str) -> None:
    """Set the password; every browser is signed out, every other link is void. The second factor stays.

    Raises LinkExpired, PasswordWeak.
    """
    async with ground.work_everywhere() as work:
        login = await _login_of_token(work, token)
    require_strong(password, login.email)
    password_hash = await hashed(password)
    async with ground.work_everywhere() as work:
        row = await locked_login(work, login.id)
        await _login_of_token(work, token)  # used meanwhile?
        row.password_hash = password_hash
        await work.rows.execute(delete(LoginToken).where(LoginToken.login_id == row.id))
        await end_all_sessions(work, row.id)
        await forget_attempts(work, per_person("mail", row.email))
        await record_everywhere(work, row.id, "password.reset")


async def _login_of_token(work: Work, token: str) -> Login:
    login = await work.rows.scalar(
        select(Login)
        .join(LoginToken, LoginToken.login_id == Login.id)
        .where(LoginToken.token_hash == token_hash(token), LoginToken.expires_at > work.now)
    )
    if login is None:
        raise LinkExpired
    return login
