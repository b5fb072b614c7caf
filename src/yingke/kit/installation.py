"""What an installation keeps about itself, made once: its epoch, keys of its own."""

import secrets
from collections.abc import Callable

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from yingke.kit.database import Base
from yingke.kit.work import Work


class InstallationValue(Base):
    __tablename__ = "installation_values"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


async def installation_value(work: Work, key: str, make: Callable[[], str]) -> str:
    """The value under `key`; made by `make` the first time anybody asks, the same for all who ask at once."""
    found = await work.rows.scalar(select(InstallationValue.value).where(InstallationValue.key == key))
    if found is not None:
        return found
    await work.rows.execute(insert(InstallationValue).values(key=key, value=make()).on_conflict_do_nothing())
    made = await work.rows.scalar(select(InstallationValue.value).where(InstallationValue.key == key))
    assert made is not None
    return made


async def epoch(work: Work) -> str:
    """Names this run of history. A client that holds another epoch throws away what it has."""
    return await installation_value(work, "epoch", lambda: secrets.token_hex(8))


async def renew_epoch(work: Work) -> None:
    """After a restore: what clients hold may be newer than the database."""
    await work.rows.execute(delete(InstallationValue).where(InstallationValue.key == "epoch"))
