"""Slack loses replies, refuses, limits and forgets: each message still comes, and comes once."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.playground.slack import Message
from tests.stories.service import ANNA, FINANCE, Service, service

ANNAS_MESSAGES = "D0ANNA"
LOST_REPLIES = pytest.mark.parametrize("fault", ["drop_before", "drop_after"])


async def ask(house: Service, question: str) -> str:
    return await house.slack.say(ANNA, FINANCE, f"@Fusion {question}")


def remove(house: Service, message: Message) -> None:
    """A message goes, as when an administrator deletes it."""
    house.slack.workspace.delete(message)


def posts(house: Service) -> Counter[str]:
    """How often each part of the bot's messages stands in the channel."""
    payloads = [
        (each.metadata or {}).get("event_payload") for each in house.slack.messages(FINANCE)
    ]
    return Counter(each["part"] for each in payloads if each)


@LOST_REPLIES
async def test_a_lost_reply_to_the_placeholder_leaves_one_message(
    tmp_path: Path, fault: str
) -> None:
    async with service(tmp_path) as house:
        lost = house.slack.faults.add("chat.postMessage", fault)  # type: ignore[arg-type]
        root = await ask(house, "What is our travel policy?")
        await house.answered(FINANCE, root, "Sources")
        assert lost.struck == 1
        assert len(house.bot_messages(FINANCE, root)) == 1
        assert posts(house) == {"main": 1}


@LOST_REPLIES
async def test_a_lost_reply_to_an_approval_leaves_one_card(tmp_path: Path, fault: str) -> None:
    async with service(tmp_path) as house:
        lost = house.slack.faults.add("chat.postMessage", fault, after=1)  # type: ignore[arg-type]
        root = await ask(house, "Approve invoice 4711")
        card = await house.answered(FINANCE, root, "Your approval is needed")
        await house.slack.until(lambda: lost.struck)
        await house.slack.click(ANNA, card.ts, "approval_approve", channel=FINANCE)
        await house.answered(FINANCE, root, "Invoice 4711 was **approved**")
        await house.answered(FINANCE, root, ":white_check_mark: Approved by")
        assert posts(house) == {"main": 1, "approval:1": 1}


@LOST_REPLIES
async def test_a_lost_reply_to_a_further_part_of_an_answer_leaves_each_once(
    tmp_path: Path, fault: str
) -> None:
    async with service(tmp_path) as house:
        lost = house.slack.faults.add("chat.postMessage", fault, after=2)  # type: ignore[arg-type]
        root = await ask(house, "Write the long report")
        await house.answered(FINANCE, root, "End of the report.")
        assert lost.struck == 1
        assert set(posts(house).values()) == {1}
        assert len(posts(house)) == len(house.bot_messages(FINANCE, root)) > 2


@LOST_REPLIES
async def test_a_lost_reply_to_the_first_message_of_a_command_leaves_one_thread(
    tmp_path: Path, fault: str
) -> None:
    async with service(tmp_path) as house:
        house.slack.faults.add("chat.postMessage", fault)  # type: ignore[arg-type]
        await house.slack.command(ANNA, FINANCE, "/fusion", "ask What is our travel policy?")
        await house.slack.until(
            lambda: any("Sources" in each.plain for each in house.slack.messages(FINANCE)),
            says="an answer",
        )
        assert posts(house) == {"root": 1, "main": 1}


@LOST_REPLIES
async def test_a_lost_edit_is_made_again(tmp_path: Path, fault: str) -> None:
    async with service(tmp_path) as house:
        lost = house.slack.faults.add("chat.update", fault, times=2)  # type: ignore[arg-type]
        root = await ask(house, "What is our travel policy?")
        await house.answered(FINANCE, root, "Sources")
        await house.slack.until(lambda: lost.struck == 2)
        assert len(house.bot_messages(FINANCE, root)) == 1


async def test_an_answer_whose_placeholder_was_deleted_is_posted_anew(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await ask(house, "hold the line")
        remove(house, await house.answered(FINANCE, root, "Asking"))
        await house.being_read()
        house.fusion.release_all()
        answer = await house.answered(FINANCE, root, "echo: hold the line")
        assert house.bot_messages(FINANCE, root) == [answer]


async def test_a_card_that_was_deleted_is_posted_anew_when_something_becomes_of_it(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        root = await ask(house, "Approve invoice 4711")
        remove(house, await house.answered(FINANCE, root, "Your approval is needed"))
        (job,) = house.fusion.waiting_jobs()
        house.fusion.finish_elsewhere(job.id)
        await house.answered(FINANCE, root, "Decided elsewhere")
        assert posts(house) == {"main": 1, "approval:1": 1}


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_too_long", "msg_blocks_too_long"])
async def test_blocks_that_slack_does_not_know_are_drawn_plainer(
    tmp_path: Path, error: str
) -> None:
    async with service(tmp_path) as house:
        root = await ask(house, "hold Supplier")
        await house.answered(FINANCE, root, "Asking")
        await house.being_read()
        house.slack.faults.add("chat.update", "error", error=error)
        house.fusion.release_all()
        answer = await house.answered(FINANCE, root, "echo: hold Supplier")
        assert {each["type"] for each in answer.blocks} <= {"section", "context", "actions"}


async def test_a_table_that_slack_does_not_know_is_still_readable(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        house.slack.faults.add("chat.update", "error", error="invalid_blocks")
        root = await ask(house, "Show me supplier spend")
        answer = await house.answered(FINANCE, root, "Lindqvist")
        assert "table" not in [each["type"] for each in answer.blocks]
        assert "Nakamura Logistics | 131 | 388,950" in answer.plain


async def test_with_a_third_of_all_calls_limited_twenty_conversations_are_all_answered(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        limited = house.slack.faults.percent("chat.*", 30, "rate_limited", retry_after=0.1)
        roots = [await ask(house, f"echo number {number} of many") for number in range(20)]
        await asyncio.gather(
            *(
                house.answered(FINANCE, root, f"echo: echo number {number} of many", timeout=30)
                for number, root in enumerate(roots)
            )
        )
        assert limited.struck > 5
        assert len(house.fusion.invocations) == 20
        assert [len(house.bot_messages(FINANCE, root)) for root in roots] == [1] * 20


async def test_an_answer_for_a_channel_that_was_archived_comes_in_a_direct_message(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        root = await ask(house, "hold the line")
        await house.answered(FINANCE, root, "Asking")
        await house.being_read()
        house.slack.channel(FINANCE).is_archived = True
        house.fusion.release_all()
        answer = await house.slack.until(
            said(house, ANNAS_MESSAGES, "echo: hold the line"), says="the answer in a DM"
        )
        first = house.slack.message(ANNAS_MESSAGES, str(answer.thread_ts))
        assert "I cannot write in <#C0FINANCE>, so the answer comes here." in first.plain
        assert "&gt; hold the line" in first.text or "> hold the line" in first.text
        assert len(house.slack.messages(ANNAS_MESSAGES)) == 2
        await house.slack.say(ANNA, ANNAS_MESSAGES, "What did I ask before?", first.ts)
        await house.slack.until(said(house, ANNAS_MESSAGES, "You asked before: hold the line"))


def said(house: Service, channel: str, text: str) -> Callable[[], Message | None]:
    return lambda: next(
        (each for each in house.slack.messages(channel) if each.bot_id and text in each.plain),
        None,
    )


async def test_an_answer_outlasts_a_slack_that_is_down(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await ask(house, "hold the line")
        await house.answered(FINANCE, root, "Asking")
        await house.being_read()
        down = house.slack.faults.add("chat.*", "http_status", times=2, status=503)
        house.fusion.release_all()
        await house.answered(FINANCE, root, "echo: hold the line")
        assert down.struck == 2
        assert len(house.bot_messages(FINANCE, root)) == 1
