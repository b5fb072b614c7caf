"""What a page is asked to look for, so that a rule which waits for it is decided at that very moment. Pure.

Rules themselves never reach the page: it is told thresholds, says how it is read when one is passed, and the server
decides again.
"""

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from yingke.kit.values import Value
from yingke.segments.deciding import Leaf
from yingke.segments.holding import OF_THE_PAGE

MOST = 20
"""Thresholds of a kind; more make a page say more than anybody acts on."""

Thresholds = frozenset[tuple[str, int]]
"""Fields of conditions with their values."""


class Watch(Value, frozen=True, kw_only=True):
    """Thresholds in seconds and per cent. `visible`: the page was looked at; `in`: from now; `idle`: nobody moved."""

    visible: list[int] | UnsetType = UNSET
    in_: list[int] | UnsetType = msgspec.field(name="in", default=UNSET)
    scroll: list[int] | UnsetType = UNSET
    idle: list[int] | UnsetType = UNSET
    exit: Literal[True] | UnsetType = UNSET


def thresholds_of(leaves: Iterable[Leaf]) -> Thresholds:
    """What those of `leaves`, not decided yet, wait for that only the page knows."""
    return frozenset(
        (leaf.condition.field, int(leaf.condition.value)) for leaf in leaves if leaf.condition.field in OF_THE_PAGE
    )


def watch_for(thresholds: Thresholds, time_on_site: float) -> Watch:
    """As the page is told; it does not know how long its visitor has been on the site."""
    by_field: defaultdict[str, list[int]] = defaultdict(list)
    for field, value in sorted(thresholds):
        by_field[field].append(value)
    told = {name: values[:MOST] for name, values in by_field.items()}
    return Watch(
        visible=told.get("time_on_page", UNSET),
        in_=[math.ceil(value - time_on_site) for value in told["time_on_site"]] if "time_on_site" in told else UNSET,
        scroll=told.get("scroll", UNSET),
        idle=told.get("idle", UNSET),
        exit=True if "exit_intent" in told else UNSET,
    )
