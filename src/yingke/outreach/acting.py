"""Outreach in one process: looks at what visitors do, invites when a rule fits, and tells their pages.

What a visitor does costs a look at rules that are prepared and at what is in memory. The database is asked when a rule
fits, and then decides: it knows the caps, the conversations and who is at the desk, in every process the same.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from msgspec import UNSET, UnsetType
from msgspec.structs import replace
from prometheus_client import Gauge

from yingke.kit.facts import Fact
from yingke.kit.values import Value
from yingke.kit.work import Ground
from yingke.outreach.answering import take_back
from yingke.outreach.attention import Attention
from yingke.outreach.circumstances import is_shut_out
from yingke.outreach.facts import InvitationChanged
from yingke.outreach.free_agents import read_desk
from yingke.outreach.hearing import Accepted, hear
from yingke.outreach.held_answers import HeldAnswers
from yingke.outreach.offering import offer_by_rule
from yingke.outreach.rulebook import Book, Page, Rulebook
from yingke.outreach.values import PageInvitation
from yingke.outreach.watching import Watch, watch_for
from yingke.segments.knowing import read_events
from yingke.segments.moments import DeskState, Moment, moment_of
from yingke.segments.profiles import Profiles
from yingke.visitors import blocked_ids
from yingke.visits.incoming import Known
from yingke.visits.live import Activity, Roster
from yingke.visits.live.roster import Present
from yingke.visits.reports import Report
from yingke.visits.sites import TrackedSite

log = structlog.get_logger()

READ_DESK_EVERY = 5.0
AT_ONCE = 4
"""Visitors whom the database is asked about at the same time: others want it too."""
MOST_PENDING = 50_000

_undecided = Gauge(
    "yingke_outreach_undecided", "Visitors about whom the database is to be asked", multiprocess_mode="livesum"
)


class Said(Value, frozen=True, kw_only=True):
    """What a page is told in the answer to its report. `gone`: this invitation leaves the screen."""

    accepted: Accepted | UnsetType = UNSET

    watch: Watch | UnsetType = UNSET
    invitation: PageInvitation | UnsetType = UNSET
    gone: UUID | UnsetType = UNSET


@dataclass(slots=True)
class Pending:
    """An invitation that no page has shown yet."""

    invitation: PageInvitation
    told: bool = False
    """To the page that is looked at now."""


class Outreach:
    def __init__(self, ground: Ground, roster: Roster, profiles: Profiles) -> None:
        self._ground = ground
        self._roster = roster
        self._profiles = profiles
        self.rulebook = Rulebook(ground)
        self.held = HeldAnswers()
        self._attention: dict[tuple[UUID, UUID], Attention] = {}
        self._desks: dict[UUID, DeskState] = {}
        self._pending: dict[UUID, Pending] = {}
        self._gone: dict[UUID, UUID] = {}
        self._to_decide: dict[tuple[UUID, UUID], None] = {}
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        roster.on_activity.append(self.notice)
        roster.on_changed.append(self._forget_gone)
        roster.on_told.append(self._look_after_others)

    # What happens.

    def notice(self, activity: Activity) -> None:
        """A visitor did something, in this process. Cheap: nothing waits and nothing is read."""
        visitor = activity.visitor
        if activity.what == "page" and (pending := self._pending.get(visitor.id)):
            pending.told = False
        book = self.rulebook.find(activity.workspace_id)
        if book is not None and not book.page(visitor.site_id).rules:
            return
        attention = self._attend(activity)
        if book is None or _is_counted(activity, book.page(visitor.site_id)):
            self._decide_soon(activity.workspace_id, visitor.id)
            return
        self._look(activity.workspace_id, visitor.id, book, attention)

    def learn(self, facts: Sequence[Fact]) -> None:
        """Facts that reached this process: changed rules, invitations made anywhere."""
        for workspace_id in self.rulebook.learn(facts):
            self._look_anew(workspace_id)
        for fact in facts:
            if isinstance(fact, InvitationChanged):
                self._follow(fact)

    def news(self, workspace_id: UUID, visitor_id: UUID) -> Said | None:
        """What the page of this visitor has not been told yet; it counts as told."""
        watch: Watch | UnsetType = UNSET
        attention = self._attention.get((workspace_id, visitor_id))
        present = self._roster.find(workspace_id, visitor_id)
        if attention is not None and present is not None and attention.has_news:
            attention.told = attention.wanted
            since = self._ground.clock.now() - present.value.started_at
            watch = watch_for(attention.wanted, since.total_seconds())
        invitation: PageInvitation | UnsetType = UNSET
        pending = self._pending.get(visitor_id)
        if pending is not None and not pending.told:
            pending.told, invitation = True, pending.invitation
        gone = self._gone.pop(visitor_id, UNSET)
        if watch is UNSET and invitation is UNSET and gone is UNSET:
            return None
        return Said(watch=watch, invitation=invitation, gone=gone)

    async def hear(
        self, site: TrackedSite, known: Known | None, report: Report, *, user_agent: str, address: str
    ) -> Said | None:
        """Take what a page says of invitations; what it is told of one it accepted."""
        accepted = await hear(self._ground, site, known, report, user_agent=user_agent, address=address)
        return Said(accepted=accepted) if accepted is not None else None

    async def wait_for_news(self, workspace_id: UUID, visitor_id: UUID) -> Said | None:
        """Like `news`; while there is none, the answer is held."""
        said = self.news(workspace_id, visitor_id)
        if said is None and await self.held.wait(visitor_id):
            said = self.news(workspace_id, visitor_id)
        if said is None or said.invitation is UNSET:
            return said
        if await self._is_refused(workspace_id, visitor_id, said.invitation):
            return replace(said, invitation=UNSET)
        return said

    async def _is_refused(self, workspace_id: UUID, visitor_id: UUID, invitation: PageInvitation) -> bool:
        """Somebody who is blocked by now is told nothing; only here his whole address is known, wherever he was invited."""
        present = self._roster.find(workspace_id, visitor_id)
        async with self._ground.work_in(workspace_id) as work:
            blocked = visitor_id in await blocked_ids(work, [visitor_id])
            if not blocked and not await is_shut_out(work, visitor_id, present.address if present else ""):
                return False
            await take_back(work, invitation.id)
        return True

    def attention_of(self, workspace_id: UUID, visitor_id: UUID) -> Attention | None:
        return self._attention.get((workspace_id, visitor_id))

    def moment_of(self, book: Book, present: Present, attention: Attention) -> Moment:
        return moment_of(
            present.value,
            at=self._ground.clock.now(),
            zone=book.zone,
            signs=attention.signs,
            events=tuple(attention.events),
            profile=self._profiles.find(present.workspace_id, present.value, book.page(present.value.site_id).sought),
            desk=self._desks.get(present.workspace_id),
        )

    # Running.

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._decide_waiting())
            group.create_task(self._read_desks())

    async def settle(self) -> None:
        """Returns when nobody waits to be decided on."""
        await self._idle.wait()

    async def _decide_waiting(self) -> None:
        turns = asyncio.Semaphore(AT_ONCE)

        async def decide(workspace_id: UUID, visitor_id: UUID) -> None:
            async with turns:
                try:
                    await self._decide(workspace_id, visitor_id)
                except Exception as error:
                    log.warning("a visitor was not decided on", error=repr(error))

        while True:
            if not self._to_decide:
                self._idle.set()
                self._wake.clear()
                await self._wake.wait()
            waiting, self._to_decide = list(self._to_decide), {}
            _undecided.set(0)
            await asyncio.gather(*(decide(*each) for each in waiting))

    async def _read_desks(self) -> None:
        while True:
            for workspace_id, book in self.rulebook.all():
                if book.reads_desk:
                    try:
                        await self._read_desk(workspace_id)
                    except Exception as error:
                        log.warning("the desk was not read", error=repr(error))
            await asyncio.sleep(READ_DESK_EVERY)

    async def _read_desk(self, workspace_id: UUID) -> None:
        async with self._ground.work_in(workspace_id) as work:
            self._desks[workspace_id] = await read_desk(work)

    # Deciding.

    def _attend(self, activity: Activity) -> Attention:
        visitor, key = activity.visitor, (activity.workspace_id, activity.visitor.id)
        attention = self._attention.get(key)
        if attention is None or attention.visit_id != visitor.visit_id:
            attention = self._attention[key] = Attention(visitor.visit_id)
        if activity.what == "page":
            attention.turn_to(activity.page_id)
        elif activity.read is not None:
            attention.hear(activity.read)
        elif activity.event is not None:
            attention.events.append((activity.event.name, activity.event.at))
        return attention

    def _look(self, workspace_id: UUID, visitor_id: UUID, book: Book, attention: Attention) -> None:
        """Decide from what is in memory; the database is asked soon if that is not enough, or somebody is to be invited."""
        present = self._roster.find(workspace_id, visitor_id)
        if present is None:
            return
        page = book.page(present.value.site_id)
        outcome = attention.look(page.rules, self.moment_of(book, present, attention))
        if outcome.fitting or outcome.wants_profile or self._wants_desk(workspace_id, page):
            self._decide_soon(workspace_id, visitor_id)
        for later in outcome.later:
            self._decide_later(workspace_id, visitor_id, later)
        if attention.has_news:
            self.held.wake(visitor_id)

    def _look_anew(self, workspace_id: UUID) -> None:
        """The rules are others now."""
        self._desks.pop(workspace_id, None)
        for (attended_in, _), attention in self._attention.items():
            if attended_in == workspace_id:
                attention.open = None

    def _look_after_others(self, workspace_id: UUID, visitor_id: UUID) -> None:
        """Another process heard of something the visitor did, or he was changed, while his page says here how it is read."""
        attention = self._attention.get((workspace_id, visitor_id))
        book, present = self.rulebook.find(workspace_id), self._roster.find(workspace_id, visitor_id)
        if attention is None or book is None or present is None:
            return
        page = book.page(present.value.site_id)
        if page.counts or page.sought.profile:
            self._decide_soon(workspace_id, visitor_id)

    def _wants_desk(self, workspace_id: UUID, page: Page) -> bool:
        return page.reads_desk and workspace_id not in self._desks

    def _decide_soon(self, workspace_id: UUID, visitor_id: UUID) -> None:
        self._to_decide[workspace_id, visitor_id] = None
        _undecided.set(len(self._to_decide))
        self._idle.clear()
        self._wake.set()

    def _decide_later(self, workspace_id: UUID, visitor_id: UUID, delay: timedelta) -> None:
        asyncio.get_running_loop().call_later(
            delay.total_seconds(), self._decide_soon, workspace_id, visitor_id
        )  # fmt: skip

    async def _decide(self, workspace_id: UUID, visitor_id: UUID) -> None:
        book = self.rulebook.find(workspace_id)
        if book is None:
            book = await self.rulebook.read(workspace_id)
            self._look_anew(workspace_id)
        present = self._roster.find(workspace_id, visitor_id)
        attention = self._attention.get((workspace_id, visitor_id))
        if present is None or attention is None:
            return
        page = book.page(present.value.site_id)
        if not page.rules:
            del self._attention[workspace_id, visitor_id]
            return
        if self._wants_desk(workspace_id, page):
            await self._read_desk(workspace_id)
        await self._recall(present, page, attention)
        moment = self.moment_of(book, present, attention)
        outcome = attention.look(page.rules, moment)
        for later in outcome.later:
            self._decide_later(workspace_id, visitor_id, later)
        if attention.has_news:
            self.held.wake(visitor_id)
        if outcome.fitting:
            async with self._ground.work_in(workspace_id) as work:
                offered = await offer_by_rule(work, present.value, outcome.fitting, address=present.address)
            for rule_id, code in offered.kept_back.items():
                attention.rest(rule_id, code, moment.at)

    async def _recall(self, present: Present, page: Page, attention: Attention) -> None:
        """Read what the database knows of the visitor. Of what he did, another process may have been told a part."""
        wants_profile = page.sought.profile and not self._profiles.find(
            present.workspace_id, present.value, page.sought
        )
        if not (wants_profile or page.counts):
            return
        async with self._ground.work_in(present.workspace_id) as work:
            if wants_profile:
                await self._profiles.read(work, [present.value.id], page.sought)
            if page.counts:
                attention.remember(await read_events(work, present.value.visit_id, page.counts))

    # Telling pages.

    def _follow(self, fact: InvitationChanged) -> None:
        invitation = fact.invitation
        visitor_id = invitation.visitor_id
        self._roster.invited(fact.workspace_id, visitor_id, invitation.state)
        held = self._pending.get(visitor_id)
        if invitation.state == "offered" and fact.page is not None:
            if len(self._pending) < MOST_PENDING:
                self._pending[visitor_id] = Pending(invitation=fact.page)
                self._gone.pop(visitor_id, None)
                self.held.wake(visitor_id)
            return
        if held is not None and held.invitation.id == invitation.id:
            del self._pending[visitor_id]
        if invitation.state == "expired" and self._roster.find(fact.workspace_id, visitor_id):
            self._gone[visitor_id] = invitation.id
            self.held.wake(visitor_id)

    def _forget_gone(self, workspace_id: UUID, visitor_id: UUID) -> None:
        if self._roster.find(workspace_id, visitor_id) is None:
            self._attention.pop((workspace_id, visitor_id), None)
            self._gone.pop(visitor_id, None)


def _is_counted(activity: Activity, page: Page) -> bool:
    return activity.event is not None and activity.event.name in page.counts
