"""Who may not write: a browser, a person, everybody in a network."""

from datetime import timedelta

import asyncpg
import httpx
import pytest

from tests.conftest import Company, found_company, sign_in
from tests.people import hire, open_site
from yingke.contacts import ContactMerged, create_contact, merge_contacts, undo_merge
from yingke.inboxes import Site
from yingke.kit.clock import FixedClock
from yingke.kit.errors import Refusal
from yingke.kit.facts import Fact
from yingke.kit.work import Ground, Work
from yingke.visitors import (
    Visitor,
    VisitorIsBlocked,
    block_contact,
    block_network,
    block_visitor,
    give_contact,
    greet_visitor,
    identify_visitor,
    is_blocked,
    link_visitor,
    require_open_network,
    require_unblocked,
    sign_identity,
    unblock_contact,
    unblock_visitor,
    visitor_value,
)
from yingke.visitors.blocking import MOST_NETWORKS
from yingke.visitors.errors import NetworkIsOwn, NetworkTooWide, NetworkUnknown, TooManyNetworks
from yingke.visitors.handlers import follow_merged


@pytest.fixture
async def site(ground: Ground, company: Company) -> Site:
    return await open_site(ground, company.workspace_id)


async def arrive(work: Work, site: Site, address: str = "") -> Visitor:
    return (await greet_visitor(work, site, token=None, address=address)).visitor


async def identify(work: Work, site: Site, visitor: Visitor, external_id: str) -> Visitor:
    signed = sign_identity(site.identity_secret, external_id)
    return (await identify_visitor(work, site, visitor, external_id=external_id, hash=signed)).visitor


async def may_write(work: Work, visitor: Visitor, address: str = "") -> bool:
    try:
        await require_unblocked(work, visitor, address)
    except VisitorIsBlocked:
        return False
    return True


async def test_a_block_holds_for_its_time(ground: Ground, company: Company, site: Site, clock: FixedClock) -> None:
    told: list[Fact] = []
    ground.outbox.push = told.extend
    async with ground.work_in(company.workspace_id) as work:
        visitor = await arrive(work, site)
        await block_visitor(work, visitor.id, reason="骂人", hours=2, by=None)
        await block_visitor(work, visitor.id, reason="骂人", hours=1, by=None)
        assert not await may_write(work, visitor)
    clock.advance(timedelta(minutes=61))
    async with ground.work_in(company.workspace_id) as work:
        assert await may_write(work, visitor)
        await unblock_visitor(work, company.owner, visitor.id)
        await unblock_visitor(work, company.owner, visitor.id)
    assert [fact.name for fact in told] == ["visitor.blocked", "visitor.blocked", "visitor.unblocked"]
    async with ground.work_in(company.workspace_id) as work:
        now = await visitor_value(work, await work.get(Visitor, visitor.id))
    assert told[-1].visitor == now  # type: ignore[attr-defined]


async def test_a_block_follows_the_person_to_another_browser_and_ends_there_too(
    ground: Ground, company: Company, site: Site
) -> None:
    async with ground.work_in(company.workspace_id) as work:
        one, two = await arrive(work, site), await arrive(work, site)
        stranger = await arrive(work, site)
        for visitor in (one, two):
            await identify(work, site, visitor, "u-1")
        await block_visitor(work, one.id, by=None)
        assert await is_blocked(work, two)
        assert not await is_blocked(work, stranger)
        await unblock_visitor(work, company.owner, two.id)
        assert not await is_blocked(work, one)


async def test_every_browser_that_a_block_keeps_from_writing_is_told_of_it(
    ground: Ground, company: Company, site: Site
) -> None:
    """Whoever is connected writes until the socket is closed, and that is by this fact."""
    told: list[Fact] = []
    async with ground.work_in(company.workspace_id) as work:
        one, two, unsigned = [await arrive(work, site) for _ in range(3)]
        for visitor in (one, two):
            await identify(work, site, visitor, "u-1")
        assert one.contact_id
        await link_visitor(work, unsigned, one.contact_id)
    ground.outbox.push = told.extend
    async with ground.work_in(company.workspace_id) as work:
        await block_visitor(work, one.id, by=None)
    async with ground.work_in(company.workspace_id) as work:
        await unblock_visitor(work, company.owner, two.id)
    for name in ("visitor.blocked", "visitor.unblocked"):
        assert {fact.visitor_id for fact in told if fact.name == name} == {one.id, two.id}  # type: ignore[attr-defined]


async def test_who_becomes_a_blocked_contact_by_merging_is_told_blocked(
    ground: Ground, company: Company, site: Site
) -> None:
    told: list[Fact] = []
    async with ground.work_in(company.workspace_id) as work:
        winner, loser = await create_contact(work, {"name": "周强"}), await create_contact(work, {"name": "周老板"})
        mine, theirs = await arrive(work, site), await arrive(work, site)
        await link_visitor(work, mine, winner.id)
        await link_visitor(work, theirs, loser.id)
        await block_contact(work, loser.id, by=None)
        value, merge_id = await merge_contacts(work, winner.id, loser.id, by=None)
    ground.outbox.push = told.extend
    merged = ContactMerged(workspace_id=company.workspace_id, contact=value, loser_id=loser.id, merge_id=merge_id)
    for _ in range(2):
        async with ground.work_in(company.workspace_id) as work:
            await follow_merged(work, merged)
    assert {fact.visitor_id for fact in told} == {mine.id, theirs.id}  # type: ignore[attr-defined]


@pytest.mark.parametrize("hours", [1, 48])
async def test_a_shorter_or_bygone_block_of_the_winner_does_not_shorten_that_of_the_loser(
    ground: Ground, company: Company, site: Site, clock: FixedClock, hours: float
) -> None:
    async with ground.work_in(company.workspace_id) as work:
        winner, loser = await create_contact(work, {"name": "周强"}), await create_contact(work, {"name": "周老板"})
        mine = await arrive(work, site)
        await link_visitor(work, mine, loser.id)
        await block_contact(work, winner.id, hours=hours, by=None)
    clock.advance(timedelta(hours=2))
    async with ground.work_in(company.workspace_id) as work:
        await block_contact(work, loser.id, by=None)
        await merge_contacts(work, winner.id, loser.id, by=None)
    clock.advance(timedelta(days=30))
    async with ground.work_in(company.workspace_id) as work:
        assert await is_blocked(work, await work.get(Visitor, mine.id))


async def test_a_blocked_contact_may_not_write_from_any_browser_it_is_known_in(
    ground: Ground, company: Company, site: Site
) -> None:
    told: list[Fact] = []
    async with ground.work_in(company.workspace_id) as work:
        contact = await create_contact(work, {"name": "周强"})
        known, later, other = [await arrive(work, site) for _ in range(3)]
        await link_visitor(work, known, contact.id)
    ground.outbox.push = told.extend
    async with ground.work_in(company.workspace_id) as work:
        await block_contact(work, contact.id, reason="敲诈", by=None)
        later = await work.get(Visitor, later.id)
        await link_visitor(work, later, contact.id)
        assert [await is_blocked(work, each) for each in (known, later, other)] == [True, True, False]
        assert (await visitor_value(work, later)).blocked
    assert [(fact.name, fact.visitor_id) for fact in told if fact.name == "visitor.blocked"] == [  # type: ignore[attr-defined]
        ("visitor.blocked", known.id)
    ]
    async with ground.work_in(company.workspace_id) as work:
        await unblock_visitor(work, company.owner, later.id)
        assert not await is_blocked(work, known)
        await block_visitor(work, known.id, by=None)
        await block_contact(work, contact.id, by=None)
        await unblock_contact(work, company.owner, contact.id)
        assert not await is_blocked(work, known)


async def test_a_blocked_contact_stays_blocked_in_the_one_it_is_merged_into(
    ground: Ground, company: Company, site: Site
) -> None:
    async with ground.work_in(company.workspace_id) as work:
        winner, loser = await create_contact(work, {"name": "周强"}), await create_contact(work, {"name": "周老板"})
        mine = await arrive(work, site)
        await link_visitor(work, mine, loser.id)
        await block_contact(work, loser.id, by=None)
        _, merge_id = await merge_contacts(work, winner.id, loser.id, by=None)
        assert await is_blocked(work, mine)
        theirs = await arrive(work, site)
        await link_visitor(work, theirs, winner.id)
        await undo_merge(work, merge_id)
        assert (await is_blocked(work, mine), await is_blocked(work, theirs)) == (True, False)


@pytest.mark.parametrize(
    ("network", "inside", "outside"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.8"),
        ("203.0.113.9/24", "::ffff:203.0.113.200", "203.0.114.1"),
        ("2001:db8:1:2:3::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"),
        ("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.8"),
    ],
)
async def test_nobody_writes_from_a_blocked_network(
    ground: Ground, company: Company, site: Site, clock: FixedClock, network: str, inside: str, outside: str
) -> None:
    async with ground.work_in(company.workspace_id) as work:
        visitor = await arrive(work, site)
        await block_network(work, network, own_address="198.51.100.1", hours=1, by=None)
        assert [await may_write(work, visitor, address) for address in (inside, outside, "", "a socket")] == [
            False,
            True,
            True,
            True,
        ]
        with pytest.raises(VisitorIsBlocked):
            await require_open_network(work, inside)
    clock.advance(timedelta(hours=2))
    async with ground.work_in(company.workspace_id) as work:
        assert await may_write(work, visitor, inside)
    other = await found_company(ground, "别家")
    async with ground.work_in(other.workspace_id) as work:
        await require_open_network(work, inside)


@pytest.mark.parametrize(
    ("network", "refusal"),
    [
        ("", NetworkUnknown),
        ("shop.example", NetworkUnknown),
        ("203.0.113.0/33", NetworkUnknown),
        ("203.0.0.0/15", NetworkTooWide),
        ("2001::/31", NetworkTooWide),
        ("198.51.100.0/24", NetworkIsOwn),
    ],
)
async def test_a_network_that_is_none_or_too_wide_or_ones_own_is_refused(
    ground: Ground, company: Company, network: str, refusal: type[Refusal]
) -> None:
    async with ground.work_in(company.workspace_id) as work:
        with pytest.raises(refusal) as refused:
            await block_network(work, network, own_address="198.51.100.1", by=None)
    assert refused.value.field == "network"


async def test_so_many_networks_are_not_blocked_that_each_message_waits(
    ground: Ground, company: Company, connection: asyncpg.Connection
) -> None:
    await connection.execute("SET yingke.workspace = '*'")
    await connection.execute(
        "INSERT INTO blocks (workspace_id, id, network, reason, created_at)"
        " SELECT $1, gen_random_uuid(), ('10.0.' || n / 250 || '.' || n % 250)::cidr, '', now() FROM generate_series(1, $2) n",
        company.workspace_id,
        MOST_NETWORKS,
    )
    async with ground.work_in(company.workspace_id) as work:
        with pytest.raises(TooManyNetworks):
            await block_network(work, "203.0.113.7", by=None)
        await block_network(work, "10.0.1.7", reason="again", by=None)
    await connection.execute("UPDATE blocks SET until = now() - interval '10 years' WHERE reason = ''")
    async with ground.work_in(company.workspace_id) as work:
        await block_network(work, "203.0.113.7", by=None)


async def test_agents_block_over_http_and_see_who_is_blocked(
    ground: Ground, http: httpx.AsyncClient, company: Company, site: Site
) -> None:
    await sign_in(ground, http, company.owner)
    async with ground.work_in(company.workspace_id) as work:
        visitor = await arrive(work, site, "203.0.113.20")
        contact = await create_contact(work, {"name": "周强"})
    bodies = [
        {"visitor_id": str(visitor.id), "reason": "广告"},
        {"contact_id": str(contact.id), "hours": 24},
        {"network": "203.0.113.20/24", "reason": "刷屏"},
    ]
    made = [(await http.post("/api/v1/blocks", json=body)).json() for body in bodies]
    assert (made[0]["visitor"]["id"], made[0]["visitor"]["blocked"], made[0]["until"]) == (str(visitor.id), True, None)
    assert made[1]["contact"] == {"id": str(contact.id), "name": "周强"}
    assert made[2]["network"] == "203.0.113.0/24"
    concerned = (await http.get("/api/v1/networks/visitors", params={"network": "203.0.113.20"})).json()
    assert concerned == {"network": "203.0.113.20", "visitors": 1, "contacts": 0}
    first = (await http.get("/api/v1/blocks", params={"limit": 2})).json()
    further = (await http.get("/api/v1/blocks", params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [each["id"] for each in first["items"] + further["items"]] == [each["id"] for each in reversed(made)]
    assert further["next_cursor"] is None
    for q, index in (("广告", 0), ("周强", 1), ("203.0", 2)):
        assert [each["id"] for each in (await http.get("/api/v1/blocks", params={"q": q})).json()["items"]] == [
            made[index]["id"]
        ]
    assert (await http.post("/api/v1/blocks", json={"reason": "谁？"})).status_code == 422
    assert (await http.delete(f"/api/v1/visitors/{visitor.id}/block")).json()["blocked"] is False
    for each in made[1:]:
        assert (await http.delete(f"/api/v1/blocks/{each['id']}")).status_code == 204
    assert (await http.get("/api/v1/blocks")).json()["items"] == []
    await sign_in(ground, http, (await found_company(ground, "别家")).owner)
    assert (await http.post("/api/v1/blocks", json={"visitor_id": str(visitor.id)})).status_code == 404
    assert (await http.post("/api/v1/blocks", json={"contact_id": str(contact.id)})).status_code == 404


async def test_who_gives_the_address_of_a_blocked_contact_is_not_blocked_but_the_desk_is_told(
    ground: Ground, http: httpx.AsyncClient, company: Company, site: Site
) -> None:
    async with ground.work_in(company.workspace_id) as work:
        known = await arrive(work, site)
        await give_contact(work, known, name="周强", email="zhou@example.com")
        await block_visitor(work, known.id, hours=1, by=None)
        new, other = await arrive(work, site), await arrive(work, site)
        again = await give_contact(work, new, name="路人", email="Zhou@example.com")
        nobody = await give_contact(work, other, name="别人")
        assert again and nobody and not await is_blocked(work, new)
    await sign_in(ground, http, await hire(ground, company.workspace_id))
    answers = [await http.get(f"/api/v1/contacts/{each.id}/blocked-like") for each in (again, nobody)]
    assert [answer.json()["items"] for answer in answers] == [[{"id": str(known.contact_id), "name": "周强"}], []]
    async with ground.work_in(company.workspace_id) as work:
        await unblock_visitor(work, company.owner, known.id)
    assert (await http.get(f"/api/v1/contacts/{again.id}/blocked-like")).json()["items"] == []
    await sign_in(ground, http, (await found_company(ground, "别家")).owner)
    assert (await http.get(f"/api/v1/contacts/{again.id}/blocked-like")).status_code == 404


async def test_an_agent_blocks_people_but_no_networks(
    ground: Ground, http: httpx.AsyncClient, company: Company, site: Site
) -> None:
    async with ground.work_in(company.workspace_id) as work:
        visitor = await arrive(work, site)
        block_id = await block_network(work, "203.0.113.7", by=None)
    await sign_in(ground, http, await hire(ground, company.workspace_id))
    assert (await http.post("/api/v1/blocks", json={"visitor_id": str(visitor.id)})).status_code == 201
    assert (await http.post("/api/v1/blocks", json={"network": "203.0.113.8"})).status_code == 403
    assert (await http.delete(f"/api/v1/blocks/{block_id}")).status_code == 403
