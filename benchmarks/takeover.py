"""Two replicas on PostgreSQL, and one of them is lost with runs in flight: how long until the other has its work?

`python -m benchmarks.takeover [--runs 200] [--stopped 60]` holds so many jobs at Fusion, kills one of two
replicas, lets all jobs end at that moment, and prints how long after that the answers came of what the lost one
held. With `--stopped` that one is not killed but stands still for so many seconds (SIGSTOP) and then goes on: what it
sent after that is counted. It fails where a run is not answered exactly once, or where a replica wrote anything of
what it had lost.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import asyncpg

from tests.faults.mortal import doubled, is_final, part_of
from tests.faults.test_replicas import Pair, a_pair, written_to
from tests.postgres import PostgresServer
from tests.stories.service import FINANCE

AWAKE = 15.0  # seconds in which who has gone on could write something


async def fetch(pair: Pair, sql: str) -> list[asyncpg.Record]:
    """What the database says."""
    connection = await asyncpg.connect(pair.settings.database_url.get_secret_value())
    try:
        return list(await connection.fetch(sql))
    finally:
        await connection.close()


async def held_by_first(pair: Pair) -> set[str]:
    """The runs whose jobs the first replica reads."""
    rows = await fetch(pair, "SELECT run, holder FROM owed WHERE slot = 'agent'")
    return {row["run"] for row in rows if f":{pair.bot.pid}:" in (row["holder"] or "")}


async def written(pair: Pair) -> int:
    """How often anything was written: in Slack, at Fusion, and to a run in the database."""
    (row,) = await fetch(pair, "SELECT sum(version) AS steps FROM runs")
    return len(written_to(pair)) + len(pair.fusion.invocations) + int(row["steps"])


async def answered(pair: Pair, roots: list[str], since: float) -> dict[str, float]:
    """How long after `since` each run was answered."""
    took: dict[str, float] = {}

    def note() -> bool:
        for root in roots:
            for message in pair.mains(FINANCE, root):
                if is_final(message) and "echo" in message.plain:
                    took.setdefault(part_of(message)[0], time.monotonic() - since)
        return len(took) >= len(roots)

    await pair.slack.until(note, timeout=120)
    return took


async def written_after(pair: Pair, stopped_at: float, stopped: float) -> int:
    """How often anything was written once the stopped replica went on."""
    await asyncio.sleep(max(stopped_at + stopped - time.monotonic(), 0))
    before = await written(pair)
    pair.bot.go_on()
    await asyncio.sleep(AWAKE)
    return await written(pair) - before


async def run(runs: int, stopped: float, server: PostgresServer) -> bool:
    """Play once; whether each was answered once."""
    with tempfile.TemporaryDirectory(prefix="takeover-") as name:
        async with a_pair(Path(name), server) as pair:
            roots = await pair.ask(runs)
            await pair.has_runs(running=runs)
            held = await held_by_first(pair)
            if stopped:
                pair.bot.suspend()
            else:
                await pair.bot.kill()
            lost_at = time.monotonic()
            pair.fusion.release_all()
            took = await answered(pair, roots, lost_at)
            late = sorted(took[run] for run in held)
            more = await written_after(pair, lost_at, stopped) if stopped else 0
            said = [each for root in roots for each in pair.bot_messages(FINANCE, root)]
            asked = Counter(each.message for each in pair.fusion.invocations)
            once = doubled(said) == {} and set(asked.values()) == {1} and len(asked) == runs
            print(
                f"{len(took)} of {runs} answered, each once: {once}; {len(held)} were the lost one's"
            )
            print(
                f"answered after that: median {statistics.median(late):.1f} s, at most {late[-1]:.1f} s"
            )
            if stopped:
                print(f"it stood still for {stopped:g} s; it wrote {more} times once it went on")
            return once and not more


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--stopped", type=float, default=0, help="seconds; 0 kills it")
    given = parser.parse_args()
    with PostgresServer() as server:
        return 0 if asyncio.run(run(given.runs, given.stopped, server)) else 1


if __name__ == "__main__":
    sys.exit(main())
