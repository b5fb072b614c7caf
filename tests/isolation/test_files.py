"""A file is read by those who see the conversation that carries it, and by nobody who merely knows its id."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest

from tests.conftest import Company, sign_in
from tests.files import pictures
from tests.people import arrive, found_team, hire, open_site
from yingke.conversations.assigning import accept_conversation, transfer_conversation
from yingke.conversations.opening import open_conversation, open_room
from yingke.conversations.posting import Draft, post_from_visitor, post_message
from yingke.files import Uploader, add_file, store_upload
from yingke.files.uploading import Upload
from yingke.identity import Actor, Role
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.visitors import Visitor
from yingke.wiring import Services


@dataclass
class Floor:
    """A conversation of the sales team that 李雷 holds; 韩梅梅 is in another team."""

    services: Services
    company: Company
    li: Actor
    han: Actor
    sales: UUID
    conversation_id: UUID
    visitor_id: UUID
    http: httpx.AsyncClient

    @property
    def ground(self) -> Ground:
        return self.services.ground

    async def uploaded(self, by: Uploader, *, public: bool = False) -> UUID:
        stored = await store_upload(self.services.files, Upload("图.png", pictures.png(), {}))
        async with self.ground.work_in(self.company.workspace_id) as work:
            return (await add_file(work, stored, by, public=public)).id

    async def statuses(self, actor: Actor, file_id: UUID) -> set[int]:
        """What content and thumbnail answer this agent."""
        await sign_in(self.ground, self.http, actor)
        return {(await self.http.get(f"/api/v1/files/{file_id}/{part}")).status_code for part in ("content", "thumb")}

    async def sends(self, actor: Actor, conversation_id: UUID, file_id: UUID, kind: str = "outgoing") -> httpx.Response:
        await sign_in(self.ground, self.http, actor)
        body = {"client_id": str(new_id()), "kind": kind, "attachment_ids": [str(file_id)]}
        return await self.http.post(f"/api/v1/conversations/{conversation_id}/messages", json=body)

    async def open_for(self, agent: Actor, team: UUID) -> UUID:
        """Another conversation, of `team`, held by `agent`."""
        async with self.ground.work_in(self.company.workspace_id) as work:
            visitor = await arrive(work, await open_site(self.ground, self.company.workspace_id))
            id = (await open_conversation(work, visitor, client_id=new_id(), team_id=team)).id
        async with self.ground.work_in(self.company.workspace_id) as work:
            await accept_conversation(work, agent, id)
        return id


@pytest.fixture
async def floor(services: Services, company: Company, http: httpx.AsyncClient) -> AsyncIterator[Floor]:
    ground, workspace_id = services.ground, company.workspace_id
    sales, care = await found_team(ground, workspace_id, "售前"), await found_team(ground, workspace_id, "售后")
    li = await hire(ground, workspace_id, "李雷", teams=(sales,))
    han = await hire(ground, workspace_id, "韩梅梅", teams=(care,))
    async with ground.work_in(workspace_id) as work:
        visitor = await arrive(work, await open_site(ground, workspace_id))
        id = (await open_conversation(work, visitor, client_id=new_id(), team_id=sales)).id
    async with ground.work_in(workspace_id) as work:
        await accept_conversation(work, li, id)
    yield Floor(services, company, li, han, sales, id, visitor.id, http)


async def test_only_who_sees_the_conversation_reads_what_its_messages_carry(floor: Floor) -> None:
    photo = await floor.uploaded(Uploader("visitor", floor.visitor_id))
    assert await floor.statuses(floor.li, photo) == {404}, "nobody was sent it yet"
    async with floor.ground.work_in(floor.company.workspace_id) as work:
        visitor = await work.get(Visitor, floor.visitor_id)
        draft = Draft(client_id=new_id(), kind="incoming", attachment_ids=[photo])
        await post_from_visitor(work, visitor, floor.conversation_id, draft)
    assert await floor.statuses(floor.li, photo) == {200}
    assert await floor.statuses(floor.company.owner, photo) == {200}
    assert await floor.statuses(floor.han, photo) == {404}
    async with floor.ground.work_in(floor.company.workspace_id) as work:
        await transfer_conversation(work, floor.li, floor.conversation_id, agent_id=floor.han.agent_id)
    assert await floor.statuses(floor.han, photo) == {200}


async def test_a_file_that_one_may_not_read_cannot_be_sent_on_either(floor: Floor) -> None:
    secret = await floor.uploaded(Uploader("agent", floor.li.agent_id))
    assert (await floor.sends(floor.li, floor.conversation_id, secret, "note")).status_code == 201
    own = await floor.open_for(floor.han, next(iter(floor.han.team_ids)))
    refused = await floor.sends(floor.han, own, secret)
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (
        404,
        "file_not_found",
        "attachment_ids",
    )
    saved = await floor.http.post(
        "/api/v1/canned-responses", json={"title": "偷", "text": "偷", "attachment_ids": [str(secret)]}
    )
    assert (saved.status_code, saved.json()["code"]) == (422, "unknown_attachment")


async def test_a_colleagues_upload_is_theirs_until_it_is_sent_and_public_pictures_are_everybodys(floor: Floor) -> None:
    upload = await floor.uploaded(Uploader("agent", floor.li.agent_id))
    logo = await floor.uploaded(Uploader("agent", floor.li.agent_id), public=True)
    assert await floor.statuses(floor.li, upload) == {200}
    assert await floor.statuses(floor.han, upload) == {404}
    assert await floor.statuses(floor.company.owner, upload) == {404}
    assert await floor.statuses(floor.han, logo) == {200}


async def test_what_colleagues_show_each_other_in_a_room_not_even_the_owner_reads(floor: Floor) -> None:
    async with floor.ground.work_in(floor.company.workspace_id) as work:
        room = await open_room(work, floor.li, [floor.han.agent_id])
    picture = await floor.uploaded(Uploader("agent", floor.li.agent_id))
    async with floor.ground.work_in(floor.company.workspace_id) as work:
        await post_message(work, floor.li, room.id, Draft(client_id=new_id(), attachment_ids=[picture]))
    assert await floor.statuses(floor.han, picture) == {200}
    assert await floor.statuses(floor.company.owner, picture) == {404}


async def test_the_files_of_a_canned_response_are_read_and_sent_by_those_who_may_use_it(floor: Floor) -> None:
    chief = await hire(floor.ground, floor.company.workspace_id, "陈晨", role=Role.administrator)

    async def saved(scope: str) -> UUID:
        file = await floor.uploaded(Uploader("agent", chief.agent_id))
        await sign_in(floor.ground, floor.http, chief)
        body = {"scope": scope, "title": scope, "text": "见附件", "attachment_ids": [str(file)]}
        if scope == "team":
            body["team_id"] = str(floor.sales)
        answer = await floor.http.post("/api/v1/canned-responses", json=body)
        assert answer.status_code == 201, answer.text
        return file

    of_all, of_team, of_owner = await saved("workspace"), await saved("team"), await saved("personal")
    assert await floor.statuses(floor.li, of_all) == await floor.statuses(floor.han, of_all) == {200}
    assert await floor.statuses(floor.li, of_team) == {200}
    assert await floor.statuses(floor.han, of_team) == {404}
    assert await floor.statuses(floor.li, of_owner) == {404}
    sent = await floor.sends(floor.li, floor.conversation_id, of_team)
    assert sent.status_code == 201
