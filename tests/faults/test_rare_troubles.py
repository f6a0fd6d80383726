"""What happens once a year: a full disk, a connection that is dead and does not know, clocks that jump."""

import resource
from datetime import timedelta
from pathlib import Path

import pytest

from bot.slack import socket_mode
from tests.faults.mortal import mortal_service
from tests.stories.service import ANNA, FINANCE, service

HOUR = timedelta(hours=1)


async def test_while_the_disk_is_full_nothing_is_pretended_and_then_it_goes_on(
    tmp_path: Path,
) -> None:
    async with mortal_service(tmp_path) as house:
        await house.bot.start()
        before = await house.slack.say(ANNA, FINANCE, "@Fusion hold the line")
        await house.has_runs(running=1)
        most = (tmp_path / "bot.db-wal").stat().st_size
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(house.bot.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        during = await house.slack.say(ANNA, FINANCE, "@Fusion echo during")
        await house.slack.until(
            lambda: any(len(each.failures) > 1 for each in house.slack.deliveries), timeout=20
        )
        assert house.bot.is_running
        assert not house.bot_messages(FINANCE, during), "what is not kept is not begun"
        resource.prlimit(house.bot.pid, resource.RLIMIT_FSIZE, unlimited)
        await house.answered(FINANCE, during, "echo: echo during", timeout=30)
        house.fusion.release_all()
        await house.rests(FINANCE, before)
        assert len(house.bot_messages(FINANCE, during)) == 1
        assert len(house.fusion.invocations) == 2


async def test_a_connection_that_is_dead_without_a_word_is_missed_and_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_mode, "PING_INTERVAL", 0.4)
    async with service(tmp_path) as house:
        house.slack.ack_within = 0.5
        house.slack.retry_after = (0.1,) * 30
        opened = house.slack.sockets.opened
        house.slack.sockets.deafen()
        root = await house.slack.say(ANNA, FINANCE, "@Fusion echo hello")
        await house.answered(FINANCE, root, "echo: echo hello")
        await house.slack.until(lambda: house.slack.sockets.opened > opened)
        await house.slack.settled()
        assert len(house.fusion.invocations) == 1
        assert len(house.bot_messages(FINANCE, root)) == 1


@pytest.mark.parametrize("jump", [timedelta(minutes=-20), timedelta(minutes=20)])
async def test_a_clock_that_jumps_loses_and_doubles_nothing(
    tmp_path: Path, jump: timedelta
) -> None:
    async with service(tmp_path) as house:
        running = await house.slack.say(ANNA, FINANCE, "@Fusion hold the line")
        waiting = await house.slack.say(ANNA, FINANCE, "@Fusion Approve invoice 4711")
        card = await house.answered(FINANCE, waiting, "Your approval is needed")
        house.clock.forward(jump)
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        house.fusion.release_all()
        await house.answered(FINANCE, running, "echo: hold the line", timeout=30)
        await house.answered(FINANCE, waiting, "Invoice 4711 was **approved**", timeout=30)
        assert len(house.fusion.decisions) == 1
        assert len(house.fusion.invocations) == 2
        assert len(await house.record()) == 1


async def test_a_fusion_that_is_away_for_most_of_an_hour_is_waited_for(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion hold the line")
        await house.fusion.wait_for_invocations(1)
        await house.fusion.stop()
        await house.answered(FINANCE, root, "Fusion cannot be reached since")
        house.clock.forward(HOUR - timedelta(minutes=5))
        await house.fusion.start()
        house.fusion.release_all()
        await house.answered(FINANCE, root, "echo: hold the line", timeout=40)
        assert len(house.fusion.invocations) == 1
