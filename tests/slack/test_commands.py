"""`/fusion …`: what each subcommand does, and what its sender is told."""

from typing import Any, cast

import pytest

from bot.deciding import Card, Deciding
from bot.domain import events as e
from bot.domain.answer import Answer
from bot.domain.job import Action, Waiting, WaitingFor
from bot.domain.run import Run, State
from bot.intake import Intake
from bot.slack.asking.commands import Commands
from bot.slack.asking.payloads import read_command
from bot.slack.words import general as say
from tests.kept import ANNA, BEN, Crowd, Kept, choosing_in, kept, plain
from tests.slack.drawing import LOOK

INVOKED = e.Invoked("job-1", "conversation-1")
PAYMENT = e.Waited(Waiting(WaitingFor.DECISION, key="payment"))


class Typing:
    """Somebody who types commands, each with a trigger of its own."""

    def __init__(self, house: Kept) -> None:
        self._house = house
        self._typed = 0
        choosing = choosing_in(house)
        intake = Intake(house.ledger, choosing, house.clock)
        unused = cast("Any", None)  # signing in and out is told in tests/stories
        self._commands = Commands(intake, house.ledger, choosing, LOOK, unused, unused, house.clock)

    async def __call__(
        self, text: str, *, user: str = ANNA.user, channel: str = "C1", trigger: str = ""
    ) -> str:
        self._typed += 1
        self._house.clock.forward(seconds=1)
        body = {
            "team_id": "T1",
            "user_id": user,
            "channel_id": channel,
            "command": "/fusion",
            "text": text,
            "trigger_id": trigger or f"trigger-{self._typed}",
        }
        reply = await self._commands.run(read_command(body))
        assert isinstance(reply, str)
        return reply

    async def runs(self) -> list[Run]:
        """What is unfinished for Anna, newest first."""
        return await self._house.ledger.unfinished_runs_of(ANNA)


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("ask What is overdue?", "What is overdue?"),
        ("ASK What is overdue?", "What is overdue?"),
        ("What is overdue?", "What is overdue?"),
        ("stop the payment run of May", "stop the payment run of May"),
        ("new suppliers in May", "new suppliers in May"),
        ("status of invoice 4711?", "status of invoice 4711?"),
        ("ask help", "help"),
        ("hello", "hello"),
        ("overdue?", "overdue?"),
        ("agent of ours", "agent of ours"),
    ],
)
async def test_what_is_no_subcommand_alone_is_a_question(typed: str, question: str) -> None:
    async with kept() as house:
        typing = Typing(house)
        assert await typing(typed) == ""
        (run,) = await typing.runs()
        assert run.turn.text == question
        assert run.turn.place.ts is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("agent", "agents"),
        ("Aproval", "approvals"),
        ("signin", "sign-in"),
        ("sign_out", "sign-out"),
        ("stopp", "stop"),
        ("statsu", "status"),
        ("hlep", "help"),
    ],
)
async def test_a_slip_of_the_keyboard_is_not_posted_as_a_question(typed: str, meant: str) -> None:
    async with kept() as house:
        typing = Typing(house)
        assert f"`/fusion {meant}`" in await typing(typed)
        assert await typing.runs() == []


async def test_a_command_that_is_delivered_again_is_asked_once() -> None:
    async with kept() as house:
        typing = Typing(house)
        for _ in range(3):
            await typing("ask What is overdue?", trigger="same")
        assert len(await typing.runs()) == 1


async def test_each_command_begins_a_thread_of_its_own() -> None:
    async with kept() as house:
        typing = Typing(house)
        await typing("ask one")
        await typing("ask two")
        assert {run.state for run in await typing.runs()} == {State.INVOKING}


@pytest.mark.parametrize("typed", ["ask", " ask  "])
async def test_nothing_is_asked_without_a_question(typed: str) -> None:
    async with kept() as house:
        typing = Typing(house)
        assert await typing(typed) == say.ASK_SOMETHING
        assert await typing.runs() == []


@pytest.mark.parametrize("typed", ["", "help", "HELP", "help me please"])
async def test_help_names_the_command_and_the_channels_team(typed: str) -> None:
    async with kept() as house:
        reply = await Typing(house)(typed)
        assert "`/fusion ask QUESTION`" in reply
        assert "Accounts Payable" in reply
        for word in ("status", "stop", "new", "help"):
            assert f"/fusion {word}" in reply


async def test_status_lists_what_is_unfinished_newest_first_and_safely() -> None:
    async with kept() as house:
        typing = Typing(house)
        assert await typing("status") == say.NOTHING_RUNNING
        await typing("ask first &lt;!channel&gt; <@U9>")
        await typing("ask second", channel="C2")
        lines = (await typing("status")).splitlines()
        assert len(lines) == 2
        assert "second" in lines[0]
        assert "<#C2>" in lines[0]
        assert "being asked since <!date^" in lines[0]
        assert "first &lt;!channel&gt; @U9" in lines[1]
        assert await typing("status", user=BEN.user) == say.NOTHING_RUNNING


async def test_stop_stops_what_was_asked_last_in_this_channel() -> None:
    async with kept() as house:
        typing = Typing(house)
        assert await typing("stop") == say.NOTHING_TO_STOP
        await typing("ask one")
        await typing("ask two")
        await typing("ask elsewhere", channel="C2")
        assert await typing("stop", user=BEN.user) == say.NOTHING_TO_STOP
        assert await typing("stop") == say.STOPPED
        assert [run.turn.text for run in await typing.runs()] == ["elsewhere", "one"]
        assert await typing("stop") == say.STOPPED
        assert await typing("stop") == say.NOTHING_TO_STOP


async def test_a_decision_that_is_under_way_cannot_be_stopped() -> None:
    async with kept() as house:
        typing = Typing(house)
        await typing("ask one")
        (run,) = await typing.runs()
        run = await house.ledger.record(run, INVOKED)
        run = await house.ledger.record(run, PAYMENT)
        deciding = Deciding(house.ledger, Crowd(), plain, house.clock)
        await deciding.decide(Card(run.id, f"{run.id}-1"), Action.APPROVE, ANNA)
        assert await typing("stop") == say.SENDING_DECISION


async def test_new_ends_the_conversation_of_the_latest_thread_here() -> None:
    async with kept() as house:
        typing = Typing(house)
        assert await typing("new") == say.no_thread_here("/fusion")
        await typing("ask one")
        (run,) = await typing.runs()
        run = await house.ledger.record(run, INVOKED)
        run = await house.ledger.record(run, e.Completed(Answer(output="Done.")))
        assert await typing("new", channel="C2") == say.no_thread_here("/fusion")
        assert await typing("new", user=BEN.user) == say.no_thread_here("/fusion")
        assert await typing("new") == say.NEW_STARTED
        assert (await house.ledger.thread_of(run)).conversation_id is None
        assert await typing("new") == say.NEW_ALREADY
