"""Conversations with approvals while faults and kill -9 strike: do the books add up?

`python -m benchmarks.chaos [--conversations 1000] [--kills 100] [--faults 5] [--replicas 1]
[--store sqlite|postgres] [--seed 1]` runs the real bot, so many replicas of it, in processes of their
own between the emulated Slack and Fusion. It prints the books, and fails where anything was lost,
doubled or left undecided. A seed that fails, fails again, as far as the machine's timing lets it.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.faults.chaos import Books, Plan, a_storm, all_runs, books_of
from tests.postgres import PostgresServer


async def run(plan: Plan, database: str) -> Books:
    """Play once, from an empty database."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as name:
        async with a_storm(plan, Path(name), database) as storm:
            began = time.monotonic()
            await storm.blow()
            for each in storm.replicas:
                await each.stop()
            print(f"all ended after {time.monotonic() - began:.0f} s")
            print(f"faults: {storm.struck()}")
            return await books_of(storm, await all_runs(storm.settings))


def main() -> int:
    """Play and print the books; 1 where they do not add up."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--conversations", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--faults", type=float, default=5, help="percent of all requests")
    parser.add_argument("--replicas", type=int, default=1)
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.replicas > 1 and given.store == "sqlite":
        parser.error("several replicas need --store postgres")
    plan = Plan(given.conversations, given.kills, given.faults, given.replicas, given.seed)
    with ExitStack() as stack:
        database = ""
        if given.store == "postgres":
            database = stack.enter_context(PostgresServer()).new_database()
        books = asyncio.run(run(plan, database))
    where = f"{given.store}, {given.replicas} replica{'s' * (given.replicas > 1)}"
    print(f"seed {given.seed}, {where}: {books.happened}")
    for name, number in books.never.items():
        print(f"  {name}: {number}")
    return 1 if any(books.never.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
