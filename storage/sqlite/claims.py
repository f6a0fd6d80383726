"""What is owed, and who holds it.

A claim is named by run, slot, holder, revision and attempt. The revision of what is owed is the
version of the run that owed it: it grows for ever, so a slot that was emptied and filled again
cannot be mistaken for the one before. A slot may be owed anew while its holder is still busy; then
`revision` is ahead of `claimed_revision`, and the holder is given the new claim when it settles.
"""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime

from storage.crypto import PUT_OFF, Unsealable
from storage.errors import ClaimLost
from storage.rows import Claim, Owed, RunRow, Slot
from storage.sqlite.rows import Here, read_run
from storage.times import build_time

log = logging.getLogger(__name__)


def _name_claim(here: Here, claim: Claim) -> tuple[str, str, str, int, int]:
    return claim.run, claim.slot.value, here.replica, claim.revision, claim.attempt


def owe(
    here: Here, row: RunRow, owed: Sequence[Owed], now: datetime, *, free: Collection[Slot]
) -> list[Claim]:
    """Write down what a run owes from this version on, and claim what can be done now.

    `free` are the slots of which the caller knows that nobody is busy with them.
    """
    claims = (_owe_one(here, row, each, now, free=each.slot in free) for each in owed)
    return [claim for claim in claims if claim is not None]


def _owe_one(here: Here, row: RunRow, owed: Owed, now: datetime, *, free: bool) -> Claim | None:
    due_at, when_idle = build_time(owed.due_at), int(owed.when_idle)
    if owed.slot is Slot.SHOW and not free and _is_busy(here, owed, now):
        here.connection.execute(
            "UPDATE owed SET kind = ?, due_at = ?, when_idle = ?, revision = ?, begun = 0"
            " WHERE run = ? AND slot = ?",
            (owed.kind, due_at, when_idle, row.version, owed.run, owed.slot.value),
        )
        return None
    ready = owed.due_at <= now and not owed.when_idle
    here.connection.execute(
        "INSERT INTO owed (run, slot, kind, due_at, when_idle, revision,"
        " claimed_revision, claimed_attempt, holder)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run, slot) DO UPDATE SET"
        " kind = excluded.kind, due_at = excluded.due_at, when_idle = excluded.when_idle,"
        " revision = excluded.revision, claimed_revision = excluded.claimed_revision,"
        " claimed_attempt = excluded.claimed_attempt, holder = excluded.holder, begun = 0",
        (
            *(owed.run, owed.slot.value, owed.kind, due_at, when_idle, row.version),
            *((row.version, 1, here.replica) if ready else (0, 0, None)),
        ),
    )
    if not ready:
        return None
    return Claim(owed.run, owed.slot, owed.kind, row.version, 1, interrupted=False, row=row)


def _is_busy(here: Here, owed: Owed, now: datetime) -> bool:
    """Whether a living replica, which this one is, holds the slot."""
    found = here.connection.execute(
        "SELECT 1 FROM owed AS o JOIN replicas AS p ON p.name = o.holder"
        " WHERE o.run = ? AND o.slot = ? AND (p.name = ? OR p.seen_until >= ?)",
        (owed.run, owed.slot.value, here.replica, build_time(now)),
    ).fetchone()
    return found is not None


def empty(here: Here, run: str, slots: Collection[Slot]) -> None:
    """These slots owe nothing any more, whoever holds them."""
    for slot in slots:
        here.connection.execute("DELETE FROM owed WHERE run = ? AND slot = ?", (run, slot.value))


def check_held(here: Here, claim: Claim) -> None:
    """Raise ClaimLost unless this replica holds exactly this claim."""
    held = here.connection.execute(
        "SELECT 1 FROM owed"
        " WHERE run = ? AND slot = ? AND holder = ?"
        " AND claimed_revision = ? AND claimed_attempt = ? AND revision = claimed_revision",
        _name_claim(here, claim),
    ).fetchone()
    if held is None:
        raise ClaimLost("What was owed is no longer this replica's to do.")


def claim(here: Here, limit: int, now: datetime) -> list[Claim]:
    """Claim what is due and nobody's, oldest first; what dead replicas held is nobody's.

    What cannot be unsealed is put off.
    """
    moment = build_time(now)
    here.connection.execute(
        "UPDATE owed SET holder = NULL WHERE holder IN"
        " (SELECT name FROM replicas WHERE seen_until < ? AND name <> ?)",
        (moment, here.replica),
    )
    found = here.connection.execute(
        "SELECT o.slot, o.kind, o.revision, o.begun,"
        " CASE WHEN o.revision = o.claimed_revision THEN o.claimed_attempt + 1 ELSE 1 END,"
        " r.id, r.thread, r.asker, r.state, r.standing, r.version, r.created_at, r.body"
        " FROM owed AS o JOIN runs AS r ON r.id = o.run"
        " WHERE o.holder IS NULL AND o.due_at <= ? AND (o.when_idle = 0 OR NOT EXISTS"
        "  (SELECT 1 FROM runs AS e WHERE e.thread = r.thread AND"
        "   (e.standing = 'live' OR (e.standing = 'queued' AND e.seq < r.seq))))"
        " ORDER BY o.due_at, r.seq, o.slot LIMIT ?",
        (moment, max(limit, 0)),
    ).fetchall()
    claims = []
    for slot, kind, revision, begun, attempt, *run in found:
        try:
            row = read_run(here, tuple(run))
        except Unsealable:  # one damaged run must not stop all others
            log.exception("put off: run %s", run[0])
            here.connection.execute(
                "UPDATE owed SET due_at = ? WHERE run = ? AND slot = ?",
                (build_time(now + PUT_OFF), run[0], slot),
            )
            continue
        claims.append(Claim(row.id, Slot(slot), kind, revision, attempt, bool(begun), row))
        _hold(here, claims[-1])
    return claims


def _hold(here: Here, claim: Claim) -> None:
    here.connection.execute(
        "UPDATE owed SET holder = ?, claimed_revision = ?, claimed_attempt = ?"
        " WHERE run = ? AND slot = ?",
        (here.replica, claim.revision, claim.attempt, claim.run, claim.slot.value),
    )


def begin(here: Here, claim: Claim) -> None:
    """Mark it as begun; ClaimLost unless this replica holds it."""
    check_held(here, claim)
    here.connection.execute(
        "UPDATE owed SET begun = 1 WHERE run = ? AND slot = ?", (claim.run, claim.slot.value)
    )


def settle(here: Here, claim: Claim, now: datetime, done: int) -> list[Claim]:
    """Empty the slot, or claim what was owed anew meanwhile; at most one claim."""
    found = here.connection.execute(
        "SELECT o.kind, o.due_at, o.when_idle, o.revision,"
        " r.id, r.thread, r.asker, r.state, r.standing, r.version, r.created_at, r.body"
        " FROM owed AS o JOIN runs AS r ON r.id = o.run"
        " WHERE o.run = ? AND o.slot = ? AND o.holder = ?"
        " AND o.claimed_revision = ? AND o.claimed_attempt = ?",
        _name_claim(here, claim),
    ).fetchone()
    if found is None:
        return []
    kind, due_at, when_idle, revision, *run = found
    if revision <= max(claim.revision, done):
        empty(here, claim.run, [claim.slot])
        return []
    if when_idle or due_at > build_time(now):
        give_back(here, [claim])
        return []
    row = read_run(here, tuple(run))
    anew = Claim(claim.run, claim.slot, kind, revision, 1, interrupted=False, row=row)
    _hold(here, anew)
    return [anew]


def defer(here: Here, claim: Claim, until: datetime) -> None:
    """Give the claim back until then.

    What was owed anew meanwhile goes back too, as nobody else would let go of it; it waits for the
    same time, or for its own where that is later.
    """
    due_at = build_time(until)
    here.connection.execute(
        "UPDATE owed SET holder = NULL, begun = 0, due_at ="
        " CASE WHEN revision = claimed_revision THEN ? ELSE max(due_at, ?) END"
        " WHERE run = ? AND slot = ? AND holder = ?"
        " AND claimed_revision = ? AND claimed_attempt = ?",
        (due_at, due_at, *_name_claim(here, claim)),
    )


def wake(here: Here, asker: str, kind: str, now: datetime) -> int:
    """See Store.wake."""
    moment = build_time(now)
    cursor = here.connection.execute(
        "UPDATE owed SET due_at = ? WHERE holder IS NULL AND kind = ? AND due_at > ?"
        " AND run IN (SELECT id FROM runs WHERE asker = ? AND standing = 'live')",
        (moment, kind, moment, asker),
    )
    return cursor.rowcount


def give_back(here: Here, claims: Sequence[Claim]) -> None:
    """Let go of these, so that `claim` finds them, or what was owed anew, again."""
    here.connection.executemany(
        "UPDATE owed SET holder = NULL WHERE run = ? AND slot = ? AND holder = ?"
        " AND claimed_revision = ? AND claimed_attempt = ?",
        [_name_claim(here, each) for each in claims],
    )
