"""A visitor's socket."""

import re
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType
from picows import WSUpgradeRequest

from yingke.conversations.appending import Posted
from yingke.conversations.closing import resolve_by_visitor
from yingke.conversations.models import Conversation
from yingke.conversations.offline import keep_place, leave_message
from yingke.conversations.posting import Draft, plain_posting, post_from_visitor
from yingke.conversations.queries import (
    conversations_of_visitor,
    messages_after,
    messages_before,
    queue_position,
)
from yingke.conversations.reading import read_by_visitor
from yingke.conversations.rows import conversation_value, for_visitor
from yingke.conversations.values import Author
from yingke.conversations.wording import alert_of_words
from yingke.inboxes import Site, allowed_origin, note_site_seen, robot_serves, settings_of, site_of_key
from yingke.kit.client_address import throttle_key
from yingke.kit.errors import Forbidden, Missing, Refusal, Throttled
from yingke.kit.installation import epoch
from yingke.kit.text import clean, one_line
from yingke.kit.values import Value
from yingke.kit.work import Work
from yingke.knowledge.asking import suggest_questions
from yingke.knowledge.languages import language_of
from yingke.knowledge.readers import Reader
from yingke.realtime import frames, heartbeats
from yingke.realtime.connection import Connection, ref_of
from yingke.realtime.protocol import origin_of
from yingke.realtime.sending import Sender, posted_ack
from yingke.realtime.server_frames import (
    Ack,
    DepartmentsAck,
    IdentifiedAck,
    PostedAck,
    Reload,
    SubscribedAck,
    SuggestionsAck,
    VisitorConversation,
    VisitorWelcome,
)
from yingke.realtime.signals import PageChanged, Presence, Typing
from yingke.realtime.views import PAGE, history_of, page_of, visitor_conversation
from yingke.robot.asking_back import ask_for_person, fill_form, say_whether_solved
from yingke.routing import Service, departments_now
from yingke.routing.expecting import expected_of
from yingke.visitors import (
    Page,
    Visitor,
    give_contact,
    greet_visitor,
    identify_visitor,
    move_visitor,
    require_open_network,
    require_unblocked,
    same_person_ids,
)
from yingke.visits.reports import Report

if TYPE_CHECKING:
    from yingke.realtime.desk import Desk

_hello = frames.decoder(frames.VisitorHello)
_frame = frames.decoder(frames.VisitorFrame)

_SEND = re.compile(rb'"op"\s*:\s*"send"')
_ADDRESSES = frozenset({"email", "phone"})
HISTORY = 10
"""Past conversations told in the welcome."""


class UnknownSite(Missing):
    code, detail = "unknown_site", "This site key is not known. Copy the snippet again from the desk."


class OriginRefused(Forbidden):
    code, detail = "origin_refused", "This page is not among the site's allowed origins; add it in the site's settings."


class VisitorConnection(Connection):
    side = "visitor"

    def __init__(self, desk: "Desk", request: WSUpgradeRequest, address: str) -> None:
        super().__init__()
        self._desk = desk
        self._origin = origin_of(request)
        self._user_agent = request.headers.get("user-agent", "")[:500]
        self.address = address
        self._sender = Sender(self, desk.gatherer)
        self._counted = False
        self._come_again_at = 0.0
        self._site_key = self._language = ""
        self._token: str | None = None
        self._do_not_track = "1" in (request.headers.get("dnt"), request.headers.get("sec-gpc"))
        self.workspace_id: UUID
        self.site_id: UUID
        self.visitor_id: UUID
        self.person_ids: frozenset[UUID] = frozenset()
        self.author: Author
        self.typing_preview = False
        self.reader = Reader()
        self.sign: Service
        """What this visitor was last told of it."""

    async def first_frame(self, text: bytes) -> None:
        hello = _hello.decode(text)
        self._desk.rates.hello.require(throttle_key(self.address))
        self._language = hello.language
        async with self.waiting_for(self._desk.arrivals.turn()), self._desk.ground.work_everywhere() as work:
            site = await self._site(work, hello.site)
            await work.narrow(site.workspace_id)
            await note_site_seen(work, site, hello.page.url)
            greeted = await greet_visitor(
                work,
                site,
                token=hello.token,
                page_url=hello.page.url,
                page_title=one_line(hello.page.title),
                referrer=hello.page.referrer,
                language=hello.language,
                user_agent=self._user_agent,
                address=self.address,
            )
            visitor, token = greeted.visitor, greeted.token or hello.token
            if hello.identity:
                identified = await identify_visitor(work, site, visitor, **_identity(hello.identity))
                visitor, token = identified.visitor, identified.token or token
            stranger = greeted.token is not None and hello.identity is None
            if not stranger:
                await require_unblocked(work, visitor, self.address)
            else:
                await require_open_network(work, self.address)
            await self._desk.hub.faces.load(work)
            await self._settle(work, site, visitor)
            current = await epoch(work)
            known = await self._known(work, site, stranger=stranger)
        await self._desk.words.load(self.workspace_id)
        self._site_key, self._token = hello.site, token
        if hello.epoch is not None and hello.epoch != current:
            self.say(Reload(epoch=current))
        self._desk.hub.enter_visitor(self)
        self.welcomed()
        if known["history"]:
            self._count()
        assert token is not None
        self.say(VisitorWelcome(ref=hello.ref, epoch=current, token=token, **known))

    def handle(self, text: bytes) -> None:
        if _SEND.search(text) and (refusal := self._turned_away()):  # before anything that costs time
            self.refuse(ref_of(text), refusal)
            return
        frame = _frame.decode(text)
        match frame:
            case frames.VisitorSend():
                self._send(frame)
            case frames.Ping():
                self.ack(frame.ref)
            case frames.VisitorTyping():
                self._typing(frame)
            case frames.Unsubscribe():
                self._desk.hub.unwatch(self, frame.conversation)
                self.ack(frame.ref)
            case frames.VisitorReport():
                self.start(frame.ref, lambda: self._report(frame))
            case frames.Suggest():
                self._desk.rates.suggest.require(str(self.visitor_id))
                self.start(frame.ref, lambda: self._suggest(frame))
            case _:
                self._desk.rates.operation.require(str(self.visitor_id))
                self.start(frame.ref, lambda: self._operate(frame))

    def _turned_away(self) -> Refusal | None:
        """Why a post is refused unread. Who comes before the time he was told is not listened to until then."""
        now = time.monotonic()
        if (early := self._come_again_at - now) > 0:
            self.hold(early)
            return Throttled(retry_after=round(early + 0.05, 1))
        refusal = self._desk.gatherer.turned_away()
        if refusal and refusal.retry_after:
            self._come_again_at = now + refusal.retry_after
        return refusal

    def gone(self) -> None:
        if self.ready:
            self._desk.hub.leave_visitor(self)
            if self._counted:
                self._desk.presence.visitor_went(self.workspace_id, self.visitor_id)

    async def _suggest(self, frame: frames.Suggest) -> None:
        items = await suggest_questions(
            self._desk.banks,
            self.workspace_id,
            frame.text,
            language=language_of(self._language),
            reader=self.reader,
            limit=frame.limit,
        )
        self.say(SuggestionsAck(ref=frame.ref, items=items))

    async def _report(self, frame: frames.VisitorReport) -> None:
        tracked = await self._desk.tracking.sites.of(self._site_key)
        if tracked is not None:
            await self._desk.tracking.report(
                tracked,
                Report(token=self._token, language=self._language, events=frame.events),
                user_agent=self._user_agent,
                address=self.address,
                do_not_track=self._do_not_track,
            )
        self.ack(frame.ref)

    # Beginning.

    async def _site(self, work: Work, key: str) -> Site:
        site = await site_of_key(work, key)
        if site is None:
            raise UnknownSite
        if (
            self._origin is not None
            and self._origin not in self._desk.origins
            and not allowed_origin(site, self._origin)
        ):
            raise OriginRefused
        return site

    async def _settle(self, work: Work, site: Site, visitor: Visitor) -> None:
        self.workspace_id, self.site_id, self.visitor_id = site.workspace_id, site.id, visitor.id
        self.person_ids = frozenset(await same_person_ids(work, visitor))
        self.author = Author(kind="visitor", id=visitor.id, name=visitor.name)
        self.typing_preview = settings_of(site).typing_preview
        self.reader = Reader(site_id=site.id, member=visitor.identified_at is not None, returning=visitor.visits > 1)

    async def _known(self, work: Work, site: Site, *, stranger: bool = False) -> dict[str, Any]:
        """The fields of `Known`."""
        self.sign = await self._desk.hub.open_signs.of(work, site)
        rows = [] if stranger else await conversations_of_visitor(work, self.person_ids, limit=HISTORY)
        history = [await self._view(work, row) for row in rows]
        by_robot = robot_serves(settings_of(site), work.now)
        if by_robot:
            self._desk.banks.warm(self.workspace_id, language_of(self._language))
        going_on = next((each for each in history if each.status != "resolved"), None)
        return {
            "visitor_id": self.visitor_id,
            "heartbeat": heartbeats.EVERY,
            **msgspec.structs.asdict(self.sign),
            "conversation": going_on,
            "history": history,
            "robot": by_robot,
        }

    async def _view(self, work: Work, row: Conversation) -> VisitorConversation:
        face = self._desk.hub.faces.of(self.workspace_id, row.agent_id)
        position = await queue_position(work, row)
        told = await expected_of(work, row, position)
        wait = (told.low, told.high) if told else None
        return visitor_conversation(conversation_value(row), face, position, wait)

    # Operations.

    async def _operate(self, frame: Any) -> None:
        async with self._desk.ground.work_in(self.workspace_id) as work:
            answer = await self._do(work, frame)
        self.say(answer)
        if isinstance(frame, frames.LeaveMessage | frames.Subscribe):
            self._count()

    async def _do(self, work: Work, frame: Any) -> Value:  # noqa: PLR0911, PLR0912 - a case for each operation
        match frame:
            case frames.Subscribe():
                return await self._subscribe(work, frame)
            case frames.Read():
                await read_by_visitor(work, self.person_ids, frame.conversation, frame.seq)
            case frames.Delivered():
                await read_by_visitor(work, self.person_ids, frame.conversation, frame.seq, delivered_only=True)
            case frames.Resolve():
                await resolve_by_visitor(work, self.visitor_id, self.person_ids, frame.conversation)
            case frames.Rate():
                from yingke.ratings import rate_as_visitor

                await rate_as_visitor(
                    work,
                    self.person_ids,
                    frame.conversation,
                    stars=frame.stars,
                    solved=frame.solved,
                    reasons=frame.reasons,
                    comment=self._kept(clean(frame.comment)),
                )
            case frames.Transcript():
                await self._own(work, frame.conversation)
                from yingke.notifications import request_transcript

                await request_transcript(work, frame.conversation, frame.email)
            case frames.Move():
                await self._move(work, frame)
            case frames.History():
                await self._own(work, frame.conversation)
                items = await messages_before(work, frame.conversation, frame.before_seq, frame.limit)
                return history_of(frame.ref, [for_visitor(item) for item in items])
            case frames.LeaveMessage():
                return await self._leave_message(work, frame)
            case frames.GiveContact():
                await give_contact(
                    work,
                    await self._visitor(work),
                    name=frame.name and self._kept(frame.name),
                    email=frame.email,
                    phone=frame.phone,
                )
            case frames.Departments():
                return DepartmentsAck(
                    ref=frame.ref, items=await departments_now(work, await work.get(Site, self.site_id))
                )
            case frames.KeepPlace():
                await keep_place(
                    work, await self._visitor(work), self.person_ids, frame.conversation,
                    channel=frame.channel, reply_to=frame.reply_to,
                )  # fmt: skip
            case frames.Identify():
                return await self._identify(work, frame)
            case frames.RobotSolved() | frames.RobotHandOver() | frames.RobotForm():
                return await self._to_robot(work, frame)
        return Ack(ref=frame.ref)

    async def _subscribe(self, work: Work, frame: frames.Subscribe) -> SubscribedAck:
        row = await self._own(work, frame.conversation)
        self._desk.hub.watch(self, row.id)
        items = await messages_after(work, row.id, frame.after_seq, PAGE + 1)
        # Sent before the acknowledgement leaves; both are in the socket's order, and both are idempotent.
        self.say(page_of(row.id, [for_visitor(item) for item in items], row.last_seq))
        return SubscribedAck(ref=frame.ref, last_seq=row.last_seq, conversation=await self._view(work, row))

    async def _own(self, work: Work, conversation_id: UUID) -> Conversation:
        row = await work.find(Conversation, conversation_id)
        if row is None or row.visitor_id not in self.person_ids:
            raise Missing
        return row

    async def _visitor(self, work: Work) -> Visitor:
        return await work.get(Visitor, self.visitor_id)

    def _send(self, frame: frames.VisitorSend) -> None:
        if wait := self._desk.rates.send.take(str(self.visitor_id)):
            self._come_again_at = time.monotonic() + wait
            raise Throttled(retry_after=wait)
        text, alerted = self._desk.words.received(self.workspace_id, frame.text)
        draft = Draft(
            client_id=frame.client_id,
            text=text,
            kind="incoming",
            attachment_ids=frame.attachment_ids,
            quote_seq=frame.quote_seq,
            content={"type": "choice", "entry_id": str(frame.entry_id)} if frame.entry_id else None,
        )
        going_on = frame.conversation in self.subscribed
        if going_on and frame.conversation and not (draft.attachment_ids or draft.quote_seq or alerted):
            posting = plain_posting(
                self.workspace_id, frame.conversation, draft, self.author, person_ids=self.person_ids
            )
            self._sender.post(frame.ref, posting, otherwise=lambda: self._post_slowly(frame, draft))
            return
        self._sender.later(frame.ref, lambda: self._post_slowly(frame, draft, alerted))

    async def _post_slowly(self, frame: frames.VisitorSend, draft: Draft, alerted: Sequence[str] = ()) -> Posted:
        async with self._desk.ground.work_in(self.workspace_id) as work:
            visitor = await self._visitor(work)
            await require_unblocked(work, visitor, self.address)
            if frame.prechat:
                await self._keep_prechat(work, visitor, frame.prechat)
            posted = await post_from_visitor(work, visitor, frame.conversation, draft, frame.team_id)
            if alerted and not posted.repeated:
                await alert_of_words(work, posted.conversation_id, alerted)
        self._desk.hub.watch(self, posted.conversation_id)
        self._count()
        return posted

    def _kept(self, text: str) -> str:
        """What the visitor wrote beside messages, as it is kept."""
        return self._desk.words.received(self.workspace_id, text)[0]

    async def _keep_prechat(self, work: Work, visitor: Visitor, given: dict[str, str]) -> None:
        known = {key: one_line(given[key]) or None for key in ("name", "email", "phone") if key in given}
        if name := known.get("name"):
            known["name"] = self._kept(name)
        await give_contact(work, visitor, **known)

    async def _leave_message(self, work: Work, frame: frames.LeaveMessage) -> PostedAck:
        self._desk.rates.message_left.require(throttle_key(self.address))
        text, alerted = self._desk.words.received(self.workspace_id, frame.text)
        posted = await leave_message(
            work,
            await self._visitor(work),
            client_id=frame.client_id,
            text=text,
            channel=frame.channel,
            reply_to=frame.reply_to,
            name=frame.name and self._kept(frame.name),
            team_id=frame.team_id,
            attachment_ids=tuple(frame.attachment_ids),
        )
        if alerted and not posted.repeated:
            await alert_of_words(work, posted.conversation_id, alerted)
        return posted_ack(frame.ref, posted)

    async def _to_robot(self, work: Work, frame: frames.RobotSolved | frames.RobotHandOver | frames.RobotForm) -> Ack:
        mine, conversation_id = self.person_ids, frame.conversation
        match frame:
            case frames.RobotSolved():
                await say_whether_solved(work, mine, conversation_id, frame.seq, solved=frame.solved)
            case frames.RobotHandOver():
                await ask_for_person(work, mine, conversation_id)
            case frames.RobotForm():
                visitor = await self._visitor(work)
                values = {key: value if key in _ADDRESSES else self._kept(value) for key, value in frame.values.items()}
                posted = await fill_form(work, visitor, mine, conversation_id, client_id=frame.client_id, values=values)
                return posted_ack(frame.ref, posted)
        return Ack(ref=frame.ref)

    async def _move(self, work: Work, frame: frames.Move) -> None:
        await move_visitor(work, await self._visitor(work), url=frame.url, title=one_line(frame.title))
        if self._counted:
            page = Page(url=frame.url, title=one_line(frame.title))
            self._desk.hub.signal_agents(
                self.workspace_id, self.site_id, PageChanged(visitor_id=self.visitor_id, page=page)
            )

    async def _identify(self, work: Work, frame: frames.Identify) -> IdentifiedAck:
        site = await work.get(Site, self.site_id)
        identified = await identify_visitor(work, site, await self._visitor(work), **_identity(frame))
        # In another person's browser a fresh visitor begins: this socket is his from here on.
        self._desk.hub.leave_visitor(self)
        await self._settle(work, site, identified.visitor)
        self._desk.hub.enter_visitor(self)
        self._token = identified.token or self._token
        return IdentifiedAck(ref=frame.ref, token=identified.token, **await self._known(work, site))

    def _typing(self, frame: frames.VisitorTyping) -> None:
        if frame.conversation not in self.subscribed:
            return
        text: str | UnsetType = UNSET
        if self.typing_preview and frame.text is not None:
            text = self._kept(clean(frame.text)[:1000])
        typing = Typing(conversation=frame.conversation, from_=self.author, text=text)
        self._desk.hub.signal_watchers("agent", frame.conversation, typing)

    def _count(self) -> None:
        """This visitor has a conversation: the desk wants to know whether he is there."""
        if not self._counted and self.transport is not None:
            self._counted = True
            self._desk.presence.visitor_came(self.workspace_id, self.visitor_id)
            self._desk.hub.signal_agents(
                self.workspace_id, self.site_id, Presence(visitor_id=self.visitor_id, online=True)
            )


def _identity(given: frames.Identity | frames.Identify) -> dict[str, Any]:
    return {name: getattr(given, name) for name in ("external_id", "hash", "name", "email", "phone", "fields")}
