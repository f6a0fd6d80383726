"""Where one can ask: direct messages, commands, channels without the bot."""

from pathlib import Path

import pytest

from bot.playground.slack import Message
from tests.stories.service import ANNA, FINANCE, RANDOM, Mode, Service, service

MODES: tuple[Mode, ...] = ("socket", "http")
DIRECT = "D0ANNA"


def root_of(house: Service, channel: str, text: str) -> Message | None:
    return next((e for e in house.slack.messages(channel) if e.bot_id and text in e.plain), None)


async def test_in_direct_messages_each_message_is_a_thread_of_its_own(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        first = await house.slack.say(ANNA, DIRECT, "echo one")
        second = await house.slack.say(ANNA, DIRECT, "echo two")
        await house.answered(DIRECT, first, "echo one")
        await house.answered(DIRECT, second, "echo two")
        await house.slack.say(ANNA, DIRECT, "What did I ask before?", first)
        await house.fusion.wait_for_invocations(3, 10)
        asked = {each.message: each.conversation_id for each in house.fusion.invocations}
        assert asked["echo one"] != asked["echo two"]
        assert asked["What did I ask before?"] == asked["echo one"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("text", ["ask echo by command", "echo by command"])
async def test_a_command_begins_a_thread_that_says_what_was_asked(
    tmp_path: Path, mode: Mode, text: str
) -> None:
    async with service(tmp_path, mode) as house:
        reply = await house.slack.command(ANNA, FINANCE, "/fusion", text)
        assert reply.ok
        root = await house.slack.until(lambda: root_of(house, FINANCE, "asked"))
        await house.answered(FINANCE, root.ts, "echo: echo by command")
        assert "echo by command" in root.plain
        await house.slack.say(ANNA, FINANCE, "What did I ask before?", root.ts)
        await house.fusion.wait_for_invocations(2, 10)
        one, two = house.fusion.invocations
        assert two.conversation_id == one.conversation_id


async def test_where_the_bot_is_no_member_the_answer_comes_as_a_direct_message(
    tmp_path: Path,
) -> None:
    async with service(
        tmp_path, toml=('[[agent_teams]]\ncode = "FINANCE_DESK"\nname = "Finance Desk"\n')
    ) as house:
        await house.slack.command(ANNA, RANDOM, "/fusion", "ask echo from afar")
        root = await house.slack.until(lambda: root_of(house, DIRECT, "asked"))
        assert f"<#{RANDOM}>" in str(root.blocks)
        await house.answered(DIRECT, root.ts, "echo: echo from afar")
        assert len(house.fusion.invocations) == 1


async def test_help_status_stop_and_new(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        said = house.slack.ephemerals
        for word in ("help", "status", "stop", "new"):
            await house.slack.command(ANNA, FINANCE, "/fusion", word)
        helped, status, stopped, new = (each.text for each in said(ANNA))
        assert "/fusion ask" in helped
        assert "Nothing is running" in status
        assert "nothing running here" in stopped
        assert "asked nothing here" in new

        root = await house.slack.say(ANNA, FINANCE, "@Fusion hold on a minute")
        await house.fusion.wait_for_invocations(1, 10)
        await house.answered(FINANCE, root, "")
        await house.slack.command(ANNA, FINANCE, "/fusion", "status")
        assert "hold on a minute" in said(ANNA)[-1].text
        assert "U0FUSION" not in said(ANNA)[-1].text
        await house.slack.command(ANNA, FINANCE, "/fusion", "stop")
        assert said(ANNA)[-1].text == "Stopped."
        await house.answered(FINANCE, root, "Stopped by <@U0ANNA>")


async def test_new_begins_another_conversation_in_the_same_thread(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion echo before")
        await house.answered(FINANCE, root, "echo before")
        await house.slack.command(ANNA, FINANCE, "/fusion", "new")
        await house.slack.say(ANNA, FINANCE, "echo after", root)
        await house.answered(FINANCE, root, "echo after")
        one, two = house.fusion.invocations
        assert one.conversation_id != two.conversation_id


async def test_a_mention_with_nothing_else_is_told_what_to_do(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        await house.slack.say(ANNA, FINANCE, "@Fusion")
        await house.slack.until(lambda: house.slack.ephemerals(ANNA))
        assert "What would you like to know?" in house.slack.ephemerals(ANNA)[0].text
        assert not house.fusion.invocations


async def test_a_channel_of_another_organisation_is_used_like_ones_own(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        house.slack.add_channel("C0SHARED", "with-a-supplier", is_ext_shared=True)
        root = await house.slack.say(ANNA, "C0SHARED", "@Fusion Approve invoice 4711")
        card = await house.answered("C0SHARED", root, "Your approval is needed")
        await house.slack.click(ANNA, card.ts, "approval_approve", channel="C0SHARED")
        await house.answered("C0SHARED", root, "Invoice 4711 was **approved**")
        await house.slack.say(ANNA, "C0SHARED", "echo more", root)
        await house.answered("C0SHARED", root, "echo: echo more")
