"""Two replicas on one PostgreSQL: any takes any work, and what one leaves the other takes over."""

import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.playground.clock import Clock
from bot.playground.fusion import FusionServer
from bot.playground.slack import SlackServer
from bot.settings import read_settings
from tests.faults.mortal import QUICK_RETRIES, MortalService, doubled, is_final, part_of, tell
from tests.postgres import PostgresServer
from tests.stories.service import ANNA, BOT_TOML, FINANCE, BotProcess, environment, service

KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="  # made up


@dataclass(frozen=True, slots=True)
class Pair(MortalService):
    """The stage with two bots on one database; `bot` is the first."""

    other: BotProcess

    async def ask(self, count: int, what: str = "hold") -> list[str]:
        """So many questions, each in a thread of its own; the threads."""
        return [
            await self.slack.say(ANNA, FINANCE, f"@Fusion {what} number {number}")
            for number in range(count)
        ]

    async def all_ended(self, roots: list[str]) -> None:
        """Each thread has its one end, each part of it once."""
        await self.slack.until(
            lambda: all(
                len(self.mains(FINANCE, root)) == 1
                and all(map(is_final, self.bot_messages(FINANCE, root)))
                for root in roots
            ),
            timeout=30,
            says="all threads come to an end",
        )
        said = [each for root in roots for each in self.bot_messages(FINANCE, root)]
        assert doubled(said) == {}
        asked = Counter(each.message for each in self.fusion.invocations)
        assert set(asked.values()) == {1}


@asynccontextmanager
async def a_pair(folder: Path, server: PostgresServer) -> AsyncIterator[Pair]:
    clock = Clock()
    async with (
        FusionServer(pace=0.05, clock=clock.seconds) as fusion,
        SlackServer(clock=clock) as slack,
        AsyncExitStack() as stack,
    ):
        slack.retry_after = QUICK_RETRIES
        given = environment(slack, fusion, folder, "socket", BOT_TOML)
        given |= {"DATABASE_URL": server.new_database(), "ENCRYPTION_KEYS": KEY}
        bots = BotProcess(given), BotProcess(given)
        for each in bots:
            await each.start()
            stack.push_async_callback(each.stop)
        await slack.until(lambda: slack.sockets.connections == 2)
        settings = read_settings(given)
        yield Pair(slack, fusion, bots[0].port, clock, settings, bots[0], folder, bots[1])


async def test_what_a_killed_replica_held_is_taken_over_in_time(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    async with a_pair(tmp_path, postgres_server) as pair:
        roots = await pair.ask(20)
        await pair.has_runs(running=20)
        await pair.bot.kill()
        killed_at = time.monotonic()
        pair.fusion.release_all()
        await pair.all_ended(roots)
        tell(f"the last of 20 was answered {time.monotonic() - killed_at:.1f} s after the kill")


async def test_each_event_that_comes_three_times_to_either_is_one_turn(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    async with a_pair(tmp_path, postgres_server) as pair:
        pair.slack.deliver_every(times=3)
        await pair.all_ended(await pair.ask(20, "echo"))
        assert len(pair.fusion.invocations) == 20


async def test_a_thread_keeps_its_order_whoever_takes_its_messages(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    async with a_pair(tmp_path, postgres_server) as pair:
        root = await pair.slack.say(ANNA, FINANCE, "@Fusion hold the first")
        await pair.fusion.wait_for_invocations(1)
        for number in range(4):
            await pair.slack.say(ANNA, FINANCE, f"@Fusion echo {number}", root)
            await pair.slack.settled()  # what is taken first comes first
        pair.fusion.release_all()
        await pair.ended(FINANCE, root, runs=5, timeout=30)
        asked = [each.message for each in pair.fusion.invocations]
        assert asked == ["hold the first", *(f"echo {number}" for number in range(4))]
        assert len({each.conversation_id for each in pair.fusion.invocations}) == 1


async def test_an_approval_is_decided_once_whichever_replica_hears_of_it(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    async with a_pair(tmp_path, postgres_server) as pair:
        roots = [
            await pair.slack.say(ANNA, FINANCE, f"@Fusion Approve invoice {number}")
            for number in range(4701, 4707)
        ]
        for root in roots:
            card = await pair.answered(FINANCE, root, "Your approval is needed")
            for _ in range(3):
                await pair.slack.click(
                    ANNA, card.ts, "approval_approve", channel=FINANCE, even_if_gone=True
                )
        await pair.all_ended(roots)
        decided = Counter(each.job_id for each in pair.fusion.decisions)
        assert len(decided) == len(roots)
        assert set(decided.values()) == {1}
        assert len(await pair.record()) == len(roots)


async def test_a_replica_that_stood_still_writes_nothing_when_it_goes_on(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    async with a_pair(tmp_path, postgres_server) as pair:
        roots = await pair.ask(12)
        await pair.has_runs(running=12)
        pair.bot.suspend()
        pair.fusion.release_all()
        await pair.all_ended(roots)  # by the other one alone, once the lease has run out
        written = len(written_to(pair))
        posts = len(pair.fusion.invocations)
        pair.bot.go_on()
        await pair.has_runs(complete=12)  # it answers again, and has let go of what it held
        more = await pair.ask(6, "echo")
        await pair.all_ended(more)
        new = written_to(pair)[written:]
        runs = {part_of(each)[0] for root in more for each in pair.bot_messages(FINANCE, root)}
        threads = {each.get("thread_ts") for each in new if "thread_ts" in each}
        assert threads <= set(more), "nothing was posted in the threads that were taken over"
        edited = {str(each["ts"]) for each in new if "ts" in each}
        assert edited <= {each.ts for root in more for each in pair.bot_messages(FINANCE, root)}
        assert len(pair.fusion.invocations) == posts + 6
        assert len(runs) == 6


def written_to(pair: Pair) -> list[dict[str, object]]:
    """What was posted and edited, oldest first."""
    return [
        call.arguments
        for call in pair.slack.calls
        if call.method in {"chat.postMessage", "chat.update"}
    ]


async def test_a_database_that_cuts_all_connections_loses_nothing(
    tmp_path: Path, postgres_server: PostgresServer
) -> None:
    more = {"DATABASE_URL": postgres_server.new_database(), "ENCRYPTION_KEYS": KEY}
    async with service(tmp_path, more=more) as house:
        roots = [
            await house.slack.say(ANNA, FINANCE, f"@Fusion hold {number}") for number in range(5)
        ]
        await house.fusion.wait_for_invocations(5)
        for _ in range(3):
            await postgres_server.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
        house.fusion.release_all()
        later = await house.slack.say(ANNA, FINANCE, "@Fusion echo afterwards")
        for root in (*roots, later):
            await house.slack.until(
                lambda root=root: any(  # type: ignore[misc]
                    "echo: " in each.plain or "released" in each.plain.lower()
                    for each in house.bot_messages(FINANCE, root)
                ),
                timeout=20,
            )
        assert len(house.fusion.invocations) == 6
        assert all(len(house.bot_messages(FINANCE, root)) == 1 for root in (*roots, later))
