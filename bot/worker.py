"""Performs what runs owe, once per claim, in tasks that it owns.

One claim is one piece of work. Polls are the exception in form only: the claim of a Poll is held
for as long as the run has to be watched (bot.watching).
"""

import asyncio
import random
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from typing import Any

import structlog

from bot.asking import Asking
from bot.attending import Attending
from bot.bookkeeping import run_of
from bot.domain import events as e
from bot.domain.agent import Unavailable
from bot.domain.audit import Entry, Kind
from bot.domain.codec import UnreadableRun
from bot.domain.effects import ONCE_ONLY, Effect
from bot.domain.machine import IllegalEvent, owes
from bot.domain.people import People
from bot.domain.retry import Polling, retry_delay
from bot.domain.run import Run
from bot.domain.turn import Person
from bot.heartbeat import Heartbeat
from bot.lease import Lease
from bot.ledger import STORAGE_PAUSE, Clock, Ledger
from bot.observing import Nobody, Observer
from bot.showing import Shows, ThreadView
from bot.signing_in import SignInInvitations, SignIns, SignInWaits
from bot.watching import AFTER_A_DEFECT, Watches
from storage.errors import ClaimLost, StorageError
from storage.rows import Claim

log = structlog.get_logger(__name__)

NOBODY = Nobody()
TICK = timedelta(seconds=1)  # how soon deferred work, and what the dead left, is found
ASKS_AT_ONCE = 24  # what waits here takes no time from who asks now


class Worker:
    """Performs what this replica has claimed."""

    def __init__(
        self,
        ledger: Ledger,
        asking: Asking,
        view: ThreadView,
        sign_ins: SignIns,
        invitations: SignInInvitations,
        people: People,
        *,
        clock: Clock,
        polling: Polling,
        lease: Lease,
        on_living: Callable[[int], None] = lambda _: None,
        observer: Observer = NOBODY,
    ) -> None:
        self._ledger = ledger
        self._asking = asking
        self._clock = clock
        self._lease = lease
        self._loops: list[asyncio.Task[None]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._shows = Shows(ledger, view, lambda run_id: run_id in self._watches)
        self._watches = Watches(
            ledger,
            asking,
            invitations,
            clock=clock,
            polling=polling,
            own=self._own,
            follow=self._shows.follow,
        )
        self._sign_in_waits = SignInWaits(ledger, sign_ins, invitations)
        self._attending = Attending(ledger, people, clock)
        self._sign_ins = sign_ins
        self._asks = asyncio.Semaphore(ASKS_AT_ONCE)
        self._heartbeat = Heartbeat(
            lease, ledger.heartbeat, self._let_go_of_what_is_lost, on_living, clock
        )
        self._observer = observer
        ledger.on_taken_over = observer.took_over
        self._work_came = asyncio.Event()
        ledger.on_change = self._shows.note_change
        ledger.hear(self._on_news)

    # Life

    def start(self) -> None:
        """Begin to work."""
        self._lease.prolong(asyncio.get_running_loop().time())
        loops = (self._dispatch(), self._find_work(), self._heartbeat.keep())
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

    async def welcome(self, person: Person) -> None:
        """Somebody has signed in: what waited for that goes on; at once, or soon by itself."""
        self._watches.hurry(person)
        try:
            await self._ledger.wake(person)
        except StorageError:
            log.warning("storage_failed", doing="waking what waited for a sign-in")

    async def stop(self, within: timedelta) -> None:
        """Take no more work, finish what is being done, and let the rest go to who comes next."""
        await _cancel(self._loops)
        self._watches.forget_all()
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
            with suppress(TimeoutError):
                async with asyncio.timeout(TICK.total_seconds()):
                    await self._work_came.wait()
            self._work_came.clear()

    async def _let_go_of_what_is_lost(self) -> None:
        """After a pause that may have cost the lease: go on only with what is still ours."""
        await self._watches.let_go_of_what_was_taken_over()
        await self._shows.let_go_of_all()

    def _on_news(self, run_id: str) -> None:
        """Another replica has moved a run that this one shows, or left work for anybody."""
        if run_id:
            self._own(self._shows.hear(run_id))
        else:
            self._work_came.set()

    def _own(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # Performing

    async def _perform_guarded(self, claim: Claim) -> None:
        with (
            structlog.contextvars.bound_contextvars(run=claim.run, thread=claim.row.thread),
            self._observer.effect(claim.kind, claim.run),
        ):
            await self._perform_or_say_why(claim)

    async def _perform_or_say_why(self, claim: Claim) -> None:
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
                await self._ledger.record_at_last(run_of(claim), unanswered, claim)
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
        if claim.kind == Effect.ATTEND:
            await self._attending.perform(claim)
            return
        run = run_of(claim)
        self._watches.forget(run.id)
        match claim.kind:
            case Effect.START:
                await self._ledger.record_at_last(run, e.Started(), claim)
            case Effect.AWAIT_SIGN_IN:
                await self._sign_in_waits.perform(claim)
            case Effect.INVOKE:
                await self._invoke(run, claim)
            case Effect.RESUME:
                await self._resume(run, claim)
            case _:
                self._watches.watch(run, claim)

    async def _invoke(self, run: Run, claim: Claim) -> None:
        if claim.interrupted:
            await self._ledger.record_at_last(run, e.InvokeUnanswered(), claim)
            return
        async with self._asks:
            try:
                thread = await self._ledger.thread_of(run)
                event = await self._asking.invoke(
                    run,
                    thread.conversation_with(run.turn.agent_team),
                    lambda: self._ledger.begin(claim),
                )
            except Unavailable as unavailable:
                await self._postpone(run, claim, unavailable)
                return
        await self._ledger.record_at_last(run, event, claim)

    async def _resume(self, run: Run, claim: Claim) -> None:
        if claim.interrupted:
            await self._ledger.record_at_last(run, e.ResumeUnanswered(), claim)
            return
        async with self._asks:
            try:
                event = await self._asking.resume(run, lambda: self._begin_to_send(run, claim))
            except Unavailable as unavailable:
                await self._postpone(run, claim, unavailable)
                return
        await self._ledger.record_at_last(run, event, claim)

    async def _begin_to_send(self, run: Run, claim: Claim) -> None:
        """A decision is about to be sent: that, and as whom, is on the record before it is."""
        approval = run.pending
        if approval is None or approval.decision is None:
            raise ValueError(f"run {run.id} has no decision to send")
        decision = approval.decision
        acting = await self._sign_ins.acting(decision.by)
        sent = Entry(
            Kind.SENT,
            self._clock(),
            run.id,
            approval.id,
            person=decision.by.key,
            as_whom=acting.user_name or ("shared identity" if acting.is_shared else ""),
            details={"action": decision.action.value, "shared": acting.is_shared},
        )
        await self._ledger.begin(claim, sent)

    async def _postpone(self, run: Run, claim: Claim, why: Unavailable) -> None:
        """It certainly did not happen: say that we are waiting, and try again later."""
        run = await self._ledger.record_at_last(run, e.Delayed(why.detail), claim)
        if owes(run) == claim.kind:
            troubled = self._clock() - (run.troubled_since or self._clock())
            await self._ledger.defer(
                claim, retry_delay(troubled, random.random(), told=why.retry_after)
            )


async def _cancel(tasks: Any) -> None:
    for task in list(tasks):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
