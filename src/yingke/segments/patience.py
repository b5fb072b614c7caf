"""How long the database may look for everybody who fits conditions."""

import contextlib
from collections.abc import AsyncIterator

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from yingke.kit.work import Work
from yingke.segments.errors import ConditionsTakeTooLong

MOST_SECONDS = 10.0
_LIMIT = text("SELECT set_config('statement_timeout', :milliseconds, true)")
_NO_LIMIT = text("SET LOCAL statement_timeout TO DEFAULT")


@contextlib.asynccontextmanager
async def with_patience(work: Work) -> AsyncIterator[None]:
    """For each statement inside. Raises ConditionsTakeTooLong, and nothing more can be asked in the transaction then."""
    await work.rows.execute(_LIMIT, {"milliseconds": str(int(MOST_SECONDS * 1000))})
    try:
        yield
    except asyncpg.QueryCanceledError as error:
        raise ConditionsTakeTooLong from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != asyncpg.QueryCanceledError.sqlstate:
            raise
        raise ConditionsTakeTooLong from error
    await work.rows.execute(_NO_LIMIT)
