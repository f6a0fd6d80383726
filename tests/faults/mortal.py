"""A service whose bot can die, and what must be true of its threads in the end."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from bot.playground.clock import Clock
from bot.playground.fusion import FusionServer
from bot.playground.slack import Message, SlackServer
from bot.settings import read_settings
from tests.stories.service import BOT_TOML, BotProcess, Mode, Service, environment

DYING_BOT = str(Path(__file__).with_name("dying_bot.py"))
KILLED = -9

QUICK_RETRIES = (0.2,) * 60  # Slack's own are 0, 60 and 300 seconds
UNFINISHED = frozenset({"run_stop", "approval_approve", "approval_reject", "approval_reply"})
BETWEEN = ("Asking *", "is working on it", "Handing the decision over", "Queued:")


@dataclass(frozen=True, slots=True)
class MortalService(Service):
    """The service of the stories, with its bot in a process of its own."""

    bot: BotProcess
    folder: Path

    async def dies(self) -> None:
        """Wait until the bot has killed itself at the point that it was started for."""
        code = await self.bot.died()
        assert code == KILLED, f"it ended with {code}: {''.join(self.bot.log[-5:])}"

    async def ended(self, channel: str, root: str, *, runs: int = 1, timeout: float = 15) -> None:
        """Wait until a thread shows so many runs, and nothing in it is unfinished."""
        await self.slack.until(
            lambda: (
                len(self.mains(channel, root)) >= runs
                and all(map(is_final, self.bot_messages(channel, root)))
            ),
            timeout=timeout,
            says="every message of the bot comes to an end",
        )

    def mains(self, channel: str, root: str) -> list[Message]:
        """The messages of a thread that are, or were, placeholders."""
        return [each for each in self.bot_messages(channel, root) if part_of(each)[1] == "main"]

    async def rests(self, channel: str, root: str, *, runs: int = 1) -> list[Message]:
        """Stop the bot in order; then each part of each run stands once, finished.

        Returns what the bot has said in the thread.
        """
        await self.ended(channel, root, runs=runs)
        code = await self.bot.stop()
        assert code == 0, f"it stopped with {code}: {''.join(self.bot.log[-5:])}"
        said = self.bot_messages(channel, root)
        assert [each.plain for each in said if not is_final(each)] == []
        assert doubled(said) == {}
        assert len(self.mains(channel, root)) == runs
        assert self.slack.lost == [each for each in self.slack.lost if each.kind != "events_api"], (
            "Slack gave up on an event"
        )
        return said

    async def has_runs(self, **states: int) -> None:
        """Wait until the bot keeps exactly so many runs in each state, as /metrics says."""
        async with aiohttp.ClientSession() as session, asyncio.timeout(15):
            while await _runs(session, self.port) != states:
                pass  # each look is a request, which gives way to everything else

    def begun(self) -> set[str]:
        """The runs whose invoke was marked as begun and has no outcome on disk (bot stopped)."""
        with closing(sqlite3.connect(self.folder / "bot.db")) as database:
            rows = database.execute("SELECT run FROM owed WHERE kind = 'invoke' AND begun = 1")
            return {run for (run,) in rows}


@asynccontextmanager
async def mortal_service(
    folder: Path,
    mode: Mode = "socket",
    *,
    pace: float = 0.05,
    toml: str = BOT_TOML,
    grant: str = "client_credentials",
) -> AsyncIterator[MortalService]:
    """Both servers, and a bot that is yet to be started; it is stopped in the end."""
    clock = Clock()  # that of the servers: the bot has its own
    async with (
        FusionServer(pace=pace, clock=clock.seconds) as fusion,
        SlackServer(clock=clock) as slack,
    ):
        slack.retry_after = QUICK_RETRIES
        given = environment(slack, fusion, folder, mode, toml, grant)
        bot = BotProcess(given, arguments=(DYING_BOT, "serve"))
        if mode == "http":
            slack.deliver_to(f"http://127.0.0.1:{bot.port}/slack/events")
        try:
            yield MortalService(slack, fusion, bot.port, clock, read_settings(given), bot, folder)
        finally:
            await bot.stop()


async def _runs(session: aiohttp.ClientSession, port: int) -> dict[str, int]:
    async with session.get(f"http://127.0.0.1:{port}/metrics") as reply:
        lines = (await reply.text()).splitlines()
    found = [each.split('"') for each in lines if each.startswith("fusion_slack_runs{")]
    counts = {state: int(float(number.strip("} "))) for _, state, number in found}
    return {state: number for state, number in counts.items() if number}


def part_of(message: Message) -> tuple[str, str]:
    """The run and the part that a message of the bot is."""
    payload = (message.metadata or {}).get("event_payload") or {}
    return str(payload.get("run")), str(payload.get("part"))


def is_final(message: Message) -> bool:
    """Whether a message says how something ended."""
    return not UNFINISHED.intersection(message.buttons) and not any(
        word in message.plain for word in BETWEEN
    )


def doubled(messages: Iterable[Message]) -> dict[tuple[str, str], int]:
    """The parts that stand more than once."""
    return {part: n for part, n in Counter(map(part_of, messages)).items() if n > 1}


def tell(figures: str) -> None:
    """Figures to be cited: shown by `pytest -rA`."""
    print(figures)  # noqa: T201
