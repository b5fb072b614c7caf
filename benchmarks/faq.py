"""Self-service: how many questions are served and rightly; how long one takes in large banks; how soon entries are live.

The sets of questions are not part of this repository. YINGKE_FAQ names the folder that has them below `dev/`, and their
runner `eval.py`; without it the folder `shared/faq` beside this repository is looked for.
"""

import asyncio
import csv
import io
import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from statistics import mean
from typing import Any

import httpx

from benchmarks.company import found
from benchmarks.faq_bank import shop_entries
from benchmarks.figures import Figure
from benchmarks.product import running

REPOSITORY = Path(__file__).parents[1]
FOLDER = Path(os.environ.get("YINGKE_FAQ") or REPOSITORY.parent / "shared" / "faq")
IMPORTED = 10_000
Row = dict[str, Any]


async def faq() -> AsyncIterator[Figure]:
    """What is found where, then how fast."""
    async for figure in _large_banks():
        yield figure
    async for figure in _live():
        yield figure
    if not (FOLDER / "eval.py").is_file():
        print(f"the sets of questions are not in {FOLDER}; YINGKE_FAQ says where else", file=sys.stderr)
        return
    with_five, with_none = await _asked("5", "--robust"), await _asked("0")
    for figure in _served(with_five, with_none):
        yield figure


def _served(with_five: Sequence[Row], with_none: Sequence[Row]) -> Iterable[Figure]:
    clean = [row for row in with_five if row["cond"] == "clean"]
    for name, rows, key, limit, aim in (
        ("self-service rate, five similar questions", clean, "ssr", 91, 95),
        ("self-service rate, none", with_none, "ssr", 78, 86),
        ("the right entry first", clean, "top1", 81, 88),
        ("direct answers that are right", clean, "direct_prec", 95, 97),
        ("answered directly", clean, "direct", 50, 70),
        ("out of scope, answered directly", clean, "oos_false", 5, 2),
    ):
        of_each = {row["set"]: round(100 * row[key], 1) for row in rows if row.get(key) is not None}
        yield Figure(figure=name, value=mean(of_each.values()), unit="%", limit=limit, aim=aim,
                     at_least=key != "oos_false", more={"sets": of_each})  # fmt: skip
    losses = _losses(with_five)
    worst = max(losses, key=losses.__getitem__)
    yield Figure(figure="disturbed questions, mean loss", value=mean(losses.values()), unit="points", limit=6, aim=3,
                 more={"losses": losses})  # fmt: skip
    yield Figure(figure="disturbed questions, worst loss", value=losses[worst], unit="points", limit=12, aim=6,
                 more={"condition": worst})  # fmt: skip


def _losses(rows: Sequence[Row]) -> dict[str, float]:
    """Points of the self-service rate, by set and condition."""
    by_set: dict[str, dict[str, float]] = defaultdict(dict)
    for row in rows:
        by_set[row["set"]][row["cond"]] = row["ssr"]
    return {
        f"{name}, {condition}": round(100 * (rates["clean"] - rate), 1)
        for name, rates in by_set.items()
        for condition, rate in rates.items()
        if condition != "clean"
    }


async def _asked(similar: str, *more: str) -> list[Row]:
    """What the runner finds out about every set, over the product's own import and matching."""
    sets = sorted(str(each) for each in (FOLDER / "dev").iterdir() if each.is_dir())
    engine = f"{sys.executable} -m benchmarks.faq_lines"
    with tempfile.NamedTemporaryFile("r") as told:
        command = [FOLDER / "eval.py", *sets, "--cmd", engine, "--k", similar, "--json", told.name, *more]
        process = await asyncio.create_subprocess_exec(
            sys.executable, *command, cwd=REPOSITORY, stdout=asyncio.subprocess.DEVNULL
        )
        if await process.wait():
            raise RuntimeError("the runner of the sets failed")
        return [json.loads(line) for line in told]


async def _large_banks() -> AsyncIterator[Figure]:
    for size, limit, aim in ((1_000, 5, 2), (10_000, 10, 5), (100_000, 25, 10)):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.faq_bank", str(size), cwd=REPOSITORY, stdout=asyncio.subprocess.PIPE
        )
        told, _ = await process.communicate()
        measured = json.loads(told)
        yield Figure(figure=f"one question, {size:,} entries, p99", value=measured.pop("p99"), unit="ms", limit=limit,
                     aim=aim, more=measured)  # fmt: skip
        if size == IMPORTED:
            yield Figure(figure=f"memory for {size:,} entries", value=measured["memory"], unit="MiB", limit=150, aim=80)


async def _live() -> AsyncIterator[Figure]:
    entries = list(islice(shop_entries(), IMPORTED))
    out = io.StringIO()
    csv.writer(out).writerows(
        [("问题", "相似问", "答案"), *((each.question, "\n".join(each.similar), each.answer) for each in entries)]
    )
    async with running() as product, (await found(product)).browser() as client:
        await _answer(client, "在吗")  # the engine is loaded, as it is in a shop that has been asked before
        began = time.perf_counter()
        sent = await client.post("/api/v1/knowledge/imports", files={"file": ("faq.csv", out.getvalue().encode())})
        sent.raise_for_status()
        address = f"/api/v1/knowledge/imports/{sent.json()['id']}"
        await _until(lambda: _state(client, address), "ready")
        (await client.post(f"{address}/confirm", json={})).raise_for_status()
        await _until(lambda: _state(client, address), "done")
        await _until(lambda: _answer(client, entries[-1].question), entries[-1].question)
        yield Figure(figure=f"import of {IMPORTED:,} entries until live", value=time.perf_counter() - began, unit="s",
                     limit=20, aim=8)  # fmt: skip
        listed = await client.get("/api/v1/knowledge/entries", params={"limit": 1})
        entry = f"/api/v1/knowledge/entries/{listed.json()['items'][0]['id']}"
        question = "夜里十一点还能退押金吗"
        (await client.patch(entry, json={"question": question})).raise_for_status()
        began = time.perf_counter()
        (await client.post(f"{entry}/publish", json={})).raise_for_status()
        await _until(lambda: _answer(client, question), question)
        yield Figure(figure="one edit until live", value=time.perf_counter() - began, unit="s", limit=1, aim=0.3)


async def _state(client: httpx.AsyncClient, address: str) -> str:
    told = (await client.get(address)).raise_for_status().json()
    if told["state"] == "failed":
        raise RuntimeError(f"the import failed: {told['problem']}")
    return str(told["state"])


async def _answer(client: httpx.AsyncClient, question: str) -> str:
    """The question of the entry that is found first."""
    asked = await client.post("/api/v1/knowledge/ask", json={"question": question, "language": "zh-CN"})
    matches = asked.raise_for_status().json()["matches"]
    return matches[0]["question"] if matches else ""


async def _until(look: Callable[[], Any], wanted: str) -> None:
    async with asyncio.timeout(300):
        while await look() != wanted:
            await asyncio.sleep(0.02)
