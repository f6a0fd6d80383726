"""The record of approvals: it is only added to, each entry carries the hash of the one before."""

from dataclasses import replace

import pytest

from storage.chain import FIRST, first_break, link
from storage.errors import ClaimLost, StaleRun
from storage.rows import AuditRow, Change
from storage.store import Store
from tests.storage.conftest import OpenStore
from tests.storage.sample_rows import (
    LATER,
    LIVE,
    NOW,
    SECOND,
    a_run,
    an_approval,
    end,
    next_version,
    owes,
    take,
    take_one,
)


def entry(text: str, approval: str = "p1") -> AuditRow:
    return AuditRow(text.encode(), approval, NOW)


async def told(store: Store) -> list[str]:
    return [each.body.decode() for each in await store.record(0, 100)]


async def test_each_entry_carries_the_hash_of_the_one_before(store: Store) -> None:
    await store.put_on_record([entry("one"), entry("two", "p2")])
    await store.put_on_record([entry("three")])
    first, second, third = await store.record(0, 10)
    assert [each.seq for each in (first, second, third)] == [1, 2, 3]
    assert first.previous == FIRST
    assert [each.previous for each in (second, third)] == [first.hash, second.hash]
    assert all(each.hash == link(each.previous, each.body) for each in (first, second, third))
    assert (second.body, second.approval, second.at) == (b"two", "p2", NOW)


async def test_it_is_read_in_pieces(store: Store) -> None:
    await store.put_on_record([])
    await store.put_on_record([entry(f"{number}") for number in range(5)])
    assert [each.seq for each in await store.record(0, 2)] == [1, 2]
    assert [each.seq for each in await store.record(2, 2)] == [3, 4]
    assert [each.seq for each in await store.record(4, 2)] == [5]
    assert await store.record(5, 2) == []
    assert await store.record(0, -1) == []


async def test_what_a_step_says_is_kept_with_the_step_or_not_at_all(store: Store) -> None:
    await take(store, a_run())
    row = next_version(a_run())
    await store.save(Change(row, audit=(entry("said"),)), NOW)
    with pytest.raises(StaleRun):
        await store.save(Change(row, audit=(entry("never said"),)), NOW)
    assert await told(store) == ["said"]


async def test_what_begins_says_so_once_and_only_for_its_holder(open_store: OpenStore) -> None:
    store, other = await open_store(), await open_store("b")
    claim = await take_one(store, owes("r1", due_at=NOW))
    await store.begin(claim, [entry("sent")])
    assert await told(store) == ["sent"]
    (taken_over,) = await other.claim(1, LATER)
    assert taken_over.interrupted
    with pytest.raises(ClaimLost):
        await store.begin(claim, [entry("sent again")])
    assert await told(store) == ["sent"]


async def test_replicas_add_to_one_chain(open_store: OpenStore) -> None:
    store, other = await open_store(), await open_store("b")
    for number in range(6):
        await (store, other)[number % 2].put_on_record([entry(f"{number}")])
    rows = await other.record(0, 10)
    assert [each.body.decode() for each in rows] == list("012345")
    assert [each.previous for each in rows[1:]] == [each.hash for each in rows[:-1]]


async def test_what_ended_long_ago_is_purged_but_stays_on_record(store: Store) -> None:
    await take(store, a_run())
    await end(store, a_run())
    await store.put_on_record([entry("said")])
    assert await store.purge(NOW + 9 * SECOND) == 1
    assert await told(store) == ["said"]


async def test_a_person_finds_what_waits_for_them_the_longest_waiting_first(store: Store) -> None:
    for number in (1, 2):
        run = a_run(f"r{number}", f"t{number}")
        await take(store, run)
        opened = replace(
            an_approval(f"p{number}", job=f"j{number}"),
            run=run.id,
            opened_at=NOW - number * SECOND,
            waits_for=("T1:U1", f"T1:U-ONLY-{number}"),
        )
        await store.save(Change(next_version(run), approvals=((opened, None),)), NOW)
    assert [each.id for each in await store.waiting_for("T1:U1", 5)] == ["r2", "r1"]
    assert [each.id for each in await store.waiting_for("T1:U1", 1)] == ["r2"]
    assert [each.id for each in await store.waiting_for("T1:U-ONLY-1", 5)] == ["r1"]
    assert await store.waiting_for("T1:U2", 5) == []


async def test_nothing_waits_for_who_is_no_decider_any_more_or_for_what_is_decided(
    store: Store,
) -> None:
    await take(store, a_run())
    opened = replace(an_approval(), waits_for=("T1:U1", "T1:U2"))
    row = next_version(a_run())
    await store.save(Change(row, approvals=((opened, None),)), NOW)
    row = next_version(row, LIVE)
    await store.save(Change(row, approvals=((replace(opened, waits_for=("T1:U2",)), "open"),)), NOW)
    assert await store.waiting_for("T1:U1", 5) == []
    assert len(await store.waiting_for("T1:U2", 5)) == 1
    decided = replace(opened, state="approved", pending=False)
    await store.save(Change(next_version(row), approvals=((decided, "open"),)), NOW)
    assert await store.waiting_for("T1:U2", 5) == []


async def test_a_chain_is_whole_or_says_where_it_breaks(store: Store) -> None:
    await store.put_on_record([entry(f"{number}") for number in range(4)])
    rows = await store.record(0, 10)
    assert first_break([]) is None
    assert first_break(rows) is None
    assert first_break(rows[1:]) == 1, "the first is missing"
    assert first_break([rows[0], *rows[2:]]) == 2
    assert first_break([*rows[:2], replace(rows[2], body=b"other"), rows[3]]) == 3
    forged = replace(rows[2], body=b"other", hash=link(rows[1].hash, b"other"))
    assert first_break([*rows[:2], forged, rows[3]]) == 4, "what follows gives it away"
