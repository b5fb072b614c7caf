"""Visitors: greeting, identity, what they say of themselves."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.conftest import Company, found_company
from tests.people import open_site
from yingke.contacts import Contact, create_contact
from yingke.inboxes import Site
from yingke.kit.clock import FixedClock
from yingke.kit.errors import Invalid
from yingke.kit.facts import Fact
from yingke.kit.work import Ground, Work
from yingke.visitors import (
    Greeted,
    IdentityForged,
    Visitor,
    give_contact,
    greet_visitor,
    identify_visitor,
    link_visitor,
    move_visitor,
    note_visitors_connected,
    note_visitors_disconnected,
    online_visitors,
    same_person_ids,
    sign_identity,
)
from yingke.visitors.arriving import address_prefix


@pytest.fixture
async def site(ground: Ground, company: Company) -> Site:
    return await open_site(ground, company.workspace_id)


async def greet(work: Work, site: Site, token: str | None = None, **more: Any) -> Greeted:
    page = {"page_url": "https://shop.example/p/1", "page_title": "山核桃"} | more
    return await greet_visitor(work, site, token=token, **page)


async def identify(work: Work, site: Site, visitor: Visitor, external_id: str, **more: Any) -> Greeted:
    signed = sign_identity(site.identity_secret, external_id)
    return await identify_visitor(work, site, visitor, external_id=external_id, hash=signed, **more)


async def test_a_returning_browser_is_the_same_visitor(
    ground: Ground, company: Company, site: Site, clock: FixedClock
) -> None:
    async with ground.work_in(company.workspace_id) as work:
        first = await greet(work, site, referrer="https://search.example/?q=核桃")
    clock.advance(timedelta(hours=1))
    async with ground.work_in(company.workspace_id) as work:
        again = await greet(
            work, site, first.token, page_url="https://shop.example/p/2", referrer="https://shop.example/"
        )
    assert again.token is None
    assert again.visitor.id == first.visitor.id
    assert again.visitor.visits == 2
    assert (again.visitor.page_url, again.visitor.landing_url) == (
        "https://shop.example/p/2",
        "https://shop.example/p/1",
    )
    assert again.visitor.referrer == "https://search.example/?q=核桃"


async def test_a_browser_that_is_back_within_a_minute_is_greeted_without_a_write(
    ground: Ground, company: Company, site: Site, clock: FixedClock
) -> None:
    async with ground.work_in(company.workspace_id) as work:
        token = (await greet(work, site)).token
    clock.advance(timedelta(seconds=50))
    async with ground.work_in(company.workspace_id) as work:
        await greet(work, site, token)
        assert await work.rows.scalar(text("SELECT pg_current_xact_id_if_assigned()")) is None
    clock.advance(timedelta(seconds=20))
    async with ground.work_in(company.workspace_id) as work:
        assert (await greet(work, site, token)).visitor.last_seen_at == clock.now()


@pytest.mark.parametrize("token", ["", "v_unknown", "x" * 10_000, "\u0000\ud800"])
async def test_an_unknown_token_makes_a_new_visitor(ground: Ground, company: Company, site: Site, token: str) -> None:
    async with ground.work_in(company.workspace_id) as work:
        greeted = await greet(work, site, token)
    assert greeted.token not in (None, token)


async def test_a_token_is_worth_nothing_on_another_site(ground: Ground, company: Company, site: Site) -> None:
    other_site = await open_site(ground, company.workspace_id, "别的店")
    stranger = await found_company(ground, "别家")
    foreign_site = await open_site(ground, stranger.workspace_id)
    async with ground.work_in(company.workspace_id) as work:
        first = await greet(work, site)
        assert (await greet(work, other_site, first.token)).visitor.id != first.visitor.id
    async with ground.work_in(stranger.workspace_id) as work:
        assert (await greet(work, foreign_site, first.token)).visitor.id != first.visitor.id


async def test_only_addresses_of_pages_are_kept(ground: Ground, company: Company, site: Site) -> None:
    async with ground.work_in(company.workspace_id) as work:
        visitor = (await greet(work, site, page_url="javascript:alert(1)", referrer="data:text/html,x")).visitor
        assert (visitor.page_url, visitor.referrer, visitor.landing_url) == (None, None, None)
        await move_visitor(work, visitor, url="https://me:secret@shop.example/a\x00", title="一\n二")
        assert (visitor.page_url, visitor.page_title) == ("https://shop.example/a", "一 二")
        await move_visitor(work, visitor, url="http://[", title="")
        assert visitor.page_url == "https://shop.example/a"


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("unix", ""),
    ],
)
def test_only_the_network_of_an_address_is_kept(address: str, kept: str) -> None:
    assert address_prefix(address) == kept


async def test_a_forged_identity_is_refused(ground: Ground, company: Company, site: Site) -> None:
    right = sign_identity(site.identity_secret, "u-1")
    async with ground.work_in(company.workspace_id) as work:
        visitor = (await greet(work, site)).visitor
        for forged in (
            "",
            "0" * 64,
            right[:-1],
            right + "0",
            sign_identity("other", "u-1"),
            sign_identity(site.identity_secret, "u-2"),
            "é",
        ):
            with pytest.raises(IdentityForged):
                await identify_visitor(work, site, visitor, external_id="u-1", hash=forged)
        for odd in ("", "x" * 201, "a\nb"):
            with pytest.raises(Invalid):
                await identify_visitor(work, site, visitor, external_id=odd, hash=right)
        assert visitor.contact_id is None


async def test_a_signed_visitor_becomes_a_verified_contact(ground: Ground, company: Company, site: Site) -> None:
    told: list[Fact] = []
    ground.outbox.push = told.extend
    async with ground.work_in(company.workspace_id) as work:
        visitor = (await greet(work, site)).visitor
        assert (await identify(work, site, visitor, "u-1", name="王芳", email="A@b.cn")).token is None
        contact = await work.get(Contact, visitor.contact_id)  # type: ignore[arg-type]
        assert (contact.external_id, contact.name, contact.email, contact.verified) == ("u-1", "王芳", "a@b.cn", True)
    assert [fact.name for fact in told] == ["contact.changed", "visitor.identified"]
    told.clear()
    async with ground.work_in(company.workspace_id) as work:
        visitor = await work.get(Visitor, visitor.id)
        await identify(work, site, visitor, "u-1", name="王芳", email="A@b.cn")
    assert told == []


async def test_two_browsers_of_one_person_share_a_history(ground: Ground, company: Company, site: Site) -> None:
    async with ground.work_in(company.workspace_id) as work:
        phone, desk = (await greet(work, site)).visitor, (await greet(work, site)).visitor
        for visitor in (phone, desk):
            await identify(work, site, visitor, "u-1")
        assert phone.contact_id == desk.contact_id
        assert set(await same_person_ids(work, phone)) == {phone.id, desk.id}


async def test_what_was_said_anonymously_joins_the_contact(ground: Ground, company: Company, site: Site) -> None:
    async with ground.work_in(company.workspace_id) as work:
        known = (await greet(work, site)).visitor
        await identify(work, site, known, "u-1", name="王芳")
        anonymous = (await greet(work, site)).visitor
        given = await give_contact(work, anonymous, phone="13800138000")
        assert given is not None
        assert (await identify(work, site, anonymous, "u-1")).token is None
        assert anonymous.contact_id == known.contact_id
        await work.rows.refresh(given)
        assert given.merged_into == known.contact_id
        contact = await work.get(Contact, known.contact_id)  # type: ignore[arg-type]
        assert (contact.name, contact.phone) == ("王芳", "13800138000")


async def test_an_unsigned_contact_of_several_browsers_is_not_swallowed(
    ground: Ground, company: Company, site: Site
) -> None:
    async with ground.work_in(company.workspace_id) as work:
        one, two = (await greet(work, site)).visitor, (await greet(work, site)).visitor
        shared = await give_contact(work, one, name="办公室")
        assert shared is not None
        await link_visitor(work, two, shared.id)
        await identify(work, site, one, "u-1")
        assert one.contact_id != shared.id == two.contact_id


async def test_another_person_at_the_same_browser_starts_afresh(ground: Ground, company: Company, site: Site) -> None:
    async with ground.work_in(company.workspace_id) as work:
        visitor = (await greet(work, site)).visitor
        await identify(work, site, visitor, "u-1")
        second = await identify(work, site, visitor, "u-2")
        assert second.visitor.id != visitor.id
        assert second.token is not None
        assert (await greet(work, site, second.token)).visitor.id == second.visitor.id
        assert await same_person_ids(work, second.visitor) == [second.visitor.id]
        assert visitor.contact_id != second.visitor.contact_id


async def test_a_deleted_person_leaves_no_history_to_the_next(ground: Ground, company: Company, site: Site) -> None:
    async with ground.work_in(company.workspace_id) as work:
        visitor = (await greet(work, site)).visitor
        await identify(work, site, visitor, "u-1")
        await work.rows.delete(await work.get(Contact, visitor.contact_id))  # type: ignore[arg-type]
        await work.rows.flush()
        await work.rows.refresh(visitor)
        assert (await identify(work, site, visitor, "u-2")).visitor.id != visitor.id


async def test_a_given_address_opens_no_history_of_whoever_has_it(ground: Ground, company: Company, site: Site) -> None:
    async with ground.work_in(company.workspace_id) as work:
        known = (await greet(work, site)).visitor
        await identify(work, site, known, "u-1", email="wang@example.com")
        pretender = (await greet(work, site)).visitor
        contact = await give_contact(work, pretender, email="wang@example.com")
        assert contact is not None
        assert contact.id != known.contact_id
        assert not contact.verified
        assert await same_person_ids(work, pretender) == [pretender.id]


async def test_a_visitor_adds_to_what_the_shop_signed_and_overwrites_nothing(
    ground: Ground, company: Company, site: Site
) -> None:
    async with ground.work_in(company.workspace_id) as work:
        visitor = (await greet(work, site)).visitor
        await identify(work, site, visitor, "u-1", name="王芳")
        contact = await give_contact(work, visitor, name="皇帝", phone="13800138000")
        assert contact is not None
        assert (contact.name, contact.phone) == ("王芳", "13800138000")


async def test_saying_nothing_makes_no_contact(ground: Ground, company: Company, site: Site) -> None:
    async with ground.work_in(company.workspace_id) as work:
        visitor = (await greet(work, site)).visitor
        assert await give_contact(work, visitor, name=" ", email="") is None
        with pytest.raises(Invalid):
            await give_contact(work, visitor, email="nobody")


async def test_a_link_by_an_agent_opens_no_history(ground: Ground, company: Company, site: Site) -> None:
    async with ground.work_in(company.workspace_id) as work:
        known, guessed = (await greet(work, site)).visitor, (await greet(work, site)).visitor
        await identify(work, site, known, "u-1")
        await link_visitor(work, guessed, known.contact_id)  # type: ignore[arg-type]
        assert guessed.contact_id == known.contact_id
        assert await same_person_ids(work, guessed) == [guessed.id]


async def test_a_browser_that_falls_silent_is_not_online(
    ground: Ground, company: Company, site: Site, clock: FixedClock
) -> None:
    async with ground.work_in(company.workspace_id) as work:
        here, gone, silent = [(await greet(work, site)).visitor.id for _ in range(3)]
    async with ground.work_everywhere() as work:
        await note_visitors_connected(work, [here, gone, silent])
        await note_visitors_disconnected(work, [gone])
    clock.advance(timedelta(seconds=60))
    async with ground.work_everywhere() as work:
        await note_visitors_connected(work, [here])
    clock.advance(timedelta(seconds=60))
    async with ground.work_in(company.workspace_id) as work:
        assert await online_visitors(work, [here, gone, silent]) == {here}


async def test_create_contact_then_link_tells_who_it_is(ground: Ground, company: Company, site: Site) -> None:
    told: list[Fact] = []
    ground.outbox.push = told.extend
    async with ground.work_in(company.workspace_id) as work:
        visitor = (await greet(work, site)).visitor
        contact = await create_contact(work, {"name": "王芳"})
        await link_visitor(work, visitor, contact.id)
        await link_visitor(work, visitor, contact.id)
    assert [fact.name for fact in told] == ["contact.changed", "visitor.identified"]
    assert told[1].visitor.contact_id == contact.id  # type: ignore[attr-defined]
