"""Thirty runs in flight, ten of them waiting for a decision, and kill -9."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.playground.fusion import FaultKind, FusionServer
from bot.playground.slack import Message
from tests.faults.mortal import MortalService, is_final, mortal_service, part_of, tell
from tests.stories.service import ANNA, FINANCE

HOLDING, WAITING = 20, 10
QUESTIONS = [f"hold number {number}" for number in range(HOLDING)]
INVOICES = [f"Approve invoice {4700 + number}" for number in range(WAITING)]
UNCERTAIN = "It was not sent twice"
KILLS = 5
NEVER = (
    *("invoked twice", "answered twice", "messages twice", "orphan placeholders"),
    *("decided twice", "events lost"),
)


@dataclass(slots=True)
class Readings:
    """How often the status of each job was read."""

    fusion: FusionServer
    counts: Counter[str] = field(default_factory=Counter)

    def begin(self) -> None:
        """Count from now on."""
        real = self.fusion._orchestrator.status

        def status(code: str, job_id: str, *more: Any, **how: Any) -> dict[str, Any]:
            self.counts[job_id] += 1
            return real(code, job_id, *more, **how)

        self.fusion._orchestrator.status = status  # type: ignore[method-assign]


async def say(house: MortalService, texts: list[str]) -> list[str]:
    """Ask everything, each in a thread of its own; the threads."""
    return [await house.slack.say(ANNA, FINANCE, f"@Fusion {text}") for text in texts]


@dataclass(slots=True)
class Anna:
    """Clicks Approve on every card that can be decided, once for each time that it opens."""

    house: MortalService
    clicked: set[tuple[str, int]] = field(default_factory=set)

    def open_cards(self, roots: list[str]) -> list[Message]:
        """The cards that can be decided and that she has not clicked as they are now."""
        return [
            each
            for each in said_by_bot(self.house, roots)
            if "approval_approve" in each.buttons
            and (each.ts, len(each.edited_versions)) not in self.clicked
        ]

    async def approve(self, roots: list[str]) -> None:
        """Click all of them at once; what the bot did not acknowledge is clicked again later."""
        await asyncio.gather(*(self._approve(each) for each in self.open_cards(roots)))

    async def _approve(self, card: Message) -> None:
        as_it_is = (card.ts, len(card.edited_versions))
        self.clicked.add(as_it_is)
        if not await self.house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE):
            self.clicked.discard(as_it_is)

    async def approve_until_all_ended(self, roots: list[str]) -> None:
        """Click, and let held work go on, until nothing is unfinished."""
        fusion, slack = self.house.fusion, self.house.slack
        while not self.all_ended(roots):
            await self.approve(roots)
            await slack.until(
                lambda: self.open_cards(roots) or fusion.release_all() or self.all_ended(roots),
                timeout=30,
                says="all threads come to an end",
            )

    def all_ended(self, roots: list[str]) -> bool:
        """Whether each thread has its end."""
        mains = (self.house.mains(FINANCE, root) for root in roots)
        return all(mains) and all(map(is_final, said_by_bot(self.house, roots)))


def said_by_bot(house: MortalService, roots: list[str]) -> list[Message]:
    return [each for root in roots for each in house.bot_messages(FINANCE, root)]


async def all_rest(house: MortalService, roots: list[str]) -> list[Message]:
    """Wait for every end, stop the bot in order, and return what it has said."""
    await house.slack.settled()
    for root in roots:
        await house.ended(FINANCE, root)
    assert await house.bot.stop() == 0
    return said_by_bot(house, roots)


def count(house: MortalService, roots: list[str], said: list[Message]) -> dict[str, int]:
    """What must come out, and what must not."""
    mains = Counter(root for root in roots for _ in house.mains(FINANCE, root))
    invoked = Counter(each.message for each in house.fusion.invocations)
    decided = Counter(each.job_id for each in house.fusion.decisions)
    parts = Counter(map(part_of, said))
    return {
        "threads": len(roots),
        "ended": sum(mains[root] >= 1 for root in roots),
        "uncertain": sum(UNCERTAIN in each.plain for each in said),
        "invoked": sum(invoked.values()),
        "invoked twice": sum(n > 1 for n in invoked.values()),
        "answered twice": sum(n > 1 for n in mains.values()),
        "messages twice": sum(n > 1 for n in parts.values()),
        "orphan placeholders": sum(not is_final(each) for each in said),
        "decided": sum(decided.values()),
        "decided twice": sum(n > 1 for n in decided.values()),
        "events lost": sum(
            each.lost for each in house.slack.deliveries if each.kind == "events_api"
        ),
    }


async def test_thirty_runs_in_flight_end_once_after_a_kill(tmp_path: Path) -> None:
    async with mortal_service(tmp_path) as house:
        await house.bot.start()
        roots = await say(house, QUESTIONS + INVOICES)
        await house.fusion.wait_for_invocations(HOLDING + WAITING)
        await house.slack.until(
            lambda: sum("approval_approve" in m.buttons for m in said_by_bot(house, roots)) == 10
        )
        await house.has_runs(running=HOLDING, waiting=WAITING)
        await house.bot.kill()

        readings = Readings(house.fusion)
        readings.begin()
        began = time.monotonic()
        await house.bot.start()
        ready = time.monotonic() - began
        await house.fusion.wait_until(lambda: len(readings.counts) == HOLDING + WAITING)
        polled = time.monotonic() - began
        await Anna(house).approve(roots)
        house.fusion.release_all()
        said = await all_rest(house, roots)

        found = count(house, roots, said)
        tell(f"30 in flight, killed: {found}")
        tell(f"ready {ready:.2f} s after the start, all jobs read again after {polled:.2f} s")
        assert found["ended"] == found["invoked"] == HOLDING + WAITING
        assert found["decided"] == WAITING
        assert found["uncertain"] == 0
        assert {name: found[name] for name in NEVER} == dict.fromkeys(NEVER, 0)


async def test_five_kills_at_random_moments_lose_and_double_nothing(tmp_path: Path) -> None:
    moments = random.Random(20261)
    async with mortal_service(tmp_path) as house:
        house.fusion.faults.add(FaultKind.SLOW, "invoke", times=1000, seconds=0.1)
        house.slack.latency = 0.02
        anna, roots, in_doubt = Anna(house), list[str](), set[str]()
        for number in range(KILLS):
            await house.bot.start()
            roots += await say(house, QUESTIONS[number::KILLS] + INVOICES[number::KILLS])
            house.fusion.release_all()
            clicking = asyncio.create_task(anna.approve(roots))
            await asyncio.sleep(moments.uniform(0.05, 0.7))  # not to wait for anything: a moment
            await house.bot.kill()
            await clicking
            in_doubt |= house.begun()

        await house.bot.start()
        await anna.approve_until_all_ended(roots)
        said = await all_rest(house, roots)

        found = count(house, roots, said)
        tell(f"30 asked, {KILLS} kills, {len(in_doubt)} invokes in flight: {found}")
        assert found["ended"] == HOLDING + WAITING
        assert {part_of(each)[0] for each in said if UNCERTAIN in each.plain} == in_doubt
        assert {name: found[name] for name in NEVER} == dict.fromkeys(NEVER, 0)
