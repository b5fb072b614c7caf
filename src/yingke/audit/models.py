"""Rows of the audit log. Names are copied and nothing is referred to: it reads the same when people and things are gone."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base, InWorkspace


class AuditEntry(InWorkspace, Base):
    """One act. A trigger refuses every change, and every removal of what the chain still begins with."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_id", "workspace_id", "id", unique=True),
        Index("ix_audit_entries_at", "workspace_id", "at"),
    )
    written_down = "nothing"

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """1, 2, 3 … in each workspace, without a gap."""
    id: Mapped[UUID]
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    via: Mapped[str]
    address: Mapped[str]
    act: Mapped[str]
    subject_id: Mapped[str]
    subject_name: Mapped[str]
    details: Mapped[str]
    """JSON exactly as it was hashed."""
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    """Of the entry before, and of this one."""


class AuditChain(InWorkspace, Base):
    """The two ends of a workspace's chain. Its row is the lock under which entries are added, one work after another."""

    __tablename__ = "audit_chains"
    written_down = "nothing"

    head_seq: Mapped[int] = mapped_column(BigInteger)
    head_hash: Mapped[bytes] = mapped_column(LargeBinary)
    begins_after: Mapped[int] = mapped_column(BigInteger)
    """The last entry whose time ran out; 0 while all are there."""
    begins_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """That entry's hash: what the first one kept was hashed with."""
