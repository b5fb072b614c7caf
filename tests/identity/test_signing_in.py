"""Sign-in: who gets in, what a stranger learns, and how guessing is slowed down."""

import asyncio
import json
import time
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from tests.identity.people import PASSWORD, founded, fresh_email, signing_in
from yingke.identity import passwords
from yingke.identity.authentication import COOKIE
from yingke.identity.models import Attempt, Login
from yingke.identity.throttling import PER_ADDRESS, WINDOW
from yingke.kit.clock import FixedClock
from yingke.kit.work import Ground
from yingke.wiring import Services


@pytest.fixture
async def email(ground: Ground) -> str:
    address = fresh_email()
    await founded(ground, address)
    return address


async def test_a_person_signs_in_and_the_desk_knows_them(http: httpx.AsyncClient, email: str) -> None:
    answer = await signing_in(http, email.upper())
    assert answer.status_code == 200, answer.text
    session = answer.json()
    assert session["agent"]["email"] == email
    assert session["agent"]["role"] == "owner"
    assert "workspace.manage" in session["permissions"]
    assert [each["name"] for each in session["workspaces"]] == [session["workspace"]["name"]]
    assert session["server"]["mail"] == "outbox"
    assert (await http.get("/api/v1/session")).json() == session


async def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(http: httpx.AsyncClient, email: str) -> None:
    cookies = (await signing_in(http, email)).headers.get_list("set-cookie")
    session = next(each for each in cookies if each.startswith(COOKIE))
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    assert "Secure" not in session


async def test_over_https_the_cookie_is_sent_over_https_only(
    http: httpx.AsyncClient, services: Services, email: str
) -> None:
    services.settings = replace(services.settings, public_url="https://desk.test")
    answer = await signing_in(http, email)
    assert all("Secure" in each for each in answer.headers.get_list("set-cookie"))


async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(http: httpx.AsyncClient, email: str) -> None:
    wrong = await signing_in(http, email, "not the password")
    unknown = await signing_in(http, fresh_email(), "not the password")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "invalid_credentials"


async def test_an_unknown_address_costs_as_much_work_as_a_known_one(http: httpx.AsyncClient, email: str) -> None:
    async def fastest(address: str) -> float:
        taken = []
        for _ in range(4):
            began = time.perf_counter()
            await signing_in(http, address, "not the password")
            taken.append(time.perf_counter() - began)
        return min(taken)

    known, unknown = await fastest(email), await fastest(fresh_email())
    assert unknown > known * 0.4


async def test_a_new_sign_in_gets_a_new_session_and_ends_the_one_before(http: httpx.AsyncClient, email: str) -> None:
    await signing_in(http, email)
    before = http.cookies[COOKIE]
    await signing_in(http, email)
    assert http.cookies[COOKIE] != before
    async with httpx.AsyncClient(transport=http._transport, base_url="http://desk.test") as other:
        other.cookies.set(COOKIE, before, domain="desk.test")
        stale = await other.get("/api/v1/session")
    assert stale.status_code == 401


async def test_guessing_at_one_address_is_stopped_and_starts_again_after_a_while(
    http: httpx.AsyncClient, email: str, clock: FixedClock
) -> None:
    for _ in range(10):
        assert (await signing_in(http, email, "not the password")).status_code == 401
    refused = await signing_in(http, email)
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_attempts"
    assert 0 < int(refused.headers["retry-after"]) <= 15 * 60
    clock.advance(timedelta(minutes=15, seconds=1))
    assert (await signing_in(http, email)).status_code == 200


async def test_an_unknown_address_is_throttled_like_a_known_one(http: httpx.AsyncClient) -> None:
    nobody = fresh_email()
    answers = [(await signing_in(http, nobody, "not the password")).status_code for _ in range(11)]
    assert answers == [401] * 10 + [429]


async def test_a_stranger_who_keeps_guessing_does_not_lock_out_a_browser_that_was_here_before(
    http: httpx.AsyncClient, email: str
) -> None:
    await signing_in(http, email)
    async with httpx.AsyncClient(transport=http._transport, base_url="http://desk.test") as stranger:
        for _ in range(11):
            last = await signing_in(stranger, email, "not the password")
        assert last.status_code == 429
    await http.delete("/api/v1/session")
    assert (await signing_in(http, email)).status_code == 200


async def test_one_address_of_the_internet_cannot_try_many_people(http: httpx.AsyncClient, services: Services) -> None:
    async with services.ground.work_everywhere() as work:
        for _ in range(PER_ADDRESS):
            work.add(Attempt(key="address:203.0.113.77", at=work.now - WINDOW / 2))
    services.settings = replace(services.settings, trusted_proxies=("127.0.0.1",))
    forwarded = {"x-forwarded-for": "203.0.113.77"}
    body = {"email": fresh_email(), "password": "not the password"}
    assert (await http.post("/api/v1/session", json=body, headers=forwarded)).status_code == 429
    other = {"x-forwarded-for": "203.0.113.78"}
    assert (await http.post("/api/v1/session", json=body, headers=other)).status_code == 401


async def test_attempts_at_once_are_counted_one_by_one(http: httpx.AsyncClient, email: str) -> None:
    answers = await asyncio.gather(*(signing_in(http, email, "not the password") for _ in range(14)))
    assert sorted(each.status_code for each in answers) == [401] * 10 + [429] * 4


async def test_success_forgets_the_attempts_before(http: httpx.AsyncClient, email: str) -> None:
    for _ in range(2):
        for _ in range(9):
            await signing_in(http, email, "not the password")
        http.cookies.clear()
        assert (await signing_in(http, email)).status_code == 200
        http.cookies.clear()


async def test_a_password_kept_with_old_parameters_is_kept_anew_at_sign_in(
    http: httpx.AsyncClient, ground: Ground, email: str
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    async with ground.work_everywhere() as work:
        await work.rows.execute(update(Login).where(Login.email == email).values(password_hash=weak))
    assert (await signing_in(http, email)).status_code == 200
    async with ground.work_everywhere() as work:
        kept = (await work.rows.execute(Login.__table__.select().where(Login.email == email))).one()
    assert not passwords.outdated(kept.password_hash)
    assert (await signing_in(http, email)).status_code == 200


async def test_a_request_from_a_page_of_another_site_is_refused(http: httpx.AsyncClient, email: str) -> None:
    await signing_in(http, email)
    body = {"availability": "away"}
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
    ):
        answer = await http.put("/api/v1/me/availability", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
    own = await http.put("/api/v1/me/availability", json=body, headers={"origin": "http://desk.test"})
    assert own.status_code == 200


async def test_a_session_that_is_not_used_for_a_month_is_over(
    http: httpx.AsyncClient, email: str, clock: FixedClock
) -> None:
    await signing_in(http, email)
    for _ in range(3):
        clock.advance(timedelta(days=20))
        assert (await http.get("/api/v1/session")).status_code == 200
    clock.advance(timedelta(days=31))
    assert (await http.get("/api/v1/session")).status_code == 401


@pytest.mark.parametrize(
    "body", [{}, {"email": "x", "password": "y"}, {"email": 1, "password": []}, {"email": "a@b.co"}]
)
async def test_a_malformed_sign_in_names_the_field(http: httpx.AsyncClient, body: dict[str, object]) -> None:
    answer = await http.post("/api/v1/session", json=body)
    assert answer.status_code == 422
    assert answer.json()["field"] in ("email", "password")


@pytest.mark.parametrize("password", ["\x00", "\ud800 surrogate", "长" * 1000, ""])
async def test_an_odd_password_is_wrong_and_breaks_nothing(http: httpx.AsyncClient, email: str, password: str) -> None:
    body = json.dumps({"email": email, "password": password})
    answer = await http.post("/api/v1/session", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (401, 422)
