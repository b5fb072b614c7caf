"""Who the other side is, as an agent tells it."""

from uuid import UUID

import pytest
from sqlalchemy import select

from tests.conftest import Company
from tests.people import arrive, found_team, hire, open_site
from yingke.contacts import Contact, create_contact
from yingke.conversations.errors import ConversationMissing
from yingke.conversations.linking import tell_who
from yingke.conversations.models import Conversation
from yingke.conversations.opening import open_conversation
from yingke.identity import Actor, Role
from yingke.kit.errors import Invalid
from yingke.kit.ids import new_id
from yingke.kit.work import Ground


@pytest.fixture
async def agent(ground: Ground, company: Company) -> Actor:
    return await hire(ground, company.workspace_id, role=Role.supervisor)


@pytest.fixture
async def conversation_id(ground: Ground, company: Company) -> UUID:
    site = await open_site(ground, company.workspace_id)
    async with ground.work_in(company.workspace_id) as work:
        visitor = await arrive(work, site)
        return (await open_conversation(work, visitor, client_id=new_id())).id


async def test_the_first_thing_told_makes_a_contact_and_later_ones_change_it(
    ground: Ground, agent: Actor, conversation_id: UUID
) -> None:
    async with ground.work_in(agent.workspace_id) as work:
        first = await tell_who(work, agent, conversation_id, {"name": "周敏"})
    async with ground.work_in(agent.workspace_id) as work:
        second = await tell_who(work, agent, conversation_id, {"email": "min@example.com"})
        contacts = await work.all(select(Contact).where(Contact.workspace_id == agent.workspace_id))
    assert (second.who.name, second.who.email) == ("周敏", "min@example.com")
    assert second.who.contact_id == first.who.contact_id
    assert len(contacts) == 1


async def test_a_conversation_is_linked_to_a_contact_that_is_known(
    ground: Ground, agent: Actor, conversation_id: UUID
) -> None:
    async with ground.work_in(agent.workspace_id) as work:
        known = await create_contact(work, {"name": "老客户"})
    async with ground.work_in(agent.workspace_id) as work:
        linked = await tell_who(work, agent, conversation_id, {}, contact_id=known.id)
    assert (linked.who.contact_id, linked.who.name) == (known.id, "老客户")


async def test_a_bad_address_names_its_field_and_changes_nothing(
    ground: Ground, agent: Actor, conversation_id: UUID
) -> None:
    with pytest.raises(Invalid) as refused:
        async with ground.work_in(agent.workspace_id) as work:
            await tell_who(work, agent, conversation_id, {"email": "nobody"})
    assert refused.value.field == "email"


async def test_an_agent_who_does_not_see_the_conversation_tells_nothing(
    ground: Ground, company: Company, conversation_id: UUID
) -> None:
    team_id = await found_team(ground, company.workspace_id)
    async with ground.work_in(company.workspace_id) as work:
        row = await work.find(Conversation, conversation_id, lock=True)
        assert row is not None
        row.team_id = team_id
    outsider = await hire(ground, company.workspace_id)
    with pytest.raises(ConversationMissing):
        async with ground.work_in(company.workspace_id) as work:
            await tell_who(work, outsider, conversation_id, {"name": "谁"})
