"""Whatever two replicas do with tokens, locks and sign-ins, a small model answers the same."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from storage.errors import StaleToken, StorageError
from storage.rows import SignInRow, TokenRow
from tests.storage.conftest import Engine
from tests.storage.sample_rows import NOW, SECOND, a_sign_in, a_token

T = TypeVar("T")


@dataclass
class Model:
    """The contract once more, in dictionaries."""

    tokens: dict[str, TokenRow] = field(default_factory=dict)
    sign_ins: dict[str, SignInRow] = field(default_factory=dict)  # by owner
    locks: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    def keep(self, row: TokenRow) -> None:
        kept = self.tokens.get(row.owner)
        if row.version != (kept.version if kept else 0) + 1:
            raise StaleToken
        self.tokens[row.owner] = row

    def lock(self, me: str, name: str, until: datetime, now: datetime) -> bool:
        holder, end = self.locks.get(name, (me, now))
        if holder != me and end > now:
            return False
        self.locks[name] = me, until
        return True

    def unlock(self, me: str, name: str) -> None:
        if name in self.locks and self.locks[name][0] == me:
            del self.locks[name]

    def begin(self, row: SignInRow) -> None:
        if any(each.id == row.id for owner, each in self.sign_ins.items() if owner != row.owner):
            raise StorageError
        self.sign_ins[row.owner] = row

    def peek(self, id: str, now: datetime) -> SignInRow | None:
        rows = self.sign_ins.values()
        return next((row for row in rows if row.id == id and row.expires_at > now), None)

    def take(self, id: str, now: datetime) -> SignInRow | None:
        row = self.peek(id, now)
        if row is not None:
            del self.sign_ins[row.owner]
        return row

    def end(self, id: str) -> bool:
        ended = [owner for owner, row in self.sign_ins.items() if row.id == id]
        for owner in ended:
            del self.sign_ins[owner]
        return bool(ended)

    def purge(self, before: datetime, asker: str | None) -> int:
        for owner, row in list(self.sign_ins.items()):
            if row.expires_at <= before or owner == asker:
                del self.sign_ins[owner]
        if asker is not None:
            self.tokens.pop(asker, None)
        return 0


REPLICAS = ("a", "b")
replicas = st.sampled_from(REPLICAS)
owners = st.sampled_from(["T1:U1", "T1:U2", "shared"])
ids = st.sampled_from(["hash 1", "hash 2", "hash 3"])
names = st.sampled_from(["one", "two"])
waits = st.integers(0, 4)
bodies = st.binary(max_size=3)


class TwoReplicas(RuleBasedStateMachine):
    def __init__(self, new_engine: Callable[[], Engine]) -> None:
        super().__init__()
        self.runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        engine, self.model, self.now = new_engine(), Model(), NOW
        self.stores = {name: engine.store(name) for name in REPLICAS}
        for store in self.stores.values():
            self.runner.run(store.open(NOW))

    def teardown(self) -> None:
        for store in self.stores.values():
            self.runner.run(store.close())
        self.runner.close()

    def same(self, call: Coroutine[Any, Any, T], expected: Callable[[], T]) -> None:
        """Both give the same, or refuse for the same reason."""
        result: T | type[StorageError]
        wanted: T | type[StorageError]
        try:
            result = self.runner.run(call)
        except StorageError as error:
            result = type(error)
        try:
            wanted = expected()
        except StorageError as error:
            wanted = type(error)
        assert result == wanted

    @rule(me=replicas, owner=owners, step=st.sampled_from([1, 1, 1, 0, 2]), body=bodies)
    def keep_token(self, me: str, owner: str, step: int, body: bytes) -> None:
        kept = self.model.tokens.get(owner)
        row = a_token((kept.version if kept else 0) + step, owner, body)
        self.same(self.stores[me].keep_token(row), lambda: self.model.keep(row))

    @rule(me=replicas, owner=owners)
    def drop_token(self, me: str, owner: str) -> None:
        dropping = self.stores[me].drop_token(owner)
        self.same(dropping, lambda: self.model.tokens.pop(owner, None) is not None)

    @rule(me=replicas, name=names, wait=waits)
    def lock(self, me: str, name: str, wait: int) -> None:
        until, now = self.now + wait * SECOND, self.now
        locking = self.stores[me].lock(name, until, now)
        self.same(locking, lambda: self.model.lock(me, name, until, now))

    @rule(me=replicas, name=names)
    def unlock(self, me: str, name: str) -> None:
        self.same(self.stores[me].unlock(name), lambda: self.model.unlock(me, name))

    @rule(me=replicas, id=ids, owner=owners, wait=waits)
    def begin_sign_in(self, me: str, id: str, owner: str, wait: int) -> None:
        row = a_sign_in(id, owner, self.now + wait * SECOND)
        self.same(self.stores[me].begin_sign_in(row), lambda: self.model.begin(row))

    @rule(id=ids, callers=st.lists(replicas, min_size=1, max_size=4))
    def take_sign_in(self, id: str, callers: list[str]) -> None:
        """However many take it at once, at most one is given it."""

        async def take_at_once() -> list[SignInRow]:
            takers = (self.stores[me].take_sign_in(id, self.now) for me in callers)
            return [row for row in await asyncio.gather(*takers) if row is not None]

        wanted = self.model.take(id, self.now)
        assert self.runner.run(take_at_once()) == ([] if wanted is None else [wanted])

    @rule(me=replicas, id=ids)
    def end_sign_in(self, me: str, id: str) -> None:
        self.same(self.stores[me].end_sign_in(id), lambda: self.model.end(id))

    @rule(me=replicas, past=waits, asker=st.none() | owners)
    def purge(self, me: str, past: int, asker: str | None) -> None:
        before = self.now - past * SECOND
        purging = self.stores[me].purge(before, asker)
        self.same(purging, lambda: self.model.purge(before, asker))

    @rule(seconds=st.integers(1, 3))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds * SECOND

    @invariant()
    def what_is_kept_is_the_same(self) -> None:
        for store in self.stores.values():
            for owner in ("T1:U1", "T1:U2", "shared"):
                assert self.runner.run(store.token(owner)) == self.model.tokens.get(owner)
                assert self.runner.run(store.sign_in_of(owner)) == self.model.sign_ins.get(owner)
            for each in ("hash 1", "hash 2", "hash 3"):
                peeking = store.peek_sign_in(each, self.now)
                assert self.runner.run(peeking) == self.model.peek(each, self.now)


def test_two_replicas_behave_like_the_model(new_engine: Callable[[], Engine]) -> None:
    class OnThisEngine(TwoReplicas):
        def __init__(self) -> None:
            super().__init__(new_engine)

    run_state_machine_as_test(
        OnThisEngine,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
