"""What the planner knows of tables that grow."""

import asyncpg

from yingke.kit.statistics import count_grown_tables
from yingke.kit.work import Ground


async def test_a_table_that_has_doubled_is_counted_at_once(ground: Ground, dsn: str) -> None:
    connection = await asyncpg.connect(dsn)

    async def grow(rows: int) -> float:
        """What the planner knows after that many more."""
        await connection.execute("INSERT INTO growing SELECT FROM generate_series(1, $1)", rows)
        await connection.execute("SELECT pg_stat_force_next_flush()")
        async with ground.work_everywhere() as work:
            await count_grown_tables(work)
        known: float = await connection.fetchval("SELECT reltuples FROM pg_class WHERE relname = 'growing'")
        return known

    await connection.execute("CREATE TABLE growing () WITH (autovacuum_enabled = off)")
    try:
        assert await grow(20) == -1, "too few to matter"
        assert await grow(80) == 100
        assert await grow(90) == 100, "a smaller change is left to autovacuum"
        assert await grow(90) == 280
    finally:
        await connection.execute("DROP TABLE growing")
        await connection.close()
