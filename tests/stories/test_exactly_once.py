"""What is delivered more than once, or clicked more than once, happens once."""

import asyncio
from pathlib import Path

import pytest

from bot.playground.slack import Message
from tests.stories.service import ANNA, BEN, FINANCE, Mode, Service, service

MODES: tuple[Mode, ...] = ("socket", "http")


@pytest.mark.parametrize("mode", MODES)
async def test_a_mention_delivered_three_times_in_two_forms_is_asked_and_answered_once(
    tmp_path: Path, mode: Mode
) -> None:
    async with service(tmp_path, mode) as house:
        house.slack.deliver_every(times=3)
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Show me supplier spend")
        await house.answered(FINANCE, root, "Sources")
        await house.slack.settled()
        assert len(house.slack.deliveries) >= 6  # app_mention and message, three times each
        assert len(house.fusion.invocations) == 1
        assert len(house.bot_messages(FINANCE, root)) == 1


async def waiting_card(house: Service) -> tuple[str, Message]:
    root = await house.slack.say(ANNA, FINANCE, "@Fusion Approve invoice 4711")
    return root, await house.answered(FINANCE, root, "Your approval is needed")


@pytest.mark.parametrize("mode", MODES)
async def test_ten_clicks_by_two_people_are_one_decision(tmp_path: Path, mode: Mode) -> None:
    async with service(tmp_path, mode) as house:
        root, card = await waiting_card(house)
        await asyncio.gather(
            *(
                house.slack.click(
                    person, card.ts, f"approval_{verb}", channel=FINANCE, even_if_gone=True
                )
                for person in (BEN, ANNA)
                for verb in ("approve", "reject", "approve", "reject", "approve")
            )
        )
        await house.answered(FINANCE, root, "by <@U0ANNA>")
        await house.slack.until(
            lambda: (
                "approved" in house.bot_messages(FINANCE, root)[0].plain
                or "rejected" in house.bot_messages(FINANCE, root)[0].plain
            ),
            says="the job should go on",
        )
        assert len(house.fusion.decisions) == 1
        told = [each.text for each in house.slack.ephemerals(BEN)]
        assert told
        assert set(told) == {"Only <@U0ANNA> may decide this."}


async def test_who_comes_second_is_told_who_decided(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root, card = await waiting_card(house)
        await house.slack.click(ANNA, card.ts, "approval_reject", channel=FINANCE)
        await house.answered(FINANCE, root, "Rejected by")
        late = await house.slack.click(
            ANNA, card.ts, "approval_approve", channel=FINANCE, even_if_gone=True
        )
        assert late.ok
        await house.slack.until(lambda: house.slack.ephemerals(ANNA))
        assert "has decided this already" in house.slack.ephemerals(ANNA)[-1].text
        decisions = await house.fusion.wait_for_decisions(1)
        assert [each.action for each in decisions] == ["reject"]


async def test_ask_again_is_asked_once_however_often_it_is_clicked(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Fail, please")
        card = await house.answered(FINANCE, root, "could not finish")
        for _ in range(3):
            await house.slack.click(ANNA, card.ts, "run_again", channel=FINANCE, even_if_gone=True)
        await house.slack.until(
            lambda: (
                len([e for e in house.bot_messages(FINANCE, root) if "could not finish" in e.plain])
                == 2
            ),
            says="the second run should fail too",
        )
        assert len(house.fusion.invocations) == 2
