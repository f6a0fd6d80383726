"""What is owed, and who holds it.

Rows are locked in one order everywhere (a run, then what it owes, then the record), so that
transactions do not wait for each other in a circle. What is locked is passed over where work is
looked for: who holds it is about to settle it or to owe it anew.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

import asyncpg

from storage.crypto import PUT_OFF, Unsealable
from storage.errors import ClaimLost
from storage.postgres.core import LET_GO, RUN, Connection, PostgresCore
from storage.rows import Claim, Owed, RunRow, Slot
from storage.times import build_time

log = logging.getLogger(__name__)


class PostgresClaims(PostgresCore):
    """The part of Store that hands out work."""

    async def claim(self, limit: int, now: datetime) -> list[Claim]:
        """See Store.claim."""
        moment = self._lease_clock.moment(now)

        async def work(here: Connection) -> list[Claim]:
            await here.execute(
                "UPDATE owed SET holder = NULL WHERE (run, slot) IN (SELECT o.run, o.slot"
                " FROM owed AS o JOIN replicas AS p ON p.name = o.holder"
                " WHERE p.seen_until < $1 AND p.name <> $2 FOR UPDATE OF o SKIP LOCKED)",
                moment,
                self._replica,
            )
            held = await here.fetch(
                "WITH due AS (SELECT o.run, o.slot FROM owed AS o JOIN runs AS r ON r.id = o.run"
                " WHERE o.holder IS NULL AND o.due_at <= $1 AND (NOT o.when_idle OR NOT EXISTS"
                "  (SELECT 1 FROM runs AS e WHERE e.thread = r.thread AND"
                "   (e.standing = 'live' OR (e.standing = 'queued' AND e.seq < r.seq))))"
                " ORDER BY o.due_at, r.seq, o.slot LIMIT $2 FOR UPDATE OF o SKIP LOCKED)"
                " UPDATE owed AS o SET holder = $3, claimed_revision = o.revision, claimed_attempt ="
                "  CASE WHEN o.revision = o.claimed_revision THEN o.claimed_attempt + 1 ELSE 1 END"
                " FROM due WHERE o.run = due.run AND o.slot = due.slot"
                " RETURNING o.run, o.slot, o.kind, o.due_at, o.revision, o.claimed_attempt, o.begun",
                build_time(now),
                max(limit, 0),
                self._replica,
            )
            return await self._with_runs(here, held, now)

        return await self._claims(work)

    async def _with_runs(
        self, here: Connection, held: list[asyncpg.Record], now: datetime
    ) -> list[Claim]:
        """Claims with their runs as they are now that nobody else can owe these slots anew.

        What cannot be unsealed is put off: one damaged run must not stop all others.
        """
        if not held:
            return []
        found = await here.fetch(
            f"SELECT seq, {RUN} FROM runs WHERE id = ANY($1)",  # noqa: S608 - a constant
            [row["run"] for row in held],
        )
        runs = {}
        for row in found:
            try:
                runs[row["id"]] = (row["seq"], self._read_run(row))
            except Unsealable:
                log.exception("put off: run %s", row["id"])
        for row in held:
            if row["run"] not in runs:
                await here.execute(
                    "UPDATE owed SET holder = NULL, due_at = $3 WHERE run = $1 AND slot = $2",
                    *(row["run"], row["slot"], build_time(now + PUT_OFF)),
                )
        readable = [row for row in held if row["run"] in runs]
        ordered = sorted(readable, key=lambda h: (h["due_at"], runs[h["run"]][0], h["slot"]))
        return [
            Claim(
                row["run"],
                Slot(row["slot"]),
                row["kind"],
                row["revision"],
                row["claimed_attempt"],
                row["begun"],
                runs[row["run"]][1],
            )
            for row in ordered
        ]

    async def settle(self, claim: Claim, now: datetime, done: int = 0) -> Claim | None:
        """See Store.settle."""

        async def work(here: Connection) -> list[Claim]:
            row = await here.fetchrow(
                "SELECT kind, due_at, when_idle, revision, begun FROM owed WHERE run = $1"
                " AND slot = $2 AND holder = $3 AND claimed_revision = $4 AND claimed_attempt = $5"
                " FOR UPDATE",
                *self._name_claim(claim),
            )
            if row is None:
                return []
            if row["revision"] <= max(claim.revision, done):
                await self._empty(here, claim.run, [claim.slot])
                return []
            if row["when_idle"] or row["due_at"] > build_time(now):
                await here.execute(LET_GO, *self._name_claim(claim))
                return []
            held = await here.fetch(
                "UPDATE owed SET claimed_revision = revision, claimed_attempt = 1"
                " WHERE run = $1 AND slot = $2"
                " RETURNING run, slot, kind, due_at, revision, claimed_attempt, false AS begun",
                claim.run,
                claim.slot.value,
            )
            return await self._with_runs(here, held, now)

        self._held.forget(claim.run, [claim.slot])
        claims = await self._claims(work)
        return claims[0] if claims else None

    async def defer(self, claim: Claim, until: datetime) -> None:
        """See Store.defer."""
        self._held.forget(claim.run, [claim.slot])
        await self._execute(
            "UPDATE owed SET holder = NULL, begun = false, due_at ="
            " CASE WHEN revision = claimed_revision THEN $6 ELSE greatest(due_at, $6) END"
            " WHERE run = $1 AND slot = $2 AND holder = $3"
            " AND claimed_revision = $4 AND claimed_attempt = $5",
            *self._name_claim(claim),
            build_time(until),
        )

    async def wake(self, asker: str, kind: str, now: datetime) -> int:
        """See Store.wake."""
        return await self._execute(
            "UPDATE owed SET due_at = $1 WHERE (run, slot) IN (SELECT o.run, o.slot FROM owed AS o"
            " JOIN runs AS r ON r.id = o.run WHERE o.holder IS NULL AND o.kind = $2"
            " AND o.due_at > $1 AND r.asker = $3 AND r.standing = 'live'"
            " ORDER BY o.run, o.slot FOR UPDATE OF o)",
            build_time(now),
            kind,
            asker,
        )

    # For the parts that build on this

    async def _check_held(self, here: Connection, claim: Claim) -> None:
        """Raise ClaimLost unless this replica holds exactly this claim."""
        held = await here.fetchval(
            "SELECT 1 FROM owed WHERE run = $1 AND slot = $2 AND holder = $3"
            " AND claimed_revision = $4 AND claimed_attempt = $5 AND revision = claimed_revision"
            " FOR UPDATE",
            *self._name_claim(claim),
        )
        if held is None:
            raise ClaimLost("What was owed is no longer this replica's to do.")

    async def _empty(self, here: Connection, run: str, slots: Collection[Slot]) -> None:
        """These slots owe nothing any more, whoever holds them."""
        if slots:
            await here.execute(
                "DELETE FROM owed WHERE run = $1 AND slot = ANY($2)", run, [s.value for s in slots]
            )

    async def _owe(
        self,
        here: Connection,
        row: RunRow,
        owed: Sequence[Owed],
        now: datetime,
        *,
        free: Collection[Slot],
    ) -> list[Claim]:
        """Write down what a run owes from this version on, and claim what can be done now.

        `free` are the slots of which the caller knows that nobody is busy with them.
        """
        written = []
        for each in sorted(owed, key=lambda o: o.slot.value):
            busy = each.slot is Slot.SHOW and each.slot not in free
            if not (busy and await self._is_left_to_holder(here, row, each, now)):
                written.append(each)
        await self._write_owed(here, row, written, now)
        return [
            Claim(row.id, each.slot, each.kind, row.version, 1, interrupted=False, row=row)
            for each in owed
            if each in written and _is_ready(each, now)
        ]

    async def _write_owed(
        self, here: Connection, row: RunRow, owed: Sequence[Owed], now: datetime
    ) -> None:
        """Fill these slots, and hold what is ready: all by one request and its reply."""
        if not owed:
            return
        await here.executemany(
            "INSERT INTO owed (run, slot, kind, due_at, when_idle, revision,"
            " claimed_revision, claimed_attempt, holder)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (run, slot) DO UPDATE SET"
            " kind = excluded.kind, due_at = excluded.due_at, when_idle = excluded.when_idle,"
            " revision = excluded.revision, claimed_revision = excluded.claimed_revision,"
            " claimed_attempt = excluded.claimed_attempt, holder = excluded.holder, begun = false",
            [
                (
                    *(each.run, each.slot.value, each.kind, build_time(each.due_at)),
                    *(each.when_idle, row.version),
                    *((row.version, 1, self._replica) if _is_ready(each, now) else (0, 0, None)),
                )
                for each in owed
            ],
        )

    async def _is_left_to_holder(
        self, here: Connection, row: RunRow, owed: Owed, now: datetime
    ) -> bool:
        """A slot that a living replica holds stays with it: it hears that it is owed anew."""
        holder = await here.fetchval(
            "SELECT holder FROM owed WHERE run = $1 AND slot = $2 FOR UPDATE",
            owed.run,
            owed.slot.value,
        )
        lives = holder is not None and await here.fetchval(
            "SELECT 1 FROM replicas WHERE name = $1 AND (name = $2 OR seen_until >= $3)",
            holder,
            self._replica,
            self._lease_clock.moment(now),
        )
        if not lives:
            return False
        await here.execute(
            "UPDATE owed SET kind = $3, due_at = $4, when_idle = $5, revision = $6, begun = false"
            " WHERE run = $1 AND slot = $2",
            *(owed.run, owed.slot.value, owed.kind, build_time(owed.due_at), owed.when_idle),
            row.version,
        )
        if holder != self._replica:
            await self._tell(here, owed.run)
        return True


def _is_ready(owed: Owed, now: datetime) -> bool:
    """Whether who owes it can hold it at once."""
    return owed.due_at <= now and not owed.when_idle
