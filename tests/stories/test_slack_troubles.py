"""Where Slack closes a door, the bot finds another: nothing is lost, nothing comes twice."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.playground.fusion.texts import long_report
from bot.playground.slack import Message
from bot.playground.slack.world import Channel
from tests.stories.service import ANNA, FINANCE, Service, is_over, service

ANNAS_MESSAGES = "D0ANNA"


def archive(channel: Channel) -> None:
    channel.is_archived = True


def remove_the_bot(channel: Channel) -> None:
    channel.bot_is_member = False


CLOSED = pytest.mark.parametrize("close", [archive, remove_the_bot])


async def ask(house: Service, question: str) -> str:
    return await house.slack.say(ANNA, FINANCE, f"@Fusion {question}")


async def told_directly(house: Service, text: str) -> Message:
    """The bot's direct message to Anna that says this."""
    return await house.slack.until(
        lambda: next(
            (each for each in house.slack.messages(ANNAS_MESSAGES) if text in each.plain), None
        ),
        says=f"“{text}” in a direct message",
    )


@CLOSED
async def test_an_approval_of_a_closed_channel_is_decided_in_a_direct_message(
    tmp_path: Path, close: Callable[[Channel], None]
) -> None:
    async with service(tmp_path, pace=0.5) as house:
        root = await ask(house, "Approve invoice 4711")
        await house.answered(FINANCE, root, "Finance Desk")
        close(house.slack.channel(FINANCE))
        card = await told_directly(house, "Your approval is needed")
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=ANNAS_MESSAGES)
        await told_directly(house, "Invoice 4711 was **approved**")
        await told_directly(house, "Approved by <@U0ANNA>")
        assert [each.action for each in house.fusion.decisions] == ["approve"]
        first, *rest = house.slack.messages(ANNAS_MESSAGES)
        assert "I cannot write in <#C0FINANCE>" in first.plain
        assert {each.thread_ts for each in rest} == {first.ts}
        assert len(rest) == 2


@CLOSED
async def test_what_was_queued_in_a_closed_channel_is_answered_beside_its_question(
    tmp_path: Path, close: Callable[[Channel], None]
) -> None:
    async with service(tmp_path) as house:
        root = await ask(house, "hold the line")
        await house.fusion.wait_for_invocations(1)
        await house.slack.say(ANNA, FINANCE, "echo the second question", root)
        await house.answered(FINANCE, root, "Queued: one question")
        close(house.slack.channel(FINANCE))
        house.fusion.release_all()
        await told_directly(house, "echo: hold the line")
        await told_directly(house, "echo: echo the second question")
        await house.slack.until(
            lambda: all(is_over(each) for each in house.slack.messages(ANNAS_MESSAGES))
        )
        asked = [
            line
            for each in house.slack.messages(ANNAS_MESSAGES)
            for line in each.plain.splitlines()
            if line.removeprefix("> ") in {"hold the line", "echo the second question"}
        ]
        assert len(asked) == 2
        assert len(house.fusion.invocations) == 2


async def test_while_slack_fails_from_the_question_on_the_answer_waits_and_comes_once(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        before = await ask(house, "echo the calm")
        await house.answered(FINANCE, before, "echo: echo the calm")  # so Anna is known by now
        failing = house.slack.faults.percent("*", 100, "http_status", status=503)
        root = await ask(house, "hold through the storm")
        await house.being_read(2)
        await house.slack.until(lambda: failing.struck >= 2)
        assert not house.bot_messages(FINANCE, root)
        house.fusion.release_all()
        house.slack.faults.clear()
        answer = await house.answered(FINANCE, root, "echo: hold through the storm")
        await house.slack.settled()
        assert house.bot_messages(FINANCE, root) == [answer]
        assert len(house.fusion.invocations) == 2


async def test_where_the_bot_may_not_look_for_a_message_it_posts_it_again(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        house.slack.scopes -= {"channels:history"}
        house.slack.faults.add("chat.postMessage", "drop_before")
        root = await ask(house, "echo without a look")
        await house.answered(FINANCE, root, "echo: echo without a look")
        assert house.slack.calls_of("conversations.replies")[-1].error == "missing_scope"
        assert len(house.bot_messages(FINANCE, root)) == 1


async def test_a_form_that_slack_does_not_open_is_admitted_and_opens_at_the_next_click(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        root = await ask(house, "Ask me something")
        card = await house.answered(FINANCE, root, "A reply is needed")
        house.slack.faults.add("views.open", "error", error="expired_trigger_id")
        await house.slack.click(ANNA, card.ts, "approval_reply", channel=FINANCE)
        (told,) = await house.slack.until(lambda: house.slack.ephemerals(ANNA))
        assert told.text == "The form could not be opened. Please click again."
        await house.slack.click(ANNA, card.ts, "approval_reply", channel=FINANCE)
        await house.slack.submit(ANNA, "approval_reply", {"approval_text": "4410"})
        await house.answered(FINANCE, root, "I noted this cost centre: 4410")


async def test_a_report_that_slack_takes_in_no_newer_blocks_comes_whole_in_plain_ones(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        house.slack.faults.add("chat.update", "error", error="invalid_blocks")
        for number in range(1, 9):  # every second post: the first try of each further part
            house.slack.faults.add(
                "chat.postMessage", "error", after=number, error="invalid_blocks"
            )
        root = await ask(house, "Write the long report")
        await house.answered(FINANCE, root, "End of the report.")
        messages = house.bot_messages(FINANCE, root)
        kinds = {block["type"] for each in messages for block in each.blocks}
        assert kinds <= {"section", "context", "divider", "header", "actions"}
        shown = iter(words("\n".join(each.plain for each in messages)))
        lost = [word for word in words(long_report()) if word not in shown]
        assert not lost


def words(markdown: str) -> list[str]:
    """The words of a text without its markup: neither addresses nor the languages of code."""
    text = re.sub(r"\]\([^)]*\)|^```\w*$", " ", markdown, flags=re.MULTILINE)
    return re.findall(r"\w+", text)


async def test_reports_that_come_at_once_keep_within_what_slack_grants(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        house.slack.limits(enabled=True, minute=20)
        roots = [await ask(house, "Write the long report") for _ in range(2)]
        for root in roots:
            await house.answered(FINANCE, root, "End of the report.", timeout=40)
        assert any(call.error == "ratelimited" for call in house.slack.calls)
        for root in roots:
            parts = [
                each.metadata["event_payload"]["part"]
                for each in house.bot_messages(FINANCE, root)
                if each.metadata
            ]
            assert parts == ["main", *(f"answer:{n}" for n in range(2, len(parts) + 1))]
