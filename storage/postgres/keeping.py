"""Threads, messages, retention, and sealing anew."""

from datetime import datetime

from storage.postgres.core import Connection, PostgresCore
from storage.rows import MessageRow
from storage.times import build_time

RESEALED_AT_ONCE = 200  # bodies in one transaction, so that others need not wait for all
BODIES = ("runs", "tokens", "sign_ins", "audit", "feedback", "installations")


class PostgresKeeping(PostgresCore):
    """The part of Store that keeps house."""

    async def place_thread(self, id: str, channel: str, ts: str | None) -> None:
        """See Store.place_thread."""
        await self._execute(
            "UPDATE threads SET channel = $2, ts = $3 WHERE id = $1 AND NOT EXISTS (SELECT 1"
            " FROM threads AS there WHERE there.workspace = threads.workspace"
            " AND there.channel = $2 AND there.ts = $3 AND there.id <> $1)",
            *(id, channel, ts),
        )

    async def end_conversation(self, thread: str) -> bool:
        """See Store.end_conversation."""
        ended = await self._execute(
            "UPDATE threads SET conversation_id = NULL"
            " WHERE id = $1 AND conversation_id IS NOT NULL",
            thread,
        )
        return ended > 0

    async def note_message(self, message: MessageRow) -> None:
        """See Store.note_message."""
        await self._execute(
            "INSERT INTO messages (run, part, channel, ts, digest) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT (run, part) DO UPDATE SET"
            " channel = excluded.channel, ts = excluded.ts, digest = excluded.digest",
            *(message.run, message.part, message.channel, message.ts, message.digest),
        )

    async def purge(self, before: datetime, asker: str | None = None) -> int:
        """See Store.purge. Keys of runs that are still there stay however old they are."""
        moment = build_time(before)

        async def work(here: Connection) -> int:
            gone = await here.fetch(
                "DELETE FROM runs WHERE standing = 'ended' AND created_at < $1"
                " AND ($2::text IS NULL OR asker = $2) RETURNING thread",
                moment,
                asker,
            )
            # A turn that is being taken in such a thread is waited for first: the next statement
            # sees it, and the thread stays.
            threads = sorted({row["thread"] for row in gone})
            await here.execute(
                "SELECT 1 FROM threads WHERE id = ANY($1) ORDER BY id FOR UPDATE", threads
            )
            await here.execute(
                "DELETE FROM threads AS t WHERE id = ANY($1)"
                " AND NOT EXISTS (SELECT 1 FROM runs WHERE thread = t.id)",
                threads,
            )
            await here.execute(
                "DELETE FROM turn_keys AS k WHERE taken_at < $1"
                " AND NOT EXISTS (SELECT 1 FROM runs WHERE id = k.run)",
                moment,
            )
            await here.execute(
                "DELETE FROM sign_ins WHERE expires_at <= $1 OR owner = $2", moment, asker
            )
            await here.execute("DELETE FROM locks WHERE held_until <= $1", moment)
            await here.execute("DELETE FROM tokens WHERE owner = $1", asker)
            await here.execute("DELETE FROM choices WHERE person = $1", asker)
            await here.execute("DELETE FROM feedback WHERE person = $1", asker)
            return len(gone)

        return await self._transact(work)

    async def reseal(self) -> int:
        """See Store.reseal."""
        resealed = 0
        for table in BODIES:
            last = 0
            while done := await self._reseal(table, last):
                resealed, last = resealed + len(done), done[-1]
        return resealed

    async def _reseal(self, table: str, after: int) -> list[int]:
        """Seal the next bodies of a table after this `seq`; the `seq` of each."""

        async def work(here: Connection) -> list[int]:
            found = await here.fetch(
                f"SELECT seq, body FROM {table} WHERE seq > $1 ORDER BY seq LIMIT $2 FOR UPDATE",  # noqa: S608
                after,
                RESEALED_AT_ONCE,
            )
            await here.executemany(
                f"UPDATE {table} SET body = $1 WHERE seq = $2",  # noqa: S608 - one of BODIES
                [(self._sealer.rotate(row["body"]), row["seq"]) for row in found],
            )
            return [row["seq"] for row in found]

        return await self._transact(work)
