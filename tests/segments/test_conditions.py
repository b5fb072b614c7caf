"""Whether conditions hold: decided the same in one look and in many, and never against what a person would say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from yingke.outreach.watching import thresholds_of, watch_for
from yingke.segments.conditions import Group, conditions_of
from yingke.segments.contradictions import contradiction
from yingke.segments.deciding import compiled, reasons
from yingke.segments.moments import DeskState, Moment, Profile, Signs, local_part

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
URLS = ["https://shop.example/", "https://shop.example/p/1?a=2", "https://other.example/cart"]

numbers = st.builds(
    lambda field, op, value: {"field": field, "op": op, "value": value},
    st.sampled_from(["time_on_page", "time_on_site", "page_count", "scroll", "idle", "visits", "queue_length",
                     "agents_available", "last_visit_days"]),
    st.sampled_from(["at_least", "at_most"]),
    st.integers(0, 5),
)  # fmt: skip
texts = st.builds(
    lambda field, op, value: {"field": field, "op": op, "value": value},
    st.sampled_from(["url", "title", "keyword"]),
    st.sampled_from(["is", "is_not", "contains", "contains_not", "matches", "matches_not"]),
    st.lists(st.sampled_from([*URLS, "/p/*", "shop", "坚果", "*"]), min_size=1, max_size=2),
) | st.builds(
    lambda field, op: {"field": field, "op": op},
    st.sampled_from(["url", "title", "keyword"]),
    st.sampled_from(["empty", "not_empty"]),
)
choices = st.builds(
    lambda op, value: {"field": "source", "op": op, "value": value},
    st.sampled_from(["is", "is_not"]),
    st.lists(st.sampled_from(["direct", "search", "paid"]), min_size=1, max_size=2),
)
yes_no = st.builds(
    lambda field, value: {"field": field, "op": "is", "value": value},
    st.sampled_from(["exit_intent", "returning", "known"]),
    st.booleans(),
)
events = st.builds(
    lambda op, value, within: {"field": "event", "key": "buy", "op": op, "value": value, "within": within},
    st.sampled_from(["at_least", "at_most"]),
    st.integers(0, 3),
    st.sampled_from([10, 100]),
)
single = numbers | texts | choices | yes_no | events
inner = st.builds(
    lambda match, items: {"match": match, "items": items},
    st.sampled_from(["all", "any"]),
    st.lists(single, min_size=1, max_size=3),
)
groups = st.builds(
    lambda match, items: Group.model_validate({"match": match, "items": items}),
    st.sampled_from(["all", "any"]),
    st.lists(single | inner, min_size=1, max_size=4),
)


@st.composite
def moments(draw: Any, **fixed: Any) -> Moment:
    url = draw(st.sampled_from(URLS))
    small = st.integers(0, 6)
    visits = draw(st.integers(1, 3))
    direct = draw(st.booleans())
    return Moment(
        at=NOW,
        url=url,
        local=local_part(url),
        title=draw(st.sampled_from(["", "坚果", "shop"])),
        source="direct" if direct else draw(st.sampled_from(["search", "paid"])),
        keyword="" if direct else draw(st.sampled_from(["", "坚果"])),
        visits=visits,
        page_count=draw(st.integers(1, 6)),
        time_on_site=draw(small),
        known=draw(st.booleans()),
        events=tuple(("buy", NOW - timedelta(seconds=ago)) for ago in draw(st.lists(st.sampled_from([1, 50, 500])))),
        signs=Signs(
            time_on_page=draw(small), scroll=draw(small), idle=draw(small), exit_intent=draw(st.booleans())
        ),
        profile=draw(
            st.just(Profile(last_visit_days=draw(small) if visits > 1 else None)) | st.none()
        ),
        desk=draw(st.just(DeskState(agents_available=draw(small), queue_length=draw(small))) | st.none()),
    )  # fmt: skip


def plainly(group: Any, moment: Moment) -> bool | None:
    """The same by its definition, slowly."""
    from yingke.segments.conditions import InnerGroup
    from yingke.segments.holding import decider_of

    answers = [
        plainly(each, moment) if isinstance(each, InnerGroup) else decider_of(each)(moment) for each in group.items
    ]
    if group.match == "all":
        return False if False in answers else None if None in answers else True
    return True if True in answers else None if None in answers else False


@given(groups, moments())
def test_a_prepared_group_decides_as_its_definition_says(group: Group, moment: Moment) -> None:
    assert compiled(group).decide(moment) is plainly(group, moment)


@given(groups, moments())
def test_what_is_false_stays_false_however_the_page_is_read(group: Group, moment: Moment) -> None:
    """A page is asked for nothing where nothing can come of it."""
    assume(all(each.op not in ("at_most",) and each.field != "exit_intent" for _, each in conditions_of(group)))
    assume(compiled(group).decide(moment) is False)
    later = replace(
        moment,
        signs=Signs(time_on_page=99, scroll=100, idle=99, exit_intent=True),
        time_on_site=moment.time_on_site + 99,
    )
    assert compiled(group).decide(later) is False


@given(groups, moments())
def test_what_is_not_decided_hangs_on_the_conditions_it_names(group: Group, moment: Moment) -> None:
    branch = compiled(group)
    answer = branch.decide(moment)
    leaves = branch.undecided(moment)
    assert bool(leaves) or answer is not None or group.match == "any"
    if answer is None:
        assert leaves and all(leaf.decide(moment) is None for leaf in leaves)
        waits = {name for name, _ in thresholds_of(leaves)}
        assert waits <= {"time_on_page", "time_on_site", "scroll", "idle", "exit_intent"}


@given(groups, moments())
def test_reasons_stand_for_every_condition_in_its_place(group: Group, moment: Moment) -> None:
    found = reasons(group, moment)
    assert [tuple(reason.path) for reason in found] == [path for path, _ in conditions_of(group)]


@given(groups, moments())
def test_what_contradicts_itself_never_holds(group: Group, moment: Moment) -> None:
    if compiled(group).decide(moment):
        assert contradiction(group) is None


def all_of(*items: dict[str, Any]) -> Group:
    return Group.model_validate({"match": "all", "items": list(items)})


@pytest.mark.parametrize(
    "items",
    [
        [{"field": "time_on_page", "op": "at_least", "value": 60}, {"field": "time_on_page", "op": "at_most", "value": 30}],
        [{"field": "scroll", "op": "at_least", "value": 101}],
        [{"field": "returning", "value": True}, {"field": "returning", "value": False}],
        [{"field": "returning", "value": False}, {"field": "last_visit_days", "op": "at_least", "value": 7}],
        [{"field": "returning", "value": True}, {"field": "visits", "op": "at_most", "value": 1}],
        [{"field": "source", "op": "is", "value": ["search"]}, {"field": "source", "op": "is", "value": ["mail"]}],
        [{"field": "source", "op": "is", "value": ["direct"]}, {"field": "keyword", "op": "contains", "value": ["坚果"]}],
        [{"field": "keyword", "op": "is", "value": ["a"]}, {"field": "keyword", "op": "contains", "value": ["b"]}],
        [{"field": "title", "op": "empty"}, {"field": "title", "op": "contains", "value": ["x"]}],
        [{"field": "event", "key": "buy", "op": "at_least", "value": 3, "within": 60},
         {"field": "event", "key": "buy", "op": "at_most", "value": 1, "within": 600}],
        [{"field": "hours", "op": "within", "value": [{"days": [0], "from": "09:00", "to": "12:00"}]},
         {"field": "hours", "op": "within", "value": [{"days": [1], "from": "09:00", "to": "12:00"}]}],
        [{"field": "known", "value": True},
         {"match": "any", "items": [{"field": "known", "value": False}, {"field": "scroll", "op": "at_least", "value": 200}]}],
    ],
)  # fmt: skip
def test_rules_that_contradict_themselves_are_found(items: list[dict[str, Any]]) -> None:
    assert contradiction(all_of(*items)) is not None


@pytest.mark.parametrize(
    "items",
    [
        [],
        [{"field": "url", "op": "is", "value": ["/cart"]}, {"field": "url", "op": "contains", "value": ["shop.example"]}],
        [{"field": "region", "op": "is", "value": ["浙江"]}, {"field": "region", "op": "is", "value": ["杭州"]}],
        [{"field": "event", "key": "buy", "op": "at_least", "value": 3, "within": 600},
         {"field": "event", "key": "buy", "op": "at_most", "value": 1, "within": 60}],
        [{"match": "any", "items": [{"field": "known", "value": True}, {"field": "known", "value": False}]}],
        [{"field": "hours", "op": "within", "value": [{"days": [6], "from": "22:00", "to": "02:00"}]},
         {"field": "hours", "op": "within", "value": [{"days": [0], "from": "01:00", "to": "03:00"}]}],
    ],
)  # fmt: skip
def test_rules_that_may_hold_are_left_alone(items: list[dict[str, Any]]) -> None:
    assert contradiction(all_of(*items)) is None


@pytest.mark.parametrize(
    ("value", "url", "holds"),
    [
        ("/p/*", "https://shop.example/p/1?a=2", True),
        ("/p/*", "https://shop.example/cart", False),
        ("https://*.example/*", "https://shop.example/cart", True),
        ("*/cart", "https://shop.example/cart", True),
        ("/P/1?A=2", "https://shop.example/p/1?a=2", True),
    ],
)
def test_addresses_match_by_wildcards(value: str, url: str, holds: bool) -> None:
    group = all_of({"field": "url", "op": "matches", "value": [value]})
    assert compiled(group).decide(Moment(at=NOW, url=url, local=local_part(url))) is holds


def test_hours_are_those_of_the_workspace_and_go_past_midnight() -> None:
    group = all_of({"field": "hours", "op": "within", "value": [{"days": [4], "from": "22:00", "to": "02:00"}]})
    zone = ZoneInfo("Asia/Shanghai")
    friday = datetime(2026, 11, 20, 23, 30, tzinfo=zone)
    assert compiled(group).decide(Moment(at=friday.astimezone(UTC), zone=zone)) is True
    assert compiled(group).decide(Moment(at=friday.astimezone(UTC) + timedelta(hours=2), zone=zone)) is True
    assert compiled(group).decide(Moment(at=friday.astimezone(UTC) + timedelta(hours=3), zone=zone)) is False


def test_time_on_the_site_is_told_to_a_page_as_what_is_left_of_it() -> None:
    group = all_of({"field": "time_on_site", "op": "at_least", "value": 60})
    leaves = compiled(group).undecided(Moment(at=NOW, time_on_site=12.5))
    assert watch_for(thresholds_of(leaves), 12.5).in_ == [48]


@given(groups, moments(), moments())
def test_what_a_page_rules_out_stays_so_while_it_is_read_on(group: Group, moment: Moment, other: Moment) -> None:
    branch = compiled(group)
    if branch.is_ruled_out(moment):
        # All that a page that is read on can change; it is only looked at longer and scrolled further.
        further = replace(
            moment,
            signs=replace(
                other.signs,
                time_on_page=max(moment.signs.time_on_page, other.signs.time_on_page),
                scroll=max(moment.signs.scroll, other.signs.scroll),
            ),
            time_on_site=max(moment.time_on_site, other.time_on_site),
            events=other.events,
            known=other.known,
            profile=other.profile,
            desk=other.desk,
        )
        assert branch.decide(further) is not True
