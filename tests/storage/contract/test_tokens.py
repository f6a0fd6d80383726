"""One token for each owner, replaced by compare-and-set."""

import asyncio

import pytest

from storage.errors import StaleToken
from storage.rows import TokenRow
from storage.store import Store
from tests.storage.conftest import OpenStore
from tests.storage.sample_rows import NOW, SECOND, a_run, a_token, end, take


async def test_a_token_is_kept_whole_and_for_its_owner_alone(store: Store) -> None:
    assert await store.token("T1:U1") is None
    await store.keep_token(a_token(body=bytes(range(256))))
    await store.keep_token(a_token(owner="shared", body=b""))
    assert await store.token("T1:U1") == TokenRow("T1:U1", bytes(range(256)), 1)
    assert await store.token("shared") == TokenRow("shared", b"", 1)
    assert await store.token("T1:U2") is None


async def test_a_token_is_replaced_version_by_version(store: Store) -> None:
    for version in (1, 2, 3):
        row = a_token(version, body=f"token {version}".encode())
        await store.keep_token(row)
        assert await store.token("T1:U1") == row


@pytest.mark.parametrize("version", [0, 1, 2, 4])
async def test_a_token_that_does_not_follow_the_kept_one_is_stale(
    store: Store, version: int
) -> None:
    await store.keep_token(a_token(1))
    await store.keep_token(a_token(2))
    with pytest.raises(StaleToken):
        await store.keep_token(a_token(version, body=b"late"))
    assert await store.token("T1:U1") == a_token(2)


@pytest.mark.parametrize("version", [0, 2])
async def test_a_first_token_is_version_one(store: Store, version: int) -> None:
    with pytest.raises(StaleToken):
        await store.keep_token(a_token(version))
    assert await store.token("T1:U1") is None


async def test_a_token_is_dropped_once_and_not_brought_back_by_who_was_replacing_it(
    store: Store,
) -> None:
    await store.keep_token(a_token(1))
    await store.keep_token(a_token(owner="T1:U2"))
    assert await store.drop_token("T1:U1")
    assert not await store.drop_token("T1:U1")
    with pytest.raises(StaleToken):
        await store.keep_token(a_token(2))
    assert await store.token("T1:U1") is None
    assert await store.token("T1:U2") == a_token(owner="T1:U2")
    await store.keep_token(a_token(1, body=b"anew"))
    assert await store.token("T1:U1") == a_token(1, body=b"anew")


@pytest.mark.parametrize("version", [1, 2])
async def test_of_two_replicas_that_keep_a_token_at_once_one_wins(
    open_store: OpenStore, version: int
) -> None:
    stores = [await open_store("a"), await open_store("b")]
    for person in range(5):
        owner = f"T1:U{person}"
        for earlier in range(1, version):
            await stores[0].keep_token(a_token(earlier, owner))
        rows = [a_token(version, owner, f"token {number}".encode()) for number in range(6)]
        results = await asyncio.gather(
            *(stores[number % 2].keep_token(row) for number, row in enumerate(rows)),
            return_exceptions=True,
        )
        (winner,) = [row for row, result in zip(rows, results, strict=True) if result is None]
        assert sum(isinstance(result, StaleToken) for result in results) == 5
        assert [await store.token(owner) for store in stores] == [winner, winner]


async def test_a_token_outlives_a_restart(open_store: OpenStore) -> None:
    first = await open_store("a")
    await first.keep_token(a_token())
    await first.close()
    assert await (await open_store("b")).token("T1:U1") == a_token()


async def test_a_persons_token_goes_when_everything_of_theirs_is_purged(store: Store) -> None:
    await store.keep_token(a_token())
    await store.keep_token(a_token(owner="T1:U2"))
    await take(store, a_run())
    await end(store, a_run())
    assert await store.purge(NOW, "T1:U1") == 0
    assert await store.token("T1:U1") is None
    assert await store.token("T1:U2") == a_token(owner="T1:U2")


async def test_tokens_stay_when_what_is_old_is_purged(store: Store) -> None:
    await store.keep_token(a_token())
    await store.purge(NOW + SECOND)
    assert await store.token("T1:U1") == a_token()


def test_the_text_of_a_row_holds_no_token() -> None:
    assert "secret" not in repr(a_token(body=b"secret"))
