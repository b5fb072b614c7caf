"""What a robot does with what was said. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from yingke.knowledge import AnswerValue, MatchValue
from yingke.robot.phrases import angry, folded, small_talk, wants_person

Why = Literal[
    "requested",
    "anger",
    "repetition",
    "rule",
    "not_understood",
    "not_solved",
    "button",
    "form",
    "file",
    "failed",
    "entry",
]
CLOSE = 0.6
"""Two are close when the second is this likely against the first, and a third is not."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of this conversation and what came of it."""

    question: str
    decision: str
    outcome: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a visitor said since the robot spoke last."""

    text: str
    has_files: bool = False
    answers_form: bool = False
    """The robot asked for its form: whatever comes now is the answer."""


@dataclass(frozen=True, slots=True)
class HandOver:
    why: Why

    @property
    def at_once(self) -> bool:
        """No form is shown to the angry."""
        return self.why in ("anger", "form", "failed")


@dataclass(frozen=True, slots=True)
class SmallTalk:
    kind: str


@dataclass(frozen=True, slots=True)
class Answer:
    entry_id: UUID


@dataclass(frozen=True, slots=True)
class Offer:
    """Two or three to choose from."""

    matches: Sequence[MatchValue]
    close: bool


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    pass


Reply = HandOver | SmallTalk | Answer | Offer | NotUnderstood


def before_asking(said: Said, asked: Sequence[Asked], hand_over_words: Sequence[str]) -> Reply | None:
    """What can be said without looking for an answer; None: look for one."""
    told = folded(said.text)
    whys: dict[Why, bool] = {
        "form": said.answers_form,
        "anger": angry(said.text),
        "requested": wants_person(said.text),
        "rule": any(word and folded(word) in told for word in hand_over_words),
        "repetition": bool(told) and any(folded(one.question) == told for one in asked),
        "file": not told and said.has_files,
    }
    why = next((why for why, holds in whys.items() if holds), None)
    if why:
        return HandOver(why)
    if kind := small_talk(said.text):
        return SmallTalk(kind)
    return None if told else NotUnderstood()


def after_asking(found: AnswerValue, asked: Sequence[Asked]) -> Reply:
    if found.decision == "answer":
        return Answer(found.matches[0].entry_id)
    if found.decision == "suggest":
        return _offer(found.matches[:3])
    if asked and asked[-1].decision == "none" and asked[-1].outcome is None:
        return HandOver("not_understood")
    return NotUnderstood()


def after_verdict(asked: Sequence[Asked]) -> HandOver | None:
    """A second answer that did not help is enough."""
    missed = sum(one.outcome == "not_solved" for one in asked)
    return HandOver("not_solved") if missed >= 2 else None


def _offer(matches: Sequence[MatchValue]) -> Offer:
    sure = [match.confidence for match in matches] + [0.0, 0.0, 0.0]
    close = len(matches) > 1 and sure[1] >= CLOSE * sure[0] and sure[2] < CLOSE * sure[1]
    return Offer(matches[:2] if close else matches, close)
