"""A forgotten password."""

from datetime import timedelta

import httpx
import pytest

from tests.identity.people import PASSWORD, founded, fresh_email, mails_to, signing_in, token_in
from tests.relaying import settle
from yingke.kit.clock import FixedClock
from yingke.kit.work import Ground
from yingke.wiring import Services

NEW = "另一句足够长的话 2026"


@pytest.fixture
async def email(ground: Ground) -> str:
    address = fresh_email()
    await founded(ground, address)
    return address


async def asked(http: httpx.AsyncClient, services: Services, email: str, language: str = "zh-CN") -> str:
    """The token in the mail."""
    answer = await http.post("/api/v1/password-resets", json={"email": email}, headers={"accept-language": language})
    assert (answer.status_code, answer.content) == (202, b"")
    await settle(services)
    return token_in(mails_to(services, email)[-1][1])


async def completing(http: httpx.AsyncClient, token: str, password: str = NEW) -> httpx.Response:
    return await http.post("/api/v1/password-resets/complete", json={"token": token, "password": password})


async def test_the_link_in_the_mail_sets_a_new_password(
    http: httpx.AsyncClient, services: Services, email: str
) -> None:
    token = await asked(http, services, email)
    assert (await completing(http, token)).status_code == 204
    assert (await signing_in(http, email)).status_code == 401
    assert (await signing_in(http, email, NEW)).status_code == 200


async def test_the_mail_is_in_the_language_of_the_browser(
    http: httpx.AsyncClient, services: Services, email: str
) -> None:
    await asked(http, services, email)
    await asked(http, services, email, "en-GB,en;q=0.9")
    assert [subject for subject, _ in mails_to(services, email)] == ["重设密码", "Set a new password"]


async def test_an_unknown_address_gets_the_same_answer_and_no_mail(
    http: httpx.AsyncClient, services: Services, email: str
) -> None:
    nobody = fresh_email()
    known = await http.post("/api/v1/password-resets", json={"email": email})
    unknown = await http.post("/api/v1/password-resets", json={"email": nobody})
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    await settle(services)
    assert mails_to(services, nobody) == []


async def test_a_link_works_once(http: httpx.AsyncClient, services: Services, email: str) -> None:
    token = await asked(http, services, email)
    await completing(http, token)
    again = await completing(http, token, "noch ein anderer Satz")
    assert (again.status_code, again.json()["code"]) == (410, "link_expired")


async def test_using_one_link_voids_the_others(http: httpx.AsyncClient, services: Services, email: str) -> None:
    first, second = await asked(http, services, email), await asked(http, services, email)
    assert (await completing(http, second)).status_code == 204
    assert (await completing(http, first)).status_code == 410


async def test_a_link_is_good_for_an_hour(
    http: httpx.AsyncClient, services: Services, email: str, clock: FixedClock
) -> None:
    token = await asked(http, services, email)
    clock.advance(timedelta(hours=1, seconds=1))
    assert (await completing(http, token)).status_code == 410


async def test_a_weak_password_does_not_use_the_link_up(
    http: httpx.AsyncClient, services: Services, email: str
) -> None:
    token = await asked(http, services, email)
    assert (await completing(http, token, email)).json()["code"] == "password_weak"
    assert (await completing(http, token)).status_code == 204


async def test_a_reset_signs_every_browser_out_and_lifts_the_throttle(
    http: httpx.AsyncClient, services: Services, email: str
) -> None:
    await signing_in(http, email)
    async with httpx.AsyncClient(transport=http._transport, base_url="http://desk.test") as other:
        for _ in range(11):
            await signing_in(other, email, "not the password")
        token = await asked(other, services, email)
        assert (await completing(other, token)).status_code == 204
        assert (await http.get("/api/v1/session")).status_code == 401
        assert (await signing_in(other, email, NEW)).status_code == 200


async def test_the_database_never_holds_a_link_that_works(
    http: httpx.AsyncClient, services: Services, email: str
) -> None:
    token = await asked(http, services, email)
    async with services.ground.work_everywhere() as work:
        raw = await work.raw()
        rows = await raw.fetch(
            "SELECT login_tokens::text FROM login_tokens UNION ALL SELECT outbox::text FROM outbox UNION ALL SELECT facts::text FROM facts"
        )
    assert rows
    assert not [row for row in rows if token in row[0]]


async def test_mails_cannot_be_asked_for_without_end(http: httpx.AsyncClient, email: str) -> None:
    answers = [(await http.post("/api/v1/password-resets", json={"email": email})).status_code for _ in range(11)]
    assert answers == [202] * 10 + [429]


async def test_a_made_up_link_is_refused(http: httpx.AsyncClient) -> None:
    assert (await completing(http, "made-up")).json()["code"] == "link_expired"


async def test_the_present_password_stays_good_until_the_link_is_used(
    http: httpx.AsyncClient, services: Services, email: str
) -> None:
    await asked(http, services, email)
    assert (await signing_in(http, email, PASSWORD)).status_code == 200
