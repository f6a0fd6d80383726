"""Where runs meet what is kept: takes turns, records events, hands out what is owed.

The only place that knows both the domain and the storage port. A run and what it owes are saved
in one transaction; what becomes ours to perform goes on `claims`, which the worker empties.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.bookkeeping import audit_row, change, new_run_id, owed_to_agent, owed_to_thread, row_of
from bot.domain.audit import Entry
from bot.domain.codec import decode_run
from bot.domain.effects import Effect
from bot.domain.events import Event, Moved
from bot.domain.machine import ENDS, IllegalEvent, Patience, advance
from bot.domain.run import Run, State
from bot.domain.turn import Person, Place, Turn
from bot.places import Posted, Thread, read_thread
from storage.rows import (
    Claim,
    MessageRow,
    Standing,
    ThreadRow,
)
from storage.store import (
    AlreadyDecided,
    AlreadyTaken,
    ClaimLost,
    StaleRun,
    StorageError,
    Store,
    ThreadBusy,
    ThreadIdle,
)

log = structlog.get_logger(__name__)

Clock = Callable[[], datetime]

CLAIMED_AT_ONCE = 200
STORAGE_PAUSE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Taken:
    """A turn is on disk: as a new run, or as one that was taken before (`fresh` is False)."""

    run_id: str
    fresh: bool


class Ledger:
    """Runs as they are kept. Every method raises StorageError when the store fails."""

    def __init__(self, store: Store, patience: Patience, clock: Clock) -> None:
        self._store = store
        self._patience = patience
        self._clock = clock
        self.claims: asyncio.Queue[Claim] = asyncio.Queue()
        self.on_change: Callable[[Run], None] = lambda _: None

    # Taking and moving

    async def take(self, turn: Turn) -> Taken:
        """Keep a turn as a new run: live, or queued where another run is live in its thread."""
        now = self._clock()
        thread = await self._thread_row(turn)
        live = Run(new_run_id(now), turn, State.INVOKING, version=1, since=now, thread=thread.id)
        while True:
            try:
                return await self._insert(thread, live, now)
            except ThreadBusy as busy:
                queued = replace(live, state=State.QUEUED, ahead=busy.ahead)
            try:
                return await self._insert(thread, queued, now)
            except ThreadIdle:
                continue  # the run before it has ended in between

    async def _insert(self, thread: ThreadRow, run: Run, now: datetime) -> Taken:
        keys = (run.turn.key, *run.turn.twins)
        owed = [owed_to_thread(run, now), owed_to_agent(run, now)]
        try:
            claims = await self._store.take(thread, row_of(run), keys, owed, now)
        except AlreadyTaken as earlier:
            return Taken(earlier.run, fresh=False)
        self._hand_out(claims)
        return Taken(run.id, fresh=True)

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
            if after.state in ENDS:
                await self._let_the_next_move_up(after)
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
            self._hand_out(claims)
            if len(claims) < CLAIMED_AT_ONCE:
                return

    async def begin(self, claim: Claim, *entries: Entry) -> None:
        """Mark what cannot be taken back as begun, and on the record. Raises ClaimLost."""
        await self._store.begin(claim, [audit_row(each) for each in entries])

    async def settle(self, claim: Claim) -> None:
        """What was owed is done; if it was owed anew meanwhile, that is handed out."""
        again = await self._store.settle(claim, self._clock())
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

    async def heartbeat(self) -> None:
        """Keep what this replica has claimed."""
        await self._store.heartbeat(self._clock())

    def _hand_out(self, claims: Sequence[Claim]) -> None:
        for claim in claims:
            self.claims.put_nowait(claim)

    # Reading

    async def run(self, run_id: str) -> Run:
        """The run with this id. Raises UnknownRun."""
        row = await self._store.run(run_id)
        if row is None:
            raise UnknownRun(run_id)
        return decode_run(row.body)

    async def run_of_turn(self, key: str) -> Run | None:
        """The run that was taken under this key, if it is still kept."""
        run_id = await self._store.run_of_turn(key)
        row = await self._store.run(run_id) if run_id else None
        return decode_run(row.body) if row else None

    async def unfinished_runs_of(self, person: Person, limit: int = 20) -> list[Run]:
        """A person's live and queued runs, newest first."""
        standings = (Standing.LIVE, Standing.QUEUED)
        rows = await self._store.runs_of(person.key, standings, limit)
        return [decode_run(row.body) for row in rows]

    async def last_run_of(self, person: Person, channel: str) -> Run | None:
        """The newest run that this person asked for in this channel, among their latest fifty."""
        for row in await self._store.runs_of(person.key, tuple(Standing), 50):
            run = decode_run(row.body)
            if run.turn.place.channel == channel:
                return run
        return None

    async def unfinished_in(self, thread_id: str) -> list[Run]:
        """The live and queued runs of a thread, in their order."""
        rows = await self._store.runs_in_thread(thread_id, (Standing.LIVE, Standing.QUEUED))
        return [decode_run(row.body) for row in rows]

    # Approvals and the record

    async def waiting_for(self, person: Person, limit: int = 50) -> list[Run]:
        """Runs whose pending approval this person can decide, the longest waiting first."""
        rows = await self._store.waiting_for(person.key, limit)
        return [decode_run(row.body) for row in rows]

    async def put_on_record(self, *entries: Entry) -> None:
        """Put on the record what is no step of a run."""
        await self._store.put_on_record([audit_row(each) for each in entries])

    async def shown_at(self, channel: str, ts: str) -> str:
        """The digest of what a message of ours shows; "" for one that is none."""
        row = await self._store.message_at(channel, ts)
        return row.digest if row is not None else ""

    # Threads and messages

    async def thread_at(self, place: Place) -> Thread | None:
        """Our thread whose first message stands at this place."""
        if place.ts is None:
            return None
        row = await self._store.thread_at(place.workspace, place.channel, place.ts)
        return read_thread(row) if row else None

    async def thread_of(self, run: Run) -> Thread:
        """The thread that a run belongs to. Raises UnknownRun where it was purged."""
        row = await self._store.thread(run.thread)
        if row is None:
            raise UnknownRun(run.id)
        return read_thread(row)

    async def has_asked(self, thread: Thread, person: Person) -> bool:
        """Whether this person has asked something in this thread."""
        return await self._store.has_asked(thread.id, person.key)

    async def newest_in(self, thread: Thread) -> Run | None:
        """The run of a thread that was taken last."""
        row = await self._store.newest_in_thread(thread.id)
        return decode_run(row.body) if row else None

    async def end_conversation(self, thread: Thread) -> bool:
        """The next turn of this thread begins a new conversation; False where there was none."""
        return await self._store.end_conversation(thread.id)

    async def place_thread(self, thread: Thread, channel: str, ts: str | None) -> None:
        """The thread's first message stands here now."""
        await self._store.place_thread(thread.id, channel, ts)

    async def posted(self, run: Run) -> dict[str, Posted]:
        """The parts of a run's picture that stand in Slack, by name, first noted first."""
        rows = await self._store.messages(run.id)
        return {row.part: Posted(row.part, row.channel, row.ts, row.digest) for row in rows}

    async def note_posted(self, run: Run, posted: Posted) -> None:
        """Keep where a part stands and what it shows."""
        await self._store.note_message(
            MessageRow(run.id, posted.part, posted.channel, posted.ts, posted.digest)
        )

    async def counts(self) -> dict[str, int]:
        """How many runs there are in each state."""
        return await self._store.counts()

    async def healthy(self) -> None:
        """Return when something could be written."""
        await self._store.healthy()

    async def _thread_row(self, turn: Turn) -> ThreadRow:
        place = turn.place
        if place.ts is None:
            return ThreadRow(turn.key, place.workspace, place.channel, None)
        known = None
        if place.ts != turn.message_ts:  # a reply: the thread may be ours under another id
            known = await self._store.thread_at(place.workspace, place.channel, place.ts)
        name = f"{place.workspace}:{place.channel}:{place.ts}"
        return known or ThreadRow(name, place.workspace, place.channel, place.ts)


class UnknownRun(LookupError):
    """There is no such run, or it was purged."""
