"""Generated agents, conversations and policies for the property tests of choosing."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from yingke.routing.choosing import Ask, Candidate, Demand, Policy, Traits

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TEAMS = [UUID(int=n) for n in range(1, 4)]
SKILLS = [UUID(int=n) for n in range(101, 105)]
PEOPLE = [UUID(int=n) for n in range(201, 209)]
HEAD_STARTS = {"": 0, "invited": 600, "vip": 1800, "returning": 3600}

levels = st.integers(1, 5)
agents = st.lists(
    st.builds(
        Candidate,
        agent_id=st.sampled_from(PEOPLE),
        team_ids=st.frozensets(st.sampled_from(TEAMS)),
        load=st.integers(0, 6).map(lambda quarters: quarters / 2),
        capacity=st.integers(1, 4),
        available=st.booleans() | st.just(True),
        open=st.integers(0, 5),
        team_loads=st.dictionaries(st.sampled_from(TEAMS), st.integers(0, 2).map(float), max_size=2),
        skills=st.dictionaries(st.sampled_from(SKILLS), levels, max_size=3),
        assigned=st.integers(0, 9),
        last_assigned_at=st.integers(0, 50).map(float),
    ),
    max_size=8,
    unique_by=lambda each: each.agent_id,
)


@st.composite
def asks(draw: st.DrawFn) -> list[Ask]:
    found = []
    for number in range(draw(st.integers(0, 12))):
        since = NOW - timedelta(seconds=draw(st.integers(0, 900)))
        priority = draw(st.sampled_from(list(HEAD_STARTS)))
        found.append(
            Ask(
                conversation_id=UUID(int=1000 + number),
                team_id=draw(st.none() | st.sampled_from(TEAMS)),
                since=since,
                place=since - timedelta(seconds=HEAD_STARTS[priority]),
                priority=priority,
                traits=Traits(
                    values={"language": [draw(st.sampled_from(["zh-CN", "en"]))]},
                    named_agent_id=draw(st.none() | st.sampled_from(PEOPLE)),
                    owner_id=draw(st.none() | st.sampled_from(PEOPLE)),
                    last_agent_id=draw(st.none() | st.sampled_from(PEOPLE)),
                    last_agent_at=NOW - timedelta(days=draw(st.integers(0, 20))),
                ),
                demands=tuple(
                    Demand(*each) for each in draw(st.dictionaries(st.sampled_from(SKILLS), levels, max_size=1)).items()
                ),
                weight=draw(st.sampled_from([1.0, 0.5])),
                declined=draw(st.frozensets(st.sampled_from(PEOPLE), max_size=2)),
                offered=draw(st.booleans()),
            )
        )
    return found


RANKERS = ["least_loaded", "fewest_open", "round_robin", "fill_one_first", "weighted"]
waits = st.sampled_from([0, 0, 30, 600])


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    english = {"field": "language", "values": ["en"]}
    narrowing: list[dict[str, Any]] = [
        {"kind": "named", "wait": draw(waits)},
        {"kind": "owner", "wait": draw(waits)},
        {"kind": "last_agent", "wait": draw(waits), "days": 7},
        {
            "kind": "rule",
            "when": [english],
            "agent_ids": draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3)),
            "strict_for": draw(waits),
        },
        {
            "kind": "skills",
            "skills": [
                {"skill_id": each, "level": draw(levels)} for each in draw(st.sets(st.sampled_from(SKILLS), max_size=1))
            ],
            "relax_after": draw(st.sampled_from([None, 60, 200])),
        },
        {"kind": "offer_to_all"},
    ]
    chosen = draw(st.lists(st.sampled_from(narrowing), max_size=4, unique_by=lambda each: each["kind"]))
    steps = [{**each, "on": draw(st.booleans())} for each in chosen]
    return Policy.model_validate(
        {
            "steps": [*steps, {"kind": draw(st.sampled_from(RANKERS))}],
            "capacity": draw(st.none() | st.integers(1, 3)),
        }
    )
