"""Shows runs in their threads, the newest state only, and mere progress not too often.

The claim of a run that goes on is held for a while after it was shown: what the readings of its job
tell meanwhile is shown from memory, and nothing of that is written. It would be read again anyway.
"""

import asyncio
import random
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

import structlog

from bot.bookkeeping import run_of
from bot.domain.retry import ZERO, retry_delay
from bot.domain.run import Run, State
from bot.ledger import Ledger, UnknownRun
from storage.errors import ClaimLost, StorageError
from storage.rows import Claim

log = structlog.get_logger(__name__)

AT_ONCE = 24
STANDS_FOR = timedelta(minutes=1)  # so long at most another replica's change can be missed
MISSED_KEPT = 1000  # a claim is taken up long before so many changes


class NotShown(Exception):
    """The thread could not be made to look like the run; `retry_after` where Slack said so."""

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class ThreadView(Protocol):
    """Makes a thread look like its run."""

    def hold_back(self, run: Run) -> timedelta:
        """How long a mere progress update should wait; zero for anything that people wait for."""

    async def show(self, run: Run) -> None:
        """Make the thread look like the run; safe to repeat. Raises NotShown."""


@dataclass(eq=False, slots=True)
class Showing:
    """A run that is being shown, as it was last heard of, and whether that is news.

    Once it is no longer open, what comes must be owed to a new claim.
    """

    run: Run
    claim: Claim
    task: asyncio.Task[Any] | None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: asyncio.Task[Any] | None = None
    is_open: bool = True


class Shows:
    """Performs the claims of Show. `is_read` says whether a run's job is read by this replica."""

    def __init__(self, ledger: Ledger, view: ThreadView, is_read: Callable[[str], bool]) -> None:
        self._ledger = ledger
        self._view = view
        self._is_read = is_read
        self._showing: dict[str, Showing] = {}
        self._missed: OrderedDict[str, int] = OrderedDict()  # versions that came before a Showing
        self._not_let_go: list[Claim] = []
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def perform(self, claim: Claim) -> None:
        """Make the thread look like the run; what Slack cannot take now is due again later."""
        showing = self._showing[claim.run] = Showing(run_of(claim), claim, asyncio.current_task())
        try:
            await self._show_while_it_goes_on(showing)
        except NotShown as not_shown:
            showing.is_open = False
            log.warning("not_shown", run=claim.run, reason=str(not_shown))
            delay = retry_delay(
                timedelta(seconds=2.0 ** min(claim.attempt, 8)),
                random.random(),
                told=not_shown.retry_after,
            )
            await self._ledger.defer(claim, delay)
        else:
            await self._ledger.settle(claim, showing.run.version)
        finally:
            if self._showing.get(claim.run) is showing:
                del self._showing[claim.run]

    async def _show_while_it_goes_on(self, showing: Showing) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + STANDS_FOR.total_seconds()
        while showing.is_open:
            shown = await self._held_back(showing)
            async with self._at_once:
                await self._view.show(shown)
            if showing.run is shown and self._goes_on(shown):
                await self._wait_for_change(showing, max(until - loop.time(), 0))
            showing.is_open = showing.run is not shown

    def _goes_on(self, run: Run) -> bool:
        """Whether more may be told of it from memory."""
        return run.state is State.RUNNING and self._is_read(run.id)

    async def _held_back(self, showing: Showing) -> Run:
        """The run as soon as it may be shown. Hundreds may wait here: they look at memory alone."""
        waited = False
        while (pause := self._view.hold_back(showing.run)) > ZERO:
            if self._missed.pop(showing.run.id, 0) > showing.run.version:
                self.note_change(await self._ledger.run(showing.run.id))
                continue
            waited = True
            await self._wait_for_change(showing, pause.total_seconds())
        if waited and showing.run.ended_at is None:  # another replica may have moved it
            self.note_change(await self._ledger.run(showing.run.id))
        return showing.run

    async def _wait_for_change(self, showing: Showing, seconds: float) -> None:
        showing.changed.clear()
        showing.waiting = asyncio.current_task()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await showing.changed.wait()
        showing.waiting = None

    def follow(self, run: Run) -> bool:
        """Show this progress of a run that is being shown here; False where it must be owed."""
        showing = self._showing.get(run.id)
        if showing is None or not showing.is_open or showing.run.version != run.version:
            return False
        showing.run = run
        showing.changed.set()
        return True

    def note_change(self, run: Run) -> None:
        """A run has changed: who waits to show its progress may have more to show now."""
        showing = self._showing.get(run.id)
        if showing is None:
            self._missed[run.id] = run.version
            self._missed.move_to_end(run.id)
            if len(self._missed) > MISSED_KEPT:
                self._missed.popitem(last=False)
        elif showing.run.version < run.version:
            showing.run = run
            showing.changed.set()

    async def hear(self, run_id: str) -> None:
        """Another replica has moved a run that is shown here."""
        if run_id in self._showing:
            with suppress(UnknownRun, StorageError):  # it is looked at again in any case
                self.note_change(await self._ledger.run(run_id))

    async def let_go_of_all(self) -> None:
        """After a pause that may have cost the lease: what was being shown is due for whoever holds it.

        Raises StorageError where that could not be kept for all; the next try has what is left.
        """
        showing = list(self._showing.values())
        self._not_let_go += [each.claim for each in showing]
        for each in showing:
            if each.task is not None:
                each.task.cancel()
        tasks = [each.task for each in showing if each.task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)
        claims = list(self._not_let_go)
        results = await asyncio.gather(
            *(self._ledger.defer(each, ZERO) for each in claims), return_exceptions=True
        )
        for claim, failure in zip(claims, results, strict=True):
            if failure is None or isinstance(failure, ClaimLost):
                self._not_let_go.remove(claim)
        if self._not_let_go:
            raise StorageError("Not all that was being shown could be let go.")

    def stop_waiting(self) -> None:
        """Progress that is held back is for who comes next: its claims stay owed."""
        for showing in self._showing.values():
            if showing.waiting is not None:
                showing.waiting.cancel()
