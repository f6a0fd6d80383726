"""Several questions in one thread: one after the other, in their order."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from storage.rows import Claim
from storage.sqlite import SqliteStore
from tests.stories.service import ANNA, BEN, FINANCE, Service, is_over, service


async def held(house: Service) -> str:
    """A thread whose first job runs until it is released."""
    root = await house.slack.say(ANNA, FINANCE, "@Fusion hold the line")
    await house.fusion.wait_for_invocations(1, 10)
    return root


async def cancelled(house: Service) -> str:
    """The same, in which a second question was queued and cancelled."""
    root = await held(house)
    await house.slack.say(ANNA, FINANCE, "on second thoughts", root)
    card = await house.answered(FINANCE, root, "Queued")
    await house.slack.click(ANNA, card.ts, "run_stop", channel=FINANCE)
    await house.answered(FINANCE, root, "Cancelled before it was asked")
    return root


async def test_five_messages_half_a_second_apart_get_five_answers_in_order(tmp_path: Path) -> None:
    async with service(tmp_path, pace=1.0) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion echo number 1")
        for number in range(2, 6):
            await asyncio.sleep(0.5)  # as people type: this is the story, not a wait for anything
            await house.slack.say(ANNA, FINANCE, f"echo number {number}", root)
        await house.slack.until(
            lambda: (
                sum(
                    "echo number" in each.plain and is_over(each)
                    for each in house.bot_messages(FINANCE, root)
                )
                == 5
            ),
            timeout=40,
            says="five answers",
        )
        asked = [each.message for each in house.fusion.invocations]
        assert asked == [f"echo number {number}" for number in range(1, 6)]
        answers = [each.plain for each in house.bot_messages(FINANCE, root)]
        assert len(answers) == 5
        assert all(f"number {n}" in text for n, text in enumerate(answers, 1))
        assert len({each.conversation_id for each in house.fusion.invocations}) == 1


async def test_a_queued_question_says_how_many_come_first_and_moves_up(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await held(house)
        await house.slack.say(ANNA, FINANCE, "the second", root)
        await house.answered(FINANCE, root, "one question in this thread before")
        await house.slack.say(BEN, FINANCE, "@Fusion hold the third", root)
        third = await house.answered(FINANCE, root, "2 questions in this thread before")
        house.fusion.release_all()
        await house.fusion.wait_for_invocations(3, 10)
        assert [each.message for each in house.fusion.invocations][1:] == [
            "the second",
            "hold the third",
        ]
        house.fusion.release_all()
        await house.slack.until(lambda: is_over(third), says="the third should be answered")


async def test_a_queued_question_is_asked_as_it_reads_in_the_end(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await held(house)
        second = await house.slack.say(ANNA, FINANCE, "who is the suplier", root)
        third = await house.slack.say(ANNA, FINANCE, "never mind this", root)
        await house.slack.until(lambda: len(house.bot_messages(FINANCE, root)) == 3)
        await house.slack.edit(ANNA, FINANCE, second, "who is the supplier")
        await house.slack.delete(ANNA, FINANCE, third)
        await house.answered(FINANCE, root, "Cancelled before it was asked")
        house.fusion.release_all()
        await house.answered(FINANCE, root, "who is the supplier")
        assert [each.message for each in house.fusion.invocations] == [
            "hold the line",
            "who is the supplier",
        ]


async def test_what_is_edited_while_it_is_being_taken_is_asked_as_edited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking, goes_on, take = asyncio.Event(), asyncio.Event(), SqliteStore.take

    async def take_slowly(*given: Any) -> list[Claim]:
        taking.set()
        await goes_on.wait()
        return await take(*given)

    async with service(tmp_path) as house:
        root = await held(house)
        monkeypatch.setattr(SqliteStore, "take", take_slowly)
        second = await house.slack.say(ANNA, FINANCE, "who is the suplier", root)
        await taking.wait()
        await house.slack.edit(ANNA, FINANCE, second, "who is the supplier")
        goes_on.set()
        await house.slack.settled()
        house.fusion.release_all()
        await house.fusion.wait_for_invocations(2, 10)
        assert house.fusion.invocations[1].message == "who is the supplier"


async def test_who_edits_what_is_being_asked_is_told_that_it_is_too_late(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await held(house)
        await house.being_read()
        await house.slack.edit(ANNA, FINANCE, root, "@Fusion hold another line")
        await house.slack.until(lambda: house.slack.ephemerals(ANNA))
        (told,) = house.slack.ephemerals(ANNA)
        assert "being asked as it read before" in told.plain
        assert told.thread_ts == root
        house.fusion.release_all()
        await house.answered(FINANCE, root, "echo: hold the line")


async def test_what_is_cancelled_in_the_queue_leaves_the_sign_of_what_goes_on(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        await cancelled(house)
        told = [
            each.arguments["status"]
            for each in house.slack.calls
            if each.method == "agents.sessions.setStatus"
        ]
        assert set(told) == {"processing"}


async def test_a_queued_question_can_be_cancelled(tmp_path: Path) -> None:
    async with service(tmp_path) as house:
        root = await cancelled(house)
        house.fusion.release_all()
        await house.answered(FINANCE, root, "hold the line")
        assert len(house.fusion.invocations) == 1


async def test_the_conversation_goes_on_without_a_mention_for_who_asked_there(
    tmp_path: Path,
) -> None:
    async with service(tmp_path) as house:
        root = await house.slack.say(ANNA, FINANCE, "@Fusion echo the first")
        await house.answered(FINANCE, root, "echo the first")
        await house.slack.say(BEN, FINANCE, "I am only talking to Anna", root)
        await house.slack.say(ANNA, FINANCE, "@Ben Carter yes, I see", root)
        await house.slack.say(ANNA, FINANCE, "What did I ask before?", root)
        await house.fusion.wait_for_invocations(2, 10)
        await house.slack.until(lambda: len(house.bot_messages(FINANCE, root)) == 2)
        first, second = house.fusion.invocations
        assert second.message == "What did I ask before?"
        assert second.conversation_id == first.conversation_id
