"""State and facts together are the state read afresh; and the listeners of the core may be called twice."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from tests.conftest import Company
from tests.people import arrive, found_team, hire, open_site
from yingke.contacts import ContactChanged
from yingke.conversations import handlers
from yingke.conversations.assigning import (
    accept_conversation,
    assign_conversation,
    join_conversation,
    leave_conversation,
    transfer_conversation,
)
from yingke.conversations.closing import (
    reopen_conversation,
    resolve_conversation,
    snooze_conversation,
    wake_snoozed,
)
from yingke.conversations.editing import (
    forget_tag,
    move_to_team,
    recall_message,
    save_draft,
    summarise_conversation,
    tag_conversation,
)
from yingke.conversations.facts import ConversationChanged, DraftChanged, MessagePosted, MessageRecalled
from yingke.conversations.models import Conversation, Message
from yingke.conversations.posting import Draft, post_from_visitor, post_message
from yingke.conversations.queries import drafts_of
from yingke.conversations.reading import read_by_agent, read_by_visitor
from yingke.conversations.rows import conversation_value, message_value
from yingke.conversations.values import ConversationValue, DraftValue, MessageValue, Summary
from yingke.kit.clock import FixedClock
from yingke.kit.facts import Fact, decode_fact, encode_fact
from yingke.kit.ids import new_id
from yingke.kit.work import Ground, Work
from yingke.ratings import rate_as_visitor
from yingke.tags.editing import create_tag
from yingke.visitors import Visitor, VisitorIdentified, give_contact


class Held:
    """What a desk holds, changed by facts only, as they come over the wire."""

    def __init__(self) -> None:
        self.conversations: dict[UUID, ConversationValue] = {}
        self.messages: dict[tuple[UUID, int], MessageValue] = {}
        self.drafts: dict[UUID, DraftValue] = {}
        self.facts: list[Fact] = []

    def fold(self, facts: Any) -> None:
        for told in facts:
            self.facts.append(told)
            match decode_fact(told.name, encode_fact(told)):
                case MessagePosted(conversation=conversation, message=message):
                    self._keep(conversation)
                    self.messages[message.conversation_id, message.seq] = message
                case MessageRecalled(conversation=conversation, message=message):
                    self._keep(conversation)
                    self.messages[message.conversation_id, message.seq] = message
                case ConversationChanged(conversation=conversation):
                    self._keep(conversation)
                case DraftChanged(draft=draft):
                    self.drafts[draft.conversation_id] = draft
                    if not draft.text:
                        del self.drafts[draft.conversation_id]

    def _keep(self, conversation: ConversationValue) -> None:
        known = self.conversations.get(conversation.id)
        if known is None or conversation.version >= known.version:
            self.conversations[conversation.id] = conversation


async def test_everything_that_happens_to_a_conversation_can_be_folded(
    ground: Ground, company: Company, clock: FixedClock
) -> None:
    workspace_id = company.workspace_id
    site, team = await open_site(ground, workspace_id), await found_team(ground, workspace_id)
    agent, other = await hire(ground, workspace_id, "甲", teams=(team,)), await hire(ground, workspace_id, "乙")
    held = Held()
    ground.outbox.push = held.fold
    async with ground.work_in(workspace_id) as work:
        visitor = await arrive(work, site)
        tag = await create_tag(work, name="退货", color="#1f6f5c")
    draft = Draft(client_id=new_id(), text="在吗", kind="incoming")
    async with ground.work_in(workspace_id) as work:
        posted = await post_from_visitor(work, await work.get(Visitor, visitor.id), None, draft)
    id = posted.conversation_id

    def write(kind: Any, text: str) -> Any:
        return lambda work: post_message(work, agent, id, Draft(client_id=new_id(), text=text, kind=kind))

    async def write_as_visitor(work: Work) -> None:
        again = Draft(client_id=new_id(), text="还有一件事", kind="incoming")
        await post_from_visitor(work, await work.get(Visitor, visitor.id), id, again)

    async def recall_last(work: Work) -> None:
        mine = select(Message.seq).where(Message.conversation_id == id, Message.author_id == agent.agent_id)
        await recall_message(work, agent, id, max(await work.scalars(mine)))

    async def name_visitor(work: Work) -> None:
        contact = await give_contact(work, await work.get(Visitor, visitor.id), name="李雷", email="li@example.com")
        assert contact is not None

    async def follow(work: Work) -> None:
        fact = next(f for f in reversed(held.facts) if isinstance(f, VisitorIdentified))
        await handlers.follow_identity(work, fact)

    persons = frozenset({visitor.id})
    steps = [
        lambda work: accept_conversation(work, agent, id),
        write("outgoing", "在的"),
        write("note", "老客户"),
        lambda work: read_by_visitor(work, persons, id, 99, delivered_only=True),
        lambda work: read_by_visitor(work, persons, id, 99),
        write_as_visitor,
        lambda work: read_by_agent(work, agent, id, 99),
        write("outgoing", "写错了"),
        recall_last,
        lambda work: tag_conversation(work, agent, id, [tag.id]),
        lambda work: summarise_conversation(work, agent, id, Summary(category="售后", text="退货", outcome="已退")),
        lambda work: save_draft(work, agent, id, "还没写完"),
        name_visitor,
        follow,
        lambda work: join_conversation(work, other, id),
        lambda work: leave_conversation(work, other, id),
        lambda work: move_to_team(work, agent, id, team),
        lambda work: assign_conversation(work, agent, id, other.agent_id),
        lambda work: transfer_conversation(work, agent, id, agent_id=agent.agent_id),
        lambda work: transfer_conversation(work, agent, id, team_id=team, note="请接"),
        lambda work: accept_conversation(work, agent, id),
        lambda work: snooze_conversation(work, agent, id, work.now + timedelta(hours=1)),
        wake_snoozed,
        lambda work: save_draft(work, agent, id, ""),
        lambda work: forget_tag(work, tag.id, None, 10),
        lambda work: resolve_conversation(work, agent, id),
        lambda work: rate_as_visitor(
            work, persons, id, stars=5, solved=True, reasons=[], comment="好"
        ),
        lambda work: reopen_conversation(work, agent, id),
    ]  # fmt: skip
    for number, step in enumerate(steps):
        clock.advance(timedelta(hours=2) if step is wake_snoozed else timedelta(seconds=1))
        async with ground.work_in(workspace_id) as work:
            await step(work)
        async with ground.work_in(workspace_id) as work:
            fresh = conversation_value(await work.get(Conversation, id))
            rows = await work.all(select(Message).where(Message.conversation_id == id))
            drafts = await drafts_of(work, agent.agent_id)
        assert held.conversations[id] == fresh, f"after step {number}"
        assert held.messages == {(row.conversation_id, row.seq): message_value(row) for row in rows}, number
        assert list(held.drafts.values()) == drafts, number
    told = {fact.change for fact in held.facts if isinstance(fact, ConversationChanged)}
    assert told >= {
        "opened", "queued", "assigned", "transferred", "resolved", "reopened", "snoozed", "woken", "tagged",
        "summarised", "read", "delivered", "rated", "linked", "joined", "left", "edited",
    }  # fmt: skip


async def test_following_an_identity_or_a_contact_twice_changes_nothing_more(ground: Ground, company: Company) -> None:
    site = await open_site(ground, company.workspace_id)
    facts: list[Fact] = []
    ground.outbox.push = facts.extend
    async with ground.work_in(company.workspace_id) as work:
        visitor = await arrive(work, site)
    async with ground.work_in(company.workspace_id) as work:
        his = await work.get(Visitor, visitor.id)
        draft = Draft(client_id=new_id(), text="在吗", kind="incoming")
        id = (await post_from_visitor(work, his, None, draft)).conversation_id
        await give_contact(work, his, name="韩梅梅", phone="13800000000")
    identified = next(f for f in facts if isinstance(f, VisitorIdentified))
    changed = next(f for f in facts if isinstance(f, ContactChanged))
    versions = []
    for listener, fact in ((handlers.follow_identity, identified), (handlers.follow_contact, changed)):
        for _ in range(2):
            async with ground.work_in(company.workspace_id) as work:
                await listener(work, fact)  # type: ignore[operator]
            async with ground.work_in(company.workspace_id) as work:
                row = await work.get(Conversation, id)
                versions.append(row.version)
                assert row.who["name"] == "韩梅梅"
    assert len(set(versions)) == 1
