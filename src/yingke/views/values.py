"""Views as they leave the program."""

from typing import Literal
from uuid import UUID

from typing_extensions import TypedDict

from yingke.kit.values import Value


class ViewFilter(TypedDict, total=False):
    """What the list is narrowed to; a part that is missing does not matter."""

    view: Literal["mine", "queue", "all", "done", "snoozed", "colleagues", "robot", "unanswered", "due"]
    team_id: UUID
    tag_id: UUID
    site_id: UUID
    agent_id: UUID
    status: Literal["queued", "open", "snoozed", "resolved"]
    unread: bool
    q: str


class ViewValue(Value, frozen=True, kw_only=True):
    id: UUID
    name: str
    shared: bool
    filter: ViewFilter
