"""A sign-in that was begun is finished once, in time, and by its latest link alone."""

import asyncio
from dataclasses import replace

import pytest

from storage.errors import StorageError
from storage.store import Store
from tests.storage.conftest import OpenStore
from tests.storage.sample_rows import NOW, SECOND, TEN_MINUTES, a_sign_in

END = NOW + TEN_MINUTES


async def test_a_sign_in_is_taken_once(store: Store) -> None:
    await store.begin_sign_in(a_sign_in())
    assert await store.take_sign_in("hash", NOW) == a_sign_in()
    assert await store.take_sign_in("hash", NOW) is None
    assert await store.peek_sign_in("hash", NOW) is None


async def test_a_sign_in_can_be_looked_at_without_using_it_up(store: Store) -> None:
    await store.begin_sign_in(a_sign_in())
    for _ in range(2):
        assert await store.peek_sign_in("hash", NOW) == a_sign_in()
    assert await store.take_sign_in("hash", NOW) == a_sign_in()


async def test_an_unknown_sign_in_is_none_and_leaves_the_others(store: Store) -> None:
    await store.begin_sign_in(a_sign_in())
    for unknown in ("", "has", "HASH", "hash ", "%"):
        assert await store.peek_sign_in(unknown, NOW) is None
        assert await store.take_sign_in(unknown, NOW) is None
    assert await store.take_sign_in("hash", NOW) == a_sign_in()


async def test_a_sign_in_can_be_taken_until_it_expires(store: Store) -> None:
    await store.begin_sign_in(a_sign_in())
    assert await store.peek_sign_in("hash", END) is None
    assert await store.take_sign_in("hash", END) is None
    last = END - SECOND / 1_000_000
    assert await store.peek_sign_in("hash", last) == a_sign_in()
    assert await store.take_sign_in("hash", last) == a_sign_in()


async def test_a_later_sign_in_of_a_person_replaces_the_earlier_one(store: Store) -> None:
    await store.begin_sign_in(a_sign_in("first"))
    await store.begin_sign_in(a_sign_in("other", "T1:U2"))
    await store.begin_sign_in(a_sign_in("second", expires_at=END + SECOND))
    assert await store.take_sign_in("first", NOW) is None
    assert await store.take_sign_in("second", END) == a_sign_in("second", expires_at=END + SECOND)
    assert await store.take_sign_in("other", NOW) == a_sign_in("other", "T1:U2")


async def test_a_sign_in_that_is_begun_again_is_the_later_one(store: Store) -> None:
    await store.begin_sign_in(a_sign_in())
    again = replace(a_sign_in(), body=b"another verifier")
    await store.begin_sign_in(again)
    assert await store.take_sign_in("hash", NOW) == again
    assert await store.take_sign_in("hash", NOW) is None


async def test_nobody_begins_a_sign_in_in_the_place_of_anothers(store: Store) -> None:
    await store.begin_sign_in(a_sign_in())
    await store.begin_sign_in(a_sign_in("mine", "T1:U2"))
    with pytest.raises(StorageError):
        await store.begin_sign_in(a_sign_in("hash", "T1:U2"))
    assert await store.take_sign_in("hash", NOW) == a_sign_in()
    assert await store.take_sign_in("mine", NOW) == a_sign_in("mine", "T1:U2")


async def test_the_latest_sign_in_of_a_person_is_found_by_theirs(store: Store) -> None:
    assert await store.sign_in_of("T1:U1") is None
    await store.begin_sign_in(a_sign_in("first"))
    await store.begin_sign_in(a_sign_in("other", "T1:U2"))
    await store.begin_sign_in(a_sign_in("second"))
    assert await store.sign_in_of("T1:U1") == a_sign_in("second")
    assert await store.sign_in_of("T1:U3") is None
    await store.take_sign_in("second", NOW)
    assert await store.sign_in_of("T1:U1") is None


async def test_all_sign_ins_are_listed_expired_ones_too_the_earliest_end_first(
    store: Store,
) -> None:
    assert await store.sign_ins() == []
    late, soon = a_sign_in("late", "T1:U1", END), a_sign_in("soon", "T1:U2", NOW - SECOND)
    for each in (late, soon):
        await store.begin_sign_in(each)
    assert await store.sign_ins() == [soon, late]


async def test_a_sign_in_is_ended_once_however_old_it_is(store: Store) -> None:
    old = a_sign_in("old", "T1:U1", NOW - SECOND)
    await store.begin_sign_in(old)
    await store.begin_sign_in(a_sign_in("other", "T1:U2"))
    assert await store.end_sign_in("old")
    assert not await store.end_sign_in("old")
    assert await store.sign_ins() == [a_sign_in("other", "T1:U2")]


async def test_of_two_replicas_that_take_a_sign_in_at_once_one_gets_it(
    open_store: OpenStore,
) -> None:
    stores = [await open_store("a"), await open_store("b")]
    for number in range(10):
        row = a_sign_in(f"hash {number}")
        await stores[number % 2].begin_sign_in(row)
        taken = await asyncio.gather(
            *(store.take_sign_in(row.id, NOW) for store in stores for _ in range(3))
        )
        assert [each for each in taken if each is not None] == [row]


async def test_of_two_sign_ins_that_a_person_begins_at_once_one_is_left(
    open_store: OpenStore,
) -> None:
    stores = [await open_store("a"), await open_store("b")]
    rows = [a_sign_in("first"), a_sign_in("second")]
    await asyncio.gather(
        *(store.begin_sign_in(row) for store, row in zip(stores, rows, strict=True))
    )
    taken = [await stores[0].take_sign_in(row.id, NOW) for row in rows]
    assert taken.count(None) == 1


async def test_a_caller_that_is_cancelled_does_not_bring_a_sign_in_back(store: Store) -> None:
    await store.begin_sign_in(a_sign_in())
    caller = asyncio.create_task(store.take_sign_in("hash", NOW))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    taken = [await store.take_sign_in("hash", NOW) for _ in range(2)]
    assert taken in ([None, None], [a_sign_in(), None])


async def test_a_sign_in_outlives_a_restart(open_store: OpenStore) -> None:
    first = await open_store("a")
    await first.begin_sign_in(a_sign_in())
    await first.close()
    assert await (await open_store("b")).take_sign_in("hash", NOW) == a_sign_in()


async def test_expired_sign_ins_go_when_what_is_old_is_purged(store: Store) -> None:
    await store.begin_sign_in(a_sign_in("old"))
    await store.begin_sign_in(a_sign_in("new", "T1:U2", END + SECOND))
    assert await store.purge(END) == 0
    assert await store.peek_sign_in("old", NOW) is None
    assert await store.peek_sign_in("new", NOW) == a_sign_in("new", "T1:U2", END + SECOND)


async def test_a_persons_sign_in_goes_when_everything_of_theirs_is_purged(store: Store) -> None:
    await store.begin_sign_in(a_sign_in())
    await store.begin_sign_in(a_sign_in("other", "T1:U2"))
    await store.purge(NOW, "T1:U1")
    assert await store.peek_sign_in("hash", NOW) is None
    assert await store.peek_sign_in("other", NOW) == a_sign_in("other", "T1:U2")


def test_the_text_of_a_row_holds_no_verifier() -> None:
    assert "verifier" not in repr(a_sign_in())
