"""Performs what runs owe, once per claim, in tasks that it owns.

One claim is one piece of work. Polls are the exception in form only: the claim of a Poll is held
for as long as the run has to be watched, and its readings are timers in memory; a row is written
when a reading changed something.
"""

import asyncio
import random
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from bot.asking import Asking, failure_of
from bot.bookkeeping import run_of
from bot.domain import events as e
from bot.domain.agent import Unavailable
from bot.domain.codec import UnreadableRun
from bot.domain.effects import ONCE_ONLY, Effect
from bot.domain.events import Event
from bot.domain.machine import IllegalEvent, owes
from bot.domain.retry import ZERO, Polling, poll_interval, retry_delay, waiting_interval
from bot.domain.run import Run, State
from bot.ledger import Clock, Ledger
from bot.showing import Shows, ThreadView
from storage.rows import Claim
from storage.store import ClaimLost, StorageError

log = structlog.get_logger(__name__)

TICK = timedelta(seconds=1)  # how soon deferred work, and what the dead left, is found
STORAGE_PAUSE = timedelta(seconds=1)
AFTER_A_DEFECT = timedelta(minutes=1)
# How much is done at once, of each kind: what waits here takes no time from who asks now.
ASKS_AT_ONCE = 24
POLLS_AT_ONCE = 32


@dataclass(eq=False, slots=True)
class Watch:
    """A run whose job is being read, and the timer of its next reading."""

    run: Run
    claim: Claim
    timer: asyncio.TimerHandle | None = field(default=None)


class Worker:
    """Performs what this replica has claimed."""

    def __init__(
        self,
        ledger: Ledger,
        asking: Asking,
        view: ThreadView,
        *,
        clock: Clock,
        polling: Polling,
        lease: timedelta,
    ) -> None:
        self._ledger = ledger
        self._asking = asking
        self._clock = clock
        self._polling = polling
        self._lease = lease
        self._loops: list[asyncio.Task[None]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._watches: dict[str, Watch] = {}
        self._shows = Shows(ledger, view)
        self._asks = asyncio.Semaphore(ASKS_AT_ONCE)
        self._polls = asyncio.Semaphore(POLLS_AT_ONCE)
        ledger.on_change = self._shows.note_change

    # Life

    def start(self) -> None:
        """Begin to work."""
        loops = (self._dispatch(), self._find_work(), self._stay_alive())
        self._loops = [asyncio.create_task(each) for each in loops]

    @property
    def is_alive(self) -> bool:
        """Whether it works: for /readyz."""
        return bool(self._loops) and not any(each.done() for each in self._loops)

    @property
    def depths(self) -> dict[str, int]:
        """How much is in hand: for /metrics."""
        return {
            "claims": self._ledger.claims.qsize(),
            "tasks": len(self._tasks),
            "watched": len(self._watches),
        }

    async def stop(self, within: timedelta) -> None:
        """Take no more work, finish what is being done, and let the rest go to who comes next."""
        await _cancel(self._loops)
        for watch in list(self._watches.values()):
            self._forget(watch)
        self._shows.stop_waiting()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=within.total_seconds())
        await _cancel(self._tasks)

    async def _dispatch(self) -> None:
        while True:
            self._own(self._perform_guarded(await self._ledger.claims.get()))

    async def _find_work(self) -> None:
        while True:
            try:
                await self._ledger.claim_due()
            except StorageError:
                log.warning("storage_failed", doing="finding work")
            await asyncio.sleep(TICK.total_seconds())

    async def _stay_alive(self) -> None:
        """Prolong the lease; after a pause that may have cost it, watch only what is still ours."""
        last = self._clock()
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            lapsed = self._clock() - last > self._lease
            try:
                await self._ledger.heartbeat()
                last = self._clock()
                if lapsed:
                    await self._let_go_of_what_was_taken_over()
            except StorageError:
                log.warning("storage_failed", doing="keeping the lease")

    async def _let_go_of_what_was_taken_over(self) -> None:
        log.warning("lease_lapsed", watched=len(self._watches))
        for watch in list(self._watches.values()):
            try:
                await self._ledger.begin(watch.claim)  # asks whether it is ours, no more
            except ClaimLost:
                self._forget(watch)

    def _own(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Performing

    async def _perform_guarded(self, claim: Claim) -> None:
        try:
            await self._perform(claim)
        except ClaimLost:
            log.info("claim_lost", run=claim.run, effect=claim.kind)
        except IllegalEvent:
            await self._let_go(claim)  # the run has moved on: nobody waits for this any more
        except StorageError:
            log.warning("storage_failed", run=claim.run, effect=claim.kind)
            await asyncio.sleep(STORAGE_PAUSE.total_seconds())
            self._ledger.claims.put_nowait(claim)
        except Exception:  # the last resort: a defect in one run must not stop the others
            log.exception("effect_failed", run=claim.run, effect=claim.kind)
            await self._give_up_for_now(claim)

    async def _give_up_for_now(self, claim: Claim) -> None:
        """After a defect: what may have been sent is reported as such, the rest is tried later."""
        try:
            if claim.kind in ONCE_ONLY:
                unanswered = (
                    e.InvokeUnanswered() if claim.kind == Effect.INVOKE else e.ResumeUnanswered()
                )
                await self._record(run_of(claim), unanswered, claim)
            else:
                await self._ledger.defer(claim, AFTER_A_DEFECT)
        except (StorageError, IllegalEvent, UnreadableRun) as error:
            log.warning("not_deferred", run=claim.run, error=type(error).__name__)

    async def _let_go(self, claim: Claim) -> None:
        try:
            await self._ledger.settle(claim)
        except StorageError:
            log.warning("storage_failed", run=claim.run, effect=claim.kind)

    async def _perform(self, claim: Claim) -> None:
        if claim.kind == Effect.SHOW:
            await self._shows.perform(claim)
            return
        run = run_of(claim)
        earlier = self._watches.get(run.id)
        if earlier is not None:
            self._forget(earlier)
        match claim.kind:
            case Effect.START:
                await self._record(run, e.Started(), claim)
            case Effect.INVOKE:
                await self._invoke(run, claim)
            case Effect.RESUME:
                await self._resume(run, claim)
            case _:
                self._watch(Watch(run, claim), ZERO)

    async def _invoke(self, run: Run, claim: Claim) -> None:
        if claim.interrupted:
            await self._record(run, e.InvokeUnanswered(), claim)
            return
        async with self._asks:
            try:
                thread = await self._ledger.thread_of(run)
                event = await self._asking.invoke(
                    run, thread.conversation_id, lambda: self._ledger.begin(claim)
                )
            except Unavailable as unavailable:
                await self._postpone(run, claim, unavailable)
                return
        await self._record(run, event, claim)

    async def _resume(self, run: Run, claim: Claim) -> None:
        if claim.interrupted:
            await self._record(run, e.ResumeUnanswered(), claim)
            return
        async with self._asks:
            try:
                event = await self._asking.resume(run, lambda: self._ledger.begin(claim))
            except Unavailable as unavailable:
                await self._postpone(run, claim, unavailable)
                return
        await self._record(run, event, claim)

    async def _postpone(self, run: Run, claim: Claim, why: Unavailable) -> None:
        """It certainly did not happen: say that we are waiting, and try again later."""
        run = await self._record(run, e.Delayed(why.detail), claim)
        if owes(run) == claim.kind:
            troubled = self._clock() - (run.troubled_since or self._clock())
            await self._ledger.defer(
                claim, retry_delay(troubled, random.random(), told=why.retry_after)
            )

    async def _record(self, run: Run, event: Event, claim: Claim) -> Run:
        """Record what happened, however long the store fails: it cannot be found out again."""
        while True:
            try:
                return await self._ledger.record(run, event, claim)
            except ClaimLost:
                raise
            except StorageError:
                log.warning("storage_failed", run=run.id, happened=type(event).__name__)
                await asyncio.sleep(STORAGE_PAUSE.total_seconds())

    # Polling

    def _watch(self, watch: Watch, delay: timedelta) -> None:
        self._watches[watch.run.id] = watch
        loop = asyncio.get_running_loop()
        watch.timer = loop.call_later(
            delay.total_seconds(), lambda: self._own(self._poll_guarded(watch))
        )

    def _forget(self, watch: Watch) -> None:
        if self._watches.get(watch.run.id) is watch:
            del self._watches[watch.run.id]
        if watch.timer is not None:
            watch.timer.cancel()

    async def _poll_guarded(self, watch: Watch) -> None:
        try:
            await self._poll(watch)
        except ClaimLost:
            self._forget(watch)
        except IllegalEvent:
            self._forget(watch)
            await self._let_go(watch.claim)
        except Exception:  # the last resort, as above: this run's polling is tried again later
            log.exception("poll_failed", run=watch.run.id)
            self._watch(watch, AFTER_A_DEFECT)

    async def _poll(self, watch: Watch) -> None:
        told = None
        async with self._polls:
            try:
                event = await self._asking.read(watch.run)
            except Unavailable as unavailable:
                event = e.PollFailed(failure_of(unavailable))
                told = unavailable.retry_after
        if self._watches.get(watch.run.id) is not watch:
            return  # the run owes something else by now: this reading is out of date
        watch.run = await self._record(watch.run, event, watch.claim)
        if owes(watch.run) is not Effect.POLL:
            self._forget(watch)
        elif self._watches.get(watch.run.id) is watch:
            self._watch(watch, self._until_next(watch.run, told))

    def _until_next(self, run: Run, told: timedelta | None) -> timedelta:
        now = self._clock()
        if run.troubled_since is not None:
            return retry_delay(now - run.troubled_since, random.random(), told=told)
        interval = waiting_interval if run.state is State.WAITING else poll_interval
        return interval(now - run.since, self._polling, random.random())


async def _cancel(tasks: Any) -> None:
    for task in list(tasks):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
