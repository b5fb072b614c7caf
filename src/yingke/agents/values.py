"""What leaves the program about agents and teams."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from yingke.identity import WorkspaceName, WorkspaceValue
from yingke.kit.values import Value

Availability = Literal["online", "busy", "away", "offline"]
RoleName = Literal["owner", "administrator", "supervisor", "agent"]


class AgentValue(Value, frozen=True, kw_only=True):
    """An agent as colleagues see them."""

    id: UUID
    name: str
    nickname: str
    email: str
    role: RoleName
    """The built-in one, or the one that `role_id` was made from."""
    role_id: UUID | None
    only_team_ids: list[UUID] | None
    """The teams that what the agent may do is limited to; None: the whole workspace."""
    only_site_ids: list[UUID] | None
    """The sites that what the agent sees and may do is limited to; None: all of them."""
    avatar_url: str | None
    title: str
    languages: list[str]
    capacity: int
    availability: Availability
    away_reason: str | None
    connected: bool
    team_ids: list[UUID]
    disabled: bool
    last_seen_at: datetime | None


class PublicAgent(Value, frozen=True, kw_only=True):
    """An agent as visitors see them: nothing else about them ever reaches a visitor."""

    id: UUID
    name: str
    avatar_url: str | None
    title: str


class TeamValue(Value, frozen=True, kw_only=True):
    id: UUID
    name: str
    public_name: str
    color: str
    agent_ids: list[UUID]


def avatar_url(file_id: UUID | None) -> str | None:
    """Address of a picture that anybody may load."""
    return f"/media/avatars/{file_id}" if file_id else None


class ServerFace(Value, frozen=True, kw_only=True):
    """`mail`: whether mails go to a server or stay in the outbox folder."""

    version: str
    epoch: str
    mail: Literal["smtp", "outbox"]
    public_url: str


class SessionValue(Value, frozen=True, kw_only=True):
    """Everything the desk needs to know when it opens."""

    agent: AgentValue
    workspace: WorkspaceValue
    permissions: list[str]
    totp_enabled: bool
    workspaces: list[WorkspaceName]
    server: ServerFace
