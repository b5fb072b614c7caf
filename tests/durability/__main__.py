"""`python -m tests.durability`: the short form; `--long` the long one; `--faults` and so on for anything between."""

import argparse
import asyncio
import json
import random
import shutil
import sys
from pathlib import Path
from typing import Any

from tests.durability.checking import Verdict
from tests.durability.nemesis import mixed, possible
from tests.durability.running import Plan, run, scratch

SETTINGS: tuple[dict[str, Any], ...] = (
    {"own_database": True},
    {"own_database": False},
    {"own_database": True, "workers": 2},
    {"own_database": False, "workers": 2, "bus": True},
)
"""The embedded database, a database beside the server, several processes, several with a bus between them."""


def short_plan(chance: random.Random) -> Plan:
    """25 kills of the server and 10 of its database, in a random order, and at least 3,000 messages."""
    faults = [("server killed",)] * 25 + [("database killed",)] * 10
    chance.shuffle(faults)
    return Plan(faults=faults, acked_at_least=3000, between=0.3, agent_pace=0.05)


def long_plans(faults: int, acked: int, seconds: float, chance: random.Random) -> list[Plan]:
    """Mixed faults, a quarter each on the embedded database, on one beside, with two workers, and with a bus."""
    plans = []
    for setting in SETTINGS:
        names = possible(**{"workers": 1} | setting)
        befalling = mixed(round(faults / len(SETTINGS)), names, chance)
        plan = Plan(faults=befalling, acked_at_least=acked // len(SETTINGS), seconds=seconds / len(SETTINGS),
                    conversations=16, agents=4, between=1.5, agent_pace=0.02, slow_every=50, **setting)  # fmt: skip
        plans.append(plan)
    return plans


async def _run_all(plans: list[Plan], keep: Path | None) -> list[Verdict]:
    verdicts = []
    for number, plan in enumerate(plans, 1):
        async with scratch() as folder:
            try:
                verdict = await run(plan, folder)
            finally:
                if keep is not None:
                    keep.mkdir(parents=True, exist_ok=True)
                    for name in ("history.jsonl", "serve.log"):
                        shutil.copy(folder / name, keep / f"{number}-{name}")
        print(json.dumps({"wrong": len(verdict.wrong)} | verdict.figures, ensure_ascii=False), flush=True)
        for sentence in verdict.wrong[:50]:
            print(sentence, flush=True)
        verdicts.append(verdict)
    return verdicts


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.durability", description=__doc__)
    parser.add_argument("--long", action="store_true", help="mixed faults; without it 25 + 10 kills")
    parser.add_argument("--faults", type=int, default=500)
    parser.add_argument("--acked", type=int, default=100_000, help="messages that are acknowledged at least")
    parser.add_argument("--seconds", type=float, default=1e9, help="no new faults after that long")
    parser.add_argument(
        "--setting", type=int, choices=(1, 2, 3, 4), help="embedded, beside, two workers, with a bus; else all"
    )
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--keep", type=Path, help="a folder for histories and logs")
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    random.seed(asked.seed)
    chance = random.Random(asked.seed)
    if not asked.long:
        plans = [short_plan(chance)]
    else:
        share = 1 if asked.setting is None else len(SETTINGS)
        plans = long_plans(asked.faults * share, asked.acked * share, asked.seconds * share, chance)
        plans = plans if asked.setting is None else [plans[asked.setting - 1]]
    verdicts = asyncio.run(_run_all(plans, asked.keep))
    return 1 if any(verdict.wrong for verdict in verdicts) else 0


if __name__ == "__main__":
    sys.exit(main())
