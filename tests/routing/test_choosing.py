"""The choice is right for any agents, conversations and policies: told as properties, tried on generated ones."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.routing.floors import NOW, PEOPLE, RANKERS, SKILLS, TEAMS, agents, asks, policies
from yingke.routing.choosing import Ask, Candidate, Decision, Demand, Floor, Policy, Traits, choose, jain, lane_of

ALONE = Ask(conversation_id=UUID(int=1), team_id=None, since=NOW, place=NOW)


def someone(number: int = 0, **changes: Any) -> Candidate:
    given: dict[str, Any] = {"team_ids": frozenset(), "load": 0.0, "capacity": 5} | changes
    return Candidate(agent_id=PEOPLE[number], **given)


def policy(*steps: dict[str, Any], **more: Any) -> Policy:
    return Policy.model_validate({"steps": list(steps), **more})


def floor_of(those: list[Candidate], waiting: list[Ask], chosen: Policy) -> Floor:
    floor = Floor(lambda _: chosen)
    for agent in those:
        floor.put(agent)
    for ask in waiting:
        floor.enter(ask)
    return floor


def may(agent: Candidate, ask: Ask, chosen: Policy) -> bool:
    in_team = ask.team_id is None or ask.team_id in agent.team_ids
    room = agent.load + ask.weight <= agent.capacity
    held = agent.team_loads.get(ask.team_id, 0.0) + ask.weight
    return agent.available and in_team and room and (chosen.capacity is None or held <= chosen.capacity)


@given(agents, asks(), policies())
def test_nobody_gets_more_than_he_and_his_team_allow_and_nobody_who_is_not_there(
    those: list[Candidate], waiting: list[Ask], chosen: Policy
) -> None:
    floor = floor_of(those, waiting, chosen)
    now_holding = {each.agent_id: each for each in those}
    for ask, decision in floor.decide(NOW):
        if decision.agent_id is None:
            continue
        agent = now_holding[decision.agent_id]
        assert may(agent, ask, chosen)
        now_holding[decision.agent_id] = floor.agents[decision.agent_id]
    for agent in floor.agents.values():
        before = next(each for each in those if each.agent_id == agent.agent_id)
        assert agent.load <= max(agent.capacity, before.load)


@given(agents, asks(), policies())
def test_who_differs_in_nothing_but_the_time_is_served_in_the_order_of_coming(
    those: list[Candidate], waiting: list[Ask], chosen: Policy
) -> None:
    served = [ask for ask, _ in floor_of(those, waiting, chosen).decide(NOW)]
    for ask in waiting:
        alike = [
            other
            for other in waiting
            if lane_of(other, chosen) == lane_of(ask, chosen)
            and (other.place, other.conversation_id) < (ask.place, ask.conversation_id)
        ]
        if ask in served:
            assert all(other in served[: served.index(ask)] for other in alike)


@given(agents, asks(), policies())
def test_nobody_waits_while_somebody_could_answer(those: list[Candidate], waiting: list[Ask], chosen: Policy) -> None:
    """What is left in the end would be given to nobody: the lanes hide nothing."""
    floor = floor_of(those, waiting, chosen)
    served = {ask.conversation_id for ask, _ in floor.decide(NOW)}
    for ask in waiting:
        if ask.conversation_id not in served:
            decision = choose(ask, list(floor.agents.values()), chosen, NOW)
            assert decision.agent_id is None and not decision.offered_ids


@given(agents, asks(), policies(), st.randoms())
def test_the_choice_does_not_depend_on_the_order_of_the_agents(
    those: list[Candidate], waiting: list[Ask], chosen: Policy, random: Random
) -> None:
    shuffled = list(those)
    random.shuffle(shuffled)
    for ask in waiting:
        assert choose(ask, those, chosen, NOW) == choose(ask, shuffled, chosen, NOW)


@given(agents, asks(), policies())
def test_the_explanation_adds_up(those: list[Candidate], waiting: list[Ask], chosen: Policy) -> None:
    for ask in waiting:
        decision = choose(ask, those, chosen, NOW)
        assert [each.kind for each in decision.steps] == [each.kind for each in chosen.steps][: len(decision.steps)]
        if decision.agent_id is None:
            assert decision.steps[-1].outcome in ("waits", "offers")
            continue
        assert decision.step == decision.steps[-1].kind and decision.steps[-1].outcome == "chose"
        assert decision.considered[0].agent_id == decision.agent_id
        assert decision.considered[0].score == min(each.score for each in decision.considered)
        same = {each.agent_id for each in decision.considered[1:] if each.score == decision.considered[0].score}
        assert set(decision.ties) == same
        idle = {each.agent_id: each.last_assigned_at for each in those}
        assert all(idle[decision.agent_id] <= idle[other] for other in decision.ties)


@settings(max_examples=20)
@given(st.integers(2, 5), st.integers(10, 60))
def test_nobody_starves_behind_a_stream_of_vips(at_once: int, gap: int) -> None:
    """While VIPs come faster than they are served, no VIP who comes a head start later goes before the ordinary one."""
    head_start = timedelta(minutes=30)
    floor = floor_of([someone(capacity=1)], [ALONE], policy({"kind": "least_loaded"}))
    now, number = NOW, 2
    served: list[Ask] = []
    while ALONE not in served:
        for _ in range(at_once):
            number += 1
            floor.enter(
                Ask(conversation_id=UUID(int=number), team_id=None, since=now, place=now - head_start, priority="vip")
            )
        served += [ask for ask, _ in floor.decide(now)]
        now += timedelta(seconds=gap)
        floor.put(someone(capacity=1))
    assert all(ask.since <= NOW + head_start for ask in served)


def test_a_vip_goes_before_those_who_wait_and_two_vips_in_the_order_of_coming() -> None:
    def asking(number: int, seconds: int, start: int) -> Ask:
        since = NOW - timedelta(seconds=seconds)
        return Ask(
            conversation_id=UUID(int=number),
            team_id=None,
            since=since,
            place=since - timedelta(seconds=start),
            priority="vip" if start else "",
        )

    waiting = [asking(1, 300, 0), asking(2, 10, 1800), asking(3, 20, 1800), asking(4, 2000, 0)]
    served = [
        ask.conversation_id.int
        for ask, _ in floor_of([someone()], waiting, policy({"kind": "least_loaded"})).decide(NOW)
    ]
    assert served == [4, 3, 2, 1]


def test_levels_of_skills_relax_one_after_the_other() -> None:
    german = SKILLS[0]
    asked = replace(ALONE, demands=(Demand(german, 3),))
    those = [someone(0, skills={german: 1}), someone(1)]
    rules = policy({"kind": "skills", "relax_after": 60}, {"kind": "least_loaded"})

    def chosen(after: int) -> Decision:
        return choose(asked, those, rules, NOW + timedelta(seconds=after))

    assert chosen(0).agent_id is None and chosen(0).look_again_at == NOW + timedelta(seconds=60)
    assert chosen(119).agent_id is None and chosen(119).look_again_at == NOW + timedelta(seconds=120)
    assert chosen(120).agent_id == PEOPLE[0]
    assert chosen(120).steps[0].detail == "relaxed 2"
    those[0] = someone(0, skills={german: 1}, load=5.0)
    assert chosen(120).agent_id is None
    assert chosen(180).agent_id == PEOPLE[1]


def test_it_waits_for_the_named_one_for_a_while_and_does_not_hold_up_the_next() -> None:
    mine = replace(ALONE, traits=Traits(named_agent_id=PEOPLE[0]))
    other = replace(
        ALONE, conversation_id=UUID(int=2), since=NOW + timedelta(seconds=1), place=NOW + timedelta(seconds=1)
    )
    rules = policy({"kind": "named", "wait": 60}, {"kind": "least_loaded"})
    floor = floor_of([someone(0, load=5.0), someone(1)], [mine, other], rules)
    assert [(ask.conversation_id.int, d.agent_id) for ask, d in floor.decide(NOW)] == [(2, PEOPLE[1])]
    assert floor.look_again_at() == NOW + timedelta(seconds=60)
    assert [d.agent_id for _, d in floor.decide(NOW + timedelta(seconds=60))] == [PEOPLE[1]]


def test_it_does_not_wait_for_somebody_who_is_away() -> None:
    mine = replace(ALONE, traits=Traits(owner_id=PEOPLE[0]))
    rules = policy({"kind": "owner", "wait": 600}, {"kind": "least_loaded"})
    assert choose(mine, [someone(0, available=False), someone(1)], rules, NOW).agent_id == PEOPLE[1]


def test_what_is_offered_to_all_is_then_given_to_one() -> None:
    rules = policy({"kind": "offer_to_all", "seconds": 20}, {"kind": "least_loaded"})
    those = [someone(0, load=1.0), someone(1), someone(2, load=5.0)]
    first = choose(ALONE, those, rules, NOW)
    assert (first.agent_id, first.offered_ids, first.look_again_at) == (None, PEOPLE[:2], NOW + timedelta(seconds=20))
    assert choose(replace(ALONE, offered=True), those, rules, NOW).agent_id == PEOPLE[1]


def test_who_declined_gets_it_again_only_when_there_is_nobody_else() -> None:
    rules = policy({"kind": "least_loaded"})
    asked = replace(ALONE, declined=frozenset({PEOPLE[0]}))
    both = [someone(0), someone(1, load=4.0)]
    assert choose(asked, both, rules, NOW).agent_id == PEOPLE[1]
    assert choose(asked, both[:1], rules, NOW).agent_id == PEOPLE[0]


@pytest.mark.parametrize("kind", RANKERS)
def test_equal_agents_get_equal_shares(kind: str) -> None:
    """Of every way to choose but the one that fills one first, told by Jain's index."""
    floor = floor_of([someone(n, capacity=100) for n in range(5)], [], policy({"kind": kind}))
    given: Counter[UUID] = Counter()
    for number in range(200):
        floor.enter(replace(ALONE, conversation_id=UUID(int=number + 10)))
        for _, decision in floor.decide(NOW + timedelta(seconds=number)):
            assert decision.agent_id is not None
            given[decision.agent_id] += 1
    shares = [given[each] for each in PEOPLE[:5]]
    if kind == "fill_one_first":
        assert sorted(shares) == [0, 0, 0, 100, 100]
    else:
        assert jain(shares) > 0.99


def test_weights_share_as_they_say() -> None:
    rules = policy({"kind": "weighted", "weights": {str(PEOPLE[0]): 3}})
    floor = floor_of([someone(0, capacity=1000), someone(1, capacity=1000)], [], rules)
    given: Counter[UUID | None] = Counter()
    for number in range(400):
        floor.enter(replace(ALONE, conversation_id=UUID(int=number + 10)))
        given.update(decision.agent_id for _, decision in floor.decide(NOW))
    assert given[PEOPLE[0]] == 300


def test_a_chat_weighs_more_than_a_message_that_was_left() -> None:
    rules = policy({"kind": "least_loaded"})
    left = [replace(ALONE, conversation_id=UUID(int=n + 10), weight=0.25) for n in range(9)]
    assert len(list(floor_of([someone(capacity=2)], left, rules).decide(NOW))) == 8


def test_a_policy_that_chooses_nobody_is_refused() -> None:
    for steps in ([{"kind": "owner"}], [{"kind": "least_loaded", "on": False}]):
        with pytest.raises(ValidationError, match="wait for ever"):
            policy(*steps)


def test_a_team_limit_holds_beside_the_agents_own() -> None:
    rules = policy({"kind": "least_loaded"}, capacity=1)
    waiting = [replace(ALONE, conversation_id=UUID(int=n + 10), team_id=TEAMS[0]) for n in range(3)]
    agent = someone(team_ids=frozenset(TEAMS[:1]))
    assert len(list(floor_of([agent], waiting, rules).decide(NOW))) == 1
