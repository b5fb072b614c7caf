"""An agent's socket."""

from typing import TYPE_CHECKING
from uuid import UUID

from msgspec.structs import replace
from picows import WSUpgradeRequest
from starlette.requests import cookie_parser

from yingke.conversations.appending import Posted
from yingke.conversations.posting import Draft, agent_author, plain_posting, prepared_posting
from yingke.conversations.queries import conversation_for, messages_after
from yingke.conversations.reading import read_by_agent
from yingke.conversations.values import Author
from yingke.conversations.wording import require_sayable
from yingke.identity import Actor
from yingke.identity.authentication import COOKIE, KEY_PREFIX, actor_of
from yingke.kit.facts import Fact
from yingke.kit.installation import epoch
from yingke.kit.work import Work
from yingke.realtime import frames, heartbeats
from yingke.realtime.audience import reason_to_close
from yingke.realtime.connection import Connection
from yingke.realtime.sending import Sender
from yingke.realtime.server_frames import AgentWelcome, Reload, SubscribedAck, WatchingAck
from yingke.realtime.views import PAGE, page_of
from yingke.visits.live import Watch

if TYPE_CHECKING:
    from yingke.realtime.desk import Desk

_hello = frames.decoder(frames.AgentHello)
_frame = frames.decoder(frames.AgentFrame)


class AgentConnection(Connection):
    side = "agent"

    def __init__(self, desk: "Desk", request: WSUpgradeRequest) -> None:
        super().__init__()
        self._desk = desk
        self._cookie, self._api_key = credentials(request)
        self._sender = Sender(self, desk.gatherer)
        self.actor: Actor
        self.author: Author
        self.viewing: UUID | None = None
        self._visible = False
        self._watch: Watch | None = None

    async def first_frame(self, text: bytes) -> None:
        hello = _hello.decode(text)
        async with self._desk.ground.work_everywhere() as work:
            self.actor = await self._recognise(work)
            await work.narrow(self.actor.workspace_id)
            self.author = await agent_author(work, self.actor.agent_id)
            current = await epoch(work)
        if hello.epoch is not None and hello.epoch != current:
            self.say(Reload(epoch=current))
        await self._desk.words.load(self.actor.workspace_id)
        self._desk.hub.enter_agent(self)
        self.welcomed()
        self._desk.presence.agent_came(self.actor)
        self._show(visible=hello.visible)
        self.say(
            AgentWelcome(
                ref=hello.ref,
                epoch=current,
                agent_id=self.actor.agent_id,
                heartbeat=heartbeats.EVERY,
                heads={},
                server_time=self._desk.ground.clock.now(),
            )
        )
        # What changed since the actor was read was told to nobody here: the hub did not know this socket yet.
        async with self._desk.ground.work_everywhere() as work:
            if await self._recognise(work) != self.actor:
                self._come_back()

    async def _recognise(self, work: Work) -> Actor:
        """Raises NotSignedIn, Forbidden."""
        actor = await actor_of(work, session_token=self._cookie, api_key=self._api_key)
        actor.require("conversations.read")
        return actor

    def follow(self, fact: Fact) -> None:
        """Close when the agent may no longer be here, or not as it was."""
        match reason_to_close(fact, self.actor):
            case "signed_out":
                self.close("signed_out")
            case str():
                self._come_back()

    def _come_back(self) -> None:
        """The next socket has the new rights."""
        self.close("rights_changed", retry_after=0)

    def handle(self, text: bytes) -> None:
        frame = _frame.decode(text)
        match frame:
            case frames.AgentSend():
                self._send(frame)
            case frames.Ping():
                self.ack(frame.ref)
            case frames.AgentTyping():
                self.actor.require("conversations.reply")
                self._typing(frame.conversation)
            case frames.Viewing():
                self._view(frame.conversation)
            case frames.Visible():
                self._show(visible=frame.visible)
                self.ack(frame.ref)
            case frames.Subscribe():
                self.start(frame.ref, lambda: self._subscribe(frame))
            case frames.Unsubscribe():
                self._desk.hub.unwatch(self, frame.conversation)
                self.ack(frame.ref)
            case frames.Read():
                self.actor.require("conversations.reply")
                self.start(frame.ref, lambda: self._read(frame))
            case frames.WatchVisitors():
                self.actor.require("visitors.read")
                self._watch_visitors(frame)
            case frames.UnwatchVisitors():
                self._unwatch_visitors()
                self.ack(frame.ref)

    def gone(self) -> None:
        if self.ready:
            self._desk.hub.leave_agent(self)
            self._unwatch_visitors()
            self._view(None)
            self._show(visible=False)
            self._desk.presence.agent_went(self.actor)

    def _show(self, *, visible: bool) -> None:
        if visible != self._visible:
            self._visible = visible
            self._desk.presence.desk_shown(self.actor) if visible else self._desk.presence.desk_covered(self.actor)

    def _send(self, frame: frames.AgentSend) -> None:
        self.actor.require("conversations.reply")
        stopped = frame.kind == "outgoing" and self._desk.words.blocks(self.actor.workspace_id, frame.text)
        draft = Draft(
            client_id=frame.client_id,
            text=frame.text,
            kind=frame.kind,
            attachment_ids=frame.attachment_ids,
            quote_seq=frame.quote_seq,
            mentions=frame.mentions,
        )
        if not (draft.attachment_ids or draft.quote_seq is not None or stopped):
            posting = plain_posting(self.actor.workspace_id, frame.conversation, draft, self.author, self.actor)
            self._sender.post(frame.ref, posting)
            return

        async def prepare() -> Posted | None:
            async with self._desk.ground.work_in(self.actor.workspace_id) as work:
                if stopped:  # words for visitors do not stop colleagues among themselves
                    await require_sayable(work, self.actor, frame.conversation, self._desk.words, frame.text)
                posting = await prepared_posting(work, frame.conversation, draft, self.author, self.actor)
            self._sender.post(frame.ref, posting, in_turn=True)
            return None

        self._sender.later(frame.ref, prepare)

    async def _subscribe(self, frame: frames.Subscribe) -> None:
        async with self._desk.ground.work_in(self.actor.workspace_id) as work:
            row = await conversation_for(work, self.actor, frame.conversation)
            # Registered before history is read: what is posted meanwhile arrives live and is dropped by its seq.
            self._desk.hub.watch(self, row.id)
            items = await messages_after(work, row.id, frame.after_seq, PAGE + 1)
        self.say(SubscribedAck(ref=frame.ref, last_seq=row.last_seq))
        self.say(page_of(row.id, items, row.last_seq))
        self._desk.tell_viewing(self.actor.workspace_id, row.id)

    async def _read(self, frame: frames.Read) -> None:
        async with self._desk.ground.work_in(self.actor.workspace_id) as work:
            await read_by_agent(work, self.actor, frame.conversation, frame.seq)
        self.ack(frame.ref)

    def _watch_visitors(self, frame: frames.WatchVisitors) -> None:
        self._unwatch_visitors()
        within = replace(frame.filter, only_site_ids=self.actor.only_site_ids)
        self._watch = Watch(self.actor.workspace_id, within, self.send, self.behind)
        count, online = self._desk.tracking.watches.start(self._watch)
        self.say(WatchingAck(ref=frame.ref, count=count, online=online))

    def _unwatch_visitors(self) -> None:
        if self._watch is not None:
            self._desk.tracking.watches.stop(self._watch)
            self._watch = None

    def _typing(self, conversation_id: UUID) -> None:
        # Only who has the conversation open may be shown as typing in it: `subscribe` checked that he may see it.
        if conversation_id in self.subscribed:
            self._desk.agent_types(self.author, conversation_id)

    def _view(self, conversation_id: UUID | None) -> None:
        before, self.viewing = self.viewing, conversation_id if conversation_id in self.subscribed else None
        for changed in {before, self.viewing} - {None}:
            assert changed is not None
            self._desk.tell_viewing(self.actor.workspace_id, changed)


def credentials(request: WSUpgradeRequest) -> tuple[str | None, str | None]:
    """The session cookie and the API key of a handshake."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    api_key = key.strip() if scheme.lower() == "bearer" and key.strip().startswith(KEY_PREFIX) else None
    return cookie_parser(request.headers.get("cookie", "")).get(COOKIE), api_key
