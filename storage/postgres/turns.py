"""Taking turns and saving the steps of their runs."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from storage.errors import AlreadyDecided, AlreadyTaken, StaleRun, ThreadBusy, ThreadIdle
from storage.postgres.core import Connection
from storage.postgres.reads import read_crowd
from storage.postgres.record import PostgresRecord
from storage.room import Crowd, Room
from storage.rows import ApprovalRow, Change, Claim, Owed, RunRow, Slot, Standing, ThreadRow
from storage.times import build_time


class PostgresTurns(PostgresRecord):
    """The part of Store that takes and moves."""

    async def take(
        self,
        thread: ThreadRow,
        run: RunRow,
        keys: Sequence[str],
        owe: Sequence[Owed],
        now: datetime,
        room: Room | None = None,
    ) -> list[Claim]:
        """See Store.take."""
        _check_owner(run, owe)

        async def work(here: Connection) -> list[Claim]:
            await self._take_keys(here, run, keys, now)
            crowd = await self._enter_thread(here, thread, run, room.apart if room else "")
            if room is not None:
                room.check(crowd)
            _check_place(run, crowd.in_thread)
            await here.execute(
                "INSERT INTO runs (id, thread, asker, state, standing, version, created_at, body)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
                *(run.id, run.thread, run.asker, run.state, run.standing.value, run.version),
                *(build_time(run.created_at), self._sealer.seal(run.body)),
            )
            return await self._owe(here, run, owe, now, free=tuple(Slot))

        return await self._claims(work)

    async def _take_keys(
        self, here: Connection, run: RunRow, keys: Sequence[str], now: datetime
    ) -> None:
        """Another transaction that takes the same turn is waited for."""
        unique = sorted(set(keys))
        taken = await here.fetch(
            "INSERT INTO turn_keys (key, run, taken_at) SELECT key, $2, $3"
            " FROM unnest($1::text[]) AS key ORDER BY key ON CONFLICT DO NOTHING RETURNING key",
            unique,
            run.id,
            build_time(now),
        )
        if len(taken) < len(unique):
            fresh = [row["key"] for row in taken]
            earlier = await here.fetchval(
                "SELECT run FROM turn_keys WHERE key = ANY($1) AND key <> ALL($2) LIMIT 1",
                unique,
                fresh,
            )
            raise AlreadyTaken(earlier)

    async def _enter_thread(
        self, here: Connection, thread: ThreadRow, run: RunRow, apart: str
    ) -> Crowd:
        """Make the thread where it is new; one turn at a time finds its place in it."""
        await here.execute(
            "INSERT INTO threads (id, workspace, channel, ts, conversation_id)"
            " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET id = excluded.id",
            *(thread.id, thread.workspace, thread.channel, thread.ts, thread.conversation_id),
        )
        return await read_crowd(here, run.thread, run.asker, apart)

    async def save(self, change: Change, now: datetime) -> list[Claim]:
        """See Store.save. ThreadBusy where the run would be a second LIVE one in its thread."""
        row, claim = change.row, change.claim
        _check_owner(row, (*change.owe, *((claim,) if claim else ())))
        settled = set() if claim is None else {claim.slot}
        emptied = settled.union(change.settle) - {each.slot for each in change.owe}

        async def work(here: Connection) -> list[Claim]:
            stored = await here.fetchrow(
                "SELECT version, standing FROM runs WHERE id = $1 FOR UPDATE", row.id
            )
            if claim is not None:
                await self._check_held(here, claim)
            if stored is None or stored["version"] != row.version - 1:
                raise StaleRun("The run has moved on since it was read.")
            await self._move(here, row, Standing(stored["standing"]))
            for approval, seen in change.approvals:
                await _write_approval(here, approval, seen)
            if change.conversation is not None:
                await here.execute(
                    "UPDATE threads SET conversation_id = $1 WHERE id = $2",
                    change.conversation[0],
                    row.thread,
                )
            await self._empty(here, row.id, emptied)
            claims = await self._owe(here, row, change.owe, now, free=settled)
            await self._put_on_record(here, change.audit)
            return claims

        claims = await self._claims(work)
        self._held.forget(row.id, emptied)
        return claims

    async def _move(self, here: Connection, row: RunRow, before: Standing) -> None:
        if row.standing is not before:  # who takes a turn in this thread meanwhile is waited for
            await here.execute("SELECT 1 FROM threads WHERE id = $1 FOR UPDATE", row.thread)
        if row.standing is Standing.LIVE and before is not Standing.LIVE:
            ahead = await here.fetchval(
                "SELECT count(*) FROM runs WHERE thread = $1 AND standing = 'live' AND id <> $2",
                row.thread,
                row.id,
            )
            if ahead:
                raise ThreadBusy(await _count_ahead(here, row))
        await here.execute(
            "UPDATE runs SET state = $2, standing = $3, version = $4, body = $5 WHERE id = $1",
            *(row.id, row.state, row.standing.value, row.version, self._sealer.seal(row.body)),
        )

    async def run_of_turn(self, key: str) -> str | None:
        """See Store.run_of_turn."""
        found = await self._fetch("SELECT run FROM turn_keys WHERE key = $1", key)
        return found[0]["run"] if found else None


def _check_place(run: RunRow, ahead: int) -> None:
    if run.standing is Standing.LIVE and ahead > 0:
        raise ThreadBusy(ahead)
    if run.standing is Standing.QUEUED and ahead == 0:
        raise ThreadIdle("There is no run in this thread to wait for.")


async def _count_ahead(here: Connection, run: RunRow) -> int:
    return int(
        await here.fetchval(
            "SELECT count(*) FROM runs"
            " WHERE thread = $1 AND standing IN ('live', 'queued') AND id <> $2",
            run.thread,
            run.id,
        )
    )


async def _write_approval(here: Connection, approval: ApprovalRow, seen: str | None) -> None:
    """By compare-and-set; with whom it waits for now, nobody once it is at an end."""
    decided_at = None if approval.decided_at is None else build_time(approval.decided_at)
    values = (
        *(approval.id, approval.run, approval.job, approval.state, approval.pending),
        *(build_time(approval.opened_at), approval.decided_by, decided_at),
    )
    try:
        if seen is None:
            written = await here.fetchval(
                "INSERT INTO approvals (id, run, job, state, pending, opened_at, decided_by,"
                " decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING 1",
                *values,
            )
        else:
            written = await here.fetchval(
                "UPDATE approvals SET run = $2, job = $3, state = $4, pending = $5, opened_at = $6,"
                " decided_by = $7, decided_at = $8 WHERE id = $1 AND state = $9 RETURNING 1",
                *values,
                seen,
            )
    except asyncpg.UniqueViolationError as error:
        raise AlreadyDecided("Another approval of this job is pending.") from error
    if written is None:
        raise AlreadyDecided("The approval is no longer in the state that was seen.")
    await here.execute("DELETE FROM deciders WHERE approval = $1", approval.id)
    await here.execute(
        "INSERT INTO deciders (approval, person) SELECT $1, unnest($2::text[])",
        approval.id,
        list(dict.fromkeys(approval.waits_for)),
    )


def _check_owner(run: RunRow, parts: Sequence[Owed | Claim]) -> None:
    if any(part.run != run.id for part in parts):
        raise ValueError("What is owed or claimed here belongs to another run.")
