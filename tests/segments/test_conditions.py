"""Whether conditions hold: decided the same in one look and in many, and never against what a person would say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import UNSET

from yingke.outreach.watching import thresholds_of, watch_for
from yingke.segments.conditions import OF_A_PERSON, Group, InnerGroup, conditions_of
from yingke.segments.contradictions import contradiction
from yingke.segments.deciding import all_conditions, compiled, reasons
from yingke.segments.holding import OF_THE_DESK, OF_THE_PAGE, READ_LATER, decider_of
from yingke.segments.moments import DeskState, Moment, Profile, Signs, local_part

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TEXTS = ["url", "title", "keyword", "page_seen", "landing_url", "referrer", "campaign", "region", "language"]
TAGS = [UUID(int=1), UUID(int=2)]
ONE_SEGMENT, ANOTHER, GONE = UUID(int=10), UUID(int=11), UUID(int=12)
URLS = ["https://shop.example/", "https://shop.example/p/1?a=2", "https://other.example/cart"]

numbers = st.builds(
    lambda field, op, value: {"field": field, "op": op, "value": value},
    st.sampled_from(["time_on_page", "time_on_site", "page_count", "scroll", "idle", "visits", "queue_length",
                     "agents_available", "last_visit_days", "last_seen_days"]),
    st.sampled_from(["at_least", "at_most"]),
    st.integers(0, 5),
)  # fmt: skip
texts = st.builds(
    lambda field, op, value: {"field": field, "op": op, "value": value},
    st.sampled_from(TEXTS),
    st.sampled_from(["is", "is_not", "contains", "contains_not", "matches", "matches_not"]),
    st.lists(st.sampled_from([*URLS, "/p/*", "shop", "坚果", "*"]), min_size=1, max_size=2),
) | st.builds(
    lambda field, op: {"field": field, "op": op},
    st.sampled_from(TEXTS),
    st.sampled_from(["empty", "not_empty"]),
)
choices = st.builds(
    lambda field, op, value: {"field": field, "op": op, "value": value},
    st.sampled_from(["source", "engine", "device", "site"]),
    st.sampled_from(["is", "is_not"]),
    st.lists(st.sampled_from(["direct", "search", "paid", "phone", "baidu"]), min_size=1, max_size=2),
)
tags = st.builds(
    lambda op, value: {"field": "tag", "op": op, "value": value},
    st.sampled_from(["has", "has_not"]),
    st.lists(st.sampled_from(TAGS), min_size=1, max_size=2),
)
of_contacts = st.builds(
    lambda op, value: {"field": "contact_field", "key": "等级", "op": op, "value": value},
    st.sampled_from(["is", "is_not", "contains", "matches_not"]),
    st.lists(st.sampled_from(["金卡", "银*", "卡"]), min_size=1, max_size=2),
) | st.builds(lambda op: {"field": "contact_field", "key": "等级", "op": op}, st.sampled_from(["empty", "not_empty"]))
past_events = st.builds(
    lambda key, op, value, days: {"field": "past_event", "key": key, "op": op, "value": value, "days": days},
    st.sampled_from(["buy", "never_read"]),
    st.sampled_from(["at_least", "at_most"]),
    st.integers(0, 3),
    st.sampled_from([1, 30]),
)
hours = st.builds(
    lambda op, start: {"field": "hours", "op": op, "value": [{"days": [4], "from": start, "to": "12:00"}]},
    st.sampled_from(["within", "not_within"]),
    st.sampled_from(["01:00", "10:00"]),
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
of_a_person = texts | choices | tags | of_contacts | past_events | numbers | yes_no
single = of_a_person | events | hours
in_segments = st.builds(
    lambda op, value: {"field": "segment", "op": op, "value": value},
    st.sampled_from(["is", "is_not"]),
    st.lists(st.sampled_from([ONE_SEGMENT, ANOTHER, GONE]), min_size=1, max_size=3, unique=True),
)
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


with_segments = st.builds(
    lambda match, items: Group.model_validate({"match": match, "items": items}),
    st.sampled_from(["all", "any"]),
    st.lists(single | in_segments, min_size=1, max_size=3),
)


def _is_of_a_person(condition: dict[str, Any]) -> bool:
    return condition["field"] in OF_A_PERSON


segments = st.fixed_dictionaries({
    id: st.builds(
        lambda match, items: Group.model_validate({"match": match, "items": items}),
        st.sampled_from(["all", "any"]),
        st.lists(of_a_person.filter(_is_of_a_person), min_size=1, max_size=3),
    )
    for id in (ONE_SEGMENT, ANOTHER)
})  # fmt: skip
profiles = st.builds(
    Profile,
    fields=st.sampled_from([{}, {"等级": "金卡"}]),
    pages=st.none() | st.lists(st.sampled_from(URLS), max_size=2).map(tuple),
    past=st.sampled_from([{}, {"buy": ()}, {"buy": (NOW - timedelta(hours=1), NOW - timedelta(days=5))}]),
)


@st.composite
def moments(draw: st.DrawFn) -> Moment:
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
        landing_url=draw(st.sampled_from(["", *URLS])),
        referrer=draw(st.sampled_from(["", "shop.example"])),
        campaign=draw(st.sampled_from([(), ("坚果", "shop")])),
        region=draw(st.sampled_from([(), ("中国", "浙江")])),
        language=draw(st.sampled_from(["", "zh-CN"])),
        engine=draw(st.sampled_from(["", "baidu"])),
        device=draw(st.sampled_from(["unknown", "phone"])),
        last_seen_days=draw(small),
        tag_ids=draw(st.frozensets(st.sampled_from(TAGS))),
        events=tuple(("buy", NOW - timedelta(seconds=ago)) for ago in draw(st.lists(st.sampled_from([1, 50, 500])))),
        signs=Signs(
            time_on_page=draw(small), scroll=draw(small), idle=draw(small), exit_intent=draw(st.booleans())
        ),
        profile=draw(st.none() | profiles.map(
            lambda profile: replace(profile, last_visit_days=draw(small) if visits > 1 else None)
        )),
        desk=draw(st.just(DeskState(agents_available=draw(small), queue_length=draw(small))) | st.none()),
    )  # fmt: skip


def plainly(group: Any, moment: Moment, segments: Any = None) -> bool | None:
    """The same by its definition, slowly."""
    answers = [_plainly(each, moment, segments or {}) for each in group.items]
    return _all(answers) if group.match == "all" else _any(answers)


def _plainly(item: Any, moment: Moment, segments: Any) -> bool | None:
    if isinstance(item, InnerGroup):
        return plainly(item, moment, segments)
    if item.field != "segment":
        return decider_of(item)(moment)
    return _any([plainly(segments[id], moment) for id in item.value if id in segments])


def _all(answers: list[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True


def _any(answers: list[bool | None]) -> bool | None:
    return True if True in answers else None if None in answers else False


@given(groups, moments())
def test_a_prepared_group_decides_as_its_definition_says(group: Group, moment: Moment) -> None:
    assert compiled(group).decide(moment) is plainly(group, moment)


@given(with_segments, segments, moments())
def test_who_is_in_no_segment_is_decided_as_who_is_in_one(group: Group, segments: Any, moment: Moment) -> None:
    """What is known of both at once never agrees, and what nobody read of one nobody read of the other."""
    moment = replace(moment, time_on_site=1000)  # what only time brings it has brought
    for _, condition in conditions_of(group):
        if condition.field == "segment":
            inside, outside = (
                compiled(Group(items=[condition.model_copy(update={"op": op})]), segments).decide(moment)
                for op in ("is", "is_not")
            )
            wanted = _plainly(condition, moment, segments)
            refuted = None if inside is None else not inside
            assert (inside, outside) == (wanted, refuted) or _waits_for_time(condition, segments)


def _waits_for_time(condition: Any, segments: Any) -> bool:
    return any(each.field == "time_on_site" for each in all_conditions(Group(items=[condition]), segments))


@pytest.mark.parametrize(
    ("op", "early", "late"),
    [("at_least", True, False), ("at_most", None, True)],
)
def test_who_leaves_a_segment_or_enters_it_by_time_alone_is_decided_then(
    op: str, early: bool | None, late: bool
) -> None:
    segments = {ONE_SEGMENT: all_of({"field": "time_on_site", "op": op, "value": 60})}
    branch = compiled(all_of({"field": "segment", "op": "is_not", "value": [ONE_SEGMENT]}), segments)
    at_first, later = Moment(at=NOW, time_on_site=12.5), Moment(at=NOW, time_on_site=61)
    assert (branch.decide(at_first), branch.decide(later)) == (early, late)
    assert not branch.is_ruled_out(at_first) and not branch.is_ruled_out(later)
    told = watch_for(thresholds_of(branch.undecided(at_first)), 12.5).in_
    assert told == ([48] if early is None else UNSET), "the page says when it has come so far"


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
        assert all(leaf.condition.field in OF_THE_PAGE | READ_LATER | OF_THE_DESK for leaf in leaves)


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
