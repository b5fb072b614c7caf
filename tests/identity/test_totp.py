"""The second factor."""

from datetime import timedelta

import httpx
import pyotp
import pytest

from tests.identity.people import PASSWORD, founded, fresh_email, signing_in
from yingke.kit.clock import FixedClock
from yingke.kit.work import Ground


@pytest.fixture
async def email(ground: Ground) -> str:
    address = fresh_email()
    await founded(ground, address)
    return address


async def switched_on(http: httpx.AsyncClient, clock: FixedClock, email: str) -> tuple[pyotp.TOTP, list[str]]:
    await signing_in(http, email)
    offer = (await http.post("/api/v1/me/totp")).json()
    totp = pyotp.parse_uri(offer["uri"])
    assert isinstance(totp, pyotp.TOTP)
    assert totp.secret == offer["secret"]
    assert offer["qr_svg"].startswith("<svg")
    confirmed = await http.post("/api/v1/me/totp/confirm", json={"code": totp.at(clock.now())})
    assert confirmed.status_code == 200, confirmed.text
    clock.advance(timedelta(seconds=30))
    return totp, confirmed.json()["recovery_codes"]


async def test_with_a_second_factor_the_password_alone_is_not_enough(
    http: httpx.AsyncClient, clock: FixedClock, email: str
) -> None:
    totp, _ = await switched_on(http, clock, email)
    asked = await signing_in(http, email)
    assert (asked.status_code, asked.json()["code"]) == (401, "totp_required")
    signed_in = await signing_in(http, email, code=totp.at(clock.now()))
    assert signed_in.status_code == 200
    assert signed_in.json()["totp_enabled"] is True


async def test_a_wrong_password_is_not_told_that_there_is_a_second_factor(
    http: httpx.AsyncClient, clock: FixedClock, email: str
) -> None:
    await switched_on(http, clock, email)
    assert (await signing_in(http, email, "not the password")).json()["code"] == "invalid_credentials"


async def test_a_code_works_once(http: httpx.AsyncClient, clock: FixedClock, email: str) -> None:
    totp, _ = await switched_on(http, clock, email)
    code = totp.at(clock.now())
    assert (await signing_in(http, email, code=code)).status_code == 200
    again = await signing_in(http, email, code=code)
    assert (again.status_code, again.json()["code"]) == (401, "totp_invalid")
    clock.advance(timedelta(seconds=30))
    assert (await signing_in(http, email, code=code)).status_code == 401
    assert (await signing_in(http, email, code=totp.at(clock.now()))).status_code == 200


async def test_the_code_that_switched_it_on_does_not_sign_in(
    http: httpx.AsyncClient, clock: FixedClock, email: str
) -> None:
    totp, _ = await switched_on(http, clock, email)
    before = totp.at(clock.now() - timedelta(seconds=30))
    assert (await signing_in(http, email, code=before)).status_code == 401


async def test_a_clock_may_be_half_a_minute_off_and_no_more(
    http: httpx.AsyncClient, clock: FixedClock, email: str
) -> None:
    totp, _ = await switched_on(http, clock, email)
    clock.advance(timedelta(minutes=5))
    assert (await signing_in(http, email, code=totp.at(clock.now() - timedelta(seconds=60)))).status_code == 401
    assert (await signing_in(http, email, code=totp.at(clock.now() - timedelta(seconds=30)))).status_code == 200


async def test_each_recovery_code_works_once_however_it_is_typed(
    http: httpx.AsyncClient, clock: FixedClock, email: str
) -> None:
    _, codes = await switched_on(http, clock, email)
    assert len(set(codes)) == 10
    assert (await signing_in(http, email, code=f" {codes[0].upper()} ")).status_code == 200
    assert (await signing_in(http, email, code=codes[0])).status_code == 401
    assert (await signing_in(http, email, code=codes[1])).status_code == 200


async def test_codes_cannot_be_tried_through(http: httpx.AsyncClient, clock: FixedClock, email: str) -> None:
    await switched_on(http, clock, email)
    http.cookies.clear()
    answers = [(await signing_in(http, email, code=f"{n:06}")).status_code for n in range(11)]
    assert answers == [401] * 10 + [429]


async def test_it_is_switched_off_with_the_password_only(
    http: httpx.AsyncClient, clock: FixedClock, email: str
) -> None:
    await switched_on(http, clock, email)
    refused = await http.request("DELETE", "/api/v1/me/totp", json={"password": "not the password"})
    assert (refused.status_code, refused.json()["code"]) == (422, "password_wrong")
    assert (await http.request("DELETE", "/api/v1/me/totp", json={"password": PASSWORD})).status_code == 204
    assert (await signing_in(http, email)).status_code == 200


async def test_nothing_is_on_before_a_code_was_confirmed(http: httpx.AsyncClient, email: str) -> None:
    await signing_in(http, email)
    unasked = await http.post("/api/v1/me/totp/confirm", json={"code": "123456"})
    assert (unasked.status_code, unasked.json()["code"]) == (409, "totp_not_started")
    await http.post("/api/v1/me/totp")
    wrong = await http.post("/api/v1/me/totp/confirm", json={"code": "abc"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "totp_wrong"), "not 401: one is signed in"
    assert (await signing_in(http, email)).status_code == 200


async def test_whoever_borrows_an_open_browser_does_not_replace_the_second_factor(
    http: httpx.AsyncClient, clock: FixedClock, email: str
) -> None:
    await switched_on(http, clock, email)
    answer = await http.post("/api/v1/me/totp")
    assert (answer.status_code, answer.json()["code"]) == (409, "totp_enabled")
