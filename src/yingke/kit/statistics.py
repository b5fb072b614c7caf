"""What the planner knows about the tables of a young installation.

PostgreSQL counts a table for its planner once a minute at most, and not at all while it is being killed and started again.
Until then one index looks as good as another: a message was looked up by reading the whole of its conversation, a
conversation by reading all of them, and such a plan stays in use for as long as nothing is counted.
"""

from yingke.kit.work import Work

_GROWN = """
SELECT string_agg(relid::regclass::text, ', ')
FROM pg_stat_user_tables JOIN pg_class ON pg_class.oid = relid
WHERE schemaname = current_schema AND pg_has_role(relowner, 'USAGE') AND n_live_tup >= 50 AND n_live_tup > 2 * reltuples
"""
"""Tables that hold twice what they held when they were counted last; smaller changes are left to autovacuum."""


async def count_grown_tables(work: Work) -> None:
    """Have PostgreSQL count the tables that have doubled since it last did, so that plans made before are made anew."""
    connection = await work.raw()
    if tables := await connection.fetchval(_GROWN):
        await connection.execute(f"ANALYZE (SKIP_LOCKED) {tables}")
