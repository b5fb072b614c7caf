"""Choosing: one decision, assignments of a long queue through the database, and a month of visitors through a policy."""

import tempfile
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import asyncpg

from benchmarks.figures import Figure, percentile
from yingke.agents import Agent
from yingke.identity.models import Login, Membership, Workspace
from yingke.kit.clock import SystemClock
from yingke.kit.database import make_engine
from yingke.kit.embedded import EmbeddedPostgres
from yingke.kit.ids import new_id
from yingke.kit.outbox import Outbox
from yingke.kit.work import Ground
from yingke.migrations import upgrade
from yingke.routing.assigning import assign_waiting
from yingke.routing.choosing import Ask, Candidate, Demand, Floor, Policy
from yingke.routing.places import follow
from yingke.routing.replay import replay, seats, seeded_month

AGENTS, SKILLS, WAITING, QUEUED, MONTH = 500, 20, 2000, 5000, 100_000


async def routing() -> AsyncIterator[Figure]:
    taken = _decisions()
    yield Figure(
        figure="one decision, p99", value=percentile(taken, 0.99), unit="ms", limit=5, aim=1,
        more={"p50": round(percentile(taken, 0.5), 3), "agents": AGENTS, "skills": SKILLS, "waiting": WAITING},
    )  # fmt: skip
    assigned, seconds, slowest = await _assignments()
    yield Figure(
        figure="assignments per second while 5,000 wait", value=assigned / seconds, unit="/s", limit=200, at_least=True,
        aim=1000, more={"assigned": assigned, "slowest_round_ms": round(slowest * 1000)},
    )  # fmt: skip
    arrivals = seeded_month(MONTH, seed=1, days=30)
    began = time.perf_counter()
    report = replay(arrivals, seats(40), Policy())
    yield Figure(
        figure="replay of a month, 100,000 arrivals", value=time.perf_counter() - began, unit="s", limit=60, aim=15,
        more={"service_level": round(report.service_level, 3), "fairness": round(report.fairness, 3)},
    )  # fmt: skip


def _decisions() -> list[float]:
    """Milliseconds of each decision until nobody can be served any more."""
    random = Random(1)
    now = SystemClock().now()
    teams = [UUID(int=number) for number in range(1, 11)]
    skills = [UUID(int=number) for number in range(101, 101 + SKILLS)]
    policy = Policy.model_validate(
        {"steps": [{"kind": kind} for kind in ("named", "owner", "last_agent", "skills", "least_loaded")]}
    )
    floor = Floor(lambda _: policy)
    for number in range(AGENTS):
        known = {skill: random.randint(1, 5) for skill in random.sample(skills, 6)}
        floor.put(
            Candidate(
                agent_id=UUID(int=1000 + number),
                team_ids=frozenset(teams),
                load=float(random.randint(0, 4)),
                capacity=5,
                skills=known,
                last_assigned_at=random.random() * 1e9,
            )
        )
    for number in range(WAITING):
        since = now - timedelta(seconds=random.random() * 600)
        demands = (Demand(random.choice(skills), random.randint(1, 5)),) if number % 2 else ()
        floor.enter(
            Ask(
                conversation_id=UUID(int=10**6 + number),
                team_id=random.choice(teams),
                since=since,
                place=since,
                demands=demands,
            )
        )
    taken: list[float] = []
    deciding = floor.decide(now)
    while True:
        began = time.perf_counter()
        if next(deciding, None) is None:
            return taken
        taken.append((time.perf_counter() - began) * 1000)


async def _assignments() -> tuple[int, float, float]:
    """How many were assigned out of a queue that is longer than what can be taken, in how many seconds."""
    with tempfile.TemporaryDirectory(prefix="yingke-routing-") as folder:
        Path(folder).chmod(0o755)
        postgres = EmbeddedPostgres(Path(folder) / "pg")
        dsn = await postgres.start()
        try:
            await upgrade(dsn)
            engine = make_engine(dsn, connections=4)
            ground = Ground(engine, Outbox({}), SystemClock())
            workspace_id = await _company(ground)
            await _queue(ground, dsn, workspace_id)
            result = await _drain(ground, workspace_id)
            await engine.dispose()
        finally:
            postgres.stop()
    return result


async def _drain(ground: Ground, workspace_id: UUID) -> tuple[int, float, float]:
    assigned, slowest, began = 0, 0.0, time.perf_counter()
    while True:
        round_began = time.perf_counter()
        async with ground.work_in(workspace_id) as work:
            given = await assign_waiting(work)
        slowest = max(slowest, time.perf_counter() - round_began)
        assigned += given
        if not given:
            return assigned, time.perf_counter() - began, slowest


async def _company(ground: Ground) -> UUID:
    workspace_id = new_id()
    async with ground.work_everywhere() as work:
        work.add(Workspace(id=workspace_id, name="松果商店", created_at=work.now))
        ids = [new_id() for _ in range(100)]
        logins = [
            Login(id=new_id(), email=f"{each}@example.com", password_hash="-", created_at=work.now) for each in ids
        ]
        for login in logins:
            work.add(login)
        await work.flush()
        for agent_id, login in zip(ids, logins, strict=True):
            work.add(Membership(workspace_id=workspace_id, id=agent_id, login_id=login.id, role="agent"))
        await work.flush()
        for agent_id in ids:
            work.add(_agent(workspace_id, agent_id, work.now))
    return workspace_id


def _agent(workspace_id: UUID, agent_id: UUID, now: datetime) -> Agent:
    return Agent(
        workspace_id=workspace_id, id=agent_id, name="王芳", availability="online", capacity=20, availability_since=now,
        connected_at=now, last_beat_at=now,
    )  # fmt: skip


async def _queue(ground: Ground, dsn: str, workspace_id: UUID) -> None:
    """QUEUED conversations that wait, with their places."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("SELECT set_config('yingke.workspace', '*', false)")
        await connection.execute(
            """
INSERT INTO conversations (workspace_id, id, number, version, channel, kind, status, who, participant_ids, language,
  opened_at, queued_at, place_at, last_message_at, last_seq, unread, agent_read_seq, visitor_read_seq,
  visitor_delivered_seq, reads, tag_ids, waiting_since)
SELECT $1, gen_random_uuid(), n, 1, 'webchat', 'chat', 'queued', '{}', '{}', 'zh-CN', at, at, at, at, 0, 0, 0, 0, 0, '{}',
  '{}', at FROM generate_series(1, $2::int) n, LATERAL (SELECT now() - n * interval '100 milliseconds' AS at) made
""",
            workspace_id,
            QUEUED,
        )
        rows = await connection.fetch("SELECT id FROM conversations WHERE workspace_id = $1", workspace_id)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()
    for begin in range(0, len(rows), 500):
        async with ground.work_in(workspace_id) as work:
            await follow(work, [row["id"] for row in rows[begin : begin + 500]])
