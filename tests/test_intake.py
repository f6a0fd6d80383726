"""The intake: what people want is on disk, or they are told why not; who may is asked each time."""

from dataclasses import replace

import pytest

from bot.domain import events as e
from bot.domain.answer import Answer
from bot.domain.attachment import Attachment
from bot.domain.events import Event
from bot.domain.job import Waiting, WaitingFor
from bot.domain.run import Run, State
from bot.domain.turn import Origin, Place
from bot.intake import Intake
from bot.verdicts import Outcome
from storage.errors import StorageError
from tests.kept import ANNA, BEN, Kept, choosing_in, kept, turn

INVOKED = e.Invoked("job-1", "conversation-1")
DRAFT = Waiting(WaitingFor.CHANGES, key="draft")
DONE = e.Completed(Answer(output="Paid.", follow_up_questions=("Who paid?", "When?")))


def intake(house: Kept) -> Intake:
    return Intake(house.ledger, choosing_in(house), house.clock)


async def asked(house: Kept, *events: Event) -> Run:
    """A run to which these events happened."""
    run = await house.ledger.run((await intake(house).ask(turn())).run_id)
    for event in events:
        run = await house.ledger.record(run, event)
    return run


async def queued(house: Kept) -> Run:
    await asked(house)
    took = await intake(house).ask(turn("1701.1", thread="1700.1"))
    return await house.ledger.run(took.run_id)


async def test_a_turn_that_is_delivered_again_is_the_same_run() -> None:
    async with kept() as house:
        first = await intake(house).ask(turn())
        again = await intake(house).ask(turn())
        assert (first.fresh, again.fresh) == (True, False)
        assert first.run_id == again.run_id


async def test_nothing_is_taken_that_could_not_be_kept() -> None:
    async with kept() as house:
        await house.store.close()
        with pytest.raises(StorageError):
            await intake(house).ask(turn())


async def test_a_reply_is_for_us_from_who_asked_in_the_thread() -> None:
    async with kept() as house:
        await asked(house)
        place = Place("T1", "C1", "1700.1")
        assert await intake(house).is_for_us(place, ANNA)
        assert not await intake(house).is_for_us(place, BEN)
        assert not await intake(house).is_for_us(replace(place, ts="1.1"), ANNA)
        assert not await intake(house).is_for_us(replace(place, channel="C2"), ANNA)
        nobodys = Intake(house.ledger, choosing_in(house), house.clock, "off")
        everyones = Intake(house.ledger, choosing_in(house), house.clock, "everyone")
        assert not await nobodys.is_for_us(place, ANNA)
        assert await everyones.is_for_us(place, BEN)
        assert not await everyones.is_for_us(replace(place, ts="1.1"), BEN)


async def test_an_edited_message_is_asked_as_it_reads_now_while_it_waits() -> None:
    async with kept() as house:
        run = await queued(house)
        await intake(house).edit(run.turn.key, "Pay 4712", ANNA)
        assert (await house.ledger.run(run.id)).turn.text == "Pay 4712"


async def test_an_edit_by_another_or_of_what_is_asked_already_changes_nothing() -> None:
    async with kept() as house:
        run = await queued(house)
        await intake(house).edit(run.turn.key, "Pay 4712", BEN)
        assert await house.ledger.run(run.id) == run
        await intake(house).edit(turn().key, "Pay 4712", ANNA)
        await intake(house).edit("message:T1:C1:unknown", "Pay 4712", ANNA)
        live = await house.ledger.run_of_turn(turn().key)
        assert live is not None
        assert live.turn.text == "Pay invoice 4711"


async def test_a_deleted_message_is_not_asked_any_more_while_it_waits() -> None:
    async with kept() as house:
        run = await queued(house)
        await intake(house).withdraw(run.turn.key)
        assert (await house.ledger.run(run.id)).state is State.STOPPED
        await intake(house).withdraw(turn().key)
        await intake(house).withdraw("message:T1:C1:unknown")
        live = await house.ledger.run_of_turn(turn().key)
        assert live is not None
        assert live.state is State.STOPPED, "nor is one that is not known to be asked yet"


async def test_the_asker_stops_and_others_are_told_who_may() -> None:
    async with kept() as house:
        run = await asked(house, INVOKED)
        refused = await intake(house).stop(run.id, BEN)
        assert refused.outcome is Outcome.NOT_ALLOWED
        assert refused.permission is not None
        assert refused.permission.who_may == (ANNA,)
        done = await intake(house).stop(run.id, ANNA)
        assert done.outcome is Outcome.DONE
        assert done.run is not None
        assert done.run.stopped_by == ANNA
        late = await intake(house).stop(run.id, ANNA)
        assert late.outcome is Outcome.TOO_LATE
        assert late.run is not None
        assert late.run.ended_at is not None
        assert (await intake(house).stop("none", ANNA)).outcome is Outcome.UNKNOWN


async def test_a_question_is_asked_again_once_and_by_its_asker() -> None:
    async with kept() as house:
        file = Attachment("items.csv", "text/csv", 12, "https://files.slack.com/items.csv")
        said = replace(turn(text="+HR_TEAM Pay"), names_team=True, files=(file,))
        taken = await house.ledger.take(said)
        run = await house.ledger.run(taken.run_id)
        run = await house.ledger.record(run, e.InvokeUnanswered())
        taker = intake(house)
        assert (await taker.again(run.id, BEN)).outcome is Outcome.NOT_ALLOWED
        assert (await taker.again(run.id, ANNA)).outcome is Outcome.DONE
        assert (await taker.again(run.id, ANNA)).outcome is Outcome.TOO_LATE
        assert (await taker.again("none", ANNA)).outcome is Outcome.UNKNOWN
        again = await house.ledger.run_of_turn(f"again:{run.id}")
        assert again is not None
        assert (again.turn.text, again.turn.origin) == (run.turn.text, Origin.AGAIN)
        assert (again.turn.names_team, again.turn.files) == (True, (file,))
        assert again.thread == run.thread


async def test_a_follow_up_question_is_asked_as_the_person_who_clicked_it() -> None:
    async with kept() as house:
        run = await asked(house, INVOKED, DONE)
        taker = intake(house)
        assert (await taker.follow_up(run.id, 1, BEN)).outcome is Outcome.DONE
        assert (await taker.follow_up(run.id, 1, BEN)).outcome is Outcome.TOO_LATE
        assert (await taker.follow_up(run.id, 1, ANNA)).outcome is Outcome.DONE
        assert (await taker.follow_up(run.id, 2, ANNA)).outcome is Outcome.UNKNOWN
        assert (await taker.follow_up("none", 0, ANNA)).outcome is Outcome.UNKNOWN
        first = await house.ledger.run_of_turn(f"follow_up:{run.id}:1:{BEN.key}")
        assert first is not None
        assert (first.turn.text, first.turn.asker) == ("When?", BEN)
        assert first.state is State.INVOKING
        second = await house.ledger.run_of_turn(f"follow_up:{run.id}:1:{ANNA.key}")
        assert second is not None
        assert second.state is State.QUEUED


async def test_a_run_without_an_answer_has_no_follow_up_questions() -> None:
    async with kept() as house:
        run = await asked(house, INVOKED)
        assert (await intake(house).follow_up(run.id, 0, ANNA)).outcome is Outcome.UNKNOWN


async def test_a_new_conversation_begins_where_there_was_one() -> None:
    async with kept() as house:
        run = await asked(house, INVOKED, DONE)
        thread = await house.ledger.thread_of(run)
        assert await intake(house).new_conversation(thread)
        assert not await intake(house).new_conversation(thread)
