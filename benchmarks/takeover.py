"""Two replicas on PostgreSQL, one killed with runs in flight: how long until the other has its work?

`python -m benchmarks.takeover [--runs 200]` holds so many jobs at Fusion, kills one of two replicas,
lets all jobs end at that moment, and prints how long after the kill the answers came of what the killed
one held. It fails where a run is not answered exactly once.
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
from tests.faults.test_replicas import Pair, a_pair
from tests.postgres import PostgresServer
from tests.stories.service import FINANCE


async def held_by_first(pair: Pair) -> set[str]:
    """The runs whose jobs the first replica reads."""
    connection = await asyncpg.connect(pair.settings.database_url.get_secret_value())
    try:
        rows = await connection.fetch("SELECT run, holder FROM owed WHERE slot = 'agent'")
    finally:
        await connection.close()
    return {row["run"] for row in rows if f":{pair.bot.pid}:" in (row["holder"] or "")}


async def run(runs: int, server: PostgresServer) -> bool:
    """Play once; whether each was answered once."""
    with tempfile.TemporaryDirectory(prefix="takeover-") as name:
        async with a_pair(Path(name), server) as pair:
            roots = await pair.ask(runs)
            await pair.has_runs(running=runs)
            held = await held_by_first(pair)
            await pair.bot.kill()
            killed_at = time.monotonic()
            pair.fusion.release_all()
            took: dict[str, float] = {}

            def note() -> bool:
                for root in roots:
                    for message in pair.mains(FINANCE, root):
                        if is_final(message) and "echo" in message.plain:
                            took.setdefault(part_of(message)[0], time.monotonic() - killed_at)
                return len(took) >= runs

            await pair.slack.until(note, timeout=120)
            said = [each for root in roots for each in pair.bot_messages(FINANCE, root)]
            asked = Counter(each.message for each in pair.fusion.invocations)
            once = doubled(said) == {} and set(asked.values()) == {1} and len(asked) == runs
            late = sorted(took[run] for run in held)
            print(
                f"{len(took)} of {runs} answered, each once: {once}; {len(held)} were the killed one's"
            )
            print(
                f"answered after the kill: median {statistics.median(late):.1f} s, at most {late[-1]:.1f} s"
            )
            return once


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=200)
    given = parser.parse_args()
    with PostgresServer() as server:
        return 0 if asyncio.run(run(given.runs, server)) else 1


if __name__ == "__main__":
    sys.exit(main())
