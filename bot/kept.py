"""Runs and threads as they are kept, read: what every method of the ledger that changes nothing does."""

from datetime import datetime

from bot.domain.codec import decode_run
from bot.domain.run import Run
from bot.domain.turn import Person, Place
from bot.places import Posted, Thread, read_thread
from storage.rows import Standing
from storage.store import Store


class UnknownRun(LookupError):
    """There is no such run, or it was purged."""


class Kept:
    """What is kept. Every method raises StorageError when the store fails."""

    def __init__(self, store: Store) -> None:
        self._store = store

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

    async def ended_runs_of(self, person: Person, limit: int = 30) -> list[Run]:
        """A person's ended runs, newest first."""
        rows = await self._store.runs_of(person.key, (Standing.ENDED,), limit)
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

    async def newest_in(self, thread: Thread) -> Run | None:
        """The run of a thread that was taken last."""
        row = await self._store.newest_in_thread(thread.id)
        return decode_run(row.body) if row else None

    async def has_asked(self, thread: Thread, person: Person) -> bool:
        """Whether this person has asked something in this thread."""
        return await self._store.has_asked(thread.id, person.key)

    async def waiting_for(self, person: Person, limit: int = 50) -> list[Run]:
        """Runs whose pending approval this person can decide, the longest waiting first."""
        rows = await self._store.waiting_for(person.key, limit)
        return [decode_run(row.body) for row in rows]

    async def run_at(self, channel: str, ts: str) -> str | None:
        """The id of the run that a message of ours belongs to; None for one that is none."""
        row = await self._store.message_at(channel, ts)
        return row.run if row is not None else None

    async def shown_at(self, channel: str, ts: str) -> str:
        """The digest of what a message of ours shows; "" for one that is none."""
        row = await self._store.message_at(channel, ts)
        return row.digest if row is not None else ""

    async def posted(self, run: Run) -> dict[str, Posted]:
        """The parts of a run's picture that stand in Slack, by name, first noted first."""
        rows = await self._store.messages(run.id)
        return {row.part: Posted(row.part, row.channel, row.ts, row.digest) for row in rows}

    async def counts(self) -> dict[str, int]:
        """How many runs there are in each state."""
        return await self._store.counts()

    async def oldest(self) -> dict[str, datetime]:
        """When the oldest unfinished run in each state was taken."""
        return await self._store.oldest()
