"""What waits for a person: decided by a click, by words in a form, elsewhere, or not at all."""

from pathlib import Path

import pytest

from bot.playground.slack import Message
from tests.stories.service import ANNA, BEN, BOT_TOML, FINANCE, GENERAL, Service, service

RESUME = BOT_TOML + '\n[approvals]\nstrategy = "resume"\n'
BY_MESSAGE_AND_BY_RESUME = pytest.mark.parametrize(
    "toml", [BOT_TOML, RESUME], ids=["message", "resume"]
)
CHANGES = "approval_text"


async def waiting(house: Service, question: str, channel: str = FINANCE) -> tuple[str, Message]:
    """A thread whose job waits, and the card that says for what."""
    root = await house.slack.say(ANNA, channel, f"@Fusion {question}")
    card = await house.slack.until(
        lambda: next((each for each in house.bot_messages(channel, root)[1:]), None),
        says="the card of an approval",
    )
    return root, card


async def reply(house: Service, card: Message, text: str, person: str = ANNA) -> None:
    """Write something into the form that the card's button opens."""
    await house.slack.click(person, card.ts, "approval_reply", channel=card.channel)
    assert await house.slack.submit(person, "approval_reply", {CHANGES: text})
    assert not house.slack.views(person)


def decisions(house: Service) -> list[tuple[str, str]]:
    return [(each.action, each.comment) for each in house.fusion.decisions]


@BY_MESSAGE_AND_BY_RESUME
async def test_two_rounds_of_changes_are_requested_in_a_form_then_it_is_approved(
    tmp_path: Path, toml: str
) -> None:
    async with service(tmp_path, toml=toml) as house:
        root, first = await waiting(house, "Change the budget")
        assert first.buttons == ["approval_approve", "approval_reply", "approval_details"]
        await reply(house, first, "10 % less for travel\nand nothing for fairs")
        second = await house.answered(FINANCE, root, "revision 2")
        assert second.ts != first.ts
        assert "Change requested by <@U0ANNA>" in first.plain
        assert "\n> 10 % less for travel\n> and nothing for fairs" in first.plain
        assert not first.buttons
        assert "Round 2 of 3" in second.plain
        await reply(house, second, "more for <!channel> people")
        third = await house.answered(FINANCE, root, "revision 3")
        assert "more for &lt;!channel&gt; people" in second.plain
        await house.slack.click(ANNA, third.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "The budget was **approved** in revision 3")
        assert decisions(house) == [
            ("reply", "10 % less for travel\nand nothing for fairs"),
            ("reply", "more for <!channel> people"),
            ("approve", ""),
        ]


@BY_MESSAGE_AND_BY_RESUME
async def test_a_question_back_is_answered_in_a_form_and_never_by_typing(
    tmp_path: Path, toml: str
) -> None:
    async with service(tmp_path, toml=toml) as house:
        root, card = await waiting(house, "Ask me something")
        assert card.buttons == ["approval_reply", "approval_details"]
        await house.slack.say(ANNA, FINANCE, "echo 9999", root)
        await house.answered(FINANCE, root, "Queued: one question")
        assert not house.fusion.decisions
        await reply(house, card, "4410 Marketing")
        await house.answered(FINANCE, root, "I noted this cost centre: 4410 Marketing")
        await house.answered(FINANCE, root, "echo: echo 9999")
        assert decisions(house) == [("reply", "4410 Marketing")]


@BY_MESSAGE_AND_BY_RESUME
async def test_a_tool_call_without_details_can_be_confirmed(tmp_path: Path, toml: str) -> None:
    async with service(tmp_path, toml=toml) as house:
        root, card = await waiting(house, "Confirm journal posting")
        assert "POST_JOURNAL_BATCH" in card.plain or "Post journal" in card.plain
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "The journal was **posted**")
        assert decisions(house) == [("approve", "")]


async def test_an_approval_decided_elsewhere_closes_its_card(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root, card = await waiting(house, "Approve invoice 4711")
        (job,) = house.fusion.waiting_jobs()
        house.fusion.finish_elsewhere(job.id)
        await house.answered(FINANCE, root, "Invoice 4711 was **approved**")
        assert await house.answered(FINANCE, root, "Decided elsewhere <!date^") is card
        assert not card.buttons
        late = house.slack.click(
            ANNA, card.ts, "approval_reject", channel=FINANCE, even_if_gone=True
        )
        assert await late
        await house.slack.until(lambda: house.slack.ephemerals(ANNA))
        assert "This is not open any more" in house.slack.ephemerals(ANNA)[0].text
        assert not house.fusion.decisions


async def test_a_decision_that_comes_after_another_elsewhere_is_not_sent(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root, card = await waiting(house, "Approve invoice 4711")
        (job,) = house.fusion.waiting_jobs()
        house.fusion.faults.add("slow", on="status", seconds=0.2)
        house.fusion.finish_elsewhere(job.id, "reject")
        await house.slack.click(
            ANNA, card.ts, "approval_approve", channel=FINANCE, even_if_gone=True
        )
        await house.answered(FINANCE, root, "Invoice 4711 was **rejected**")
        assert await house.answered(FINANCE, root, "Decided elsewhere") is card
        assert not house.fusion.decisions


async def test_a_stranger_is_told_who_may_decide_and_opens_no_form(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        _, card = await waiting(house, "Change the budget")
        for button in ("approval_approve", "approval_reply"):
            assert await house.slack.click(BEN, card.ts, button, channel=FINANCE)
        await house.slack.until(lambda: len(house.slack.ephemerals(BEN)) == 2)
        assert {each.text for each in house.slack.ephemerals(BEN)} == {
            "Only <@U0ANNA> may decide this."
        }
        assert not house.slack.views(BEN)
        assert card.buttons == ["approval_approve", "approval_reply", "approval_details"]
        assert not house.fusion.decisions


async def test_a_form_that_was_open_when_somebody_else_decided_is_too_late(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root, card = await waiting(house, "Change the budget")
        await house.slack.click(ANNA, card.ts, "approval_reply", channel=FINANCE)
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "Approved by")
        await house.slack.submit(ANNA, "approval_reply", {CHANGES: "less"})
        await house.slack.until(lambda: house.slack.ephemerals(ANNA))
        assert house.slack.ephemerals(ANNA)[0].text == "<@U0ANNA> has decided this already."
        await house.answered(FINANCE, root, "The budget was **approved**")
        assert decisions(house) == [("approve", "")]


@BY_MESSAGE_AND_BY_RESUME
async def test_a_team_that_replies_with_a_new_job_is_followed_there(
    tmp_path: Path, toml: str
) -> None:
    async with service(tmp_path, toml=toml) as house:
        root, card = await waiting(house, "Approve leave for Rosa", GENERAL)
        assert "HR Help, asked by <@U0ANNA>" in card.plain
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=GENERAL)
        await house.answered(GENERAL, root, "The leave of Rosa Almeida was **approved**")
        assert len(house.fusion.jobs) == 2
        assert len(house.bot_messages(GENERAL, root)) == 2
        await house.slack.say(ANNA, GENERAL, "What did I ask before?", root)
        await house.answered(GENERAL, root, "You asked before: Approve leave for Rosa")
