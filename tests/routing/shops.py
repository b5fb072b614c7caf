"""A shop whose routing is told what to do, for the tests of waiting and of silence."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tests.conftest import Company
from tests.people import arrive, hire
from tests.relaying import settle
from yingke.agents import note_connected
from yingke.contacts import create_contact
from yingke.conversations.models import Conversation, Message
from yingke.conversations.posting import Draft, post_from_visitor, post_message
from yingke.conversations.reading import read_by_agent
from yingke.identity import Actor
from yingke.inboxes import Site
from yingke.kit.clock import FixedClock
from yingke.kit.facts import Fact
from yingke.kit.ids import new_id
from yingke.routing.choosing import Policy, RoutingSettings
from yingke.routing.editing import set_policy, set_settings
from yingke.routing.jobs import look_at_all_due
from yingke.routing.queries import decisions_of
from yingke.routing.values import DecisionValue
from yingke.visitors import Visitor
from yingke.wiring import Services


@dataclass(slots=True)
class Shop:
    services: Services
    company: Company
    site: Site
    clock: FixedClock
    facts: list[Fact]
    there: set[UUID] = field(default_factory=set)
    """Agents whose desks stay open while time passes."""

    @property
    def workspace_id(self) -> UUID:
        return self.company.workspace_id

    async def hire(self, name: str, **more: Any) -> Actor:
        agent = await hire(self.services.ground, self.workspace_id, name, **more)
        self.there.add(agent.agent_id)
        return agent

    async def policy(self, *steps: dict[str, Any], team_id: UUID | None = None, **more: Any) -> None:
        chosen = Policy.model_validate({"steps": steps or [{"kind": "least_loaded"}], **more})
        async with self.services.ground.work_in(self.workspace_id) as work:
            await set_policy(work, self.company.owner, team_id, chosen)

    async def settings(self, **given: Any) -> None:
        async with self.services.ground.work_in(self.workspace_id) as work:
            await set_settings(work, RoutingSettings.model_validate(given))

    async def write(
        self, text: str = "在吗", *, team_id: UUID | None = None, fields: dict[str, Any] | None = None
    ) -> UUID:
        """A new visitor writes; `fields` are of its contact."""
        async with self.services.ground.work_in(self.workspace_id) as work:
            visitor = await arrive(work, self.site)
            if fields is not None:
                visitor.contact_id = (await create_contact(work, {"name": "周", "fields": fields})).id
                await work.flush()
            draft = Draft(client_id=new_id(), text=text, kind="incoming")
            posted = await post_from_visitor(work, visitor, None, draft, team_id)
        return posted.conversation_id

    async def add(self, conversation_id: UUID, text: str = "还在吗") -> None:
        async with self.services.ground.work_in(self.workspace_id) as work:
            row = await work.get(Conversation, conversation_id)
            assert row.visitor_id is not None
            visitor = await work.get(Visitor, row.visitor_id)
            await post_from_visitor(
                work, visitor, conversation_id, Draft(client_id=new_id(), text=text, kind="incoming")
            )

    async def read(self, agent: Actor, conversation_id: UUID) -> None:
        async with self.services.ground.work_in(self.workspace_id) as work:
            await read_by_agent(work, agent, conversation_id, 10_000)

    async def answer(self, agent: Actor, conversation_id: UUID, text: str = "在的") -> None:
        async with self.services.ground.work_in(self.workspace_id) as work:
            await post_message(work, agent, conversation_id, Draft(client_id=new_id(), text=text))

    async def pass_time(self, seconds: float = 0) -> None:
        """Let everything run that is due until nothing more happens."""
        self.clock.advance(timedelta(seconds=seconds))
        async with self.services.ground.work_in(self.workspace_id) as work:
            await note_connected(work, sorted(self.there))
        await settle(self.services)
        await look_at_all_due(self.services.ground)
        await settle(self.services)

    async def row(self, conversation_id: UUID) -> Conversation:
        async with self.services.ground.work_in(self.workspace_id) as work:
            return await work.get(Conversation, conversation_id)

    async def holder(self, conversation_id: UUID) -> UUID | None:
        return (await self.row(conversation_id)).agent_id

    async def activities(self, conversation_id: UUID) -> list[dict[str, Any]]:
        async with self.services.ground.work_in(self.workspace_id) as work:
            said = select(Message).where(Message.conversation_id == conversation_id, Message.kind == "activity")
            return [row.activity or {} for row in await work.all(said.order_by(Message.seq))]

    async def why(self, conversation_id: UUID) -> Sequence[DecisionValue]:
        async with self.services.ground.work_in(self.workspace_id) as work:
            return await decisions_of(work, conversation_id)
