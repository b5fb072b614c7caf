"""What leaves the program about workspaces and sign-in."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from yingke.kit.values import Value

Locale = Literal["zh-CN", "en"]
RoleName = Literal["owner", "administrator", "supervisor", "agent"]
Scope = Literal["read", "write", "admin"]
LetterKind = Literal["password_reset", "invitation", "second_factor_removed"]


class WorkspaceValue(Value, frozen=True, kw_only=True):
    id: UUID
    name: str
    time_zone: str
    locale: Locale
    settings: dict[str, Any]


class WorkspaceName(Value, frozen=True, kw_only=True):
    id: UUID
    name: str


class LoginSessionValue(Value, frozen=True, kw_only=True):
    """A browser that is signed in; `current` is the one that asks."""

    id: UUID
    current: bool
    user_agent: str
    address: str
    created_at: datetime
    last_seen_at: datetime


class InvitationValue(Value, frozen=True, kw_only=True):
    """`link` is there only in the answer to making it."""

    id: UUID
    email: str
    role: RoleName
    name: str
    team_ids: list[UUID]
    expires_at: datetime
    link: str | None = None


class InvitationFace(Value, frozen=True, kw_only=True):
    """What somebody who holds the link sees. `known`: the mail address has a login here, whose password is asked for."""

    workspace_name: str
    email: str
    role: RoleName
    name: str
    known: bool


class ApiKeyValue(Value, frozen=True, kw_only=True):
    """`secret` is there only in the answer to making it."""

    id: UUID
    name: str
    prefix: str
    scopes: list[Scope]
    created_at: datetime
    last_used_at: datetime | None
    secret: str | None = None


class SecondFactor(Value, frozen=True, kw_only=True):
    """Whether signing in asks a colleague for more than the password."""

    enabled: bool


class TotpOffer(Value, frozen=True, kw_only=True):
    """What an authenticator needs; nothing is on until a code of it was confirmed."""

    secret: str
    uri: str
    qr_svg: str


class RecoveryCodes(Value, frozen=True, kw_only=True):
    """Each signs in once, in place of a code. They are shown this one time."""

    recovery_codes: list[str]
