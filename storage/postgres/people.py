"""What people have chosen, and what they thought of answers."""

from datetime import datetime

from storage.postgres.core import PostgresCore
from storage.rows import FeedbackRow
from storage.times import build_time, read_time


class PostgresPeople(PostgresCore):
    """The part of Store that keeps choices and feedback."""

    async def choice(self, person: str, name: str) -> str:
        """See Store.choice."""
        sql = "SELECT value FROM choices WHERE person = $1 AND name = $2"
        found = await self._fetch(sql, person, name)
        return str(found[0]["value"]) if found else ""

    async def choose(self, person: str, name: str, value: str) -> None:
        """See Store.choose."""
        if not value:
            sql = "DELETE FROM choices WHERE person = $1 AND name = $2"
            await self._execute(sql, person, name)
            return
        await self._execute(
            "INSERT INTO choices (person, name, value) VALUES ($1, $2, $3)"
            " ON CONFLICT (person, name) DO UPDATE SET value = excluded.value",
            *(person, name, value),
        )

    async def note_feedback(self, row: FeedbackRow) -> None:
        """See Store.note_feedback."""
        await self._execute(
            "INSERT INTO feedback (run, person, at, body) SELECT id, $2, $3, $4 FROM runs"
            " WHERE id = $1"
            " ON CONFLICT (run, person) DO UPDATE SET at = excluded.at, body = excluded.body",
            *(row.run, row.person, build_time(row.at), self._sealer.seal(row.body)),
        )

    async def feedback(self, since: datetime) -> list[FeedbackRow]:
        """See Store.feedback; raises Unsealable."""
        found = await self._fetch(
            "SELECT run, person, at, body FROM feedback WHERE at >= $1 ORDER BY at, seq",
            build_time(since),
        )
        return [
            FeedbackRow(
                row["run"], row["person"], read_time(row["at"]), self._sealer.unseal(row["body"])
            )
            for row in found
        ]
