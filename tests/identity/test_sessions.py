"""Browsers that are signed in: listed, ended, and told about."""

from collections.abc import Sequence

import httpx
import pytest
from sqlalchemy import select

from tests.identity.people import PASSWORD, founded, fresh_email, signing_in
from yingke.identity import SessionEnded
from yingke.identity.actors import Actor
from yingke.identity.expiry import remove_expired
from yingke.identity.models import LoginSession
from yingke.kit.facts import Fact
from yingke.kit.work import Ground


@pytest.fixture
async def email(ground: Ground) -> str:
    return fresh_email()


@pytest.fixture
async def owner(ground: Ground, email: str) -> Actor:
    return await founded(ground, email)


@pytest.fixture
async def phone(http: httpx.AsyncClient) -> httpx.AsyncClient:
    """A second browser."""
    return httpx.AsyncClient(transport=http._transport, base_url="http://desk.test", headers={"user-agent": "Phone"})


@pytest.fixture
def told(ground: Ground) -> list[Fact]:
    facts: list[Fact] = []

    def push(pushed: Sequence[Fact]) -> None:
        facts.extend(pushed)

    ground.outbox.push = push
    return facts


def ended(told: list[Fact]) -> set[str]:
    return {str(fact.session_id) for fact in told if isinstance(fact, SessionEnded)}


async def test_a_person_sees_where_they_are_signed_in(
    http: httpx.AsyncClient, phone: httpx.AsyncClient, owner: Actor, email: str
) -> None:
    await signing_in(http, email)
    await signing_in(phone, email)
    listed = (await phone.get("/api/v1/me/sessions")).json()["items"]
    assert len(listed) == 2
    assert [each["user_agent"] for each in listed if each["current"]] == ["Phone"]
    assert all(each["address"] == "127.0.0.1" for each in listed)


async def test_a_session_ended_elsewhere_is_over_at_once_and_its_sockets_are_told(
    http: httpx.AsyncClient, phone: httpx.AsyncClient, owner: Actor, email: str, told: list[Fact]
) -> None:
    await signing_in(http, email)
    await signing_in(phone, email)
    [other] = [each for each in (await http.get("/api/v1/me/sessions")).json()["items"] if not each["current"]]
    assert (await http.delete(f"/api/v1/me/sessions/{other['id']}")).status_code == 204
    assert ended(told) == {other["id"]}
    assert (await phone.get("/api/v1/session")).status_code == 401
    assert (await http.get("/api/v1/session")).status_code == 200


async def test_all_other_sessions_end_together(
    http: httpx.AsyncClient, phone: httpx.AsyncClient, owner: Actor, email: str
) -> None:
    await signing_in(phone, email)
    await signing_in(http, email)
    assert (await http.delete("/api/v1/me/sessions")).status_code == 204
    assert (await phone.get("/api/v1/session")).status_code == 401
    assert (await http.get("/api/v1/session")).status_code == 200


async def test_nobody_ends_the_session_of_somebody_else(
    http: httpx.AsyncClient, phone: httpx.AsyncClient, owner: Actor, email: str, ground: Ground
) -> None:
    stranger = fresh_email()
    await founded(ground, stranger)
    await signing_in(phone, stranger)
    [theirs] = (await phone.get("/api/v1/me/sessions")).json()["items"]
    await signing_in(http, email)
    assert (await http.delete(f"/api/v1/me/sessions/{theirs['id']}")).status_code == 404
    assert (await phone.get("/api/v1/session")).status_code == 200


async def test_signing_out_ends_the_session_and_works_twice(
    http: httpx.AsyncClient, owner: Actor, email: str, told: list[Fact]
) -> None:
    await signing_in(http, email)
    assert (await http.delete("/api/v1/session")).status_code == 204
    assert len(ended(told)) == 1
    assert (await http.get("/api/v1/session")).status_code == 401
    assert (await http.delete("/api/v1/session")).status_code == 204


async def test_a_new_password_signs_every_other_browser_out(
    http: httpx.AsyncClient, phone: httpx.AsyncClient, owner: Actor, email: str
) -> None:
    await signing_in(phone, email)
    await signing_in(http, email)
    body = {"current": PASSWORD, "new": "另一句足够长的话 2026"}
    assert (await http.put("/api/v1/me/password", json=body)).status_code == 204
    assert (await phone.get("/api/v1/session")).status_code == 401
    assert (await http.get("/api/v1/session")).status_code == 200
    assert (await signing_in(phone, email)).status_code == 401
    assert (await signing_in(phone, email, "另一句足够长的话 2026")).status_code == 200


async def test_a_password_is_changed_only_with_the_present_one_and_not_guessed_either(
    http: httpx.AsyncClient, owner: Actor, email: str
) -> None:
    await signing_in(http, email)
    body = {"current": "not the password", "new": "另一句足够长的话 2026"}
    answers = [await http.put("/api/v1/me/password", json=body) for _ in range(11)]
    assert [each.status_code for each in answers] == [422] * 10 + [429]
    assert (answers[0].json()["code"], answers[0].json()["field"]) == ("password_wrong", "current")


async def test_a_weak_new_password_is_refused_in_words(http: httpx.AsyncClient, owner: Actor, email: str) -> None:
    await signing_in(http, email)
    answer = await http.put("/api/v1/me/password", json={"current": PASSWORD, "new": "1234567890"})
    assert (answer.status_code, answer.json()["code"]) == (422, "password_weak")
    assert "everybody uses" in answer.json()["detail"]


async def test_sessions_that_are_over_are_removed(
    ground: Ground, http: httpx.AsyncClient, owner: Actor, email: str
) -> None:
    await signing_in(http, email)
    async with ground.work_everywhere() as work:
        row = (await work.scalars(select(LoginSession).where(LoginSession.agent_id == owner.agent_id))).one()
        row.expires_at = work.now.replace(year=2020)
    async with ground.work_everywhere() as work:
        await remove_expired(work)
        left = await work.scalars(select(LoginSession).where(LoginSession.agent_id == owner.agent_id))
    assert left.all() == []
