"""The delivery contract at its heart: stored once, in order, without a gap."""

import asyncio
from dataclasses import replace
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.conftest import Company
from tests.people import arrive, hire, open_site
from yingke.conversations.appending import Posted, append
from yingke.conversations.errors import ClientIdReused, ConversationMissing
from yingke.conversations.models import Conversation, Message
from yingke.conversations.opening import open_conversation
from yingke.conversations.posting import Draft, plain_posting, post_from_visitor
from yingke.conversations.threads import Posting
from yingke.conversations.values import Author
from yingke.identity import Role
from yingke.kit.errors import Unavailable
from yingke.kit.ids import new_id
from yingke.kit.work import Ground
from yingke.realtime.gatherer import Gatherer


class Chat:
    """A queued conversation and its visitor."""

    def __init__(self, workspace_id: UUID, visitor_id: UUID, conversation_id: UUID) -> None:
        self.workspace_id = workspace_id
        self.visitor_id = visitor_id
        self.id = conversation_id

    def incoming(self, text: str, client_id: UUID | None = None) -> Posting:
        draft = Draft(client_id=client_id or new_id(), text=text, kind="incoming")
        author = Author(kind="visitor", id=self.visitor_id)
        return plain_posting(self.workspace_id, self.id, draft, author)


@pytest.fixture
async def chat(ground: Ground, company: Company) -> Chat:
    site = await open_site(ground, company.workspace_id)
    async with ground.work_in(company.workspace_id) as work:
        visitor = await arrive(work, site)
        opened = await open_conversation(work, visitor, client_id=new_id())
    return Chat(company.workspace_id, visitor.id, opened.id)


async def seqs(ground: Ground, chat: Chat) -> list[int]:
    async with ground.work_in(chat.workspace_id) as work:
        query = select(Message.seq).where(Message.conversation_id == chat.id).order_by(Message.seq)
        return list((await work.scalars(query)).all())


async def test_messages_get_a_gapless_seq_also_when_many_transactions_race(ground: Ground, chat: Chat) -> None:
    async def write(n: int) -> None:
        async with ground.work_everywhere() as work:
            await append(work, [chat.incoming(f"{n}-{i}") for i in range(3)])

    await asyncio.gather(*(write(n) for n in range(6)))
    found = await seqs(ground, chat)
    assert found == list(range(1, len(found) + 1))
    assert len(found) >= 18


async def test_a_repeated_client_id_gets_the_first_answer_and_is_stored_once(ground: Ground, chat: Chat) -> None:
    client_id = new_id()
    async with ground.work_everywhere() as work:
        (first,) = await append(work, [chat.incoming("在吗", client_id)])
    async with ground.work_everywhere() as work:
        again, twice = await append(work, [chat.incoming("在吗", client_id), chat.incoming("在吗", client_id)])
    assert isinstance(first, Posted) and isinstance(again, Posted) and isinstance(twice, Posted)
    assert (again.message_id, again.seq, again.repeated) == (first.message_id, first.seq, True)
    assert twice.message_id == first.message_id


async def test_a_client_id_with_another_text_is_a_conflict(ground: Ground, chat: Chat) -> None:
    client_id = new_id()
    async with ground.work_everywhere() as work:
        await append(work, [chat.incoming("在吗", client_id)])
        (answer,) = await append(work, [chat.incoming("别的话", client_id)])
    assert isinstance(answer, ClientIdReused)


async def test_one_refused_post_leaves_the_others_of_its_batch_alone(ground: Ground, chat: Chat) -> None:
    stranger = Chat(chat.workspace_id, new_id(), chat.id)
    async with ground.work_everywhere() as work:
        refused, stored = await append(work, [stranger.incoming("让我看看"), chat.incoming("在吗")])
    assert isinstance(refused, ConversationMissing)
    assert isinstance(stored, Posted)


async def test_what_the_fact_says_equals_what_the_database_says(ground: Ground, chat: Chat) -> None:
    """Fold: the state in the newest fact is the fresh state."""
    pushed: list[object] = []
    ground.outbox.push = pushed.extend
    async with ground.work_everywhere() as work:
        await append(work, [chat.incoming("一"), chat.incoming("二")])
    from yingke.conversations.rows import conversation_value, message_value

    async with ground.work_in(chat.workspace_id) as work:
        fresh = conversation_value(await work.get(Conversation, chat.id))
        rows = await work.all(select(Message).where(Message.conversation_id == chat.id).order_by(Message.seq))
        stored = [message_value(row) for row in rows]
    assert pushed[-1].conversation == fresh  # type: ignore[attr-defined]
    assert [fact.message for fact in pushed] == stored[-2:]  # type: ignore[attr-defined]
    assert (fresh.unread, fresh.last_seq) == (2, len(stored))


async def test_a_visitor_who_writes_twice_at_once_opens_one_conversation(ground: Ground, company: Company) -> None:
    site = await open_site(ground, company.workspace_id)
    async with ground.work_in(company.workspace_id) as work:
        visitor = await arrive(work, site)

    async def write(text: str) -> UUID:
        async with ground.work_in(company.workspace_id) as work:
            his = await work.get(type(visitor), visitor.id)
            posted = await post_from_visitor(work, his, None, Draft(client_id=new_id(), text=text, kind="incoming"))
        return posted.conversation_id

    assert len(set(await asyncio.gather(*(write(f"{n}") for n in range(4))))) == 1
    async with ground.work_in(company.workspace_id) as work:
        count = select(func.count()).where(Conversation.visitor_id == visitor.id)
        assert (await work.rows.execute(count)).scalar_one() == 1


async def test_a_first_message_sent_again_after_a_cut_is_stored_once(ground: Ground, company: Company) -> None:
    site = await open_site(ground, company.workspace_id)
    draft = Draft(client_id=new_id(), text="在吗", kind="incoming")
    answers = []
    async with ground.work_in(company.workspace_id) as work:
        visitor = await arrive(work, site)
    for _ in range(2):
        async with ground.work_in(company.workspace_id) as work:
            his = await work.get(type(visitor), visitor.id)
            answers.append(await post_from_visitor(work, his, None, draft))
    assert answers[0].message_id == answers[1].message_id
    assert answers[1].repeated


async def test_an_agent_without_the_team_can_neither_read_nor_write(ground: Ground, chat: Chat) -> None:
    from tests.people import found_team
    from yingke.conversations.posting import post_message

    team_id = await found_team(ground, chat.workspace_id)
    outsider = await hire(ground, chat.workspace_id)
    supervisor = await hire(ground, chat.workspace_id, role=Role.supervisor)
    async with ground.work_in(chat.workspace_id) as work:
        row = await work.get(Conversation, chat.id)
        row.team_id = team_id
    with pytest.raises(ConversationMissing):
        async with ground.work_in(chat.workspace_id) as work:
            await post_message(work, outsider, chat.id, Draft(client_id=new_id(), text="看看", kind="note"))
    async with ground.work_in(chat.workspace_id) as work:
        await post_message(work, supervisor, chat.id, Draft(client_id=new_id(), text="看看", kind="note"))


async def test_a_text_the_database_cannot_hold_is_refused_alone(ground: Ground, chat: Chat) -> None:
    """No door lets such a text through; what none of them foresaw must not cost the others theirs."""
    gatherer = Gatherer(ground)
    texts = ["一", "二", "三\0", "四", "五"]
    postings = [replace(chat.incoming("…"), text=text) for text in texts]
    answers: dict[str, object] = {}
    for posting in postings:
        gatherer.submit(posting, partial(answers.__setitem__, posting.text))
    running = asyncio.create_task(gatherer.run())
    await gatherer.drained()
    running.cancel()
    assert [text for text in texts if isinstance(answers[text], Unavailable)] == ["三\0"]
    stored = [answer.seq for text in texts if isinstance(answer := answers[text], Posted)]
    assert stored == list(range(stored[0], stored[0] + 4))
