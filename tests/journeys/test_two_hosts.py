"""A visitor and an agent on different hosts, each of which is restarted while they talk."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.journeys.balancing import Balanced, OneOfTwo
from tests.journeys.conftest import Agent, People, Shop, Visitor, opened_shop
from yingke.kit.embedded import EmbeddedPostgres


@pytest.fixture
async def balanced() -> AsyncIterator[Balanced]:
    with tempfile.TemporaryDirectory(prefix="yingke-two-hosts-") as folder:
        root = Path(folder)
        root.chmod(0o755)
        database = EmbeddedPostgres(root / "postgres")
        dsn = await database.start()
        product = Balanced(root, hosts=[OneOfTwo(root / name, database_url=dsn) for name in ("one", "two")])
        try:
            await asyncio.to_thread(product.start)
            yield product
        finally:
            product.stop()
            await asyncio.to_thread(database.stop)


async def test_a_conversation_across_hosts_outlives_the_restart_of_each(balanced: Balanced, chromium: Browser) -> None:
    with opened_shop(balanced) as shop:
        people = People(chromium, shop)
        try:
            await _talk_through_restarts(balanced, people, shop)
        finally:
            await people.leave()
        assert people.errors == []


async def _talk_through_restarts(balanced: Balanced, people: People, shop: Shop) -> None:
    agent = await people.agent()
    visitor = await people.visitor("/nuts.html")
    await visitor.open()
    await visitor.write("山核桃还有货吗？")
    await agent.choose("山核桃还有货吗？")
    await _on_different_hosts(balanced, visitor, "山核桃还有货吗？")
    said, answered = ["山核桃还有货吗？"], []
    for number, host in enumerate(balanced.hosts, start=1):
        async with asyncio.TaskGroup() as group:
            group.create_task(host.restart())
            group.create_task(_go_on(visitor, said, f"第 {number} 次问"))
            group.create_task(_go_on(agent, answered, f"第 {number} 次答"))
        await agent.sees(said[-1], timeout=30_000)
        await visitor.sees(answered[-1], timeout=30_000)
    shown = await visitor.texts()
    assert [text for text in shown if text in said] == said
    assert [text for text in shown if text in answered] == answered
    [conversation] = shop.owner.ask("GET", "/conversations?view=all")["items"]
    items = shop.owner.ask("GET", f"/conversations/{conversation['id']}/messages?limit=100")["items"]
    assert [item["seq"] for item in items] == list(range(1, conversation["last_seq"] + 1))
    assert [item["text"] for item in items if item["kind"] == "incoming"] == said
    assert [item["text"] for item in items if item["kind"] == "outgoing"] == answered


async def _go_on(who: Visitor | Agent, lines: list[str], what: str) -> None:
    """Say a line every half second, whatever the server does meanwhile."""
    for number in range(8):
        lines.append(f"{what}，第 {number} 句")
        await who.write(lines[-1])
        await asyncio.sleep(0.5)


async def _on_different_hosts(balanced: Balanced, visitor: Visitor, last_line: str) -> None:
    """Load the visitor's page again until the balancer has put them apart."""
    for _ in range(10):
        async with asyncio.timeout(15):
            while sum(host.sockets("visitor") for host in balanced.hosts) != 1:
                await asyncio.sleep(0.1)
        if all(host.sockets("visitor") != host.sockets("agent") for host in balanced.hosts):
            return
        await visitor.page.reload()
        await visitor.resume(last_line)
    raise AssertionError("the balancer sends both to the same host")
