"""Which canned responses a few typed letters mean, the likeliest first. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from yingke.kit.search_text import folded

SCOPES = {"personal": 0, "team": 1, "workspace": 2}
_DOUBLE_INITIALS = ("zh", "ch", "sh")


class Place(IntEnum):
    """Where in a response the query was found, the best first."""

    prefix = 0
    word = 1
    inside = 2
    text = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    id: UUID
    scope: str
    title: str
    text: str
    uses: int
    readings: Sequence[Sequence[str]]
    word_starts: Sequence[int]


def rank(query: str, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Those that match, by place, then own before team before everybody's, then the more used.

    Words of the query may stand anywhere, all of them have to; the worst of their places counts.
    """
    parts = folded(query).split()
    found = [(place, each) for each in candidates if (place := place_of(parts, each)) is not None]
    found.sort(key=lambda pair: (pair[0], SCOPES[pair[1].scope], -pair[1].uses, pair[1].title, pair[1].id))
    return [candidate for _, candidate in found]


def place_of(parts: Sequence[str], candidate: Candidate) -> Place | None:
    """The worst place of the folded `parts`, or None when one is missing. Everything begins with nothing."""
    worst = Place.prefix
    text: str | None = None
    for part in parts:
        place = _place_in_title(part, candidate)
        if place is None:
            text = folded(candidate.text) if text is None else text
            if part not in text:
                return None
            place = Place.text
        worst = max(worst, place)
    return worst


def _place_in_title(part: str, candidate: Candidate) -> Place | None:
    readings = candidate.readings
    if typed_as(part, readings, 0):
        return Place.prefix
    if any(typed_as(part, readings, start) for start in candidate.word_starts):
        return Place.word
    if any(typed_as(part, readings, start) for start in range(1, len(readings))):
        return Place.inside
    return None


def typed_as(part: str, readings: Sequence[Sequence[str]], start: int) -> bool:
    """Whether `part` can be what somebody types for the characters from `start` on.

    A character is typed as itself, as a whole reading or as its initial, in any mixture (`fahuosj` for 发货时间); the last
    one may be unfinished. Spaces and punctuation of the title need not be typed.
    """
    ends = {0}  # how many letters of `part` may be used up before the next character
    for options in readings[start:]:
        ends = {end + taken for end in ends for option in options for taken in _steps(option, part, end)} | (
            set() if options[0].isalnum() else ends
        )
        if len(part) in ends or not ends:
            break
    return len(part) in ends


def _steps(option: str, part: str, at: int) -> list[int]:
    """How many letters of `part`, from `at` on, typing `option` may take."""
    shared = 0
    while shared < len(option) and at + shared < len(part) and option[shared] == part[at + shared]:
        shared += 1
    if not shared:
        return []
    steps = {1} if option[0].isascii() else set()
    if shared >= 2 and option.startswith(_DOUBLE_INITIALS):
        steps.add(2)
    if shared == len(option) or at + shared == len(part):
        steps.add(shared)
    return list(steps)
