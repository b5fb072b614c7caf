"""Who is at the door, for what is written down about it."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Via = Literal["browser", "key", "command", "system"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a work comes from. `agent_id` is None while nobody has proved to be anybody."""

    via: Via = "system"
    agent_id: UUID | None = None
    address: str = ""
