"""What a client holds of one conversation, by the rules of docs/protocol.md: the reference that real servers are read by.

The web packages fold the same cases (`realtime_cases.json`) with code of their own.
"""

from dataclasses import dataclass, field
from typing import Any

Frame = dict[str, Any]


@dataclass
class Timeline:
    conversation: str
    floor: int = 0
    """Nothing at or below this place is held."""
    known: int = 0
    """The highest place anybody told of."""
    held: dict[int, Frame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = max(self.known, self.floor)

    @property
    def head(self) -> int:
        """The highest place below which nothing is missing."""
        head = self.floor
        while head + 1 in self.held:
            head += 1
        return head

    @property
    def places(self) -> list[Frame]:
        """The unbroken run of what is held, hidden places included."""
        return [self.held[seq] for seq in range(self.floor + 1, self.head + 1)]

    @property
    def shown(self) -> list[Frame]:
        """What a reader sees, oldest first: nothing above a gap, nothing at a hidden place."""
        return [place for place in self.places if not place.get("hidden")]

    @property
    def resume_after(self) -> int | None:
        """The `after_seq` to subscribe with, when something is missing."""
        return self.head if self.known > self.head else None

    def take(self, frame: Frame) -> None:
        """Fold any frame of the server; those of other conversations and kinds change nothing."""
        match frame:
            case {"op": "messages", "conversation": self.conversation}:
                self._hold(frame["items"])
                self.known = max(self.known, frame["last_seq"])
            case {"op": "heartbeat"}:
                self.known = max(self.known, frame["heads"].get(self.conversation, 0))
            case {"op": "fact", "data": {"message": message}} if self._is_of(frame["data"]):
                self._hold([message])

    def _is_of(self, data: Frame) -> bool:
        message = data["message"]
        return bool(message.get("conversation_id", data.get("conversation", {}).get("id")) == self.conversation)

    def _hold(self, places: list[Frame]) -> None:
        for place in places:
            seq = place["seq"]
            if seq <= self.floor:
                continue
            self.known = max(self.known, seq)
            before = self.held.get(seq)
            if before is None or not (place.get("hidden") or (before.get("recalled") and not place.get("recalled"))):
                self.held[seq] = place
