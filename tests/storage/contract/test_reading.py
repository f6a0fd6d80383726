"""Runs, threads and messages are found again, and go when their time has come."""

from dataclasses import replace

import pytest

from storage.errors import AlreadyTaken, StorageError
from storage.rows import Change, MessageRow, ThreadRow
from storage.store import Store
from tests.storage.sample_rows import (
    ENDED,
    LIVE,
    NOW,
    QUEUED,
    SECOND,
    SHOW,
    a_message,
    a_run,
    a_thread,
    an_approval,
    end,
    next_version,
    owes,
    take,
)


async def test_what_is_not_there_is_none(store: Store) -> None:
    assert await store.run("r1") is None
    assert await store.thread("t1") is None
    assert await store.thread_at("T1", "C1", "1.0") is None
    assert await store.run_of_turn("k1") is None
    assert await store.message_at("C1", "1.0") is None
    assert await store.messages("r1") == []
    assert await store.runs_in_thread("t1", [LIVE]) == []
    assert await store.runs_of("T1:U1", [LIVE], 10) == []
    assert await store.counts() == {}
    assert not await store.has_asked("t1", "T1:U1")


async def test_runs_of_a_thread_come_in_the_order_in_which_they_were_taken(store: Store) -> None:
    await take(store, a_run("z"))
    await take(store, a_run("y", standing=QUEUED))
    await take(store, a_run("x", standing=QUEUED))
    await end(store, a_run("z"))
    everything = [QUEUED, LIVE, ENDED]
    assert [run.id for run in await store.runs_in_thread("t1", everything)] == ["z", "y", "x"]
    assert [run.id for run in await store.runs_in_thread("t1", [QUEUED])] == ["y", "x"]
    assert await store.runs_in_thread("t1", []) == []
    assert await store.runs_in_thread("t2", everything) == []


async def test_runs_of_a_person_come_newest_first(store: Store) -> None:
    for number in range(3):
        await take(store, a_run(f"r{number}", f"t{number}"))
    await take(store, a_run("other", "t9", asker="T1:U2"))
    await end(store, a_run("r1", "t1"))
    assert [run.id for run in await store.runs_of("T1:U1", [LIVE, ENDED], 2)] == ["r2", "r1"]
    assert [run.id for run in await store.runs_of("T1:U1", [LIVE], 9)] == ["r2", "r0"]
    assert await store.runs_of("T1:U1", [LIVE], 0) == []


async def test_who_has_asked_in_a_thread_is_known(store: Store) -> None:
    await take(store, a_run(asker="T1:U1"))
    assert await store.has_asked("t1", "T1:U1")
    assert not await store.has_asked("t1", "T1:U2")
    assert not await store.has_asked("t2", "T1:U1")


async def test_a_thread_is_found_where_it_stands_and_where_it_moved(store: Store) -> None:
    await store.take(ThreadRow("t1", "T1", "C1", None), a_run(), ["k1"], [], NOW)
    await store.place_thread("t1", "C1", "7.0")
    assert await store.thread_at("T1", "C1", "7.0") == ThreadRow("t1", "T1", "C1", "7.0")
    await store.place_thread("t1", "D1", "8.0")
    assert await store.thread_at("T1", "C1", "7.0") is None
    assert await store.thread_at("T1", "D1", "8.0") == ThreadRow("t1", "T1", "D1", "8.0")
    assert await store.thread_at("T2", "D1", "8.0") is None
    await store.place_thread("t1", "D1", None)
    assert await store.thread("t1") == ThreadRow("t1", "T1", "D1", None)


async def test_a_thread_cannot_move_to_where_another_stands(store: Store) -> None:
    await take(store, a_run())
    await take(store, a_run("r2", "t2"))
    await store.place_thread("t2", "C1", a_thread("t1").ts)
    assert await store.thread("t2") == a_thread("t2")


async def test_a_conversation_ends_once(store: Store) -> None:
    await take(store, a_run())
    assert not await store.end_conversation("t1")
    await store.save(Change(next_version(a_run()), conversation=("c1",)), NOW)
    assert await store.end_conversation("t1")
    assert not await store.end_conversation("t1")
    assert not await store.end_conversation("t2")
    assert await store.thread("t1") == a_thread()


async def test_messages_come_in_the_order_in_which_they_were_first_noted(store: Store) -> None:
    await take(store, a_run())
    await store.note_message(a_message(part="z", ts="5.0"))
    await store.note_message(a_message(part="a", ts="6.0"))
    await store.note_message(a_message(part="z", ts="5.0", digest="newer"))
    assert await store.messages("r1") == [
        a_message(part="z", ts="5.0", digest="newer"),
        a_message(part="a", ts="6.0"),
    ]
    assert await store.messages("r2") == []


async def test_a_part_that_was_posted_anew_stands_at_its_new_place_alone(store: Store) -> None:
    await take(store, a_run())
    await store.note_message(a_message(ts="5.0"))
    moved = MessageRow("r1", "card", "D1", "6.0", "newer")
    await store.note_message(moved)
    assert await store.message_at("C1", "5.0") is None
    assert await store.message_at("D1", "6.0") == moved
    assert await store.messages("r1") == [moved]


async def test_a_message_of_an_unknown_run_is_refused(store: Store) -> None:
    with pytest.raises(StorageError):
        await store.note_message(a_message())


async def test_runs_are_counted_by_state(store: Store) -> None:
    await take(store, a_run())
    await take(store, a_run("r2", standing=QUEUED))
    await take(store, a_run("r3", standing=QUEUED))
    assert await store.counts() == {"live": 1, "queued": 2}


async def test_times_come_back_exactly(store: Store) -> None:
    row = a_run(created_at=NOW.replace(microsecond=999_999))
    await take(store, row)
    assert await store.run("r1") == row


async def test_ended_runs_of_before_go_with_all_that_hangs_on_them(store: Store) -> None:
    await take(store, a_run(), [owes("r1", SHOW)])
    row = next_version(a_run(), ENDED)
    await store.save(Change(row, approvals=((an_approval(), None),)), NOW)
    await store.note_message(a_message())
    assert await store.purge(NOW) == 0
    assert await store.purge(NOW + SECOND) == 1
    assert await store.run("r1") is None
    assert await store.thread("t1") is None
    assert await store.messages("r1") == []
    assert await store.message_at("C1", "5.0") is None
    assert await store.run_of_turn("key r1") is None
    assert await store.claim(10, NOW + SECOND) == []
    await take(store, a_run())
    await store.save(Change(next_version(a_run()), approvals=((an_approval(), None),)), NOW)


async def test_runs_that_have_not_ended_stay_with_their_keys(store: Store) -> None:
    await take(store, a_run())
    await take(store, a_run("r2", standing=QUEUED))
    assert await store.purge(NOW + SECOND) == 0
    assert await store.run("r1") == a_run()
    assert await store.run_of_turn("key r2") == "r2"


async def test_a_thread_stays_while_a_run_is_left_in_it(store: Store) -> None:
    await take(store, a_run())
    await end(store, a_run())
    await take(store, a_run("r2", created_at=NOW + SECOND))
    assert await store.purge(NOW + SECOND) == 1
    assert await store.thread("t1") == a_thread()


async def test_one_persons_runs_can_go_alone(store: Store) -> None:
    for number in (1, 2):
        run = a_run(f"r{number}", f"t{number}", asker=f"T1:U{number}")
        await take(store, run)
        await end(store, run)
    assert await store.purge(NOW + SECOND, "T1:U1") == 1
    assert await store.run("r1") is None
    assert await store.run_of_turn("key r1") is None
    assert await store.run("r2") is not None
    assert await store.run_of_turn("key r2") == "r2"


async def test_a_key_that_is_not_so_old_outlives_its_run(store: Store) -> None:
    row = replace(a_run(), created_at=NOW - SECOND)
    await take(store, row, now=NOW)
    await end(store, row)
    assert await store.purge(NOW) == 1
    with pytest.raises(AlreadyTaken):
        await take(store, a_run())
