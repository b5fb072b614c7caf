"""Whether an address or an event reaches a goal. Pure."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

if TYPE_CHECKING:
    from yingke.visits.models import Goal


@dataclass(frozen=True, slots=True)
class GoalPattern:
    goal_id: UUID
    name: str
    event: str
    """Name of the custom event; empty for a goal of an address."""
    address: re.Pattern[str] | None
    whole: bool
    """The address is compared with its host."""
    is_order: bool = False
    value: float | None = None
    """What it is worth; of an order, when the page does not say."""

    @classmethod
    def of(cls, goal: "Goal") -> "GoalPattern":
        if goal.kind == "url":
            whole = not goal.pattern.startswith("/")
            return cls(goal.id, goal.name, "", wildcards(goal.pattern), whole=whole, value=goal.value)
        is_order = goal.kind == "order"
        return cls(goal.id, goal.name, goal.pattern, None, whole=False, is_order=is_order, value=goal.value)

    def reached_by_page(self, url: str) -> bool:
        return self.address is not None and self.address.fullmatch(url if self.whole else _local(url)) is not None

    def reached_by_event(self, name: str) -> bool:
        return bool(self.event) and self.event == name


def wildcards(pattern: str) -> re.Pattern[str]:
    """`*` stands for anything, also for nothing."""
    first, *more = [re.escape(part) for part in re.split(r"\*+", pattern)]
    if not more:
        return re.compile(first, re.IGNORECASE)
    # The first place where a part fits is as good as any later one: without going back, the cost stays linear.
    middle = "".join(f"(?>.*?{part})" for part in more[:-1])
    return re.compile(f"{first}{middle}.*{more[-1]}", re.DOTALL | re.IGNORECASE)


def address_matches(pattern: str, url: str) -> bool:
    """`pattern` against path and query when it begins with a slash, else against the whole address."""
    return wildcards(pattern).fullmatch(_local(url) if pattern.startswith("/") else url) is not None


def _local(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
