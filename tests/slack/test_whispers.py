"""Whispers: seen by one person, waited for by nobody, and never a failure."""

import asyncio

import pytest

from bot.slack.outbound import Outbound
from bot.slack.people import whispers as module
from bot.slack.people.whispers import Whispers
from tests.kept import ANNA
from tests.slack.scripted_slack import Answer, cut, never, outbound_to, refusal, reply


async def sent(whispers: Whispers) -> None:
    await asyncio.gather(*whispers._tasks)


@pytest.mark.parametrize("thread", [None, "1700.1"])
async def test_a_whisper_is_seen_by_one_person_in_the_thread(thread: str | None) -> None:
    async with outbound_to() as (outbound, slack):
        whispers = Whispers(outbound)
        whispers.tell(ANNA, "C1", thread, "Only you see this.")
        await sent(whispers)
        ((_, method, given),) = slack.calls
        assert method == "chat.postEphemeral"
        expected = {"channel": "C1", "user": ANNA.user, "text": "Only you see this."}
        assert given == expected | ({"thread_ts": thread} if thread else {})


@pytest.mark.parametrize("answer", [cut, refusal("user_not_in_channel"), reply(None, 500)])
async def test_a_whisper_that_is_not_heard_harms_nothing(answer: Answer) -> None:
    async with outbound_to(answer) as (outbound, slack):
        whispers = Whispers(outbound)
        whispers.tell(ANNA, "C1", None, "Only you see this.")
        await sent(whispers)
        assert len(slack.calls) == 1


async def test_too_many_are_dropped_and_the_rest_ends_when_it_closes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "AT_MOST", 3)
    async with outbound_to(never) as (outbound, _):
        assert isinstance(outbound, Outbound)
        whispers = Whispers(outbound)
        for _ in range(5):
            whispers.tell(ANNA, "C1", None, "Only you see this.")
        assert len(whispers._tasks) == 3
        await whispers.close()
        assert whispers._tasks == set()
