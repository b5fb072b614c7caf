"""What a page is asked to look for, so that a rule which waits for it is decided at that very moment. Pure.

Rules themselves never reach the page: it is told thresholds, says how it is read when one is passed, and the server
decides again.
"""

import math
from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from yingke.kit.values import Value
from yingke.outreach.deciding import Leaf
from yingke.outreach.moments import Moment

MOST = 20
"""Thresholds of a kind; more make a page say more than anybody acts on."""


class Watch(Value, frozen=True, kw_only=True):
    """Thresholds in seconds and per cent. `visible`: the page was looked at; `in`: from now; `idle`: nobody moved."""

    visible: list[int] | UnsetType = UNSET
    in_: list[int] | UnsetType = msgspec.field(name="in", default=UNSET)
    scroll: list[int] | UnsetType = UNSET
    idle: list[int] | UnsetType = UNSET
    exit: Literal[True] | UnsetType = UNSET


NOTHING = Watch()


def watch_for(leaves: Iterable[Leaf], moment: Moment) -> Watch:
    """The thresholds that `leaves`, not decided at `moment`, wait for."""
    wanted: dict[str, set[int]] = {"visible": set(), "in_": set(), "scroll": set(), "idle": set()}
    exit: Literal[True] | UnsetType = UNSET
    for leaf in leaves:
        condition = leaf.condition
        match condition.field:
            case "time_on_page":
                wanted["visible"].add(condition.value)
            case "time_on_site":
                wanted["in_"].add(math.ceil(condition.value - moment.time_on_site))
            case "scroll" | "idle":
                wanted[condition.field].add(condition.value)
            case "exit_intent":
                exit = True
    told = {name: sorted(values)[:MOST] for name, values in wanted.items() if values}
    return Watch(**told, exit=exit)
