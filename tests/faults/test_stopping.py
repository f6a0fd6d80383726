"""SIGTERM: the bot takes no more work, finishes what it does, and is gone within ten seconds."""

import asyncio
import time
from pathlib import Path

import pytest

from bot.playground.fusion import FaultKind
from tests.faults.mortal import MortalService, mortal_service, tell
from tests.stories.service import ANNA, FINANCE, Mode

QUESTION = "What is our travel policy?"
ANSWER = "Sources"
UNCERTAIN = "It was not sent twice"
MODES: tuple[Mode, ...] = ("socket", "http")
LONGEST_STOP = 10.0  # seconds
NEVER = 60.0  # seconds: longer than any of these tests


async def stops(house: MortalService) -> None:
    """Send SIGTERM, and see the process end well and in time."""
    began = time.monotonic()
    assert await house.bot.stop() == 0
    took = time.monotonic() - began
    assert took < LONGEST_STOP
    assert not [line for line in house.bot.log if "Traceback" in line or "exception" in line]
    tell(f"stopped after {took:.1f} s")


async def test_a_reply_that_comes_in_time_is_kept(tmp_path: Path) -> None:
    async with mortal_service(tmp_path) as house:
        house.fusion.faults.add(FaultKind.SLOW, "invoke", seconds=1.5)
        await house.bot.start()
        root = await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}")
        await house.fusion.wait_for_invocations(1)
        await stops(house)
        await house.bot.start()
        await house.answered(FINANCE, root, ANSWER)
        assert len(await house.rests(FINANCE, root)) == 1
        assert len(house.fusion.invocations) == 1


async def test_a_reply_that_does_not_come_in_time_leaves_the_question_uncertain(
    tmp_path: Path,
) -> None:
    async with mortal_service(tmp_path) as house:
        house.fusion.faults.add(FaultKind.SLOW, "invoke", seconds=NEVER)
        await house.bot.start(FUSION_TIMEOUT_SECONDS="120")
        root = await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}")
        await house.fusion.wait_for_invocations(1)
        await stops(house)
        await house.bot.start()
        await house.answered(FINANCE, root, UNCERTAIN)
        assert len(await house.rests(FINANCE, root)) == 1
        assert len(house.fusion.invocations) == 1


async def test_a_decision_whose_reply_comes_in_time_is_kept(tmp_path: Path) -> None:
    async with mortal_service(tmp_path) as house:
        await house.bot.start()
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Approve invoice 4711")
        card = await house.answered(FINANCE, root, "Your approval is needed")
        house.fusion.faults.add(FaultKind.SLOW, "invoke", seconds=1.5)
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.fusion.wait_for_decisions(1)
        await stops(house)
        await house.bot.start()
        await house.answered(FINANCE, root, "next payment run")
        said = await house.rests(FINANCE, root)
        assert "Approved by" in said[1].plain
        assert len(house.fusion.decisions) == 1


@pytest.mark.parametrize("mode", MODES)
async def test_what_is_said_around_the_stop_is_answered_by_who_comes_next(
    tmp_path: Path, mode: Mode
) -> None:
    async with mortal_service(tmp_path, mode) as house:
        await house.bot.start()
        texts = [f"question number {number}" for number in range(12)]
        roots = [await house.slack.say(ANNA, FINANCE, f"@Fusion {text}") for text in texts[:8]]
        await house.fusion.wait_for_invocations(1)
        await stops(house)
        roots += [await house.slack.say(ANNA, FINANCE, f"@Fusion {text}") for text in texts[8:]]
        await house.bot.start()
        for root, text in zip(roots, texts, strict=True):
            await house.answered(FINANCE, root, f"echo: {text}")
        await house.slack.settled()
        for root in roots:
            assert len(await house.rests(FINANCE, root)) == 1
        assert sorted(each.message for each in house.fusion.invocations) == sorted(texts)


@pytest.mark.parametrize("mode", MODES)
async def test_nothing_that_hangs_holds_the_stop_up(tmp_path: Path, mode: Mode) -> None:
    """A form, an edit and an invoke at once, each without a reply."""
    async with mortal_service(tmp_path, mode) as house:
        await house.bot.start(FUSION_TIMEOUT_SECONDS="120")
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Change the budget")
        card = await house.answered(FINANCE, root, "Your approval is needed")
        house.slack.faults.add("views.open", "slow", times=9, seconds=NEVER)
        house.slack.ack_within = 0.5
        assert not await house.slack.click(ANNA, card.ts, "approval_reply", channel=FINANCE)
        house.slack.faults.add("chat.update", "slow", times=1, seconds=NEVER)
        house.fusion.faults.add(FaultKind.SLOW, "invoke", times=2, seconds=NEVER)
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        other = await house.slack.say(ANNA, FINANCE, f"@Fusion {QUESTION}")
        await house.fusion.wait_for_invocations(2)
        await house.fusion.wait_for_decisions(1)
        await stops(house)
        await house.bot.start()
        await house.answered(FINANCE, root, "approved")
        await house.answered(FINANCE, other, UNCERTAIN)
        await house.rests(FINANCE, root)
        assert len(house.fusion.invocations) == 2
        assert len(house.fusion.decisions) == 1


async def test_a_start_that_hangs_can_be_stopped(tmp_path: Path) -> None:
    async with mortal_service(tmp_path) as house:
        refused = house.slack.faults.add("apps.connections.open", "error", after=1, times=1000)
        async with asyncio.TaskGroup() as tasks:
            starting = tasks.create_task(house.bot.start())
            await house.slack.until(lambda: refused.struck)
            await stops(house)
            await starting
        assert not any('"ready"' in line for line in house.bot.log)
