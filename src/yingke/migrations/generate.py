"""`python -m yingke.migrations.generate NAME "what it does"`: write the migration from the last release to the models."""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command

from yingke.kit.database import make_engine
from yingke.kit.embedded import EmbeddedPostgres
from yingke.migrations import configuration, upgrade


async def generate(name: str, message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        postgres = EmbeddedPostgres(Path(folder) / "pg")
        dsn = await postgres.start()
        try:
            await upgrade(dsn)
            engine = make_engine(dsn, connections=1)
            async with engine.connect() as connection:
                await connection.run_sync(
                    lambda c: command.revision(configuration(c), message, autogenerate=True, rev_id=name)
                )
            await engine.dispose()
        finally:
            postgres.stop()


if __name__ == "__main__":
    asyncio.run(generate(*sys.argv[1:3]))
