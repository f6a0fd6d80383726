"""Many approvals open at once, a crowd that clicks at random, kills in between: do the books add up?

`python -m benchmarks.approvals [--approvals 200] [--people 50] [--seconds 60] [--kills 10] [--seed 1]`
runs the real bot in a process of its own between the emulated Slack and Fusion, and kills it at
random moments that follow from the seed. It prints what happened, and fails where anything was
lost, doubled, or decided by somebody who may not.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.faults.deciding_crowd import Books, Crowd, books_of, play, policies
from tests.faults.mortal import mortal_service
from tests.stories.service import BOT_TOML


async def run(given: argparse.Namespace) -> Books:
    """Play once, from an empty database."""
    with tempfile.TemporaryDirectory(prefix="approvals-") as name:
        toml = BOT_TOML + policies(given.people)
        async with mortal_service(Path(name), toml=toml) as house:
            await house.bot.start()
            crowd = Crowd(house, given.people, random.Random(given.seed))
            crowd.come()
            began = time.monotonic()
            await crowd.ask(given.approvals)
            print(f"{given.approvals} approvals open after {time.monotonic() - began:.1f} s")
            await play(crowd, given.seconds, given.kills)
            await house.bot.stop()
            print(f"all ended after {time.monotonic() - began:.1f} s; clicks: {dict(crowd.clicks)}")
            return await books_of(crowd)


def main() -> int:
    """Play and print the books; 1 where they do not add up."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--approvals", type=int, default=200)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    books = asyncio.run(run(given))
    print(
        f"seed {given.seed}: {books.approvals} asked for, {books.stories} on record, "
        f"{books.decided_at_fusion} decisions at Fusion; ended: {dict(books.endings)}"
    )
    print(f"on record, its chain whole: {dict(books.entries)}")
    for name, number in books.never.items():
        print(f"  {name}: {number}")
    return 1 if any(books.never.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
