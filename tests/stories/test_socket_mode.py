"""Socket Mode on a bad day: the bot comes back soon, on one connection, and says when it is deaf."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.app import running
from bot.playground.fusion import FusionServer
from bot.playground.slack import SlackServer
from bot.playground.slack.faults import Kind
from bot.settings import Settings, read_settings
from bot.slack.installing.preflight import SlackNotReady
from tests.stories.service import ANNA, FINANCE, Service, environment, service


async def reconnected(house: Service, connections_before: int) -> None:
    """Return when another connection than those before is open: sooner than the SDK would look."""
    await house.slack.until(
        lambda: house.slack.sockets.opened > connections_before and house.slack.connections == 1,
        timeout=6,
        says="the bot should come back on one new connection",
    )


async def assert_hears(house: Service, question: str) -> None:
    """A question said now is asked once, and answered in one message."""
    asked_before = len(house.fusion.invocations)
    root = await house.slack.say(ANNA, FINANCE, f"@Fusion {question}")
    await house.answered(FINANCE, root, f"echo: {question}")
    await house.slack.settled()
    assert len(house.fusion.invocations) == asked_before + 1
    assert len(house.bot_messages(FINANCE, root)) == 1


async def test_two_requests_for_a_new_connection_leave_one_connection(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        opened = house.slack.sockets.opened
        await asyncio.gather(house.slack.disconnect("warning"), house.slack.disconnect())
        await reconnected(house, opened)
        await house.slack.until(lambda: house.slack.connections == 1)
        await assert_hears(house, "echo after two requests")


async def test_a_connection_that_breaks_at_any_moment_loses_and_repeats_nothing(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        roots = []
        for turn in range(3):
            await house.slack.connected()
            roots.append(await house.slack.say(ANNA, FINANCE, f"@Fusion echo in turn {turn}"))
            for _ in range(turn * 3):
                await asyncio.sleep(0)  # a little later each time: sent, taken, acknowledged
            house.slack.cut_sockets()
        for turn, root in enumerate(roots):
            await house.answered(FINANCE, root, f"echo: echo in turn {turn}")
        await house.slack.settled()
        assert not house.slack.lost
        assert len(house.fusion.invocations) == len(roots)
        assert [len(house.bot_messages(FINANCE, root)) for root in roots] == [1] * len(roots)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("error", {"error": "internal_error"}),
        ("drop_before", {}),
        ("rate_limited", {"retry_after": 1}),
    ],
)
async def test_a_connection_that_slack_does_not_give_is_asked_for_again(
    tmp_path: Path, kind: Kind, options: dict[str, Any]
) -> None:
    async with service(tmp_path) as house:
        opened = house.slack.sockets.opened
        refusals = house.slack.faults.add("apps.connections.open", kind, **options)
        house.slack.cut_sockets()
        await reconnected(house, opened)
        assert refusals.struck == 1
        await assert_hears(house, "echo at last")


async def test_the_bot_is_not_ready_while_slack_cannot_reach_it(tmp_path: Path) -> None:
    async with service(tmp_path) as house, aiohttp.ClientSession() as http:
        ready = f"http://127.0.0.1:{house.port}/readyz"
        async with http.get(ready) as reply:
            assert reply.status == 200
        opened = house.slack.sockets.opened
        house.slack.down = True
        house.slack.cut_sockets()
        await house.slack.until(lambda: not house.slack.connections)
        async with http.get(ready) as reply:
            assert reply.status == 503
            assert (await reply.json())["slack"] is False
        house.slack.down = False
        await reconnected(house, opened)
        async with http.get(ready) as reply:
            assert reply.status == 200


async def test_a_slack_that_is_not_there_ends_the_start_at_once(tmp_path: Path) -> None:
    async with FusionServer() as fusion:
        async with SlackServer() as slack:
            settings = read_settings(environment(slack, fusion, tmp_path, "socket"))
        async with asyncio.timeout(2):
            with pytest.raises(SlackNotReady, match="Slack cannot be reached at http"):
                await start(settings)


async def start(settings: Settings) -> None:
    async with running(settings):
        pytest.fail("it runs")
