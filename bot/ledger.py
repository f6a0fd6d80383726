"""Where runs meet what is kept: takes turns, records events, hands out what is owed.

The only place that knows both the domain and the storage port. A run and what it owes are saved
in one transaction; what becomes ours to perform goes on `claims`, which the worker empties.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.bookkeeping import audit_row, change, new_run_id, owed_to_agent, owed_to_thread, row_of
from bot.domain.audit import Entry
from bot.domain.effects import Effect
from bot.domain.events import Event, Moved
from bot.domain.limits import Excess, Limits, Load
from bot.domain.machine import ENDS, IllegalEvent, Patience, advance, progress
from bot.domain.run import Run, State
from bot.domain.turn import Person, Turn
from bot.kept import Kept, UnknownRun
from bot.places import Posted, Thread
from bot.step_log import log_step
from storage.errors import (
    AlreadyDecided,
    AlreadyTaken,
    ClaimLost,
    StaleRun,
    StorageError,
    ThreadBusy,
    ThreadIdle,
)
from storage.room import Crowd, Room
from storage.rows import (
    Claim,
    MessageRow,
    ThreadRow,
)
from storage.store import Store

__all__ = ["Clock", "Ledger", "Taken", "UnknownRun"]

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]

NO_LIMITS = Limits(*(10**9,) * 5)
CLAIMED_AT_ONCE = 200
STORAGE_PAUSE = timedelta(seconds=1)
COUNTED_EVERY = timedelta(seconds=1)  # all that is unfinished: too many to count for each turn


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn is on disk: as a new run, or as one that was taken before (`fresh` is False).

    A new one may have been `queued`, behind another of its thread. `refused` names the limit that
    it would have passed: then it was not taken, and `run_id` is "".
    """

    run_id: str
    fresh: bool
    queued: bool = False
    refused: Excess | None = None


class LimitReached(Exception):
    """One more turn would pass this limit; nothing was kept."""

    def __init__(self, limit: Excess) -> None:
        super().__init__(limit)
        self.limit = limit


class Ledger(Kept):
    """Runs as they are kept. Every method raises StorageError when the store fails."""

    def __init__(
        self, store: Store, patience: Patience, clock: Clock, limits: Limits = NO_LIMITS
    ) -> None:
        super().__init__(store)
        self._limits = limits
        self._patience = patience
        self._clock = clock
        self._in_all = 0
        self._counted_at: datetime | None = None
        self.claims: asyncio.Queue[Claim] = asyncio.Queue()
        self.on_change: Callable[[Run], None] = lambda _: None
        self.on_taken_over: Callable[[int], None] = lambda _: None

    # Taking and moving

    async def take(self, turn: Turn) -> Taken:
        """Keep a turn as a new run: live, or queued where another run is live in its thread.

        A turn that passes a limit is not kept, unless it was before.
        """
        now = self._clock()
        thread = await self._thread_row(turn)
        live = Run(new_run_id(now), turn, State.INVOKING, version=1, since=now, thread=thread.id)
        while True:
            try:
                return await self._insert(thread, live, now)
            except LimitReached as reached:
                return Taken("", fresh=False, refused=reached.limit)
            except ThreadBusy as busy:
                queued = replace(live, state=State.QUEUED, ahead=busy.ahead)
            try:
                return await self._insert(thread, queued, now)
            except ThreadIdle:
                continue  # the run before it has ended in between

    async def _insert(self, thread: ThreadRow, run: Run, now: datetime) -> Taken:
        keys = (run.turn.key, *run.turn.twins)
        owed = [owed_to_thread(run, now), owed_to_agent(run, now)]
        await self._count_all(now)
        try:
            room = Room(State.WAITING, partial(self._check_room, run.turn.text, self._in_all))
            claims = await self._store.take(thread, row_of(run), keys, owed, now, room)
        except AlreadyTaken as earlier:
            return Taken(earlier.run, fresh=False)
        self._in_all += 1
        self._hand_out(claims)
        return Taken(run.id, fresh=True, queued=run.state is State.QUEUED)

    async def _count_all(self, now: datetime) -> None:
        if self._counted_at is None or now - self._counted_at >= COUNTED_EVERY:
            self._counted_at = now  # who comes meanwhile goes by the figure before
            self._in_all = await self._store.unfinished()

    def _check_room(self, text: str, in_all: int, crowd: Crowd) -> None:
        load = Load(crowd.in_thread, crowd.of_person, crowd.apart, in_all)
        excess = self._limits.excess(text, load)
        if excess is not None:
            raise LimitReached(excess)

    def progress(self, run: Run, event: Event) -> Run | None:
        """The run with what a reading tells of its progress, where that is all; see the machine."""
        return progress(run, event, self._clock(), self._patience)

    async def record(self, run: Run, event: Event, claim: Claim | None = None) -> Run:
        """Let something happen to a run and return what became of it.

        `run` may be out of date: it is read again where it has moved on, and only the machine says
        that it is too late (IllegalEvent). `claim` is what the event came from: it is settled
        where the run owes something else now, and kept where it owes the same.
        Raises ClaimLost where that claim is no longer ours.
        """
        while True:
            now = self._clock()
            after, effects = advance(run, event, now, self._patience)
            if after is run:
                return run
            step = change(run, after, effects, claim, now)
            try:
                self._hand_out(await self._store.save(step, now))
            except (StaleRun, AlreadyDecided):
                run = await self.run(run.id)
                continue
            self.on_change(after)
            log_step(run, after)
            if after.state in ENDS:
                await self._try_to_let_the_next_move_up(after)
            return after

    async def record_at_last(self, run: Run, event: Event, claim: Claim) -> Run:
        """Record what happened, however long the store fails: it cannot be found out again.

        Raises IllegalEvent and ClaimLost, as `record` does.
        """
        while True:
            try:
                return await self.record(run, event, claim)
            except ClaimLost:
                raise
            except StorageError:
                log.warning("storage_failed", run=run.id, happened=type(event).__name__)
                await asyncio.sleep(STORAGE_PAUSE.total_seconds())

    async def _try_to_let_the_next_move_up(self, ended: Run) -> None:
        """Best effort: the step is kept, and whoever looks for work finds the next one."""
        try:
            await self._let_the_next_move_up(ended)
        except StorageError:
            log.warning("storage_failed", run=ended.id, doing="letting the next one move up")

    async def _let_the_next_move_up(self, ended: Run) -> None:
        unfinished = await self.unfinished_in(ended.thread)
        if not unfinished:
            return
        await self.claim_due()
        for position, run in enumerate(unfinished):
            if run.state is State.QUEUED and position not in {0, run.ahead}:
                with suppress(IllegalEvent):  # it was started or stopped meanwhile
                    await self.record(run, Moved(position))

    # What is owed

    async def claim_due(self) -> None:
        """Hand out what is due and nobody performs: deferred, freed by a queue, left by the dead."""
        while True:
            claims = await self._store.claim(CLAIMED_AT_ONCE, self._clock())
            taken_over = sum(each.attempt > 1 for each in claims)
            if taken_over:
                self.on_taken_over(taken_over)
            self._hand_out(claims)
            if len(claims) < CLAIMED_AT_ONCE:
                return

    async def begin(self, claim: Claim, *entries: Entry) -> None:
        """Mark what cannot be taken back as begun, and on the record. Raises ClaimLost."""
        await self._store.begin(claim, [audit_row(each) for each in entries])

    async def settle(self, claim: Claim, done: int = 0) -> None:
        """What was owed is done, up to this version of the run; what is owed since is handed out."""
        again = await self._store.settle(claim, self._clock(), done)
        self._hand_out([again] if again else [])

    async def defer(self, claim: Claim, delay: timedelta) -> None:
        """What was owed certainly did not happen, and is due again after `delay`."""
        await self._store.defer(claim, self._clock() + delay)

    async def defer_until(self, claim: Claim, date: datetime) -> None:
        """Nothing of what is owed to the clock is due before this date."""
        await self._store.defer(claim, date)

    async def wake(self, person: Person) -> None:
        """Somebody has signed in: their questions that waited for it are due now."""
        await self._store.wake(person.key, Effect.AWAIT_SIGN_IN, self._clock())
        await self.claim_due()

    async def heartbeat(self) -> int:
        """Keep what this replica has claimed; how many replicas live."""
        now = self._clock()
        await self._store.heartbeat(now)
        return await self._store.living(now)

    async def living(self) -> int:
        """How many replicas live."""
        return await self._store.living(self._clock())

    def hear(self, on_news: Callable[[str], None]) -> None:
        """Call this with what other replicas tell (see Store.on_news)."""
        self._store.on_news = on_news

    def _hand_out(self, claims: Sequence[Claim]) -> None:
        for claim in claims:
            self.claims.put_nowait(claim)

    # Approvals and the record

    async def put_on_record(self, *entries: Entry) -> None:
        """Put on the record what is no step of a run."""
        await self._store.put_on_record([audit_row(each) for each in entries])

    async def forget(self, person: Person) -> int:
        """Delete a person's ended runs, choices, feedback and token; returns how many runs."""
        return await self._store.purge(self._clock(), person.key)

    # Threads and messages

    async def end_conversation(self, thread: Thread) -> bool:
        """The next turn of this thread begins a new conversation; False where there was none."""
        return await self._store.end_conversation(thread.id)

    async def place_thread(self, thread: Thread, channel: str, ts: str | None) -> None:
        """The thread's first message stands here now."""
        await self._store.place_thread(thread.id, channel, ts)

    async def note_posted(self, run: Run, posted: Posted) -> None:
        """Keep where a part stands and what it shows."""
        await self._store.note_message(
            MessageRow(run.id, posted.part, posted.channel, posted.ts, posted.digest)
        )

    async def healthy(self) -> None:
        """Return when something could be written."""
        await self._store.healthy()

    async def _thread_row(self, turn: Turn) -> ThreadRow:
        place = turn.place
        if place.ts is None:
            conversation = turn.continues or None
            return ThreadRow(turn.key, place.workspace, place.channel, None, conversation)
        known = None
        if place.ts != turn.message_ts:  # a reply: the thread may be ours under another id
            known = await self._store.thread_at(place.workspace, place.channel, place.ts)
        name = f"{place.workspace}:{place.channel}:{place.ts}"
        return known or ThreadRow(name, place.workspace, place.channel, place.ts)
