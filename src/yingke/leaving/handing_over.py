"""Giving everything that an agent has to others, and closing the account."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, select, update

from yingke.agents import Agent, Team, TeamMember
from yingke.agents.presence import tell_agent_changed
from yingke.agents.teams import set_teams_of
from yingke.calibration.leading import pass_on as pass_calibrations_on
from yingke.canned_responses.facts import CannedResponseChanged
from yingke.canned_responses.models import CannedResponse
from yingke.conversations.assigning import back_to_queue, give_to, leave_note
from yingke.conversations.changes import all_locked
from yingke.conversations.models import Conversation, MessageDraft
from yingke.conversations.posting import LONGEST
from yingke.identity import Actor, Membership, require_changeable, set_disabled
from yingke.identity.models import ApiKey
from yingke.kit.work import Work
from yingke.knowledge.facts import KnowledgeChanged
from yingke.knowledge.models import KnowledgeEntry
from yingke.leaving.counting import belongings_of
from yingke.leaving.errors import NoHeir, OwnLeaving, SomethingLeft
from yingke.leaving.values import HandedOver
from yingke.promises.making import pass_on as pass_promises_on
from yingke.promises.models import Promise
from yingke.quality.handing_over import pass_on as pass_inspections_on
from yingke.service_requests.handing_over import pass_on as pass_requests_on
from yingke.training.drilling import drop_undone
from yingke.views.models import SavedView


async def hand_over(
    work: Work, actor: Actor, agent_id: UUID, *, heir_id: UUID | None, team_id: UUID | None = None
) -> HandedOver:
    """Give what `agent_id` has to `heir_id`, open conversations to the queue of `team_id` when one is named; close the account.

    Raises Missing, OwnLeaving, RoleAboveYours, LastOwner, NoHeir, and SomethingLeft when a second look finds anything.
    """
    leaver = await work.get(Agent, agent_id, lock=True)
    if agent_id == actor.agent_id:
        raise OwnLeaving
    await require_changeable(work, actor, agent_id)
    heir = await _heir(work, agent_id, heir_id)
    team = await work.get(Team, team_id) if team_id is not None else None
    before = await belongings_of(work, agent_id)
    talks = await all_locked(work, await _talks_of(work, agent_id))
    # First out of the teams and switched off, so that routing gives nothing new while the rest is done.
    await set_disabled(work, actor, agent_id, True)
    await set_teams_of(work, agent_id, [])
    await _pass_drafts_on(work, actor, leaver, talks)
    await _pass_conversations_on(work, actor, talks, leaver, heir, team)
    await pass_promises_on(work, agent_id, heir.id)
    await pass_requests_on(work, actor, agent_id, heir.id)
    await pass_inspections_on(work, actor, agent_id, heir.id)
    await pass_calibrations_on(work, agent_id, heir.id)
    await drop_undone(work, agent_id)
    await _pass_texts_on(work, leaver, heir)
    await _pass_entries_on(work, agent_id, heir)
    await work.rows.execute(update(SavedView).where(*_theirs(work, SavedView, agent_id)).values(agent_id=heir.id))
    await work.rows.execute(delete(ApiKey).where(*_theirs(work, ApiKey, agent_id)))
    await tell_agent_changed(work, agent_id)
    left = await belongings_of(work, agent_id)
    if not left.nothing:
        raise SomethingLeft
    return HandedOver(before=before, left=left)


async def _heir(work: Work, agent_id: UUID, heir_id: UUID | None) -> Agent:
    heir = await work.find(Agent, heir_id) if heir_id is not None and heir_id != agent_id else None
    membership = await work.find(Membership, heir.id) if heir is not None else None
    if heir is None or membership is None or membership.disabled_at is not None:
        raise NoHeir(field="heir_id")
    return heir


def _theirs(
    work: Work, table: type[SavedView | ApiKey | CannedResponse | MessageDraft | TeamMember], agent_id: UUID
) -> tuple[ColumnElement[bool], ...]:
    return table.workspace_id == work.workspace_id, table.agent_id == agent_id


async def _talks_of(work: Work, agent_id: UUID) -> list[UUID]:
    """The conversations that are held, were typed in, or in which something is still to be done."""
    held = select(Conversation.id).where(
        Conversation.workspace_id == work.workspace_id,
        Conversation.agent_id == agent_id,
        Conversation.status.in_(["open", "snoozed"]),
    )
    typed_in = select(MessageDraft.conversation_id).where(*_theirs(work, MessageDraft, agent_id))
    promised_in = select(Promise.conversation_id).where(
        Promise.workspace_id == work.workspace_id, Promise.owner_id == agent_id, Promise.undone
    )
    return list(await work.scalars(held.union(typed_in, promised_in)))


async def _pass_drafts_on(work: Work, actor: Actor, leaver: Agent, talks: Sequence[Conversation]) -> None:
    """What was typed and not sent is left as a note where it was typed: whoever goes on finds it."""
    rows = {row.id: row for row in talks}
    drafts = select(MessageDraft).where(*_theirs(work, MessageDraft, leaver.id))
    for draft in await work.all(drafts.order_by(MessageDraft.conversation_id)):
        row = rows.get(draft.conversation_id)
        if draft.text.strip() and row is not None and row.channel != "colleague" and row.status != "resolved":
            await leave_note(work, row, actor, f"{leaver.name}: {draft.text.strip()}"[:LONGEST])
        await work.rows.delete(draft)
    await work.flush()


async def _pass_conversations_on(
    work: Work, actor: Actor, talks: Sequence[Conversation], leaver: Agent, heir: Agent, team: Team | None
) -> None:
    """What was put aside stays so, and is the heir's: nobody is to answer it yet."""
    for row in talks:
        if row.agent_id != leaver.id or row.status not in ("open", "snoozed") or row.channel == "colleague":
            continue
        if team is None or row.status == "snoozed":
            await give_to(work, row, heir, by=actor, why="transferred", waking=False)
            continue
        before, row.team_id = row.team_id, team.id
        await back_to_queue(work, row, why="transferred", by=actor, first=True, team_id_before=before)


async def _pass_texts_on(work: Work, leaver: Agent, heir: Agent) -> None:
    """Into folders that say whose they were and since when: none of the heir's own is called so."""
    mark = f" · {leaver.name} {work.now:%Y-%m-%d}"
    moved = (
        update(CannedResponse)
        .where(*_theirs(work, CannedResponse, leaver.id))
        .values(agent_id=heir.id, folder=func.ltrim(CannedResponse.folder + mark, " ·"))
        .execution_options(synchronize_session=False)
    )
    if (await work.rows.scalars(moved.returning(CannedResponse.id))).all():
        work.tell(CannedResponseChanged(workspace_id=work.workspace_id, id=None))


async def _pass_entries_on(work: Work, agent_id: UUID, heir: Agent) -> None:
    theirs = (KnowledgeEntry.workspace_id == work.workspace_id, KnowledgeEntry.owner_id == agent_id)
    moved = update(KnowledgeEntry).where(*theirs).values(owner_id=heir.id).returning(KnowledgeEntry.id)
    if ids := list((await work.rows.scalars(moved)).all()):
        work.tell(KnowledgeChanged(workspace_id=work.workspace_id, entry_ids=ids, deleted=False))
