"""Jobs that wait: for a decision, a change, a text, somebody elsewhere, a time."""

from pathlib import Path

import pytest

from bot.playground.slack import Message
from tests.stories.service import ANNA, BOT_TOML, FINANCE, GENERAL, Mode, Service, is_over, service

MODES: tuple[Mode, ...] = ("socket", "http")
RESUME = BOT_TOML + '\n[approvals]\nstrategy = "resume"\n'


async def card_of(house: Service, question: str, says: str, channel: str = FINANCE) -> Message:
    root = await house.slack.say(ANNA, channel, f"@Fusion {question}")
    return await house.answered(channel, root, says)


async def says(house: Service, card: Message, text: str) -> None:
    await house.slack.until(lambda: text in card.plain, says=f"the card should say {text}")


def main_message(house: Service, card: Message) -> Message:
    return house.bot_messages(card.channel, card.thread_ts or "")[0]


@pytest.mark.parametrize("toml", [BOT_TOML, RESUME], ids=["message", "resume"])
@pytest.mark.parametrize(
    ("verb", "word", "ending"),
    [("approve", "Approved by", "approved"), ("reject", "Rejected by", "rejected")],
)
async def test_a_decision_is_sent_and_the_card_keeps_what_it_was_about(
    tmp_path: Path, toml: str, verb: str, word: str, ending: str
) -> None:
    async with service(tmp_path, toml=toml) as house:
        card = await card_of(house, "Approve invoice 4711", "Your approval is needed")
        await house.slack.click(ANNA, card.ts, f"approval_{verb}", channel=FINANCE)
        await house.slack.until(lambda: ending in main_message(house, card).plain)
        await house.slack.until(lambda: word in card.plain)
        assert card.buttons == []
        assert "Lindqvist Paper AB" in card.plain
        assert [each.action for each in house.fusion.decisions] == [verb]
        assert is_over(main_message(house, card))


async def test_a_job_that_goes_on_under_another_id_is_followed(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        card = await card_of(house, "Approve leave for Rosa", "Your approval is needed", GENERAL)
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=GENERAL)
        await house.slack.until(lambda: "approved" in main_message(house, card).plain.lower())
        assert len(house.fusion.jobs) == 2


@pytest.mark.parametrize("mode", MODES)
async def test_changes_are_asked_for_in_words_round_by_round(tmp_path: Path, mode: Mode) -> None:
    async with service(tmp_path, mode) as house:
        card = await card_of(house, "Change the budget", "Round 1")
        root = card.thread_ts or ""
        for number, change in enumerate(("5 % less", "another cost centre"), 1):
            card = await house.answered(FINANCE, root, f"Round {number} of 3")
            await house.slack.click(ANNA, card.ts, "approval_reply", channel=FINANCE)
            await house.slack.submit(ANNA, "approval_reply", {"approval_text": change})
            await says(house, card, "Change requested by")
            assert change in card.plain
        card = await house.answered(FINANCE, root, "Round 3 of 3")
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.fusion.wait_for_decisions(3, 10)
        assert [each.action for each in house.fusion.decisions] == ["reply", "reply", "approve"]


async def test_an_agent_that_asks_back_gets_the_typed_reply(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        card = await card_of(house, "Ask me something", "A reply is needed")
        assert card.buttons == ["approval_reply", "approval_details"]
        await house.slack.click(ANNA, card.ts, "approval_reply", channel=FINANCE)
        refused = await house.slack.submit(ANNA, "approval_reply", {"approval_text": "  "})
        assert not house.fusion.decisions
        assert "Write what should be sent." in str(refused.body)
        await house.slack.submit(ANNA, "approval_reply", {"approval_text": "Cost centre 4410"})
        await house.slack.until(lambda: "4410" in main_message(house, card).plain)


async def test_a_tool_call_without_any_details_can_be_confirmed(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        card = await card_of(house, "Confirm journal posting", "Your approval is needed")
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await says(house, card, "Approved by")
        await house.fusion.wait_for_decisions(1, 10)


@pytest.mark.parametrize(
    "question",
    ["Ask my manager by e-mail", "Run the approval process", "Wait for the nightly batch"],
)
async def test_what_chat_cannot_answer_has_no_buttons_and_goes_on_by_itself(
    tmp_path: Path, question: str
) -> None:
    async with service(tmp_path, pace=0.3) as house:
        card = await card_of(house, question, "aiting")
        root = card.thread_ts or card.ts
        waits = await house.slack.until(lambda: house.bot_messages(FINANCE, root)[1:])
        assert [each.buttons for each in waits] == [[]]
        await house.slack.until(lambda: "Went on" in waits[0].plain)
        await house.slack.until(lambda: is_over(house.bot_messages(FINANCE, root)[0]))


async def test_what_was_decided_elsewhere_closes_the_card(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        card = await card_of(house, "Approve invoice 4711", "Your approval is needed")
        (job,) = house.fusion.waiting_jobs()
        house.fusion.finish_elsewhere(job.id)
        await house.slack.until(lambda: "Decided elsewhere" in card.plain)
        assert card.buttons == []
        assert house.fusion.decisions == []


async def test_stopping_a_waiting_run_cancels_its_card(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        card = await card_of(house, "Approve invoice 4711", "Your approval is needed")
        await house.slack.click(ANNA, main_message(house, card).ts, "run_stop", channel=FINANCE)
        await house.slack.until(lambda: "Cancelled" in card.plain)
        assert card.buttons == []
        root = card.thread_ts or ""
        await house.slack.say(ANNA, FINANCE, "Approve", root)
        await house.answered(FINANCE, root, "echo")
        assert house.fusion.decisions == []  # the old job waits still, in another conversation
