"""Every listener may run twice: the relay hands a fact on at least once."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest

from tests.conftest import Company
from tests.people import arrive, found_team, hire, open_site
from tests.relaying import settle
from yingke.agents import set_availability
from yingke.agents.teams import create_team, delete_team
from yingke.contacts import create_contact, merge_contacts, undo_merge
from yingke.conversations.assigning import accept_conversation, transfer_conversation
from yingke.conversations.closing import resolve_conversation
from yingke.conversations.editing import recall_message
from yingke.conversations.offline import leave_message
from yingke.conversations.posting import Draft, post_from_visitor, post_message
from yingke.conversations.wording import alert_of_words
from yingke.identity import Actor
from yingke.identity.workspaces import WorkspaceChange, change_workspace
from yingke.inboxes.editing import change_site
from yingke.kit.facts import Fact, decode_fact, encode_fact
from yingke.kit.ids import new_id
from yingke.kit.outbox import Listener, name_of
from yingke.kit.work import Ground
from yingke.routing.choosing import Policy
from yingke.routing.editing import set_policy
from yingke.service_levels.editing import create_policy
from yingke.service_levels.terms import Terms
from yingke.tags.editing import create_tag, delete_tag
from yingke.visitors import block_visitor, give_contact, identify_visitor, sign_identity, unblock_visitor
from yingke.visits.removing import erase_visitor
from yingke.wiring import LISTENERS, METADATA, Services
from yingke.words.editing import create_list

EVERY = [(name, listener) for name, listeners in LISTENERS.items() for listener in listeners]


async def a_day(ground: Ground, company: Company) -> list[Fact]:
    """Enough of everything that every fact with a listener is told."""
    told: list[Fact] = []
    ground.outbox.push = told.extend
    workspace_id = company.workspace_id
    team_id = await found_team(ground, workspace_id)
    li: Actor = await hire(ground, workspace_id, "李雷", teams=(team_id,))
    han: Actor = await hire(ground, workspace_id, "韩梅梅", teams=(team_id,))
    site = await open_site(ground, workspace_id)
    promised = Terms.model_validate({"targets": {"first_response": 60, "next_response": 60, "resolution": 600}})
    async with ground.work_in(workspace_id) as work:
        await change_site(work, site.id, name="松果")
        await create_policy(work, company.owner, name="所有人", terms=promised)
    async with ground.work_in(workspace_id) as work:
        await set_availability(work, li.agent_id, "busy")
        await change_workspace(work, WorkspaceChange(time_zone="Asia/Tokyo"))
        visitor = await arrive(work, site)
        posted = await post_from_visitor(
            work, visitor, None, Draft(client_id=new_id(), text="在吗", kind="incoming"), team_id
        )
        await give_contact(work, visitor, name="周晓彤", email="z@example.com")
        await leave_message(
            work, visitor, client_id=new_id(), text="请回邮件", channel="email", reply_to="z@example.com"
        )
    async with ground.work_in(workspace_id) as work:
        await accept_conversation(work, li, posted.conversation_id)
        said = await post_message(work, li, posted.conversation_id, Draft(client_id=new_id(), text="写错了"))
        mention = Draft(client_id=new_id(), text="@韩梅梅 看一下", kind="note", mentions=[han.agent_id])
        await post_message(work, li, posted.conversation_id, mention)
        await recall_message(work, li, posted.conversation_id, said.seq)
        await transfer_conversation(work, li, posted.conversation_id, agent_id=han.agent_id, note="你熟")
        await resolve_conversation(work, han, posted.conversation_id)
        await create_list(work, name="骂人", side="visitor", action="pause", enabled=True, words=["混蛋"])
        await alert_of_words(work, posted.conversation_id, ["混蛋"])
        await delete_tag(work, (await create_tag(work, name="退货", color="#1f6f5c")).id)
        await set_policy(work, company.owner, None, Policy())
        await delete_team(work, (await create_team(work, name="临时", public_name="", color="#1f6f5c")).id)
    async with ground.work_in(workspace_id) as work:
        other = await arrive(work, site)
        signature = sign_identity(site.identity_secret, "SG-1")
        await identify_visitor(work, site, other, external_id="SG-1", hash=signature, name="周晓彤")
        first = await create_contact(work, {"name": "周"})
        second = await create_contact(work, {"name": "小周"})
        merge_id = (await merge_contacts(work, first.id, second.id, by=li.agent_id))[1]
    async with ground.work_in(workspace_id) as work:
        await undo_merge(work, merge_id)
        await block_visitor(work, other.id, by=li.agent_id)
        await unblock_visitor(work, company.owner, other.id)
        await erase_visitor(work, (await arrive(work, site)).id)
    return told


async def content(connection: asyncpg.Connection, company: Company) -> dict[str, Any]:
    """The rows of the workspace, without the outbox: jobs are told again by design, and do nothing twice themselves."""
    await connection.execute("SELECT set_config('yingke.workspace', $1, false)", str(company.workspace_id))
    return {
        name: await connection.fetchval(
            f"SELECT string_agg(t::text, E'\\n' ORDER BY t::text) FROM {name} t WHERE workspace_id = $1",
            company.workspace_id,
        )
        for name, table in METADATA.tables.items()
        if "workspace_id" in table.columns and name != "outbox"
    }


def of_name(told: Sequence[Fact], name: str) -> list[Fact]:
    return [decode_fact(fact.name, encode_fact(fact)) for fact in told if fact.name == name]


@pytest.mark.parametrize(("name", "listener"), EVERY, ids=[f"{name} {name_of(each)}" for name, each in EVERY])
async def test_running_a_listener_again_changes_nothing(
    name: str, listener: Listener, services: Services, company: Company, connection: asyncpg.Connection
) -> None:
    ground = services.ground
    told = await a_day(ground, company)
    facts = of_name(told, name)
    assert facts, f"the day of this test has no {name}: let it happen there"
    await settle(services)
    for fact in facts:
        async with ground.work_in(company.workspace_id) as work:
            await listener(work, fact)
    before = await content(connection, company)
    for fact in facts:
        async with ground.work_in(company.workspace_id) as work:
            await listener(work, fact)
    assert await content(connection, company) == before
