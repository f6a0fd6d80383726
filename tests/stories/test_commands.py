"""`/fusion …`: where no message of a person begins a thread."""

from pathlib import Path

import pytest

from bot.playground.slack import Message
from tests.stories.service import ANNA, BEN, FINANCE, Service, service

ANNAS_MESSAGES = "D0ANNA"


async def typed(house: Service, text: str, person: str = ANNA, channel: str = FINANCE) -> str:
    """What the person alone gets to read; empty where nothing is replied."""
    reply = await house.slack.command(person, channel, "/fusion", text)
    assert reply.ok, reply.error
    if not reply.body:
        return ""
    assert reply.body["response_type"] == "ephemeral"
    return str(reply.body["text"])


async def root_of(house: Service, text: str, channel: str = FINANCE) -> Message:
    """The message with which the bot begins a thread, as soon as it is there."""
    return await house.slack.until(
        lambda: next(
            (
                each
                for each in house.slack.messages(channel)
                if each.bot_id and not each.is_reply and text in each.plain
            ),
            None,
        ),
        says=f"a thread that begins with “{text}”",
    )


async def test_bare_text_asks_too_and_a_reply_goes_on(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        assert not await typed(house, "status of the invoices, please")
        root = await root_of(house, "status of the invoices, please")
        await house.answered(FINANCE, root.ts, "echo: status of the invoices, please")
        await house.slack.say(ANNA, FINANCE, "What did I ask before?", root.ts)
        await house.answered(FINANCE, root.ts, "You asked before: status of the invoices, please")


async def test_status_tells_only_what_is_ones_own(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        assert await typed(house, "status") == "Nothing is running for you."
        root = await house.slack.say(ANNA, FINANCE, "@Fusion hold the line & <wait>")
        await house.answered(FINANCE, root, "Asking")
        await house.being_read()
        await house.slack.say(ANNA, FINANCE, "and then this", root)
        await house.answered(FINANCE, root, "Queued")
        second, first = (await typed(house, "status")).splitlines()
        assert "*Finance Desk*: working since" in first
        assert "<#C0FINANCE> – <https://playground.slack.com/archives/C0FINANCE/p" in first
        assert first.endswith("|hold the line &amp; &lt;wait&gt;>")
        assert "queued since" in second
        assert await typed(house, "STATUS", BEN) == "Nothing is running for you."
        house.fusion.release_all()
        await house.answered(FINANCE, root, "echo: and then this")


async def test_stop_ends_what_was_asked_last_in_this_channel(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        assert await typed(house, "stop") == "You have nothing running here."
        root = await house.slack.say(ANNA, FINANCE, "@Fusion hold the line")
        await house.answered(FINANCE, root, "Asking")
        await house.being_read()
        assert await typed(house, "stop", BEN) == "You have nothing running here."
        assert await typed(house, "stop") == "Stopped."
        await house.answered(FINANCE, root, "Stopped by <@U0ANNA>")
        assert await typed(house, "stop") == "You have nothing running here."


async def test_help_and_empty_text_say_what_there_is(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        assert await typed(house, "") == await typed(house, "help")
        told = await typed(house, "help")
        assert "Finance Desk" in told
        assert all(f"/fusion {word}" in told for word in ("ask", "status", "stop", "new", "help"))
        assert "What would you like to know?" in await typed(house, "ask")
        assert "You have asked nothing here yet" in await typed(house, "new")
        assert not house.fusion.invocations


@pytest.mark.parametrize("is_private", [False, True])
async def test_where_the_bot_is_no_member_the_answer_comes_in_a_direct_message(
    tmp_path: Path, *, is_private: bool
) -> None:
    async with service(tmp_path) as house:
        house.slack.add_channel("C0SECRET", "secret", bot_is_member=False, is_private=is_private)
        await typed(house, "ask What is our travel policy?", channel="C0SECRET")
        root = await root_of(house, "What is our travel policy?", ANNAS_MESSAGES)
        assert "I cannot write in <#C0SECRET>, so the answer comes here." in root.plain
        await house.answered(ANNAS_MESSAGES, root.ts, "Sources")
        assert len(house.bot_messages(ANNAS_MESSAGES, root.ts)) == 2
        assert not house.slack.messages("C0SECRET")
        await house.slack.say(ANNA, ANNAS_MESSAGES, "What did I ask before?", root.ts)
        await house.answered(
            ANNAS_MESSAGES, root.ts, "You asked before: What is our travel policy?"
        )
        assert len(house.fusion.invocations) == 2
