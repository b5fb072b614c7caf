"""One run: people write and read, faults befall the server, and what happened is held against what is stored."""

import asyncio
import contextlib
import hashlib
import itertools
import json
import random
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import found_company, sign_in_token
from tests.durability.checking import CONVERGED_WITHIN, Stored, Verdict, check
from tests.durability.history import History, read
from tests.durability.mailbox import Mailbox
from tests.durability.nemesis import Nemesis
from tests.durability.processes import Forge
from tests.durability.serving import Serving, free_port
from tests.durability.traffic import LOST, Files, Person, Writer
from tests.kit.buses import valkey
from tests.people import found_team, hire, open_site
from yingke.kit.embedded import EmbeddedPostgres
from yingke.kit.ids import new_id
from yingke.migrations import upgrade

# A commit takes a while, as on a slow disk: an acknowledgement that did not wait for it would be seen to be lost.
PATIENCE = 30
"""Seconds in which something must be done of what is due."""
_SLOW_COMMITS = """
CREATE FUNCTION slow_commit() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.02); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON messages
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.seq % {every} = 0) EXECUTE FUNCTION slow_commit();
"""

ASSIGNED_WITHIN = 60.0
"""Seconds after the last fault in which everybody who waits is with an agent: as long as it takes to find who was left."""
_STRANDED = "SELECT count(*) FROM conversations WHERE status = 'queued' AND NOT id = ANY($1::uuid[])"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run does. `faults` befall it one after the other; names joined in one tuple at the same time."""

    faults: Sequence[tuple[str, ...]]
    acked_at_least: int
    conversations: int = 8
    agents: int = 3
    waiting: int = 3
    """Visitors who stay in the queue."""
    arriving: int = 40
    """At most so many visitors come one by one while faults befall the server: each writes and wants an agent."""
    arrive_every: float = 0.8
    left: int = 2
    """Messages that were left and are answered by mail."""
    between: float = 0.8
    """Seconds of traffic before each fault."""
    visitor_pace: float = 0.25
    agent_pace: float = 0.1
    slow_every: int = 10
    """Every so many messages of a conversation a commit takes 20 ms longer."""
    own_database: bool = True
    workers: int = 1
    bus: bool = False
    """Valkey between the workers, where it is the database otherwise."""
    planted: str | None = None
    seconds: float = 1e9
    """No new fault after that long."""


async def run(plan: Plan, folder: Path, template: Path | None = None) -> Verdict:
    """The verdict; the history stays in `folder`. `template`: what `make_template` made, to begin with."""
    if template is not None:
        copying = await asyncio.create_subprocess_exec("cp", "-a", template, folder / "data")
        await copying.wait()
    history = History(folder / "history.jsonl")
    mailbox = Mailbox(free_port(), history)
    await mailbox.start()
    async with _serving(plan, folder, mailbox.port) as serving:
        scene = await _set_up(plan, serving, history)
        try:
            await scene.play(plan)
            stored = await scene.stored()
        finally:
            await scene.leave()
            await mailbox.stop()
            history.close()
    return check(read(history.path), stored)


async def make_template(folder: Path) -> Path:
    """A data folder with an upgraded database, which takes longer to make than to copy."""
    postgres = EmbeddedPostgres(folder / "data" / "postgres")
    await upgrade(await postgres.start())
    postgres.stop()
    return folder / "data"


@contextlib.asynccontextmanager
async def scratch() -> AsyncIterator[Path]:
    """A folder that the database's own user may enter."""
    with tempfile.TemporaryDirectory(prefix="yingke-durability-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextlib.asynccontextmanager
async def _serving(plan: Plan, folder: Path, mail_port: int) -> AsyncIterator[Serving]:
    forge = Forge()
    await forge.start()
    mail = {"YINGKE_SMTP_URL": f"smtp+plain://127.0.0.1:{mail_port}", "YINGKE_MAIL_FROM": "desk@shop.test"}
    serving = Serving(
        folder / "data", forge, own_database=plan.own_database, workers=plan.workers,
        bus=valkey() if plan.bus else None, fault=plan.planted, more_environment=mail,
    )  # fmt: skip
    try:
        await serving.open()
        yield serving
    finally:
        await serving.close()
        await forge.stop()


class Scene:
    """A company, its agents and its visitors, all at their sockets."""

    def __init__(self, serving: Serving, history: History, files: Files) -> None:
        self.serving = serving
        self.history = history
        self.files = files
        self.visitors: list[Writer] = []
        self.desks: list[Writer] = []
        self.waiting: list[Writer] = []
        self.people: list[Person] = []
        self.newcomer: Callable[[str], Person]
        self._tasks: list[asyncio.Task[None]] = []

    async def play(self, plan: Plan) -> None:
        enough = asyncio.Event()
        nemesis = Nemesis(self.serving, self.history)
        async with asyncio.TaskGroup() as group:
            for number, visitor in enumerate(self.visitors):
                group.create_task(visitor.write(enough))
                group.create_task(self._answer(visitor, number, plan, enough))
            group.create_task(self._arrive(plan, enough))
            for desk in self.desks:  # of the messages that were left
                group.create_task(desk.write(enough))
            await asyncio.gather(*(each.started.wait() for each in self.visitors))
            ends = time.monotonic() + plan.seconds
            for names in plan.faults:
                await asyncio.sleep(plan.between * random.uniform(0.7, 1.3))
                if time.monotonic() > ends:
                    break
                await nemesis.strike(*names)
                await self._is_heard_again()
                await self._everybody_is_back()
            while self.history.acked < plan.acked_at_least and time.monotonic() < ends:
                await asyncio.sleep(0.1)
            enough.set()
        self.history.note("quiet")
        await self._converge()
        await asyncio.gather(*(each.repeat(5) for each in self.visitors + self.desks))
        await asyncio.gather(*(self._ask_position(each) for each in self.waiting))
        await self._let_time_pass()

    async def stored(self) -> Stored:
        database = await self.serving.database.connect()
        messages = [_decoded(row) for row in await database.fetch("SELECT * FROM messages")]
        conversations = [_decoded(row) for row in await database.fetch("SELECT * FROM conversations")]
        found = await database.fetch("SELECT id FROM search_texts WHERE kind = 'message'")
        await database.close()
        attached = {each["id"] for row in messages for each in row["attachments"]}
        by_name = {person.who: person for person in self.people}
        uploads = [event for event in read(self.history.path) if event["what"] == "uploaded"]
        owners = {each["file_id"]: by_name[each["who"]] for each in uploads if each["file_id"] in attached}
        digests = {
            file_id: hashlib.sha256(await self.files.content(person, file_id)).hexdigest()
            for file_id, person in owners.items()
        }
        return Stored(messages, conversations, digests, frozenset(str(row["id"]) for row in found))

    def come(self, person: Person) -> Person:
        self.people.append(person)
        self._tasks.append(asyncio.create_task(person.stay()))
        return person

    async def leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.files.http.aclose()

    async def _arrive(self, plan: Plan, enough: asyncio.Event) -> None:
        once = asyncio.Event()
        once.set()
        for number in range(plan.arriving):
            if enough.is_set():
                return
            await Writer(self.newcomer(f"newcomer{number}"), 0).write(once)
            await asyncio.sleep(random.uniform(0.5, 1.5) * plan.arrive_every)

    async def _answer(self, visitor: Writer, number: int, plan: Plan, enough: asyncio.Event) -> None:
        await visitor.started.wait()
        agents = [each for each in self.people if each.who.startswith("agent")]
        for each in agents:
            each.read(visitor.conversation or "")
        desk = Writer(agents[number % len(agents)], pace=plan.agent_pace, conversation=visitor.conversation, at_once=3)
        self.desks.append(desk)
        await asyncio.gather(desk.write(enough), self._mark_read(desk, visitor, enough))

    async def _mark_read(self, desk: Writer, visitor: Writer, enough: asyncio.Event) -> None:
        """Both sides say what they have read, now and then."""
        for side in itertools.cycle((desk, visitor)):
            with contextlib.suppress(*LOST):
                conversation = visitor.conversation or ""
                head = side.person.screens[conversation].head
                await side.person.ask("read", conversation=conversation, seq=head)
            if enough.is_set():
                return
            await asyncio.sleep(random.uniform(0.5, 2))

    async def _is_heard_again(self) -> None:
        """Two more acknowledgements: (the run goes on when the first are served again)."""
        wanted = self.history.acked + 2
        async with asyncio.timeout(60):
            while self.history.acked < wanted:
                await asyncio.sleep(0.02)

    async def _everybody_is_back(self) -> None:
        """All at their sockets: (who comes back late is not killed again before he is served)."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CONVERGED_WITHIN):
                for person in self.people:
                    await person.here()

    async def _converge(self) -> None:
        """Wait, without asking for anything, until every screen is whole, or it is too late."""
        database = await self.serving.database.connect()
        heads = {str(r["id"]): r["last_seq"] for r in await database.fetch("SELECT id, last_seq FROM conversations")}
        await database.close()
        ends = time.monotonic() + CONVERGED_WITHIN
        while time.monotonic() < ends:
            screens = [(c, screen) for person in self.people for c, screen in person.screens.items()]
            if all(screen.head >= heads[c] for c, screen in screens):
                return
            await asyncio.sleep(0.05)

    async def _ask_position(self, writer: Writer) -> None:
        answer = await writer.person.ask("subscribe", conversation=writer.conversation, after_seq=0)
        position = answer["conversation"]["position"]
        self.history.note(
            "told_position", who=writer.who, conversation=writer.conversation, position=position
        )  # fmt: skip

    async def _let_time_pass(self) -> None:
        """What failed waits for its next attempt, in the end for hours: let these have passed, until all is done."""
        database = await self.serving.database.connect()
        behind = least = await database.fetchval("SELECT count(*) FROM outbox")
        began = since = time.monotonic()
        while least and time.monotonic() < since + PATIENCE:  # what is missing then is found by the checker
            await database.execute("UPDATE outbox SET run_at = now() WHERE run_at > now()")
            await asyncio.sleep(0.5)
            if (left := await database.fetchval("SELECT count(*) FROM outbox")) < least:
                least, since = left, time.monotonic()
        self.history.note("caught_up", rows=behind, seconds=round(time.monotonic() - began, 1))
        staying = [each.conversation for each in self.waiting]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ASSIGNED_WITHIN):
                while await database.fetchval(_STRANDED, staying):
                    await asyncio.sleep(0.2)
        await database.close()


async def _set_up(plan: Plan, serving: Serving, history: History) -> Scene:
    ground = serving.ground()
    company = await found_company(ground)
    site = await open_site(ground, company.workspace_id)
    nobody = await found_team(ground, company.workspace_id)
    cookies = []
    for _ in range(plan.agents):
        agent = await hire(ground, company.workspace_id)
        cookies.append({"Cookie": f"yingke_session={await sign_in_token(ground, agent)}"})
    await ground.engine.dispose()
    database = await serving.database.connect()
    await database.execute("UPDATE agents SET capacity = 100")
    await database.execute(_SLOW_COMMITS.format(every=plan.slow_every))
    await database.close()
    files = Files(serving.public_url, site.key, history, httpx.AsyncClient(timeout=5))
    scene = Scene(serving, history, files)

    def visitor(name: str) -> Person:
        hello = {"op": "hello", "v": 1, "site": site.key, "token": None}
        return scene.come(Person(name, f"{serving.socket_url}/visitor", hello, history, {}))

    scene.newcomer = visitor
    for number, cookie in enumerate(cookies):
        scene.come(Person(f"agent{number}", f"{serving.socket_url}/agent", {"op": "hello", "v": 1}, history, cookie))
    for number in range(plan.conversations):
        scene.visitors.append(Writer(visitor(f"visitor{number}"), plan.visitor_pace, files=files))
    done = asyncio.Event()
    done.set()
    for number in range(plan.waiting):
        writer = Writer(visitor(f"waiting{number}"), 0, team_id=str(nobody))
        await writer.write(done)
        scene.waiting.append(writer)
    for number in range(plan.left):
        scene.desks.append(await _leave_message(scene, visitor(f"left{number}"), number, cookies[0]))
    return scene


async def _leave_message(scene: Scene, person: Person, number: int, cookie: dict[str, str]) -> Writer:
    """A visitor who wants the answer by mail; the desk takes it and will answer."""
    answer = await person.ask(
        "leave_message",
        client_id=str(new_id()),
        text="周末发货吗？",
        channel="email",
        reply_to=f"left{number}@home.test",
    )
    url = scene.serving.public_url
    accepting = f"{url}/api/v1/conversations/{answer['conversation']}/accept"
    (await scene.files.http.post(accepting, headers=cookie | {"Origin": url})).raise_for_status()
    agent = next(each for each in scene.people if each.who == "agent0")
    agent.read(answer["conversation"])
    return Writer(agent, pace=1.5, conversation=answer["conversation"])


def _decoded(row: Any) -> dict[str, Any]:
    """JSON columns as values."""
    decoded = dict(row)
    for name in ("attachments", "last_message", "activity"):
        if isinstance(decoded.get(name), str):
            decoded[name] = json.loads(decoded[name])
    return decoded
