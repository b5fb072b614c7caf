"""Who is on the sites now, with the tabs each has open."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Literal
from uuid import UUID

import msgspec
import structlog
from msgspec.structs import replace
from prometheus_client import Gauge

from yingke.contacts import ContactChanged, ContactMerged, ContactMergeUndone
from yingke.kit.facts import Fact
from yingke.kit.values import encode
from yingke.kit.work import Ground
from yingke.visitors import (
    NetworkBlocked,
    NetworkUnblocked,
    Page,
    VisitorBlocked,
    VisitorChanged,
    VisitorDeleted,
    VisitorIdentified,
    VisitorUnblocked,
    compared,
    of_network,
)
from yingke.visits.incoming import Begun, Done, Incoming, Known, Read
from yingke.visits.live.filters import Filter, matches
from yingke.visits.live.loading import Loaded, load_recent, load_shutting_out, load_these
from yingke.visits.live.membership import Membership, NoSegments
from yingke.visits.values import Invited, LiveVisitor

log = structlog.get_logger()

SILENT_AFTER = timedelta(seconds=70)
"""A tab beats every twenty seconds."""
SILENT_HIDDEN_AFTER = timedelta(seconds=200)
"""Browsers let tabs in the background run once a minute at most."""
LEAVING = timedelta(seconds=8)
"""Between two pages of a site there is a moment without any."""
LOST = timedelta(seconds=25)
"""A page whose connection broke off tries again after twenty seconds."""
_MOST_TABS = 60

_online = Gauge("yingke_visitors_online", "Visitors on the sites now", multiprocess_mode="livemax")


@dataclass(slots=True)
class Tab:
    page: Page
    since: datetime
    beat_at: datetime
    hidden: bool = False


@dataclass(slots=True)
class Present:
    workspace_id: UUID
    value: LiveVisitor
    until: datetime
    """Gone from then on, without another sign of life."""
    tabs: dict[UUID, Tab] = field(default_factory=dict)
    """Those that report to this process."""
    address: str = ""
    """Where they last reported from; empty of somebody who reports elsewhere."""
    blocked_until: datetime | None = None
    encoded: msgspec.Raw | None = None

    def frame(self) -> msgspec.Raw:
        """The value as JSON, encoded once for all desks."""
        if self.encoded is None:
            self.encoded = msgspec.Raw(encode(self.value))
        return self.encoded


@dataclass(frozen=True, slots=True)
class Activity:
    """What a visitor did just now, told in the process that he reports to."""

    workspace_id: UUID
    visitor: LiveVisitor
    what: Literal["page", "read", "event", "click"]
    page_id: UUID | None = None
    url: str = ""
    """Of the page that is looked at, where that is what he did."""
    event: Done | None = None
    read: Read | None = None


Missing = tuple[UUID, UUID]
"""Workspace and visitor of somebody who is there and not in memory."""


class Roster:
    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._by_workspace: defaultdict[UUID, dict[UUID, Present]] = defaultdict(dict)
        self._missing: dict[Missing, tuple[UUID, Read | None]] = {}
        self._shutting_out: set[UUID] = set()
        """Workspaces in which networks are, or were, blocked: newcomers may be, too."""
        self.on_activity: list[Callable[[Activity], None]] = []
        """For what acts on what visitors do."""
        self.on_changed: list[Callable[[UUID, UUID], None]] = []
        """Each called with workspace and visitor when somebody came, changed or went."""
        self.on_told: list[Callable[[UUID, UUID], None]] = []
        """Likewise when somebody was read anew, because of what happened in another process or was changed."""
        self.on_look: list[Callable[[UUID, UUID], None]] = []
        """Likewise when more is known of which segments somebody is in."""
        self.segments: Membership = NoSegments()
        self.ready = asyncio.Event()

    # Reading.

    def of(self, workspace_id: UUID) -> Collection[Present]:
        return self._by_workspace.get(workspace_id, {}).values()

    def find(self, workspace_id: UUID, visitor_id: UUID) -> Present | None:
        return self._by_workspace.get(workspace_id, {}).get(visitor_id)

    def count(self, workspace_id: UUID, site_ids: Collection[UUID] | None = None) -> int:
        """Of these sites; None: of all."""
        if site_ids is None:
            return len(self._by_workspace.get(workspace_id, ()))
        return sum(each.value.site_id in site_ids for each in self.of(workspace_id))

    def fits(self, filter: Filter, present: Present, now: datetime) -> bool:
        if not matches(filter, present.value, now):
            return False
        if filter.segment_id is None:
            return True
        return self.segments.has(present.workspace_id, filter.segment_id, present.value)

    def fitting(self, workspace_id: UUID, filter: Filter, now: datetime) -> list[Present]:
        return [each for each in self.of(workspace_id) if self.fits(filter, each, now)]

    def moves(self, workspace_id: UUID, filter: Filter) -> bool:
        """Passing time alone changes who fits."""
        segment_id = filter.segment_id
        return filter.moves or (segment_id is not None and self.segments.moves(workspace_id, segment_id))

    def own(self) -> Iterable[Present]:
        """Those who report to this process."""
        return [each for group in self._by_workspace.values() for each in group.values() if each.tabs]

    # What the recorder tells.

    def saw(self, batch: Sequence[Incoming], now: datetime) -> None:
        """Page views and events that were stored just now."""
        for item in batch:
            if item.known is not None and item.known.visit_id is not None and (item.stored or item.begun):
                self._saw(item, item.known, now)

    def heard(self, known: Known, read: Read) -> None:
        """A tab is alive, or went."""
        present = self.find(known.workspace_id, known.visitor_id)
        if present is None or present.value.visit_id != known.visit_id:
            if known.visit_id is not None and not read.left:
                self._missing[known.workspace_id, known.visitor_id] = (read.page_id, read)
            return
        present.address = known.address
        tab = present.tabs.get(read.page_id)
        if read.left:
            present.tabs.pop(read.page_id, None)
            if tab is not None and not present.tabs:
                present.until = min(present.until, read.at + LEAVING)
        elif tab is not None:
            tab.beat_at, tab.hidden = read.at, read.hidden
        elif len(present.tabs) < _MOST_TABS:
            present.tabs[read.page_id] = Tab(present.value.page, present.value.page_since, read.at, read.hidden)
        self._see_again(present, read.at)
        if not read.left:
            for listener in self.on_activity:
                listener(Activity(present.workspace_id, present.value, "read", read.page_id, read=read))

    def lost(self, workspace_id: UUID, visitor_id: UUID) -> None:
        """The connection of a page broke off that waited for an answer: it is gone, unless it says something soon."""
        present = self.find(workspace_id, visitor_id)
        if present is not None and len(present.tabs) < 2:
            present.until = min(present.until, self._ground.clock.now() + LOST)

    # What comes from elsewhere.

    def learn(self, facts: Sequence[Fact]) -> None:
        """Facts that reached this process: who is known, blocked, tagged or removed."""
        for fact in facts:
            match fact:
                case VisitorDeleted():
                    self.drop(fact.workspace_id, fact.visitor_id)
                case NetworkBlocked() | NetworkUnblocked():
                    self._shutting_out.add(fact.workspace_id)
                    network = ip_network(fact.network)
                    for present in self.of(fact.workspace_id):
                        if not present.address or of_network(network, present.address):
                            self.reload(fact.workspace_id, present.value.id)
                case VisitorIdentified() | VisitorBlocked() | VisitorUnblocked() | VisitorChanged():
                    if self.find(fact.workspace_id, fact.visitor_id):
                        self.reload(fact.workspace_id, fact.visitor_id)
                case ContactChanged() | ContactMerged() | ContactMergeUndone():
                    for present in self.of(fact.workspace_id):
                        if present.value.contact_id in fact.contact_ids:
                            self.reload(fact.workspace_id, present.value.id)

    def reload(self, workspace_id: UUID, visitor_id: UUID) -> None:
        """Read this visitor from the database soon."""
        self._missing.setdefault((workspace_id, visitor_id), (visitor_id, None))

    def look_again(self, workspace_id: UUID, visitor_id: UUID) -> None:
        """More is known of which segments the visitor is in."""
        for listener in self.on_look:
            listener(workspace_id, visitor_id)

    def invited(self, workspace_id: UUID, visitor_id: UUID, state: Invited) -> None:
        """The visitor was invited (`offered`), or something became of it."""
        present = self.find(workspace_id, visitor_id)
        if present is not None:
            self._set(present, replace(present.value, invitation=state))
            # How often may have been read already, from another process's word; and what is being read now may be older.
            self.reload(workspace_id, visitor_id)

    def keep(self, workspace_id: UUID, visitor_id: UUID, *, hidden: bool) -> None:
        """Another process says that the visitor is still there."""
        present = self.find(workspace_id, visitor_id)
        if present is None:
            self.reload(workspace_id, visitor_id)
            return
        present.until = max(present.until, self._ground.clock.now() + SILENT_AFTER)
        if not present.tabs and present.value.hidden != hidden:
            self._set(present, replace(present.value, hidden=hidden))

    def drop(self, workspace_id: UUID, visitor_id: UUID) -> None:
        """The visitor is gone."""
        group = self._by_workspace.get(workspace_id, {})
        if group.pop(visitor_id, None) is not None:
            _online.dec()
            self._changed(workspace_id, visitor_id)
        if not group:
            self._by_workspace.pop(workspace_id, None)

    # Housekeeping.

    async def rebuild(self) -> None:
        """Read who is there, at the start of a process."""
        self._shutting_out |= await load_shutting_out(self._ground)
        self._take_in(await load_recent(self._ground))
        self.ready.set()

    async def load_missing(self) -> None:
        """Read those who were told of and are not in memory, or not as they are."""
        if self._missing:
            missing, self._missing = self._missing, {}
            try:
                loaded = await load_these(self._ground, [(*each, self._address(*each)) for each in missing])
            except BaseException:
                self._missing = missing | self._missing
                raise
            self._take_in(loaded)
            for (workspace_id, visitor_id), (page_id, read) in missing.items():
                present = self.find(workspace_id, visitor_id)
                if present and not read:
                    for listener in self.on_told:
                        listener(workspace_id, visitor_id)
                if present and read:
                    present.tabs.setdefault(
                        page_id, Tab(present.value.page, present.value.page_since, read.at, read.hidden)
                    )
                    self._see_again(present, read.at)

    def sweep(self) -> None:
        """Let those go who gave no sign of life for too long."""
        now = self._ground.clock.now()
        for workspace_id, group in list(self._by_workspace.items()):
            for visitor_id, present in list(group.items()):
                if present.until <= now:
                    self.drop(workspace_id, visitor_id)
                    continue
                if present.blocked_until is not None and present.blocked_until <= now:
                    self.reload(workspace_id, visitor_id)
                if len(present.tabs) > 1:
                    self._close_silent(present, now)

    # Inside.

    def _address(self, workspace_id: UUID, visitor_id: UUID) -> str:
        present = self.find(workspace_id, visitor_id)
        return compared(present.address) if present else ""

    def _saw(self, item: Incoming, known: Known, now: datetime) -> None:
        present = self.find(known.workspace_id, known.visitor_id)
        if item.begun is not None:
            present = self._arrive(item, known, item.begun, present)
        if present is None or present.value.visit_id != known.visit_id:
            last = item.pages[-1].id if item.pages else None
            read = Read(last, now, 0, 0, 0, hidden=False, left=False) if last else None
            self._missing[known.workspace_id, known.visitor_id] = (last or known.visitor_id, read)
            return
        present.address = known.address
        value = present.value
        pages = [page for page in item.pages if page.id in item.stored]
        for page in pages:
            shown = Page(url=page.url, title=page.title)
            present.tabs[page.id] = Tab(shown, page.at, now)
            if len(present.tabs) > _MOST_TABS:
                present.tabs.pop(next(iter(present.tabs)))
            if page.at >= value.page_since:
                value = replace(value, page=shown, page_since=page.at)
        value = replace(
            value, page_views=value.page_views + len(pages), active_at=max(value.active_at, now), hidden=False
        )
        self._set(present, value)
        present.until = max(present.until, now + SILENT_AFTER)
        self._tell_activity(item, present)

    def _arrive(self, item: Incoming, known: Known, begun: Begun, before: Present | None) -> Present:
        page = begun.page
        value = LiveVisitor(
            id=known.visitor_id,
            site_id=item.site.id,
            visit_id=begun.id,
            contact_id=before.value.contact_id if before else None,
            name=before.value.name if before else None,
            number=begun.number,
            returning=begun.number > 1,
            started_at=page.at,
            active_at=page.at,
            page=Page(url=page.url, title=page.title),
            page_since=page.at,
            page_views=0,
            landing_url=page.url,
            source=begun.source,
            region=begun.region,
            device=begun.device,
            language=item.browser.language,
            hidden=False,
            tag_ids=before.value.tag_ids if before else [],
            anonymous=item.browser.anonymous,
            blocked=before.value.blocked if before else False,
            invited=before.value.invited if before else 0,
            invitation=before.value.invitation if before else None,
        )
        # Name, tags and blocks of who was here before; and whether a newcomer's network is blocked.
        if before is None and (begun.number > 1 or known.workspace_id in self._shutting_out):
            self.reload(known.workspace_id, known.visitor_id)
        return self._put(known.workspace_id, value, page.at + SILENT_AFTER)

    def _take_in(self, loaded: Iterable[Loaded]) -> None:
        now = self._ground.clock.now()
        for workspace_id, value, blocked_until in loaded:
            present = self.find(workspace_id, value.id)
            if present is None:
                present = self._put(workspace_id, value, now + SILENT_AFTER)
                self._changed(workspace_id, value.id)
            else:
                present.until = max(present.until, now + SILENT_AFTER)
                self._set(present, _merged(present, value))
            present.blocked_until = blocked_until

    def _put(self, workspace_id: UUID, value: LiveVisitor, until: datetime) -> Present:
        group = self._by_workspace[workspace_id]
        if value.id not in group:
            _online.inc()
        present = group[value.id] = Present(workspace_id, value, until)
        return present

    def _set(self, present: Present, value: LiveVisitor) -> None:
        if value != present.value:
            present.value, present.encoded = value, None
            self._changed(present.workspace_id, value.id)

    def _see_again(self, present: Present, now: datetime) -> None:
        """What is looked at: of the tabs in front, the one that was opened last."""
        if not present.tabs:
            return
        tab = max(present.tabs.values(), key=lambda each: (not each.hidden, each.since))
        patience = SILENT_HIDDEN_AFTER if tab.hidden else SILENT_AFTER
        present.until = max(present.until, now + patience)
        value = present.value
        if value.hidden != tab.hidden or value.page != tab.page:
            self._set(present, replace(value, page=tab.page, page_since=tab.since, hidden=tab.hidden))

    def _close_silent(self, present: Present, now: datetime) -> None:
        for page_id, tab in list(present.tabs.items()):
            if now - tab.beat_at > (SILENT_HIDDEN_AFTER if tab.hidden else SILENT_AFTER):
                del present.tabs[page_id]

    def _tell_activity(self, item: Incoming, present: Present) -> None:
        for listener in self.on_activity:
            for page in item.pages:
                if page.id in item.stored:
                    listener(Activity(present.workspace_id, present.value, "page", page.id, page.url))
            for done in item.events:
                if done.id in item.stored:
                    listener(Activity(present.workspace_id, present.value, done.kind, done.page_id, event=done))

    def _changed(self, workspace_id: UUID, visitor_id: UUID) -> None:
        for listener in self.on_changed:
            listener(workspace_id, visitor_id)


def _merged(present: Present, loaded: LiveVisitor) -> LiveVisitor:
    """What was read from the database, but with what was heard here since."""
    held = present.value
    if held.visit_id != loaded.visit_id:
        return loaded
    more = {"page": held.page, "page_since": held.page_since, "hidden": held.hidden} if present.tabs else {}
    return replace(
        loaded,
        active_at=max(loaded.active_at, held.active_at),
        page_views=max(loaded.page_views, held.page_views),
        **more,
    )
