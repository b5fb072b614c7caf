"""What is remembered of one visitor in order to invite him at the right moment: in memory, while he is there."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from yingke.outreach.described import Described
from yingke.outreach.watching import Thresholds, thresholds_of
from yingke.segments.deciding import Leaf
from yingke.segments.holding import READ_LATER
from yingke.segments.moments import MOST_EVENTS, NO_SIGNS, Happening, Moment, Signs
from yingke.visits.incoming import Read

_RESTS = {
    "open_conversation": timedelta(seconds=60),
    "waiting_invitation": timedelta(seconds=30),
    "nobody_to_answer": timedelta(seconds=20),
    "somebody_to_answer": timedelta(seconds=20),
    "sender_away": timedelta(seconds=20),
}
"""How long a rule is left alone for a visitor after a limit kept it back: so that nobody is asked for again and again."""
_LONG_REST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a look at a visitor came to."""

    fitting: list[Described]
    """Rules to act on, in their order."""
    later: list[timedelta]
    """After these times some rule has fitted for its whole delay."""
    wants_profile: bool
    """Some rule hangs on what was not read yet."""


@dataclass(slots=True)
class Attention:
    visit_id: UUID
    page_id: UUID | None = None
    signs: Signs = NO_SIGNS
    events: deque[Happening] = field(default_factory=lambda: deque(maxlen=MOST_EVENTS))
    wanted: Thresholds = frozenset()
    """What the page under way is to look for, and what of it the page was told."""
    told: Thresholds = frozenset()
    open: Sequence[Described] | None = None
    """Rules that may still fit on the page under way; None: not looked at yet."""
    fits_since: dict[UUID, datetime] = field(default_factory=dict)
    """Rules that wait out their delay."""
    rests: dict[UUID, datetime] = field(default_factory=dict)

    def turn_to(self, page_id: UUID | None) -> None:
        """Another page is looked at."""
        if page_id != self.page_id:
            self.page_id, self.signs, self.told, self.open = page_id, NO_SIGNS, frozenset(), None
            self.fits_since.clear()

    def hear(self, read: Read) -> None:
        """How the page is read; of a tab in the background nothing is taken."""
        if read.hidden:
            return
        self.turn_to(read.page_id)
        self.signs = Signs(
            time_on_page=read.visible_ms / 1000,
            scroll=max(read.scroll, self.signs.scroll),
            idle=read.idle_ms / 1000,
            exit_intent=read.exit,
            filling=read.filling,
        )

    def remember(self, events: Iterable[Happening]) -> None:
        """These events, in their order, are all that happened."""
        self.events = deque(events, maxlen=MOST_EVENTS)

    @property
    def has_news(self) -> bool:
        """The page looks for less than rules wait for."""
        return not self.wanted <= self.told

    def rest(self, rule_id: UUID, code: str, now: datetime) -> None:
        """A limit kept the rule back."""
        self.rests[rule_id] = now + _RESTS.get(code, _LONG_REST)

    def look(self, rules: Sequence[Described], moment: Moment) -> Outcome:
        """Decide `rules`, note what the page has to look for, and say which are to be acted on.

        Of rules that a page has ruled out for good none is looked at twice.
        """
        fitting: list[Described] = []
        later: list[timedelta] = []
        waiting: list[Leaf] = []
        if self.open is None:
            self.open = [rule for rule in rules if not rule.branch.is_ruled_out(moment)]
        for rule in self.open:
            if self.rests and self.rests.get(rule.id, moment.at) > moment.at:
                continue
            answer = rule.branch.decide(moment)
            if answer is None:
                waiting += rule.branch.undecided(moment)
            if not answer:
                self.fits_since.pop(rule.id, None)
            elif not rule.limits.delay or (left := self._left(rule, moment.at)) <= timedelta(0):
                fitting.append(rule)
            elif left == timedelta(seconds=rule.limits.delay):
                later.append(left)
        self.wanted = thresholds_of(waiting) if waiting else frozenset()
        wants = any(leaf.condition.field in READ_LATER for leaf in waiting)
        return Outcome([] if self.signs.filling else fitting, later, wants)

    def _left(self, rule: Described, now: datetime) -> timedelta:
        since = self.fits_since.setdefault(rule.id, now)
        return timedelta(seconds=rule.limits.delay) - (now - since)
