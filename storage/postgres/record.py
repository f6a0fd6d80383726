"""The record of approvals: rows that are only added, each with the hash of the one before.

One transaction at a time adds to it: the chain has one end.
"""

from collections.abc import Sequence

from storage.chain import FIRST, link
from storage.postgres.claims import PostgresClaims
from storage.postgres.core import Connection
from storage.rows import AuditRow, Claim
from storage.times import build_time, read_time

LOCK = 0x7265636F7264  # "record"


class PostgresRecord(PostgresClaims):
    """The part of Store that keeps the record."""

    async def begin(self, claim: Claim, audit: Sequence[AuditRow] = ()) -> None:
        """See Store.begin."""

        async def work(here: Connection) -> None:
            await self._check_held(here, claim)
            await here.execute(
                "UPDATE owed SET begun = true WHERE run = $1 AND slot = $2",
                claim.run,
                claim.slot.value,
            )
            await self._put_on_record(here, audit)

        await self._transact(work)

    async def put_on_record(self, rows: Sequence[AuditRow]) -> None:
        """See Store.put_on_record."""
        await self._transact(lambda here: self._put_on_record(here, rows))

    async def record(self, after: int, limit: int) -> list[AuditRow]:
        """See Store.record; raises Unsealable."""
        found = await self._fetch(
            "SELECT seq, approval, at, previous, hash, body FROM audit WHERE seq > $1"
            " ORDER BY seq LIMIT $2",
            after,
            max(limit, 0),
        )
        return [
            AuditRow(
                self._sealer.unseal(row["body"]),
                row["approval"],
                read_time(row["at"]),
                row["seq"],
                row["previous"],
                row["hash"],
            )
            for row in found
        ]

    async def _put_on_record(self, here: Connection, rows: Sequence[AuditRow]) -> None:
        if not rows:
            return
        await here.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        last = await here.fetchrow("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")
        seq, previous = (last["seq"], last["hash"]) if last else (0, FIRST)
        for row in rows:
            seq += 1
            hash_ = link(previous, row.body)
            await here.execute(
                "INSERT INTO audit (seq, approval, at, previous, hash, body)"
                " VALUES ($1, $2, $3, $4, $5, $6)",
                *(seq, row.approval, build_time(row.at), previous, hash_),
                self._sealer.seal(row.body),
            )
            previous = hash_
