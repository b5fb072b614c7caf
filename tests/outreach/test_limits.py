"""What keeps a rule back that fits, and how visitors are spread over its two groups."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yingke.kit.ids import new_id
from yingke.kit.shares import wilson
from yingke.outreach.drafts import RuleLimits
from yingke.outreach.lift import lift
from yingke.outreach.limiting import COUNTED, Circumstances, Past, SiteLimits, is_held_out, limits_of

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
RULE, OTHER = new_id(), new_id()
FREE = Circumstances(at=NOW, day_began=NOW.replace(hour=0), able=[new_id()])
STATES = ["offered", "shown", "accepted", "declined", "ignored", "expired", "held_out"]

pasts = st.lists(
    st.builds(
        lambda rule_id, state, hours: Past(
            rule_id=rule_id,
            state=state,
            offered_at=NOW - timedelta(hours=hours),
            answered_at=NOW - timedelta(hours=hours),
        ),
        st.sampled_from([RULE, OTHER, None]),
        st.sampled_from(STATES),
        st.integers(0, 400),
    ),
    max_size=8,
)
limits = st.builds(
    lambda visitor, day, cool: RuleLimits(per_visitor=visitor, per_day=day, cool_down_hours=cool),
    st.integers(0, 3),
    st.integers(0, 2),
    st.integers(0, 200),
)


def kept_back(now: Circumstances, own: RuleLimits | None = None, site: SiteLimits | None = None) -> set[str]:
    reasons = limits_of(RULE, "message", own or RuleLimits(), site or SiteLimits(), now)
    return {reason.code for reason in reasons if not reason.holds}


@given(pasts, limits)
def test_caps_are_never_exceeded_and_refusals_are_respected(past: list[Past], own: RuleLimits) -> None:
    back = kept_back(replace(FREE, past=past), own)
    mine = [each for each in past if each.rule_id == RULE and each.state in COUNTED]
    today = [each for each in mine if each.offered_at >= FREE.day_began]
    assert ("per_visitor" in back) == (0 < own.per_visitor <= len(mine))
    assert ("per_day" in back) == (0 < own.per_day <= len(today))
    refused = [each for each in mine if each.state == "declined" and each.answered_at]
    cooling = any(NOW - (each.answered_at or NOW) < timedelta(hours=own.cool_down_hours) for each in refused)
    assert ("cool_down" in back) == cooling


@given(pasts)
def test_nobody_is_invited_while_an_invitation_is_on_the_screen(past: list[Past]) -> None:
    shown = Past(rule_id=OTHER, state="shown", offered_at=NOW - timedelta(minutes=5), answered_at=None)
    assert "waiting_invitation" in kept_back(replace(FREE, past=[*past, shown]))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"in_conversation": True}, "open_conversation"),
        ({"blocked": True}, "blocked"),
        ({"shut_out": True}, "network_blocked"),
        ({"can_answer": False}, "nobody_to_answer"),
        ({"able": []}, "sender_away"),
    ],
)
def test_circumstances_keep_a_rule_back(change: dict[str, object], code: str) -> None:
    assert kept_back(FREE) == set()
    assert kept_back(replace(FREE, **change)) == {code}  # type: ignore[arg-type]


def test_a_message_is_asked_for_only_when_nobody_can_answer() -> None:
    asked = limits_of(RULE, "leave_message", RuleLimits(), SiteLimits(), FREE)
    assert [reason.code for reason in asked if not reason.holds] == ["somebody_to_answer"]
    asked = limits_of(RULE, "leave_message", RuleLimits(), SiteLimits(), replace(FREE, can_answer=False, able=[]))
    assert all(reason.holds for reason in asked)


@given(st.uuids(), st.uuids(), st.integers(0, 50), st.integers(0, 50))
def test_who_is_held_out_stays_so_and_also_at_a_larger_share(rule: UUID, visitor: UUID, one: int, other: int) -> None:
    small, large = sorted((one, other))
    assert is_held_out(rule, visitor, small) == is_held_out(rule, visitor, small)
    assert is_held_out(rule, visitor, large) or not is_held_out(rule, visitor, small)
    assert not is_held_out(rule, visitor, 0)


def test_visitors_are_spread_evenly_and_independently_of_other_rules() -> None:
    visitors = [new_id() for _ in range(20_000)]
    mine = [is_held_out(RULE, visitor, 20) for visitor in visitors]
    other = [is_held_out(OTHER, visitor, 20) for visitor in visitors]
    assert abs(sum(mine) / len(mine) - 0.2) < 0.015
    both = sum(one and two for one, two in zip(mine, other, strict=True))
    assert abs(both / len(mine) - 0.04) < 0.01


def test_the_interval_is_that_of_the_paper() -> None:
    """Newcombe 1998, table II, method 10: 56/70 − 48/80, 9/10 − 3/10, 10/10 − 0/10, 5/56 − 0/29."""
    for counts, low, high in (
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((10, 10, 0, 10), 0.6075, 1.0),
        ((5, 56, 0, 29), -0.0381, 0.1926),
    ):
        found = lift(*counts)
        assert found is not None
        assert (round(found.low, 4), round(found.high, 4)) == (low, high)


@given(st.integers(1, 500), st.integers(1, 500), st.data())
def test_the_interval_holds_the_difference_and_stays_possible(of: int, held_of: int, data: st.DataObject) -> None:
    reached, held = data.draw(st.integers(0, of)), data.draw(st.integers(0, held_of))
    found = lift(reached, of, held, held_of)
    assert found is not None
    assert -1 <= found.low <= found.difference <= found.high <= 1
    low, high = wilson(reached, of)
    assert 0 <= low <= reached / of <= high <= 1
    assert lift(reached, of, 0, 0) is None
