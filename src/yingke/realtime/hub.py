"""Who is connected to this process, and what each of them is shown.

One hub in each process. Facts of its own commits are handed to it by a call; those of other processes arrive as ids
over the bus and are read from the database. Signals (typing, presence) go over the bus only and are stored nowhere.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from ipaddress import ip_network
from typing import TYPE_CHECKING
from uuid import UUID

import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy import text

from yingke.conversations.facts import ConversationChanged, MessagePosted, MessageRecalled
from yingke.kit.bus import Bus
from yingke.kit.facts import Fact, decode_fact
from yingke.kit.values import encode
from yingke.kit.work import Ground
from yingke.realtime.audience import OF_RIGHTS, agents_may_see, only_agent, sees, visitors_of
from yingke.realtime.connection import Connection
from yingke.realtime.faces import Faces
from yingke.realtime.open_signs import OpenSigns
from yingke.realtime.server_frames import Resync
from yingke.realtime.signals import Delivered, Signal
from yingke.realtime.views import fact_for_agents, fact_for_visitor, signal_frame
from yingke.visitors import NetworkBlocked, VisitorBlocked, VisitorIdentified, of_network

if TYPE_CHECKING:
    from yingke.realtime.agent_socket import AgentConnection
    from yingke.realtime.visitor_socket import VisitorConnection

log = structlog.get_logger()

FACT_CHANNEL = "yingke_facts"
SIGNAL_CHANNEL = "yingke_signals"
LOOK_AGAIN = 1.0
"""Seconds."""
_IDS_TOGETHER = 200
"""32 characters each, in one message of the bus."""

_sockets = Gauge("yingke_sockets", "Open sockets", ["side"], multiprocess_mode="livesum")
_unread = Gauge(
    "yingke_facts_to_read", "Announcements of other processes that wait to be read", multiprocess_mode="livesum"
)
_resyncs = Counter("yingke_resyncs_total", "Times that everybody here was told to ask again for what is open")
_pushed = Counter("yingke_pushed_total", "Frames pushed to sockets", ["side"])
_pushed_to_agents, _pushed_to_visitors = _pushed.labels("agent"), _pushed.labels("visitor")

_FACTS = text("SELECT name, payload FROM facts WHERE id = ANY(:ids) ORDER BY id")


class Hub:
    def __init__(self, ground: Ground, bus: Bus, faces: Faces) -> None:
        self._ground = ground
        self._bus = bus
        self.faces = faces
        self.open_signs = OpenSigns()
        self.agents: defaultdict[UUID, set[AgentConnection]] = defaultdict(set)
        """By workspace."""
        self.visitors: defaultdict[UUID, set[VisitorConnection]] = defaultdict(set)
        """By visitor."""
        self.watchers: defaultdict[UUID, set[Connection]] = defaultdict(set)
        """By conversation: who has it open."""
        self.listeners: list[Callable[[Sequence[Fact]], None]] = []
        """Each called with all facts that reach this process."""
        self.on_missed: list[Callable[[], None]] = []
        """Each called when facts may not have reached this process."""
        self._foreign: asyncio.Queue[list[UUID]] = asyncio.Queue(maxsize=10_000)
        ground.outbox.push = self.deliver
        ground.outbox.announce = self._announce
        ground.outbox.doubt = self._doubt
        bus.subscribe(FACT_CHANNEL, self._told_elsewhere)
        bus.subscribe(SIGNAL_CHANNEL, self._signalled)

    # Connections.

    def enter_agent(self, connection: "AgentConnection") -> None:
        self.agents[connection.actor.workspace_id].add(connection)
        _sockets.labels("agent").inc()

    def leave_agent(self, connection: "AgentConnection") -> None:
        self._unwatch_all(connection)
        group = self.agents.get(connection.actor.workspace_id, set())
        if connection in group:
            group.discard(connection)
            _sockets.labels("agent").dec()
        if not group:
            self.agents.pop(connection.actor.workspace_id, None)

    def enter_visitor(self, connection: "VisitorConnection") -> None:
        self.visitors[connection.visitor_id].add(connection)
        _sockets.labels("visitor").inc()

    def leave_visitor(self, connection: "VisitorConnection") -> None:
        self._unwatch_all(connection)
        group = self.visitors.get(connection.visitor_id, set())
        if connection in group:
            group.discard(connection)
            _sockets.labels("visitor").dec()
        if not group:
            self.visitors.pop(connection.visitor_id, None)

    def visitors_of(self, workspace_id: UUID) -> "list[VisitorConnection]":
        return [each for group in self.visitors.values() for each in group if each.workspace_id == workspace_id]

    def everybody(self) -> Iterable["AgentConnection | VisitorConnection"]:
        for agents in list(self.agents.values()):
            yield from list(agents)
        for visitors in list(self.visitors.values()):
            yield from list(visitors)

    def watch(self, connection: Connection, conversation_id: UUID) -> None:
        connection.subscribed.add(conversation_id)
        self.watchers[conversation_id].add(connection)

    def unwatch(self, connection: Connection, conversation_id: UUID) -> None:
        connection.subscribed.discard(conversation_id)
        group = self.watchers.get(conversation_id)
        if group is not None:
            group.discard(connection)
            if not group:
                del self.watchers[conversation_id]

    def _unwatch_all(self, connection: Connection) -> None:
        for conversation_id in list(connection.subscribed):
            self.unwatch(connection, conversation_id)

    # Facts.

    def deliver(self, facts: Sequence[Fact], *, foreign: bool = False) -> None:
        """Show `facts` to whoever is connected here and may see them. `foreign`: other processes told them."""
        delivered: dict[UUID, int] = {}
        for fact in facts:
            try:
                self.faces.learn(fact)
                self.open_signs.learn(fact)
                at_desk = self._to_agents(fact)
                self._to_visitors(fact, at_desk=at_desk)
                if at_desk and foreign and isinstance(fact, MessagePosted) and fact.message.kind == "incoming":
                    delivered[fact.conversation.id] = fact.message.seq
            except Exception:
                log.exception("fact not shown", fact=fact.name)
            self._follow(fact)
            if isinstance(fact, ConversationChanged):
                self._look_away(fact)
        for conversation_id, seq in delivered.items():  # who said it may be connected to another process
            self.signal_watchers("visitor", conversation_id, Delivered(conversation=conversation_id, seq=seq))
        for listener in self.listeners:
            listener(facts)

    def _follow(self, fact: Fact) -> None:
        """Close the sockets of those who may no longer be here, or whose rights changed: each, whatever the others do."""
        if isinstance(fact, VisitorBlocked) or (isinstance(fact, VisitorIdentified) and fact.visitor.blocked):
            for visitor in list(self.visitors.get(fact.visitor_id, ())):
                self._try(partial(visitor.close, "blocked"))
        if isinstance(fact, NetworkBlocked):
            network = ip_network(fact.network)
            for visitor in self.visitors_of(fact.workspace_id):
                if of_network(network, visitor.address):
                    self._try(partial(visitor.close, "blocked"))
        if isinstance(fact, OF_RIGHTS):
            for agent in list(self.agents.get(fact.workspace_id, ())):
                self._try(partial(agent.follow, fact))

    def _look_away(self, fact: ConversationChanged) -> None:
        """Agents who no longer see the conversation have it open no more: what is being typed in it is not theirs to read."""
        open_to = self.agents.get(fact.workspace_id, set()) & self.watchers.get(fact.conversation.id, set())
        for agent in open_to:
            if not sees(fact.conversation, agent.actor):
                self.unwatch(agent, fact.conversation.id)

    def _try(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception:
            log.exception("rights not followed")

    def _to_agents(self, fact: Fact) -> bool:
        """Whether it went to anybody."""
        connections = self.agents.get(fact.workspace_id)
        if not connections:
            return False
        only = only_agent(fact)
        shown = [
            each for each in connections if only in (None, each.actor.agent_id) and agents_may_see(fact, each.actor)
        ]
        if shown:
            frame = fact_for_agents(fact)
            for connection in shown:
                connection.send(frame)
            _pushed_to_agents.inc(len(shown))
        return bool(shown)

    def _to_visitors(self, fact: Fact, *, at_desk: bool) -> None:
        if not isinstance(fact, MessagePosted | MessageRecalled | ConversationChanged):
            return
        visitor_id = visitors_of(fact)
        if visitor_id is None:
            return
        # A person the shop signed for may read along in another browser.
        watching = (each for each in self.watchers.get(fact.conversation.id, ()) if each.side == "visitor")
        connections = {*self.visitors.get(visitor_id, ()), *watching}
        if not connections:
            return
        frame = fact_for_visitor(fact, self.faces.of(fact.workspace_id, fact.conversation.agent_id), at_desk=at_desk)
        if frame is None:
            return
        for connection in connections:
            connection.send(frame)
            _pushed_to_visitors.inc()

    def _announce(self, ids: Sequence[UUID]) -> None:
        own = self._ground.outbox.process.hex
        for start in range(0, len(ids), _IDS_TOGETHER):
            self._bus.publish(FACT_CHANNEL, own + "".join(id.hex for id in ids[start : start + _IDS_TOGETHER]))

    def _doubt(self, ids: Sequence[UUID]) -> None:
        """What was stored although its transaction failed is shown when the database can be asked again."""
        if ids:
            loop = asyncio.get_running_loop()
            loop.call_later(LOOK_AGAIN, self._announce, ids)
            loop.call_later(LOOK_AGAIN, self._read_soon, list(ids))

    def _told_elsewhere(self, payload: str) -> None:
        if payload.startswith(self._ground.outbox.process.hex):
            return
        self._read_soon([UUID(payload[start : start + 32]) for start in range(32, len(payload), 32)])

    def _read_soon(self, ids: list[UUID]) -> None:
        if self._foreign.full():
            self.resync()
        else:
            self._foreign.put_nowait(ids)
            _unread.set(self._foreign.qsize())

    async def read_foreign(self) -> None:
        """Until cancelled: read what other processes told and show it here."""
        while True:
            ids = await self._foreign.get()
            while not self._foreign.empty() and len(ids) < 1000:
                ids += self._foreign.get_nowait()
            _unread.set(self._foreign.qsize())
            try:
                async with self._ground.work_everywhere() as work:
                    rows = (await work.rows.execute(_FACTS, {"ids": ids})).all()
            except Exception:
                log.exception("facts of another process not read")
                self.resync()
                continue
            self.deliver([decode_fact(name, payload) for name, payload in rows], foreign=True)

    def resync(self) -> None:
        """Pushes may have been missed: everybody asks again for what he has open."""
        _resyncs.inc()
        for forget in self.on_missed:
            forget()
        frame = encode(Resync())
        for connection in self.everybody():
            connection.send(frame)

    # Signals.

    def signal_agents(self, workspace_id: UUID, site_id: UUID, signal: Signal) -> None:
        """To all agents of a workspace who see what happens on the site."""
        self._publish(f"agents {site_id.hex}", workspace_id, signal)

    def signal_watchers(self, side: str, conversation_id: UUID, signal: Signal) -> None:
        """To those on one `side` (`agent`, `visitor`) who have the conversation open."""
        self._publish(f"{side} watching", conversation_id, signal)

    def show_agents_watching(self, conversation_id: UUID, signal: Signal) -> None:
        """To agents of this process only who have the conversation open."""
        self._show_signal("agent watching", conversation_id, signal_frame(signal))

    def _publish(self, to: str, id: UUID, signal: Signal) -> None:
        frame = signal_frame(signal)
        self._show_signal(to, id, frame)
        head = f"{self._ground.outbox.process.hex} {to.replace(' ', '_')} {id.hex} "
        self._bus.publish(SIGNAL_CHANNEL, head + frame.decode())

    def _signalled(self, payload: str) -> None:
        process, to, id, frame = payload.split(" ", 3)
        if process != self._ground.outbox.process.hex:
            self._show_signal(to.replace("_", " "), UUID(id), frame.encode())

    def _show_signal(self, to: str, id: UUID, frame: bytes) -> None:
        audience: Iterable[Connection]
        match to.split():
            case ["agents", site]:
                audience = [each for each in self.agents.get(id, ()) if each.actor.sees_site(UUID(site))]
            case [side, *_]:
                audience = [each for each in self.watchers.get(id, ()) if each.side == side]
            case _:
                return
        for connection in list(audience):
            connection.send(frame)
