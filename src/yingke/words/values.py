"""Lists of words as they leave the program."""

from typing import Literal
from uuid import UUID

from yingke.kit.values import Value

Side = Literal["agent", "visitor"]
Action = Literal["block", "warn", "mask", "alert", "pause"]
ACTIONS: dict[Side, tuple[Action, ...]] = {"agent": ("block", "warn"), "visitor": ("mask", "alert", "pause")}
"""What can be done about a word of each side. `pause`: masked, told to supervisors, and the visitor has to stop for a while."""


class StopListValue(Value, frozen=True, kw_only=True):
    """`words`: one on a line; a `~` in front also finds what sounds like it. `colleagues`: for rooms of colleagues, too."""

    id: UUID
    name: str
    side: Side
    action: Action
    enabled: bool
    colleagues: bool
    words: list[str]


class Found(Value, frozen=True, kw_only=True):
    """A word of a list, and where it stands in the text: `begin` inclusive, `end` exclusive, in UTF-16 units."""

    word: str
    list_id: UUID
    list_name: str
    side: Side
    action: Action
    begin: int
    end: int
