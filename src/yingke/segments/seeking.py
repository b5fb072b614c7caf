"""What conditions ask of the database about a person. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from yingke.segments.conditions import PastEventCondition
from yingke.segments.holding import READ_LATER
from yingke.segments.moments import Profile


@dataclass(frozen=True, slots=True)
class Sought:
    """`profile`: anything at all; fields and the last visit come with whatever else is read."""

    profile: bool = False
    pages: bool = False
    events: frozenset[str] = frozenset()
    """Names of custom events and clicks over all visits."""

    def __or__(self, other: "Sought") -> "Sought":
        return Sought(self.profile or other.profile, self.pages or other.pages, self.events | other.events)

    def is_in(self, profile: Profile | None) -> bool:
        if profile is None:
            return not self.profile
        return (not self.pages or profile.pages is not None) and self.events <= profile.past.keys()


NOTHING = Sought()


def sought_by(conditions: Iterable[Any]) -> Sought:
    asked = [each for each in conditions if each.field in READ_LATER]
    return Sought(
        profile=bool(asked),
        pages=any(each.field == "page_seen" for each in asked),
        events=frozenset(each.key for each in asked if isinstance(each, PastEventCondition)),
    )
