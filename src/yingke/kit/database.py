"""PostgreSQL: the engine, what every table has, and what is refused at the start.

Every table of a workspace has the key `(workspace_id, id)` and refers to others by both columns, so that a row cannot
even point into another workspace, and the database can be sharded by workspace. Row-level security stands under it
(`migrations/security.py`): a connection sees the rows of the workspace its transaction was opened for, or none.
"""

import socket
from datetime import datetime
from typing import Any, ClassVar, Literal
from uuid import UUID

import asyncpg
import msgspec
from sqlalchemy import DateTime, ForeignKey, ForeignKeyConstraint, MetaData, Text, Uuid, exc
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from yingke.kit.errors import Kind, Refusal
from yingke.kit.ids import new_id

EVERY_WORKSPACE = "*"
"""Scope of a transaction that serves the installation: sign-in, relays, timers, gathered writes."""


class DatabaseUnfit(Refusal):
    kind, code = Kind.unavailable, "database_unfit"


class Base(DeclarativeBase):
    written_down: ClassVar[Literal["values", "columns", "nothing"]] = "values"
    """What the audit log keeps of a row that an administrative act changed. `columns`, without what they held, of rows
    about people outside the company: the log outlives their erasure."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        UUID: Uuid(as_uuid=True),
        str: Text(),
        dict[str, Any]: JSONB(),
        list[str]: JSONB(),
        list[dict[str, Any]]: JSONB(),
    }


class InWorkspace:
    """Mixin: the row belongs to one workspace, and its key says so."""

    @declared_attr
    def workspace_id(cls) -> Mapped[UUID]:
        return mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True, sort_order=-20)


class Thing(InWorkspace):
    """Mixin: a row of a workspace with an id of its own (UUIDv7)."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-10)


def refers(column: str, table: str, *, ondelete: str | None = None) -> ForeignKeyConstraint:
    """A reference to `table` inside the same workspace. `ondelete`: CASCADE, or None to refuse.

    To clear a reference when its target goes, use `SET NULL`: only `column` is cleared, never the workspace.
    """
    if ondelete == "SET NULL":
        ondelete = f"SET NULL ({column})"
    return ForeignKeyConstraint(["workspace_id", column], [f"{table}.workspace_id", f"{table}.id"], ondelete=ondelete)


def _encode_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _decode_json(value: str | bytes) -> Any:
    return msgspec.json.decode(value)


MISSED_SOON = {"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "2", "tcp_user_timeout": "9000"}
"""Settings of a session that others wait to see end: of a machine that vanished without a word PostgreSQL would keep it for
hours, and with it the lock of whoever runs the timers. It looks after five seconds of silence, and gives up after nine."""


def make_engine(dsn: str, *, connections: int, patience: float | None = 60, lock_timeout: str = "10s") -> AsyncEngine:
    """An engine on `dsn` (a libpq URL) that keeps up to `connections` open, and opens none before the first use.

    `patience`: seconds a statement may take, None without end. `lock_timeout` as PostgreSQL writes it.
    """

    async def connect() -> asyncpg.Connection:
        return await asyncpg.connect(
            dsn,
            timeout=10,
            command_timeout=patience,
            server_settings={
                "application_name": f"yingke@{socket.gethostname()}",
                "jit": "off",
                "timezone": "UTC",
                "lock_timeout": lock_timeout,
                # The locks of a process that vanished without a word are given back before its visitors lose patience.
                "idle_in_transaction_session_timeout": "30s",
                "tcp_user_timeout": "15000",
                "tcp_keepalives_idle": "10",
            },
        )

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=10,
        pool_use_lifo=True,  # few connections are warm instead of all lukewarm
        pool_pre_ping=False,
        hide_parameters=True,  # errors are logged, and what people wrote or keep secret is not
        json_serializer=_encode_json,
        json_deserializer=_decode_json,
    )


_AWAY = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    exc.InterfaceError,
    exc.TimeoutError,
)
_AWAY_CLASSES = frozenset({"08", "53", "57", "58"})
"""Of SQLSTATE: connection, insufficient resources, operator intervention (also starting and stopping), system."""


_LOST = frozenset({"40001", "40P01"})
"""A transaction that others were in the way of: it can be begun anew."""


def is_away(error: BaseException) -> bool:
    """Whether `error` says that the database cannot be reached or cannot work now, whatever it was asked."""
    return isinstance(error, _AWAY) or _state(error)[:2] in _AWAY_CLASSES


def is_deadlock(error: BaseException) -> bool:
    """Whether PostgreSQL ended the transaction because it and others waited for each other."""
    return _state(error) in _LOST


def _state(error: BaseException) -> str:
    return getattr(getattr(error, "orig", error), "sqlstate", None) or ""


async def require_durable(connection: asyncpg.Connection) -> None:
    """Refuse a database that may lose what it acknowledged, or that would not hold workspaces apart.

    Raises DatabaseUnfit naming the setting and what to do.
    """
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        if await connection.fetchval("SELECT current_setting($1)", setting) == "off":
            raise DatabaseUnfit(
                f"PostgreSQL runs with {setting} = off and can lose messages it has confirmed. "
                f"Set {setting} = on in postgresql.conf (or remove the override for this role and database), then start again."
            )
    version = await connection.fetchval("SELECT current_setting('server_version_num')::int")
    if version < 150000:
        raise DatabaseUnfit(f"PostgreSQL 15 or newer is needed; this server is {version // 10000}.")
    if await connection.fetchval("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"):
        raise DatabaseUnfit(
            "The database role is a superuser or has BYPASSRLS, which switches off the barrier between workspaces. "
            "Create an ordinary role that owns the database and use it in YINGKE_DATABASE_URL."
        )
