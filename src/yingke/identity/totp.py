"""Second factor: six digits that change every thirty seconds (RFC 6238), each used once; and recovery codes."""

import io
import secrets
from uuid import UUID

import pyotp
import segno

from yingke.identity.errors import TotpEnabled, TotpInvalid, TotpNotPending, TotpRequired, TotpWrong
from yingke.identity.models import Login
from yingke.identity.tokens import token_hash
from yingke.identity.values import RecoveryCodes, TotpOffer
from yingke.kit.errors import Missing
from yingke.kit.work import Work

STEP = 30
_TOLERATED = (0, -1, 1)  # steps a clock may be off
_RECOVERY_CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


async def locked_login(work: Work, login_id: UUID) -> Login:
    """Raises Missing."""
    login = await work.rows.get(Login, login_id, with_for_update=True, populate_existing=True)
    if login is None:
        raise Missing
    return login


async def offer_totp(work: Work, login_id: UUID, issuer: str) -> TotpOffer:
    """A new secret, not in use before a code of it is confirmed. Raises TotpEnabled: whoever borrowed an open browser
    replaces nothing."""
    login = await locked_login(work, login_id)
    if login.totp_secret is not None:
        raise TotpEnabled
    login.totp_pending = pyotp.random_base32()
    uri = pyotp.TOTP(login.totp_pending).provisioning_uri(name=login.email, issuer_name=issuer)
    picture = io.BytesIO()
    segno.make(uri, error="m").save(
        picture, kind="svg", scale=4, border=2, dark="#12160f", light="#ffffff", xmldecl=False
    )
    return TotpOffer(secret=login.totp_pending, uri=uri, qr_svg=picture.getvalue().decode())


async def confirm_totp(work: Work, login_id: UUID, code: str) -> RecoveryCodes:
    """Switch the second factor on. Raises TotpNotPending, TotpWrong: whoever sets it up is signed in."""
    login = await locked_login(work, login_id)
    if login.totp_pending is None:
        raise TotpNotPending
    step = _step_of(login.totp_pending, code, int(work.now.timestamp()))
    if step is None:
        raise TotpWrong(field="code")
    codes = [_recovery_code() for _ in range(_RECOVERY_CODES)]
    login.totp_secret, login.totp_pending, login.totp_last_step = login.totp_pending, None, step
    login.recovery_hashes = [_recovery_hash(each) for each in codes]
    return RecoveryCodes(recovery_codes=codes)


def switch_totp_off(login: Login) -> None:
    login.totp_secret = login.totp_pending = None
    login.recovery_hashes = []


def use_code(login: Login, code: str | None, at: int) -> None:
    """Spend `code` of a locked login at `at` (seconds since 1970). Raises TotpRequired, TotpInvalid."""
    if login.totp_secret is None:
        return
    if not code:
        raise TotpRequired
    step = _step_of(login.totp_secret, code, at)
    if step is not None and step > login.totp_last_step:
        login.totp_last_step = step
        return
    spent = _recovery_hash(code)
    if spent not in login.recovery_hashes:
        raise TotpInvalid(field="code")
    login.recovery_hashes = [each for each in login.recovery_hashes if each != spent]


def _step_of(secret: str, code: str, at: int) -> int | None:
    digits = "".join(code.split())
    if not (digits.isascii() and digits.isdecimal()):
        return None
    now = at // STEP
    totp = pyotp.TOTP(secret)
    return next((now + off for off in _TOLERATED if secrets.compare_digest(totp.at((now + off) * STEP), digits)), None)


def _recovery_code() -> str:
    """59 bits: nothing that could be tried through, so a plain hash keeps it."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def _recovery_hash(code: str) -> str:
    return token_hash("".join(code.lower().replace("-", " ").split())).hex()
