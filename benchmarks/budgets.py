"""Twenty long runs in one workspace whose Slack enforces its limits: how current is what people see?

`python -m benchmarks.budgets [--runs 20] [--seconds 120]` runs the bot between the emulated Slack,
with Slack's documented limits switched on, and the emulated Fusion, whose jobs report progress every
four seconds. It prints how often Slack had to refuse a call, how long each answer took from the end
of its job to its message, and how far apart the signs of progress in each thread were: edits, and the line below the thread.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from statistics import median

from bot.playground.fusion import Team
from bot.playground.fusion.steps import Done, Question, Script, Work
from tests.stories.service import ANNA, Service, service

STEP = 4.0  # seconds
MARK = "This is the answer"
STATUS = "assistant.threads.setStatus"


def team(seconds: float) -> Team:
    """Jobs that take so long and say something new every four seconds."""

    def plays(_: Question) -> Script:
        steps = [
            Work(f"Step {n}", STEP, f"Looking at part {n}") for n in range(int(seconds / STEP))
        ]
        return (*steps, Done(MARK))

    return Team("FINANCE_DESK", "Finance Desk", "Takes its time.", plays)


async def measure(runs: int, seconds: float) -> int:
    """Run once and print; 1 where Slack refused a call or an answer is missing."""
    with tempfile.TemporaryDirectory(prefix="budgets-") as name:
        async with service(Path(name), pace=1.0, teams=[team(seconds)], toml=TOML) as house:
            for number in range(runs):
                house.slack.add_channel(f"C0LONG{number:02d}", f"long-{number:02d}")
            house.slack.limits(enabled=True)
            began = time.time()
            for number in range(runs):
                await house.slack.say(ANNA, f"C0LONG{number:02d}", f"@Fusion Case {number}?")
            await house.slack.until(lambda: len(finals(house)) == runs, timeout=seconds + 60)
            return report(house, began, seconds)


def shown(house: Service) -> dict[str, list[float]]:
    """When people saw something new in each channel: an edit, or the line below the thread."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for call in house.slack.calls:
        if call.ok and call.method in {"chat.postMessage", "chat.update", STATUS}:
            channel = call.arguments.get("channel") or call.arguments.get("channel_id")
            found[str(channel)].append(call.at)
    return found


def finals(house: Service) -> dict[str, float]:
    """When each channel had its answer."""
    return {
        str(call.arguments["channel"]): call.at
        for call in house.slack.calls
        if call.ok and call.method == "chat.update" and MARK in str(call.arguments)
    }


def report(house: Service, began: float, seconds: float) -> int:
    """Print what was seen."""
    limited = [each for each in house.slack.calls if each.error in {"ratelimited", "rate_limited"}]
    took = sorted(each - began - seconds for each in finals(house).values())
    gaps = [
        later - earlier for times in shown(house).values() for earlier, later in pairwise(times)
    ]
    print(f"{len(took)} answers; calls that Slack refused for their number: {len(limited)}")
    print(
        f"from the end of a job to its answer: median {median(took):.1f} s, at most {took[-1]:.1f} s"
    )
    print(f"between two signs of progress: median {median(gaps):.1f} s, at most {max(gaps):.1f} s")
    return 1 if limited else 0


TOML = '[[agent_teams]]\ncode = "FINANCE_DESK"\nname = "Finance Desk"\n'


def main() -> int:
    """Measure with what was given."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=120)
    given = parser.parse_args()
    return asyncio.run(measure(given.runs, given.seconds))


if __name__ == "__main__":
    sys.exit(main())
