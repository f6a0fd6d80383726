"""Watches the jobs of runs: one claim for as long as a job is read, one timer until the next reading.

A reading that changed nothing writes nothing, and neither does one that told of progress alone, where
the run is being shown. The readings of hundreds of jobs are timers in memory.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog

from bot.asking import Asking, failure_of
from bot.domain import events as e
from bot.domain.agent import Unavailable
from bot.domain.effects import Effect
from bot.domain.machine import IllegalEvent, owes
from bot.domain.retry import (
    ZERO,
    Polling,
    first_interval,
    poll_interval,
    retry_delay,
    waiting_interval,
)
from bot.domain.run import Run, State
from bot.domain.turn import Person
from bot.ledger import Clock, Ledger
from bot.signing_in import SignInInvitations
from storage.errors import ClaimLost, StorageError
from storage.rows import Claim

log = structlog.get_logger(__name__)

AFTER_A_DEFECT = timedelta(minutes=1)
ASKED_AT_ONCE = 100  # claims, after a lease has lapsed
# A timer that comes so late says that there is more to do than time: who asks is then served first.
LATE = 0.5
POSTPONED_AT_MOST = 3  # times in a row, by a second or two
POLLS_AT_ONCE = 32  # what waits here takes no time from who asks now


@dataclass(eq=False, slots=True)
class Watch:
    """A run whose job is being read, and the timer of its next reading, due at this loop's time."""

    run: Run
    claim: Claim
    timer: asyncio.TimerHandle | None = None
    due: float = 0.0
    postponed: int = 0


class Watches:
    """Performs the claims of Poll. `own` starts a task that somebody waits for at the end."""

    def __init__(
        self,
        ledger: Ledger,
        asking: Asking,
        invitations: SignInInvitations,
        *,
        clock: Clock,
        polling: Polling,
        own: Callable[[Coroutine[Any, Any, None]], None],
        follow: Callable[[Run], bool],
    ) -> None:
        self._follow = follow
        self._ledger = ledger
        self._asking = asking
        self._invitations = invitations
        self._clock = clock
        self._polling = polling
        self._own = own
        self._watches: dict[str, Watch] = {}
        self._at_once = asyncio.Semaphore(POLLS_AT_ONCE)

    def __len__(self) -> int:
        return len(self._watches)

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._watches

    def watch(self, run: Run, claim: Claim) -> None:
        """Read the run's job again and again until it owes something else.

        Now, but where it has only just begun: Fusion's reply to that has told its status.
        """
        elapsed = self._clock() - run.since
        running = run.state is State.RUNNING
        first = first_interval(elapsed, self._polling, random.random()) if running else ZERO
        self._set(Watch(run, claim), first)

    def forget(self, run_id: str) -> None:
        """Read this run's job no more; a reading under way counts for nothing."""
        earlier = self._watches.get(run_id)
        if earlier is not None:
            self._drop(earlier)

    def forget_all(self) -> None:
        """Read no more jobs: their claims stay owed, for who comes next."""
        for watch in list(self._watches.values()):
            self._drop(watch)

    def hurry(self, person: Person) -> None:
        """What this person's jobs could not be read for is over: read them now."""
        for watch in list(self._watches.values()):
            if watch.run.turn.asker == person and watch.run.needs_sign_in and watch.timer:
                watch.timer.cancel()
                self._set(watch, ZERO)

    async def let_go_of_what_was_taken_over(self) -> None:
        """After a pause that may have cost the lease: watch only what is still ours."""
        watches = list(self._watches.values())
        for first in range(0, len(watches), ASKED_AT_ONCE):
            some = watches[first : first + ASKED_AT_ONCE]
            await asyncio.gather(*(self._keep_if_ours(watch) for watch in some))

    async def _keep_if_ours(self, watch: Watch) -> None:
        try:
            await self._ledger.begin(watch.claim)  # asks whether it is ours, no more
        except ClaimLost:
            self._drop(watch)

    def _set(self, watch: Watch, delay: timedelta) -> None:
        self._watches[watch.run.id] = watch
        loop = asyncio.get_running_loop()
        watch.due = loop.time() + delay.total_seconds()
        watch.timer = loop.call_at(watch.due, self._read_soon, watch)

    def _read_soon(self, watch: Watch) -> None:
        late = asyncio.get_running_loop().time() - watch.due
        watch.timer = None
        if late > LATE and watch.postponed < POSTPONED_AT_MOST:
            watch.postponed += 1
            self._set(watch, timedelta(seconds=1 + random.random()))
            return
        watch.postponed = 0
        self._own(self._read_guarded(watch))

    def _drop(self, watch: Watch) -> None:
        if self._watches.get(watch.run.id) is watch:
            del self._watches[watch.run.id]
        if watch.timer is not None:
            watch.timer.cancel()

    async def _read_guarded(self, watch: Watch) -> None:
        try:
            await self._read(watch)
        except ClaimLost:
            self._drop(watch)
        except IllegalEvent:
            self._drop(watch)
            await self._let_go(watch.claim)
        except Exception:  # the last resort: a defect in one run must not stop the others
            log.exception("poll_failed", run=watch.run.id)
            self._set(watch, AFTER_A_DEFECT)

    async def _let_go(self, claim: Claim) -> None:
        try:
            await self._ledger.settle(claim)
        except StorageError:
            log.warning("storage_failed", run=claim.run, effect=claim.kind)

    async def _read(self, watch: Watch) -> None:
        retry_after = None
        async with self._at_once:
            try:
                event = await self._asking.read(watch.run)
            except Unavailable as unavailable:
                event = e.PollFailed(failure_of(unavailable))
                retry_after = unavailable.retry_after
        if self._watches.get(watch.run.id) is not watch:
            return  # the run owes something else by now: this reading is out of date
        before = watch.run
        after = self._ledger.progress(before, event)
        if after is None or (after is not before and not self._follow(after)):
            after = await self._ledger.record_at_last(before, event, watch.claim)
        watch.run = after
        if watch.run.needs_sign_in and not before.needs_sign_in:
            await self._invitations.invite(watch.run)
        if owes(watch.run) is not Effect.POLL:
            self._drop(watch)
        elif self._watches.get(watch.run.id) is watch:
            self._set(watch, self._until_next(watch.run, retry_after))

    def _until_next(self, run: Run, told: timedelta | None) -> timedelta:
        now = self._clock()
        if run.troubled_since is not None:
            return retry_delay(now - run.troubled_since, random.random(), told=told)
        elapsed, chance = now - run.since, random.random()
        if run.state is State.WAITING:
            return waiting_interval(elapsed, self._polling, chance)
        return poll_interval(elapsed, self._polling, chance, len(self._watches))
