"""When evidence is clear, and what is proposed from it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

FEWEST_PEOPLE = 2
_AGAINST = 5.0
"""One word against outweighs so many in favour."""
_MOST_SAMPLES = 8


@dataclass(frozen=True, slots=True)
class Heard:
    """One person's word."""

    wording: str
    question: str
    person_id: UUID
    weight: float
    follows: bool = False
    network: str = ""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What several say. `question` is the wording that most people used."""

    question: str
    people: int
    against: int
    weight: float
    networks: int
    samples: Sequence[Mapping[str, Any]]

    @property
    def clear(self) -> bool:
        """Two people or more, and hardly anybody against."""
        return self.people >= FEWEST_PEOPLE and self.weight > 0

    @property
    def voices(self) -> int:
        """How many surely are different people: one person has many browsers, and hardly many networks."""
        return min(self.people, self.networks)


def weigh(heard: Iterable[Heard]) -> Weighed:
    """Of at least one; a person counts once, however many of the wordings he used."""
    words = list(heard)
    in_favour = {one.person_id: 0.0 for one in words if one.weight > 0}
    for one in words:
        if one.person_id in in_favour:
            in_favour[one.person_id] = max(in_favour[one.person_id], one.weight)
    against = {one.person_id for one in words if one.weight < 0}
    asked: dict[str, set[UUID]] = {}
    shown: dict[str, str] = {}
    for one in words:
        if one.weight > 0:
            asked.setdefault(one.wording, set()).add(one.person_id)
        shown.setdefault(one.wording, one.question)
    ranked = sorted(asked, key=lambda wording: (-len(asked[wording]), len(wording), wording))
    return Weighed(
        question=shown[ranked[0]] if ranked else words[0].question,
        people=len(in_favour),
        against=len(against),
        networks=len({one.network for one in words if one.weight > 0}),
        weight=round(sum(in_favour.values()) - _AGAINST * len(against), 3),
        samples=[{"question": shown[each], "people": len(asked[each])} for each in ranked[:_MOST_SAMPLES]],
    )
