"""kill -9 around an approval and its decision: what landed goes on, what did not is asked again."""

from pathlib import Path

import pytest

from bot.playground.fusion import FaultKind
from tests.faults.mortal import MortalService, mortal_service
from tests.stories.service import ANNA, FINANCE, GENERAL, Mode

INVOICE = "Approve invoice 4711"
PAID = "goes out with the next payment run"
CARD = "Your approval is needed"


async def ask(house: MortalService, text: str) -> str:
    return await house.slack.say(ANNA, FINANCE, f"@Fusion {text}")


@pytest.mark.parametrize(
    ("at", "on"),
    [
        ("before:store.save.waiting", 1),
        ("after:store.save.waiting", 1),
        ("before:slack.chat.postMessage", 2),
        ("after:slack.chat.postMessage", 2),
        ("after:store.note.approval:1", 2),
    ],
)
async def test_an_approval_is_shown_once_and_can_be_decided(
    tmp_path: Path, at: str, on: int
) -> None:
    async with mortal_service(tmp_path) as house:
        await house.bot.start(DIE_AT=at, DIE_ON=str(on))
        root = await ask(house, INVOICE)
        await house.dies()
        await house.bot.start()
        await decide(house, root)
        await house.answered(FINANCE, root, PAID)
        await rests_decided(house, root)


@pytest.mark.parametrize(
    ("mode", "at", "on", "taken"),
    [
        ("socket", "after:store.save.resuming", 1, False),
        ("http", "after:bolt.block_actions", 1, False),
        ("socket", "before:store.begin.resume", 1, None),
        ("socket", "after:fusion.resume", 1, None),
        ("socket", "after:store.save.running", 2, None),
        ("socket", "after:store.save.complete", 1, True),
    ],
)
async def test_a_decision_that_was_kept_reaches_fusion_once(
    tmp_path: Path, mode: Mode, at: str, on: int, taken: bool | None
) -> None:
    async with mortal_service(tmp_path, mode) as house:
        await house.bot.start(DIE_AT=at, DIE_ON=str(on))
        root = await ask(house, INVOICE)
        card = await house.answered(FINANCE, root, CARD)
        clicked = await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        assert taken is None or clicked.ok is taken
        await house.dies()
        await house.bot.start()
        await house.answered(FINANCE, root, PAID)
        await rests_decided(house, root)


async def test_a_decision_that_is_on_its_way_is_looked_up(tmp_path: Path) -> None:
    async with mortal_service(tmp_path) as house:
        await house.bot.start()
        root = await ask(house, INVOICE)
        card = await house.answered(FINANCE, root, CARD)
        house.fusion.faults.add(FaultKind.SLOW, "invoke", seconds=30)
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.fusion.wait_for_decisions(1)
        await house.bot.kill()
        await house.bot.start()
        await house.answered(FINANCE, root, PAID)
        await rests_decided(house, root)


async def test_a_decision_whose_job_ended_in_silence_is_not_called_finished(tmp_path: Path) -> None:
    """HR's agent team goes on in a new job, and only the lost reply named it."""
    async with mortal_service(tmp_path) as house:
        await house.bot.start(DIE_AT="after:fusion.resume")
        root = await house.slack.say(ANNA, GENERAL, "@Fusion Approve leave for Rosa")
        card = await house.answered(GENERAL, root, CARD)
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=GENERAL)
        await house.dies()
        await house.bot.start()
        await house.answered(GENERAL, root, "its reply to the decision was lost")
        said = await house.rests(GENERAL, root)
        assert "Approved by" in said[1].plain
        assert len(house.fusion.decisions) == 1


async def test_a_decision_that_was_never_sent_opens_the_card_again_and_says_so(
    tmp_path: Path,
) -> None:
    async with mortal_service(tmp_path) as house:
        await house.bot.start(DIE_AT="after:store.begin.resume")
        root = await ask(house, INVOICE)
        await decide(house, root)
        await house.dies()
        assert house.fusion.decisions == []
        await house.bot.start()
        await house.answered(FINANCE, root, "did not confirm the decision")
        await decide(house, root)
        await house.answered(FINANCE, root, PAID)
        await rests_decided(house, root)


async def test_a_click_that_was_not_kept_can_be_repeated(tmp_path: Path) -> None:
    async with mortal_service(tmp_path) as house:
        await house.bot.start(DIE_AT="before:store.save.resuming")
        root = await ask(house, INVOICE)
        card = await house.answered(FINANCE, root, CARD)
        assert not await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.dies()
        await house.bot.start()
        await decide(house, root)
        await house.answered(FINANCE, root, PAID)
        await rests_decided(house, root)


async def decide(house: MortalService, root: str) -> None:
    """Click Approve as soon as it is there."""
    card = await house.answered(FINANCE, root, CARD)
    await house.slack.until(
        lambda: "approval_approve" in card.buttons, says="the card can be decided"
    )
    await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)


async def rests_decided(house: MortalService, root: str) -> None:
    """One answer, one card that says who decided, one invocation, one decision."""
    said = await house.rests(FINANCE, root)
    assert len(said) == 2
    assert "Approved by" in said[1].plain
    assert len(house.fusion.invocations) == 1
    assert [each.action.value for each in house.fusion.decisions] == ["approve"]
