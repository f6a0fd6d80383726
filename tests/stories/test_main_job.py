"""The main job, in both modes: a question in a thread becomes an answer."""

from pathlib import Path

import pytest

from tests.stories.service import ANNA, FINANCE, Mode, service

MODES: tuple[Mode, ...] = ("socket", "http")


@pytest.mark.parametrize("mode", MODES)
async def test_a_mention_becomes_an_answer_in_the_message_of_its_placeholder(
    tmp_path: Path, mode: Mode
) -> None:
    async with service(tmp_path, mode) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion What is our travel policy?")
        answer = await house.answered(FINANCE, root, "Sources")
        assert [each.ts for each in house.bot_messages(FINANCE, root)] == [answer.ts]
        assert "Asking *Finance Desk*" in answer.edited_versions[0].text
        assert [each.message for each in house.fusion.invocations] == ["What is our travel policy?"]


@pytest.mark.parametrize("mode", MODES)
async def test_an_approval_is_decided_by_a_click_and_the_job_goes_on(
    tmp_path: Path, mode: Mode
) -> None:
    async with service(tmp_path, mode) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion Approve invoice 4711")
        card = await house.answered(FINANCE, root, "Your approval is needed")
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "Approved by")
        assert len(await house.fusion.wait_for_decisions(1)) == 1
