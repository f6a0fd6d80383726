"""A turn is kept once, in its place, with what it owes."""

import asyncio
from collections.abc import Sequence

import pytest

from storage.errors import AlreadyTaken, StorageError, ThreadBusy, ThreadIdle
from storage.rows import Claim, Standing, ThreadRow
from storage.store import Store
from tests.storage.sample_rows import (
    AGENT,
    ENDED,
    LIVE,
    NOW,
    QUEUED,
    SECOND,
    SHOW,
    a_run,
    a_thread,
    end,
    owes,
    take,
)


async def test_a_turn_is_kept_whole(store: Store) -> None:
    thread = ThreadRow("t1", "T1", "C1", "1.000100", "conversation")
    await store.take(thread, a_run(), ["k1", "k2"], [], NOW)
    assert await store.run("r1") == a_run()
    assert await store.thread("t1") == thread
    assert await store.run_of_turn("k1") == await store.run_of_turn("k2") == "r1"


async def test_what_is_due_is_claimed_and_the_rest_waits(store: Store) -> None:
    owed = [owes("r1", AGENT, "invoke", NOW), owes("r1", SHOW, "show", NOW + SECOND)]
    claims = await take(store, a_run(), owed)
    assert claims == [Claim("r1", AGENT, "invoke", 1, 1, interrupted=False, row=a_run())]
    assert await store.claim(10, NOW) == []
    (show,) = await store.claim(10, NOW + SECOND)
    assert (show.slot, show.kind, show.attempt) == (SHOW, "show", 1)


async def test_what_waits_for_an_idle_thread_is_not_claimed(store: Store) -> None:
    assert await take(store, a_run(), [owes("r1", idle=True)]) == []


@pytest.mark.parametrize("keys", [["k1"], ["k9", "k2"]])
async def test_a_turn_with_a_known_key_or_twin_names_its_run(
    store: Store, keys: Sequence[str]
) -> None:
    await take(store, a_run(), keys=["k1", "k2"])
    with pytest.raises(AlreadyTaken) as refusal:
        await take(store, a_run("r2", "t2"), keys=keys)
    assert refusal.value.run == "r1"
    assert await store.run("r2") is None
    assert await store.thread("t2") is None
    assert await store.run_of_turn("k9") is None


async def test_a_key_that_is_given_twice_is_one_key(store: Store) -> None:
    await take(store, a_run(), keys=["k1", "k1"])
    assert await store.run_of_turn("k1") == "r1"


async def test_of_many_deliveries_at_once_one_is_taken(store: Store) -> None:
    async def deliver(number: int) -> str:
        try:
            await take(store, a_run(f"r{number}", f"t{number}"), keys=["the key"])
        except AlreadyTaken as error:
            return error.run
        return f"r{number}"

    assert len(set(await asyncio.gather(*map(deliver, range(20))))) == 1


async def test_a_known_key_is_told_before_a_busy_thread(store: Store) -> None:
    await take(store, a_run(), keys=["k1"])
    with pytest.raises(AlreadyTaken):
        await take(store, a_run("r2"), keys=["k1"])


async def test_a_second_live_run_is_told_how_many_come_first(store: Store) -> None:
    await take(store, a_run())
    await take(store, a_run("r2", standing=QUEUED))
    with pytest.raises(ThreadBusy) as refusal:
        await take(store, a_run("r3"))
    assert refusal.value.ahead == 2


async def test_a_live_run_does_not_overtake_a_queued_one(store: Store) -> None:
    await take(store, a_run())
    await take(store, a_run("r2", standing=QUEUED))
    await end(store, a_run())
    with pytest.raises(ThreadBusy) as refusal:
        await take(store, a_run("r3"))
    assert refusal.value.ahead == 1
    await take(store, a_run("r3", standing=QUEUED))


@pytest.mark.parametrize("earlier", [None, ENDED])
async def test_nothing_queues_in_an_idle_thread(store: Store, earlier: Standing | None) -> None:
    if earlier:
        await take(store, a_run("r0", standing=earlier))
    with pytest.raises(ThreadIdle):
        await take(store, a_run("r1", standing=QUEUED))
    assert await store.run("r1") is None


async def test_of_many_turns_at_once_one_is_live_and_the_others_are_told(store: Store) -> None:
    runs = [take(store, a_run(f"r{number}")) for number in range(20)]
    results = await asyncio.gather(*runs, return_exceptions=True)
    assert [result for result in results if not isinstance(result, ThreadBusy)] == [[]]
    assert len(await store.runs_in_thread("t1", [LIVE])) == 1


async def test_a_known_thread_keeps_its_conversation_and_place(store: Store) -> None:
    first = ThreadRow("t1", "T1", "C1", "1.000100", "conversation")
    await store.take(first, a_run(), ["k1"], [], NOW)
    await end(store, a_run())
    again = ThreadRow("t1", "T1", "C1", None, None)
    await store.take(again, a_run("r2"), ["k2"], [], NOW)
    assert await store.thread("t1") == first


async def test_two_threads_cannot_stand_at_one_place(store: Store) -> None:
    place = ThreadRow("t2", "T1", "C1", a_thread("t1").ts)
    await take(store, a_run())
    with pytest.raises(StorageError):
        await store.take(place, a_run("r2", "t2"), ["k2"], [], NOW)
    assert await store.thread("t2") is None


async def test_threads_without_a_place_are_many(store: Store) -> None:
    for number in range(2):
        thread = ThreadRow(f"t{number}", "T1", "C1", None)
        await store.take(thread, a_run(f"r{number}", thread.id), [f"k{number}"], [], NOW)
    assert await store.thread("t1") == ThreadRow("t1", "T1", "C1", None)


async def test_a_run_id_is_taken_once(store: Store) -> None:
    await take(store, a_run())
    with pytest.raises(StorageError):
        await take(store, a_run("r1", "t2"), keys=["k2"])
    assert await store.run_of_turn("k2") is None


async def test_what_another_run_owes_is_a_mistake(store: Store) -> None:
    with pytest.raises(ValueError, match="another run"):
        await take(store, a_run(), [owes("r2")])
