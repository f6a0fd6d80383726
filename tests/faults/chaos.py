"""Conversations in a storm: faults by chance everywhere, replicas that are killed at random.

Everything random follows from one seed, but for what the machine's own timing adds.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.app import read_audit
from bot.build import build_store, now
from bot.domain.codec import decode_run
from bot.domain.run import Run
from bot.playground.fusion import FaultKind, FusionServer
from bot.playground.fusion.faults import Fault
from bot.playground.slack import Message, SlackServer
from bot.settings import Settings, read_settings
from storage.rows import Standing
from tests.faults.mortal import QUICK_RETRIES, is_final, part_of
from tests.stories.service import ANNA, BOT_TOML, FINANCE, BotProcess, environment

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="  # made up
FUSION_FAULTS = (
    *(Fault(kind, "status") for kind in FaultKind if kind is not FaultKind.STATUS),
    *(Fault(FaultKind.STATUS, "status", code=code) for code in (500, 502, 503, 504, 429)),
    Fault(FaultKind.STATUS, "status", code=429, retry_after=1),
)
SLACK_FAULTS = ("rate_limited", "drop_before", "drop_after", "slow", "http_status", "error")
SLACK_METHODS = "[cuv][hsoi][a-z]*.*"  # chat, conversations, users, usergroups, views
RESTS = (0.2, 1.5)  # seconds between a start and the next kill


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to happen; a third of the conversations wait for an approval."""

    conversations: int
    kills: int
    faults: float
    replicas: int
    seed: int


@dataclass(slots=True)
class Storm:
    """The stage, the replicas on it, and what was done to them."""

    plan: Plan
    slack: SlackServer
    fusion: FusionServer
    replicas: list[BotProcess]
    settings: Settings
    dice: random.Random
    roots: dict[str, str] = field(default_factory=dict)  # by question
    clicked: set[tuple[str, int]] = field(default_factory=set)
    kills: int = 0
    struck_at_fusion: Counter[str] = field(default_factory=Counter)
    struck_at_slack: int = 0

    async def blow(self) -> None:
        """Ask, click and kill until all of it has happened; then let the air clear."""
        asking = asyncio.create_task(self._ask())
        clicking = asyncio.create_task(self._click_for_ever())
        try:
            await self._kill()
            await asking
            self.struck_at_slack = sum(each.struck for each in self.slack.faults.every)
            self.slack.faults.clear()
            if self.fusion.faults.chance is not None:
                self.struck_at_fusion = self.fusion.faults.chance.struck
            self.fusion.faults.clear()
            await self._all_end()
        finally:
            asking.cancel()
            clicking.cancel()
            await asyncio.gather(asking, clicking, return_exceptions=True)

    def _questions(self) -> list[str]:
        count = self.plan.conversations
        texts = [
            f"Approve invoice {10_000 + n}" if n % 3 == 0 else f"sleep {n % 40} for {n}"
            for n in range(count)
        ]
        self.dice.shuffle(texts)
        return texts

    async def _ask(self) -> None:
        """Everything is asked in the time that the kills take."""
        pause = self.plan.kills * (1.6 + sum(RESTS) / 2) / max(self.plan.conversations, 1)
        for text in self._questions():
            self.roots[text] = await self.slack.say(ANNA, FINANCE, f"@Fusion {text}")
            await asyncio.sleep(pause * self.dice.uniform(0.2, 1.2))

    async def _kill(self) -> None:
        while self.kills < self.plan.kills:
            await asyncio.sleep(self.dice.uniform(*RESTS))
            victim = self.dice.choice(self.replicas)
            await victim.kill()
            self.kills += 1
            await started(victim)

    async def _click_for_ever(self) -> None:
        while True:
            await asyncio.gather(*(self._approve(each) for each in self._open_cards()))
            await asyncio.sleep(0.5)

    def _open_cards(self) -> list[Message]:
        return [
            each
            for each in self.slack.channel(FINANCE).messages.values()
            if each.bot_id
            and "approval_approve" in each.buttons
            and (each.ts, len(each.edited_versions)) not in self.clicked
        ]

    async def _approve(self, card: Message) -> None:
        as_it_is = (card.ts, len(card.edited_versions))
        self.clicked.add(as_it_is)
        if not await self.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE):
            self.clicked.discard(as_it_is)

    async def _all_end(self) -> None:
        try:
            await self._until_all_end()
        except TimeoutError as error:
            open_ = [each for each in self.said() if not is_final(each)]
            shown = [f"{each.ts} {each.plain[:100]!r} {each.buttons}" for each in open_[:5]]
            answered = {each.thread_ts for each in self.mains()}
            silent = [text for text, ts in self.roots.items() if ts not in answered]
            logs = [line for each in self.replicas for line in each.log[-15:]]
            raise TimeoutError(
                f"{len(self.slack.on_the_way)} on the way; {len(open_)} unfinished: {shown};"
                f" without an answer: {silent[:5]}\n{''.join(logs)}"
            ) from error

    async def _until_all_end(self) -> None:
        await self.slack.until(
            lambda: (
                not self.slack.on_the_way
                and len(self.mains()) >= len(self.roots)
                and all(map(is_final, self.said()))
            ),
            timeout=300,
            says="every conversation comes to an end",
        )

    def struck(self) -> str:
        """How many faults there were."""
        return f"{sum(self.struck_at_fusion.values())} at Fusion, {self.struck_at_slack} at Slack"

    def said(self) -> list[Message]:
        """All messages of the bot."""
        messages = self.slack.channel(FINANCE).messages.values()
        return [each for each in messages if each.bot_id]

    def mains(self) -> list[Message]:
        """Those that are, or were, placeholders."""
        return [each for each in self.said() if part_of(each)[1] == "main"]


@dataclass(frozen=True, slots=True)
class Books:
    """What came in, what came out, and what must never be."""

    happened: dict[str, int]
    never: dict[str, int]


async def books_of(storm: Storm, runs: list[Run]) -> Books:
    """Count, when nothing moves any more. `runs` are all that are kept."""
    fusion, said = storm.fusion, storm.said()
    by_question: Counter[str] = Counter(each.message for each in fusion.invocations)
    by_job = Counter(each.job_id for each in fusion.decisions)
    parts = Counter(map(part_of, said))
    threads = Counter(each.thread_ts for each in storm.mains())
    states = Counter(run.state for run in runs)
    record = await read_audit(storm.settings)
    events = [each for each in storm.slack.deliveries if each.kind == "events_api"]
    approvals = [each for run in runs for each in run.approvals]
    return Books(
        {
            "asked": len(storm.roots),
            "runs": len(runs),
            "invoked": sum(by_question.values()),
            "approvals": len(approvals),
            "decisions at Fusion": sum(by_job.values()),
            "entries on record": record.entries,
            "kills": storm.kills,
            **{f"ended {state}": n for state, n in sorted(states.items())},
        },
        {
            "turns lost": len(storm.roots) - len(runs),
            "turns that did not end": sum(run.ended_at is None for run in runs),
            "threads without an answer": sum(not threads[ts] for ts in storm.roots.values()),
            "threads with two answers": sum(threads[ts] > 1 for ts in storm.roots.values()),
            "messages twice": sum(n > 1 for n in parts.values()),
            "invoked twice": sum(n > 1 for n in by_question.values()),
            "decided twice": sum(n > 1 for n in by_job.values()),
            "undecided": sum(each.is_pending for each in approvals),
            "events that Slack gave up on": sum(each.lost for each in events),
            "record broken": int(record.broken_at is not None),
        },
    )


async def started(replica: BotProcess) -> None:
    """Start it, and again where a fault struck its start."""
    await replica.start()
    while not replica.is_running:
        await replica.start()


@asynccontextmanager
async def a_storm(plan: Plan, folder: Path, database: str = "") -> AsyncIterator[Storm]:
    """Everything is there and runs; `database` is an empty PostgreSQL one, else SQLite in `folder`."""
    dice = random.Random(plan.seed)
    async with (
        FusionServer(pace=0.05) as fusion,
        SlackServer() as slack,
        AsyncExitStack() as stack,
    ):
        slack.retry_after = QUICK_RETRIES
        given = environment(slack, fusion, folder, "socket", BOT_TOML)
        if database:
            given |= {"DATABASE_URL": database, "ENCRYPTION_KEYS": KEY}
        replicas = [BotProcess(given) for _ in range(plan.replicas)]
        for each in replicas:
            stack.push_async_callback(each.stop)
            await started(each)
        fusion.faults.percent(plan.faults, FUSION_FAULTS, seed=plan.seed)
        for number, kind in enumerate(SLACK_FAULTS):
            share = plan.faults / len(SLACK_FAULTS)
            slack.faults.percent(SLACK_METHODS, share, kind, seed=plan.seed * 10 + number)  # type: ignore[arg-type]
        yield Storm(plan, slack, fusion, replicas, read_settings(given), dice)


async def all_runs(settings: Settings, person: str = f"T0PLAY:{ANNA}") -> list[Run]:
    """Every run that is kept, once nobody works any more."""
    store = build_store(settings, exclusive=False)
    await store.open(now())
    try:
        rows = await store.runs_of(person, tuple(Standing), 1_000_000)
        return [decode_run(row.body) for row in rows]
    finally:
        await store.close()
