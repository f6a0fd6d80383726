"""Whatever two replicas do, in whatever order, the store answers as a small model of it does."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from storage.errors import AlreadyTaken, ClaimLost, StaleRun, StorageError, ThreadBusy, ThreadIdle
from storage.rows import Change, Claim, Owed, RunRow, Slot, Standing
from tests.storage.conftest import Engine
from tests.storage.sample_rows import LEASE, LIVE, NOW, QUEUED, SHOW, a_run, a_thread

T = TypeVar("T")
Held = tuple[str, Claim]  # a claim, and the replica that was given it


@dataclass
class Due:
    """What the model remembers of one slot."""

    owed: Owed
    revision: int
    attempt: int = 0
    holder: str | None = None
    claim: tuple[int, int] | None = None  # what the holder is busy with
    begun: bool = False


@dataclass
class Model:
    """The contract once more, in dictionaries."""

    runs: dict[str, RunRow] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    due: dict[tuple[str, Slot], Due] = field(default_factory=dict)
    seen_until: dict[str, datetime] = field(default_factory=dict)

    def in_thread(self, thread: str, *standings: Standing) -> list[RunRow]:
        runs = self.runs.values()
        return [run for run in runs if run.thread == thread and run.standing in standings]

    def take(self, me: str, run: RunRow, key: str, owe: list[Owed], now: datetime) -> list[Claim]:
        if key in self.keys:
            raise AlreadyTaken(self.keys[key])
        ahead = len(self.in_thread(run.thread, LIVE, QUEUED))
        if run.standing is LIVE and ahead:
            raise ThreadBusy(ahead)
        if run.standing is QUEUED and not ahead:
            raise ThreadIdle
        self.runs[run.id], self.keys[key] = run, run.id
        return self.owe(me, run, owe, now, None)

    def save(self, me: str, change: Change, now: datetime) -> list[Claim]:
        row, claim = change.row, change.claim
        if claim is not None:
            self.find(me, claim)
        if row.id not in self.runs or self.runs[row.id].version != row.version - 1:
            raise StaleRun
        others = [run for run in self.in_thread(row.thread, LIVE) if run.id != row.id]
        if row.standing is LIVE and others:
            raise ThreadBusy(len(others))
        self.runs[row.id] = row
        emptied = set(change.settle) | ({claim.slot} if claim else set())
        for slot in emptied - {each.slot for each in change.owe}:
            self.due.pop((row.id, slot), None)
        return self.owe(me, row, change.owe, now, claim.slot if claim else None)

    def owe(
        self, me: str, run: RunRow, owe: Any, now: datetime, settled: Slot | None
    ) -> list[Claim]:
        claims = []
        for owed in owe:
            before = self.due.get((run.id, owed.slot))
            due = Due(owed, run.version)
            self.due[run.id, owed.slot] = due
            if (
                owed.slot is SHOW
                and settled is not SHOW
                and before
                and before.holder
                and (before.holder == me or self.seen_until[before.holder] >= now)
            ):
                due.holder, due.claim = before.holder, before.claim
            elif owed.due_at <= now and not owed.when_idle:
                claims.append(self.give(me, due))
        return claims

    def give(self, me: str, due: Due) -> Claim:
        due.attempt += 1
        due.holder, due.claim = me, (due.revision, due.attempt)
        owed = due.owed
        return Claim(
            *(owed.run, owed.slot, owed.kind, due.revision, due.attempt),
            interrupted=due.begun,
            row=self.runs[owed.run],
        )

    def claim(self, me: str, limit: int, now: datetime) -> list[Claim]:
        free = []
        for due in self.due.values():
            if due.holder and due.holder != me and self.seen_until[due.holder] < now:
                due.holder = due.claim = None
            if due.holder is None and due.owed.due_at <= now and self.may_start(due.owed):
                free.append(due)
        order = list(self.runs)
        free.sort(key=lambda due: (due.owed.due_at, order.index(due.owed.run), due.owed.slot))
        return [self.give(me, due) for due in free[:limit]]

    def may_start(self, owed: Owed) -> bool:
        thread = self.runs[owed.run].thread
        earlier = list(self.runs)[: list(self.runs).index(owed.run)]
        return not owed.when_idle or not (
            self.in_thread(thread, LIVE)
            or any(run.id in earlier for run in self.in_thread(thread, QUEUED))
        )

    def busy_with(self, me: str, claim: Claim) -> Due | None:
        due = self.due.get((claim.run, claim.slot))
        named = (claim.revision, claim.attempt)
        return due if due and due.holder == me and due.claim == named else None

    def find(self, me: str, claim: Claim) -> Due:
        due = self.busy_with(me, claim)
        if due is None or due.revision != claim.revision:
            raise ClaimLost
        return due

    def begin(self, me: str, claim: Claim) -> None:
        self.find(me, claim).begun = True

    def settle(self, me: str, claim: Claim, now: datetime, done: int) -> Claim | None:
        due = self.busy_with(me, claim)
        if due is None:
            return None
        if due.revision <= max(claim.revision, done):
            del self.due[claim.run, claim.slot]
        elif due.owed.due_at <= now and not due.owed.when_idle:
            return self.give(me, due)
        else:
            due.holder = due.claim = None
        return None

    def defer(self, me: str, claim: Claim, until: datetime) -> None:
        due = self.busy_with(me, claim)
        if due is None:
            return
        later = until if due.revision == claim.revision else max(until, due.owed.due_at)
        due.owed = replace(due.owed, due_at=later)
        due.holder, due.claim, due.begun = None, None, False


REPLICAS = ("a", "b")
replicas = st.sampled_from(REPLICAS)
threads = st.sampled_from(["t1", "t2"])
standings = st.sampled_from(Standing)
seconds = st.sampled_from([-1, 0, 0, 0, 5])
slots = st.lists(st.sampled_from(Slot), unique=True)
waits = st.tuples(seconds, st.sampled_from([False, False, False, True]))


class TwoReplicas(RuleBasedStateMachine):
    claims: Bundle[Held] = Bundle("claims")

    def __init__(self, new_engine: Callable[[], Engine]) -> None:
        super().__init__()
        self.runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        engine, self.model, self.now = new_engine(), Model(), NOW
        self.stores = {name: engine.store(name) for name in REPLICAS}
        for name, store in self.stores.items():
            self.runner.run(store.open(NOW))
            self.model.seen_until[name] = NOW + LEASE

    def teardown(self) -> None:
        for store in self.stores.values():
            self.runner.run(store.close())
        self.runner.close()

    def same(self, call: Coroutine[Any, Any, T], expected: Callable[[], T]) -> T | None:
        """Both give the same, or refuse for the same reason."""
        try:
            result = self.runner.run(call)
        except StorageError as error:
            refusal = error
        else:
            assert result == expected()
            return result
        try:
            expected()
        except type(refusal) as error:
            assert vars(error) == vars(refusal)  # noqa: PT017 (the model is to refuse too)
            return None
        raise AssertionError("Only the store refused.")

    def owed(self, run: str, some: list[Slot], wait: tuple[int, bool]) -> list[Owed]:
        due_at = self.now + LEASE * wait[0] / 10
        return [Owed(run, slot, f"{slot} {self.now}", due_at, wait[1]) for slot in some]

    def given(self, me: str, claims: list[Claim] | None) -> Any:
        return multiple(*((me, claim) for claim in claims or []))

    @initialize(target=claims, me=replicas)
    def begin_with_a_run(self, me: str) -> Any:
        return self.take(me, "t1", LIVE, list(Slot), (0, False), again=False)

    @rule(
        target=claims, me=replicas, thread=threads, standing=standings, some=slots, wait=waits,
        again=st.booleans(),
    )  # fmt: skip
    def take(
        self, me: str, thread: str, standing: Standing, some: list[Slot], wait: tuple[int, bool],
        *, again: bool,
    ) -> Any:  # fmt: skip
        run = a_run(f"r{len(self.model.runs)}", thread, standing)
        key = "key r0" if again else f"key {run.id}"
        owe = self.owed(run.id, some, wait)
        taking = self.stores[me].take(a_thread(thread), run, [key], owe, self.now)
        return self.given(
            me, self.same(taking, lambda: self.model.take(me, run, key, owe, self.now))
        )

    @rule(
        target=claims, me=replicas, number=st.integers(0, 5), standing=standings, some=slots,
        wait=waits, settle=slots, version=st.sampled_from([1, 1, 1, 0]),
    )  # fmt: skip
    def save(
        self, me: str, number: int, standing: Standing, some: list[Slot], wait: tuple[int, bool],
        settle: list[Slot], version: int,
    ) -> Any:  # fmt: skip
        before = self.model.runs.get(f"r{number}", a_run(f"r{number}"))
        row = replace(before, version=before.version + version, standing=standing)
        owe = tuple(self.owed(row.id, some, wait))
        return self.save_change(me, Change(row, owe, settle=tuple(settle)))

    @rule(target=claims, held=claims, standing=standings, some=slots, wait=waits)
    def save_with_a_claim(
        self, held: Held, standing: Standing, some: list[Slot], wait: tuple[int, bool]
    ) -> Any:
        me, claim = held
        before = self.model.runs[claim.run]
        row = replace(before, version=before.version + 1, standing=standing)
        change = Change(row, tuple(self.owed(row.id, some, wait)), claim=claim)
        return self.save_change(me, change)

    def save_change(self, me: str, change: Change) -> Any:
        saving = self.stores[me].save(change, self.now)
        return self.given(me, self.same(saving, lambda: self.model.save(me, change, self.now)))

    @rule(target=claims, me=replicas, limit=st.integers(0, 3))
    def claim(self, me: str, limit: int) -> Any:
        claiming = self.stores[me].claim(limit, self.now)
        return self.given(me, self.same(claiming, lambda: self.model.claim(me, limit, self.now)))

    @rule(held=claims)
    def begin(self, held: Held) -> None:
        me, claim = held
        self.same(self.stores[me].begin(claim), lambda: self.model.begin(me, claim))

    @rule(target=claims, held=consumes(claims), more=st.sampled_from([0, 0, 1, 2]))
    def settle(self, held: Held, more: int) -> Any:
        me, claim = held
        done = claim.revision + more if more else 0
        settling = self.stores[me].settle(claim, self.now, done)
        anew = self.same(settling, lambda: self.model.settle(me, claim, self.now, done))
        return self.given(me, [anew] if anew else [])

    @rule(held=claims, delay=seconds)
    def defer(self, held: Held, delay: int) -> None:
        me, claim = held
        until = self.now + LEASE * delay / 10
        self.same(self.stores[me].defer(claim, until), lambda: self.model.defer(me, claim, until))

    @rule(me=replicas)
    def heartbeat(self, me: str) -> None:
        self.runner.run(self.stores[me].heartbeat(self.now))
        self.model.seen_until[me] = self.now + LEASE

    @rule(tenths=st.sampled_from([1, 5, 11]))
    def time_passes(self, tenths: int) -> None:
        self.now += LEASE * tenths / 10

    @invariant()
    def the_runs_are_the_same(self) -> None:
        for thread in ("t1", "t2"):
            runs = self.runner.run(self.stores["a"].runs_in_thread(thread, list(Standing)))
            assert runs == self.model.in_thread(thread, *Standing)
            assert len([run for run in runs if run.standing is LIVE]) <= 1


def test_two_replicas_behave_like_the_model(new_engine: Callable[[], Engine]) -> None:
    class OnThisEngine(TwoReplicas):
        def __init__(self) -> None:
            super().__init__(new_engine)

    run_state_machine_as_test(
        OnThisEngine,
        settings=settings(
            max_examples=40,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
