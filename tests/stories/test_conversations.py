"""A thread is a conversation: who takes part in it, where it begins anew, and direct messages."""

from pathlib import Path
from typing import Any

from tests.stories.service import ANNA, BEN, FINANCE, Service, service

MEMORY = "What did I ask before?"
ANNAS_MESSAGES = "D0ANNA"


async def asked(house: Service, channel: str = FINANCE) -> str:
    """A thread in which Anna has got an answer."""
    mention = "@Fusion " if channel == FINANCE else ""
    root = await house.slack.say(ANNA, channel, f"{mention}echo the first")
    await house.answered(channel, root, "echo: echo the first")
    return root


def messages(house: Service) -> list[str]:
    return [each.message for each in house.fusion.invocations]


async def test_a_second_person_joins_the_conversation_by_a_mention(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await asked(house)
        await house.slack.say(BEN, FINANCE, f"@Fusion {MEMORY}", root)
        await house.answered(FINANCE, root, "You asked before: echo the first")
        await house.slack.say(BEN, FINANCE, "echo from Ben", root)
        await house.answered(FINANCE, root, "echo: echo from Ben")
        assert len({each.conversation_id for each in house.fusion.invocations}) == 1


async def test_a_reply_below_messages_of_people_is_not_for_the_bot(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(BEN, FINANCE, "Who takes the minutes?")
        await house.slack.say(ANNA, FINANCE, "I do", root)
        await house.slack.settled()
        assert not house.fusion.invocations
        assert not house.bot_messages(FINANCE, root)


async def test_new_in_the_middle_of_an_answer_still_begins_a_conversation(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion hold the line")
        await house.being_read()
        await house.slack.command(ANNA, FINANCE, "/fusion", "new")
        house.fusion.release_all()
        await house.answered(FINANCE, root, "echo: hold the line")
        await house.slack.say(ANNA, FINANCE, MEMORY, root)
        await house.answered(FINANCE, root, "This is the first thing that you ask me here")


async def test_a_conversation_that_only_the_status_names_is_gone_on_with(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        real = house.fusion._orchestrator._start

        def start(*what: Any) -> dict[str, Any]:
            return real(*what) | {"conversationId": None}

        house.fusion._orchestrator._start = start  # type: ignore[method-assign, assignment]
        root = await asked(house)
        await house.slack.say(ANNA, FINANCE, MEMORY, root)
        await house.answered(FINANCE, root, "You asked before: echo the first")


async def test_a_mention_alone_is_answered_by_one_whisper(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        house.slack.deliver_every(times=2)
        root = await house.slack.say(ANNA, FINANCE, "@Fusion")
        await house.slack.settled()
        await house.slack.until(lambda: house.slack.ephemerals(ANNA))
        await asked(house)
        (told,) = house.slack.ephemerals(ANNA)
        assert "Mention me with a question" in told.text
        assert not house.bot_messages(FINANCE, root)


async def test_a_reply_without_any_words_is_not_asked(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await asked(house)
        await house.slack.say(ANNA, FINANCE, "", root)  # a picture, for instance
        await house.slack.settled()
        await house.slack.say(ANNA, FINANCE, MEMORY, root)
        await house.answered(FINANCE, root, "You asked before: echo the first")
        assert messages(house) == ["echo the first", MEMORY]
        assert not house.fusion.refusals
        assert len(house.bot_messages(FINANCE, root)) == 2
