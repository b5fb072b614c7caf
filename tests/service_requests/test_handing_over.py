"""Who leaves, or only goes home, passes on what is still to be done: no more than that, and nobody else's."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from tests.people import found_team, hire
from tests.routing.shops import Shop
from tests.service_requests.applicants import file, team_of
from yingke.agents.staff import AgentChange, change_agent
from yingke.identity import Actor
from yingke.identity.actors import Role
from yingke.kit.errors import Forbidden
from yingke.kit.ids import new_id
from yingke.service_requests.deciding import decide_request, reopen_request
from yingke.service_requests.handing_over import hand_all_over
from yingke.service_requests.handling import change_request, take_request
from yingke.service_requests.models import ServiceRequest


async def owner_of(shop: Shop, id: UUID) -> UUID | None:
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        return (await work.get(ServiceRequest, id)).owner_id


def supervisor_of(shop: Shop, team_id: UUID) -> Actor:
    """Limited to this team."""
    teams = frozenset({team_id})
    return Actor(shop.workspace_id, new_id(), Role.supervisor, team_ids=teams, only_team_ids=teams)


async def test_a_supervisor_of_some_teams_hands_over_what_is_of_these_teams_only(shop: Shop) -> None:
    team = await team_of(shop)
    other = await found_team(shop.services.ground, shop.workspace_id, "售后")
    owner = await shop.hire("王芳", teams=(team, other))
    ours, theirs, of_none = [await file(shop) for _ in range(3)]
    heir = await hire(shop.services.ground, shop.workspace_id, "李雷", teams=(team,))
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await change_request(work, owner, theirs, {"team_id": other})
        await change_request(work, owner, of_none, {"team_id": None})
        assert await hand_all_over(work, supervisor_of(shop, team), owner.agent_id, heir.agent_id) == 1
        with pytest.raises(Forbidden):
            await hand_all_over(work, heir, owner.agent_id, heir.agent_id)
    assert await owner_of(shop, ours) == heir.agent_id
    assert [await owner_of(shop, id) for id in (theirs, of_none)] == [owner.agent_id] * 2


async def test_what_somebody_takes_or_decides_meanwhile_is_not_handed_over(shop: Shop) -> None:
    team = await team_of(shop)
    owner = await shop.hire("王芳", teams=(team,))
    taken, decided, left = [await file(shop) for _ in range(3)]
    taker, heir = [await hire(shop.services.ground, shop.workspace_id, name, teams=(team,)) for name in ("甲", "乙")]

    async def hand_over() -> int:
        async with shop.services.ground.work_in(shop.workspace_id) as work:
            return await hand_all_over(work, owner, owner.agent_id, heir.agent_id)

    async with shop.services.ground.work_in(shop.workspace_id) as work:
        await take_request(work, taker, taken)
        await decide_request(work, owner, decided, "settled", "已补发")
        handing = asyncio.create_task(hand_over())
        await asyncio.sleep(0.5)  # it has read what there is, and waits for what is held here
    assert await handing == 1
    assert [await owner_of(shop, id) for id in (taken, decided, left)] == [
        taker.agent_id,
        owner.agent_id,
        heir.agent_id,
    ]


async def test_what_is_opened_again_is_of_somebody_who_is_here(shop: Shop) -> None:
    team = await team_of(shop)
    leaver = await shop.hire("甲", teams=(team,))
    id, other = await file(shop), await file(shop)
    supervisor = await hire(shop.services.ground, shop.workspace_id, "主管", role=Role.supervisor)
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        for each in (id, other):
            await decide_request(work, leaver, each, "settled", "已补发")
        assert (await reopen_request(work, supervisor, other, "又坏了")).owner_id == leaver.agent_id
        await change_agent(work, shop.company.owner, leaver.agent_id, AgentChange(disabled=True))
    shop.clock.advance(timedelta(days=1))
    async with shop.services.ground.work_in(shop.workspace_id) as work:
        assert (await reopen_request(work, supervisor, id, "又坏了")).owner_id == supervisor.agent_id
