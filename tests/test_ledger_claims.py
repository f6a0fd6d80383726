"""What runs owe is handed out: when it is due, to whom it belongs, and to the heirs of the dead."""

from datetime import timedelta
from pathlib import Path

import pytest

from storage.errors import ClaimLost
from tests.kept import LEASE, kept
from tests.test_ledger import INVOKED, all_claims, taken


async def test_what_was_deferred_is_handed_out_when_it_is_due() -> None:
    async with kept() as house:
        run = await taken(house)
        invoke = (await all_claims(house))[run.id, "invoke"]
        await house.ledger.defer(invoke, timedelta(seconds=5))
        await house.ledger.claim_due()
        assert house.claims() == []
        house.clock.forward(seconds=5)
        await house.ledger.claim_due()
        again = (await all_claims(house))[run.id, "invoke"]
        assert (again.attempt, again.interrupted) == (2, False)


async def test_a_show_that_was_owed_anew_meanwhile_is_handed_out_when_it_is_settled() -> None:
    async with kept() as house:
        run = await taken(house)
        show = (await all_claims(house))[run.id, "show"]
        await house.ledger.record(run, INVOKED)
        assert (run.id, "show") not in house.claims()
        await house.ledger.settle(show)
        assert house.claims() == [(run.id, "show")]


async def test_more_due_work_than_is_claimed_at_once_is_all_handed_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.ledger.CLAIMED_AT_ONCE", 3)
    async with kept() as house:
        for number in range(5):
            await taken(house, f"17{number}.1")
        for claim in (await all_claims(house)).values():
            await house.ledger.defer(claim, timedelta(0))
        await house.ledger.claim_due()
        assert len(house.claims()) == 10


async def test_what_a_dead_replica_had_begun_comes_back_as_interrupted(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    async with kept(path) as dead, kept(path, replica="b", clock=dead.clock) as heir:
        run = await taken(dead)
        claims = await all_claims(dead)
        await dead.ledger.begin(claims[run.id, "invoke"])
        await heir.ledger.claim_due()
        assert heir.claims() == []
        dead.clock.forward(seconds=LEASE.total_seconds() + 1)
        await heir.ledger.heartbeat()
        await heir.ledger.claim_due()
        inherited = await all_claims(heir)
        assert inherited[run.id, "invoke"].interrupted
        assert not inherited[run.id, "show"].interrupted
        with pytest.raises(ClaimLost):
            await dead.ledger.record(run, INVOKED, claims[run.id, "invoke"])


async def test_who_keeps_beating_keeps_its_claims(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    async with kept(path) as alive, kept(path, replica="b", clock=alive.clock) as other:
        run = await taken(alive)
        for _ in range(5):
            alive.clock.forward(seconds=LEASE.total_seconds() - 1)
            await alive.ledger.heartbeat()
            await other.ledger.heartbeat()
        await other.ledger.claim_due()
        assert other.claims() == []
        await alive.ledger.begin((await all_claims(alive))[run.id, "invoke"])
