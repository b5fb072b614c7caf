"""Tables of sign-in. `logins`, `login_sessions` and `login_tokens` belong to the installation, not to one workspace."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from yingke.identity.policy import PERMISSIONS
from yingke.identity.values import LetterKind, RoleName
from yingke.kit.database import Base, InWorkspace, Thing, refers
from yingke.kit.ids import new_id


class Workspace(Base):
    __tablename__ = "workspaces"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    time_zone: Mapped[str] = mapped_column(default="Asia/Shanghai")
    locale: Mapped[str] = mapped_column(default="zh-CN")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]


class Login(Base):
    """A person of the installation. `email` is stored lower-cased."""

    __tablename__ = "logins"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    totp_secret: Mapped[str | None]
    totp_pending: Mapped[str | None]
    """A secret that was shown and waits for its first code."""
    totp_last_step: Mapped[int] = mapped_column(default=0)
    """Number of the newest 30-second step whose code was used: a code works once."""
    recovery_hashes: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime]


class Membership(Thing, Base):
    """A login's role in a workspace. `id` is the agent's id there."""

    __tablename__ = "memberships"
    __table_args__ = (refers("role_id", "custom_roles"),)

    login_id: Mapped[UUID] = mapped_column(ForeignKey("logins.id", ondelete="CASCADE"), index=True)
    role: Mapped[str]
    role_id: Mapped[UUID | None]
    """A role of the workspace's own, in place of the built-in one it was made from."""
    only_team_ids: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    """The teams the person is limited to; None: the whole workspace."""
    only_site_ids: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    """The sites the person is limited to, likewise."""
    disabled_at: Mapped[datetime | None]


class CustomRole(Thing, Base):
    """A role of the workspace's own: a copy of a built-in one, with permissions taken away or added."""

    __tablename__ = "custom_roles"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    name: Mapped[str]
    based_on: Mapped[str]
    """The built-in role it ranks as: nobody below that changes the people who have it."""
    permissions: Mapped[list[str]]
    created_at: Mapped[datetime]

    @property
    def granted(self) -> frozenset[str]:
        """Those of `permissions` that still are any: a later version of the program may have fewer."""
        return frozenset(self.permissions) & PERMISSIONS.keys()


class ApprovalRequest(Thing, Base):
    """An export or an erasure that waits for a second person, where the workspace asks for four eyes."""

    __tablename__ = "approval_requests"
    __table_args__ = (Index("ix_approval_requests_act", "workspace_id", "act", "subject_id"),)
    written_down = "nothing"
    """What happens to it is written down by its verbs."""

    act: Mapped[str]
    subject_id: Mapped[str]
    query: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str]
    requested_by: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    decision: Mapped[str]
    done_at: Mapped[datetime | None]


class LoginSession(Base):
    """A browser that is signed in. Only the hash of its token is stored."""

    __tablename__ = "login_sessions"
    written_down = "nothing"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    login_id: Mapped[UUID] = mapped_column(ForeignKey("logins.id", ondelete="CASCADE"), index=True)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    agent_id: Mapped[UUID]
    user_agent: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class KnownDevice(Base):
    """A browser that has signed in as this person before. Its attempts are counted apart from those of strangers."""

    __tablename__ = "known_devices"
    written_down = "nothing"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    login_id: Mapped[UUID] = mapped_column(ForeignKey("logins.id", ondelete="CASCADE"), index=True)
    last_seen_at: Mapped[datetime] = mapped_column(index=True)


class LoginToken(Base):
    """A one-time link: a password reset. Only its hash is stored."""

    __tablename__ = "login_tokens"
    written_down = "nothing"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    login_id: Mapped[UUID] = mapped_column(ForeignKey("logins.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]


class Invitation(Thing, Base):
    """A colleague who has not come yet."""

    __tablename__ = "invitations"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    """Of the link that whoever invited was shown."""
    mailed_token_hashes: Mapped[list[str]] = mapped_column(default=list)
    """Of the link in the mail: made when it is sent, so that no job's arguments ever hold a link that works. Several
    (hexadecimal) when sending was repeated: nobody knows which copy arrives."""
    email: Mapped[str]
    role: Mapped[RoleName] = mapped_column(Text)
    name: Mapped[str] = mapped_column(default="")
    team_ids: Mapped[list[str]] = mapped_column(default=list)
    invited_by: Mapped[UUID]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SentLetter(Thing, Base):
    """A letter of sign-in that left, or could not. It says to whom and what about; the link in it is stored nowhere.

    A letter to a person who is in several workspaces stands in each of them, under one id, which makes its Message-ID.
    """

    __tablename__ = "sent_letters"
    written_down = "nothing"
    __table_args__ = (Index("ix_sent_letters_created_at", "workspace_id", "created_at", "id"),)

    kind: Mapped[LetterKind] = mapped_column(Text)
    to: Mapped[str]
    subject: Mapped[str]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]
    """Why the last attempt failed."""


class ApiKey(Thing, Base):
    __tablename__ = "api_keys"
    __table_args__ = (refers("agent_id", "memberships", ondelete="CASCADE"),)

    agent_id: Mapped[UUID]
    """Who made it: the key acts as that agent, within its scopes."""
    name: Mapped[str]
    prefix: Mapped[str]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class Attempt(Base):
    """Failed sign-ins, counted per address and per mail address, to slow guessing down."""

    __tablename__ = "sign_in_attempts"
    written_down = "nothing"
    __table_args__ = (Index("ix_sign_in_attempts_key_at", "key", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str]
    at: Mapped[datetime]


class IdempotencyKey(InWorkspace, Base):
    """The answer that was given to a write, so that repeating it does nothing twice."""

    __tablename__ = "idempotency_keys"
    written_down = "nothing"

    agent_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(index=True)
