"""Where runs stand: in their threads, or in direct messages where a channel is closed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain import events as e
from bot.domain.turn import Origin, Person, Place
from bot.playground.slack.world import TEAM
from bot.showing import NotShown
from tests.kept import turn
from tests.slack.showing import ANNA, DONE, FINANCE, INVOKED, showing

pytestmark = pytest.mark.usefixtures("no_pause")


@pytest.mark.parametrize("error", ["not_in_channel", "is_archived", "channel_not_found"])
async def test_a_channel_that_cannot_be_written_to_is_left_for_a_direct_message(error: str) -> None:
    async with showing() as it:
        run = await it.ask()
        it.slack.faults.add("chat.postMessage", "error", error=error)
        await it.view.show(run)
        thread = await it.house.ledger.thread_of(run)
        direct = thread.place.channel
        assert direct.startswith("D")
        await it.shown(run, INVOKED, DONE)
        root, answer = it.posted(direct)
        assert f"I cannot write in <#{FINANCE}>" in root.plain
        assert "Pay invoice 4711" in root.plain
        assert answer.text == "Paid."
        assert (answer.thread_ts, root.ts) == (root.ts, thread.place.ts)
        assert it.posted() == []


async def test_nobodys_answer_stands_in_the_direct_messages_of_another() -> None:
    async with showing() as it:
        run = await it.ask()
        ben = replace(
            turn("1800.1", text="What is my pay?", asker=Person(TEAM, "U0BEN"), channel=FINANCE),
            place=run.turn.place,
        )
        bens = await it.take(ben)
        it.slack.faults.add("chat.postMessage", "error", error="is_archived")
        await it.view.show(run)
        await it.view.show(bens)
        annas = (await it.house.ledger.thread_of(run)).place.channel
        assert "my pay" not in "".join(each.plain for each in it.posted(annas))
        for _ in range(2):  # and it stands there once
            await it.view.show(await it.house.ledger.record(bens, e.Moved(1)))
            bens = await it.house.ledger.run(bens.id)
        (root, main) = it.posted("D0BEN")
        assert "What is my pay?" in root.plain
        assert main.thread_ts == root.ts


async def test_a_command_below_which_somebody_wrote_early_is_answered() -> None:
    async with showing() as it:
        asked = turn("k1", channel=FINANCE, asker=Person(TEAM, ANNA))
        command = replace(asked, place=Place(TEAM, FINANCE, None), message_ts=None)
        run = await it.take(replace(command, origin=Origin.COMMAND))
        it.slack.faults.add("chat.postMessage", "drop_after")
        with pytest.raises(NotShown):
            await it.view.show(run)
        (root,) = it.posted()
        below = turn("1800.1", channel=FINANCE, asker=Person(TEAM, "U0BEN"))
        await it.take(replace(below, place=Place(TEAM, FINANCE, root.ts)))
        await it.view.show(run)
        await it.shown(run, INVOKED, DONE)
        answer = it.posted()[-1]
        assert (answer.text, answer.thread_ts) == ("Paid.", root.ts)
        assert len(it.posted()) == 2


async def test_a_channel_that_closes_meanwhile_is_left_too() -> None:
    async with showing() as it:
        run = await it.shown(await it.ask(), INVOKED)
        it.slack.faults.add("chat.update", "error", error="is_archived")
        await it.shown(run, DONE)
        thread = await it.house.ledger.thread_of(run)
        assert [each.text for each in it.posted(thread.place.channel)][-1] == "Paid."


async def test_direct_messages_that_are_closed_are_tried_again_later() -> None:
    async with showing() as it:
        run = await it.ask()
        it.slack.faults.add("chat.postMessage", "error", times=2, error="channel_not_found")
        with pytest.raises(NotShown, match="channel_not_found"):
            await it.view.show(run)
        await it.view.show(run)
        assert it.posted() == []


async def test_a_question_that_nobody_typed_as_a_message_begins_the_thread() -> None:
    async with showing() as it:
        command = replace(
            turn(asker=Person(TEAM, ANNA)),
            origin=Origin.COMMAND,
            place=Place(TEAM, FINANCE, None),
            message_ts=None,
            taken_at=datetime.now(UTC),
        )
        run = await it.take(command)
        it.slack.faults.add("chat.postMessage", "drop_after")
        with pytest.raises(NotShown):
            await it.view.show(run)
        await it.shown(run, INVOKED, DONE)
        root, answer = it.posted()
        assert "Pay invoice 4711" in root.plain
        assert answer.thread_ts == root.ts
        assert (await it.house.ledger.thread_of(run)).place.ts == root.ts
