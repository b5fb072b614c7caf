"""The figures of docs/performance.md: `python -m benchmarks [name]`, one JSON object per line.

Every figure is taken on the whole product, unmodified: `yingke serve` as a process of its own, on an empty data folder,
with its embedded PostgreSQL. Load comes from other processes. Each figure also runs its bare limit in the same run, and
`ratio` is ours over that, because machines are noisy and a ratio is less so.
"""
