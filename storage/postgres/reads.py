"""Reading runs, threads and messages."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from storage.postgres.core import RUN, Connection, PostgresCore
from storage.room import Crowd
from storage.rows import MessageRow, RunRow, Standing, ThreadRow
from storage.times import read_time

# Constants alone are put into these; what is looked for comes as a parameter.
_RUN = f"SELECT {RUN} FROM runs"  # noqa: S608
_THREAD = "SELECT id, workspace, channel, ts, conversation_id FROM threads"
_MESSAGE = "SELECT run, part, channel, ts, digest FROM messages"


class PostgresReads(PostgresCore):
    """The part of Store that reads."""

    async def run(self, id: str) -> RunRow | None:
        """See Store.run."""
        return await self._one(f"{_RUN} WHERE id = $1", id)

    async def runs_in_thread(self, thread: str, standings: Sequence[Standing]) -> list[RunRow]:
        """See Store.runs_in_thread."""
        sql = f"{_RUN} WHERE thread = $1 AND standing = ANY($2) ORDER BY seq"
        return await self._runs(sql, thread, [each.value for each in standings])

    async def newest_in_thread(self, thread: str) -> RunRow | None:
        """See Store.newest_in_thread."""
        return await self._one(f"{_RUN} WHERE thread = $1 ORDER BY seq DESC LIMIT 1", thread)

    async def runs_of(self, asker: str, standings: Sequence[Standing], limit: int) -> list[RunRow]:
        """See Store.runs_of."""
        sql = f"{_RUN} WHERE asker = $1 AND standing = ANY($2) ORDER BY seq DESC LIMIT $3"
        return await self._runs(sql, asker, [each.value for each in standings], max(limit, 0))

    async def has_asked(self, thread: str, asker: str) -> bool:
        """See Store.has_asked."""
        sql = "SELECT 1 FROM runs WHERE thread = $1 AND asker = $2 LIMIT 1"
        return bool(await self._fetch(sql, thread, asker))

    async def thread(self, id: str) -> ThreadRow | None:
        """See Store.thread."""
        return _read_thread(await self._fetch(f"{_THREAD} WHERE id = $1", id))

    async def thread_at(self, workspace: str, channel: str, ts: str) -> ThreadRow | None:
        """See Store.thread_at."""
        sql = f"{_THREAD} WHERE workspace = $1 AND channel = $2 AND ts = $3"
        return _read_thread(await self._fetch(sql, workspace, channel, ts))

    async def messages(self, run: str) -> list[MessageRow]:
        """See Store.messages."""
        found = await self._fetch(f"{_MESSAGE} WHERE run = $1 ORDER BY seq", run)
        return [MessageRow(**row) for row in found]

    async def message_at(self, channel: str, ts: str) -> MessageRow | None:
        """See Store.message_at; the latest part where several were noted there."""
        sql = f"{_MESSAGE} WHERE channel = $1 AND ts = $2 ORDER BY seq DESC LIMIT 1"
        found = await self._fetch(sql, channel, ts)
        return MessageRow(**found[0]) if found else None

    async def counts(self) -> dict[str, int]:
        """See Store.counts."""
        found = await self._fetch("SELECT state, count(*) AS n FROM runs GROUP BY state")
        return {row["state"]: row["n"] for row in found}

    async def unfinished(self) -> int:
        """See Store.unfinished."""
        found = await self._fetch("SELECT count(*) AS n FROM runs WHERE standing <> 'ended'")
        return int(found[0]["n"])

    async def oldest(self) -> dict[str, datetime]:
        """See Store.oldest."""
        found = await self._fetch(
            "SELECT state, min(created_at) AS since FROM runs WHERE standing <> 'ended' GROUP BY state"
        )
        return {row["state"]: read_time(row["since"]) for row in found}

    async def waiting_for(self, person: str, limit: int) -> list[RunRow]:
        """See Store.waiting_for."""
        return await self._runs(
            "SELECT r.id, r.thread, r.asker, r.state, r.standing, r.version, r.created_at, r.body"
            " FROM deciders AS d JOIN approvals AS a ON a.id = d.approval"
            " JOIN runs AS r ON r.id = a.run"
            " WHERE d.person = $1 AND a.pending ORDER BY a.opened_at, a.id LIMIT $2",
            person,
            max(limit, 0),
        )

    async def _one(self, sql: str, *values: object) -> RunRow | None:
        found = await self._runs(sql, *values)
        return found[0] if found else None

    async def _runs(self, sql: str, *values: object) -> list[RunRow]:
        return [self._read_run(row) for row in await self._fetch(sql, *values)]


def _read_thread(found: list[asyncpg.Record]) -> ThreadRow | None:
    return ThreadRow(**found[0]) if found else None


async def read_crowd(here: Connection, thread: str, asker: str, apart: str) -> Crowd:
    """How many runs are not ended; see Crowd."""
    found = await here.fetch(
        "SELECT (SELECT count(*) FROM runs WHERE thread = $1 AND standing IN ('live', 'queued')),"
        " (SELECT count(*) FROM runs WHERE asker = $2 AND standing <> 'ended' AND state <> $3),"
        " (SELECT count(*) FROM runs WHERE asker = $2 AND standing <> 'ended' AND state = $3)",
        *(thread, asker, apart),
    )
    return Crowd(*found[0])
