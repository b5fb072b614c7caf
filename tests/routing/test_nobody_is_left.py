"""Whatever happens, in whatever order: no visitor's message comes to an end without an answer, and nobody is stranded."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.people import found_team
from tests.routing.shops import Shop
from yingke.agents import Team, note_connected, note_disconnected, set_availability
from yingke.agents.staff import AgentChange, change_agent
from yingke.agents.teams import delete_team
from yingke.conversations.assigning import accept_conversation, assign_conversation, transfer_conversation
from yingke.conversations.closing import NO_ANSWER_NEEDED, resolve_by_visitor, resolve_conversation, snooze_conversation
from yingke.conversations.jobs import wake_due
from yingke.conversations.models import Conversation
from yingke.identity import Actor
from yingke.kit.errors import Refusal
from yingke.routing.models import QueuePlace
from yingke.routing.rescuing import rescue_stranded

ALLOWED = NO_ANSWER_NEEDED | {"visitor_ended"}
STEPS = 60


class Happenings:
    """Everything that people do, picked by chance."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop = shop
        self.random = Random(seed)
        self.agents: list[Actor] = []
        self.teams: list[UUID] = []
        self.conversations: list[UUID] = []

    async def one(self) -> None:
        happenings: list[Callable[[], Awaitable[object]]] = [
            self.write, self.write, self.write, self.answer, self.answer, self.resolve, self.give_up, self.snooze,
            self.transfer, self.return_it, self.accept, self.go_away, self.come_back, self.lose_connection, self.leave_for_good,
            self.hire, self.delete_team, self.pass_time, self.pass_time,
        ]  # fmt: skip
        with suppress(Refusal):
            await self.random.choice(happenings)()

    def agent(self) -> Actor:
        return self.random.choice(self.agents)

    def conversation(self) -> UUID:
        return self.random.choice(self.conversations)

    async def write(self) -> None:
        if self.conversations and self.random.random() < 0.3:
            await self.shop.add(self.conversation())
        else:
            team = self.random.choice([None, *self.teams])
            self.conversations.append(await self.shop.write(team_id=team))

    async def answer(self) -> None:
        await self.shop.answer(self.agent(), self.conversation())

    async def resolve(self) -> None:
        async with self.work() as work:
            await resolve_conversation(work, self.agent(), self.conversation(), self.random.choice(["done", "spam"]))

    async def give_up(self) -> None:
        async with self.work() as work:
            row = await work.get(Conversation, self.conversation())
            assert row.visitor_id is not None
            await resolve_by_visitor(work, row.visitor_id, {row.visitor_id}, row.id)

    async def snooze(self) -> None:
        async with self.work() as work:
            await snooze_conversation(work, self.agent(), self.conversation(), work.now + timedelta(minutes=5))

    async def transfer(self) -> None:
        async with self.work() as work:
            team = self.random.choice([None, *self.teams])
            to = {"team_id": team} if team else {"agent_id": self.agent().agent_id}
            await transfer_conversation(work, self.agent(), self.conversation(), **to)  # type: ignore[arg-type]

    async def return_it(self) -> None:
        async with self.work() as work:
            await assign_conversation(work, self.agent(), self.conversation(), None)

    async def accept(self) -> None:
        async with self.work() as work:
            await accept_conversation(work, self.agent(), self.conversation())

    async def go_away(self) -> None:
        async with self.work() as work:
            await set_availability(work, self.agent().agent_id, "away")

    async def come_back(self) -> None:
        agent = self.agent()
        async with self.work() as work:
            self.shop.there.add(agent.agent_id)
            await note_connected(work, [agent.agent_id])
            await set_availability(work, agent.agent_id, "online")

    async def lose_connection(self) -> None:
        async with self.work() as work:
            agent = self.agent()
            self.shop.there.discard(agent.agent_id)
            await note_disconnected(work, agent.agent_id)

    async def leave_for_good(self) -> None:
        async with self.work() as work:
            await change_agent(work, self.shop.company.owner, self.agent().agent_id, AgentChange(disabled=True))

    async def hire(self) -> None:
        if len(self.agents) < 6:
            self.agents.append(await self.shop.hire(f"客服{len(self.agents)}", teams=tuple(self.teams)))

    async def delete_team(self) -> None:
        if self.random.random() < 0.2 and self.teams:
            async with self.work() as work:
                await delete_team(work, self.teams.pop())

    async def pass_time(self) -> None:
        await self.shop.pass_time(self.random.choice([1, 20, 65, 200]))
        await wake_due(self.shop.services.ground)

    def work(self):  # type: ignore[no-untyped-def]
        return self.shop.services.ground.work_in(self.shop.workspace_id)


@pytest.mark.parametrize("seed", range(4))
async def test_no_message_ends_unanswered_and_in_the_end_somebody_has_everything(shop: Shop, seed: int) -> None:
    life = Happenings(shop, seed)
    for name in ("售前", "售后"):
        life.teams.append(await found_team(shop.services.ground, shop.workspace_id, name))
    await life.hire()
    await life.hire()
    await shop.policy(
        answering={"accept_within": 30, "reply_within": 60}, waiting={"alert_after": 30, "message_after": 40}
    )
    await life.write()
    for _ in range(STEPS):
        await life.one()
        await nothing_ended_unanswered(shop)
    await everything_is_held_once_somebody_has_time(shop, life)


async def nothing_ended_unanswered(shop: Shop) -> None:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        for row in await work.all(select(Conversation).where(Conversation.workspace_id == shop.workspace_id)):
            if row.status == "resolved":
                assert row.first_replied_at is not None or row.resolve_reason in ALLOWED


async def everything_is_held_once_somebody_has_time(shop: Shop, life: Happenings) -> None:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        teams = tuple(await work.scalars(select(Team.id).where(Team.workspace_id == shop.workspace_id)))
    for number in range(4):  # with room for everything
        life.agents.append(await shop.hire(f"帮手{number}", teams=teams))
        async with shop.services.ground.work_in(shop.workspace_id) as work:
            await change_agent(work, shop.company.owner, life.agents[-1].agent_id, AgentChange(capacity=100))
    shop.clock.advance(timedelta(minutes=6))
    helpers = [each.agent_id for each in life.agents[-4:]]
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await note_connected(work, helpers)
    await wake_due(shop.services.ground)
    await shop.pass_time()
    await rescue_stranded(shop.services.ground)
    await shop.pass_time()
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        rows = await work.all(select(Conversation).where(Conversation.workspace_id == shop.workspace_id))
        going_on = [row for row in rows if row.status != "resolved"]
        assert all(row.status in ("open", "snoozed") and row.agent_id is not None for row in going_on)
        places = await work.all(select(QueuePlace).where(QueuePlace.workspace_id == shop.workspace_id))
        assert {each.state for each in places} <= {"given"}
