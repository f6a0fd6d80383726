"""Taking turns and saving the steps of their runs."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from storage.errors import AlreadyDecided, AlreadyTaken, StaleRun, ThreadBusy, ThreadIdle
from storage.room import Room
from storage.rows import ApprovalRow, Change, Claim, Owed, RunRow, Slot, Standing, ThreadRow
from storage.sqlite import audit, claims, reads
from storage.sqlite.errors import is_duplicate
from storage.sqlite.rows import Here
from storage.times import build_time


def take(
    here: Here,
    thread: ThreadRow,
    run: RunRow,
    keys: Sequence[str],
    owed: Sequence[Owed],
    now: datetime,
    room: Room | None = None,
) -> list[Claim]:
    """Keep a new turn; see Store.take."""
    for key in keys:
        taken = run_of_turn(here, key)
        if taken is not None:
            raise AlreadyTaken(taken)
    if room is not None:
        room.check(reads.crowd(here, run.thread, run.asker, room.apart))
    _check_place(here, run)
    here.connection.execute(
        "INSERT INTO threads (id, workspace, channel, ts, conversation_id)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (thread.id, thread.workspace, thread.channel, thread.ts, thread.conversation_id),
    )
    here.connection.execute(
        "INSERT INTO runs (id, thread, asker, state, standing, version, created_at, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(run.id, run.thread, run.asker, run.state, run.standing.value, run.version),
            *(build_time(run.created_at), here.sealer.seal(run.body)),
        ),
    )
    here.connection.executemany(
        "INSERT INTO turn_keys (key, run, taken_at) VALUES (?, ?, ?)",
        [(key, run.id, build_time(now)) for key in dict.fromkeys(keys)],
    )
    return claims.owe(here, run, owed, now, free=tuple(Slot))


def run_of_turn(here: Here, key: str) -> str | None:
    """The id of the run that was taken under this key."""
    found = here.connection.execute("SELECT run FROM turn_keys WHERE key = ?", (key,)).fetchone()
    return None if found is None else found[0]


def _check_place(here: Here, run: RunRow) -> None:
    ahead = _count_ahead(here, run)
    if run.standing is Standing.LIVE and ahead > 0:
        raise ThreadBusy(ahead)
    if run.standing is Standing.QUEUED and ahead == 0:
        raise ThreadIdle("There is no run in this thread to wait for.")


def _count_ahead(here: Here, run: RunRow) -> int:
    (ahead,) = here.connection.execute(
        "SELECT count(*) FROM runs WHERE thread = ? AND standing IN ('live', 'queued') AND id <> ?",
        (run.thread, run.id),
    ).fetchone()
    return int(ahead)


def save(here: Here, change: Change, now: datetime) -> list[Claim]:
    """Save one step of a run; see Store.save."""
    row, claim = change.row, change.claim
    if claim is not None:
        claims.check_held(here, claim)
    _move(here, row)
    for approval, seen in change.approvals:
        _write_approval(here, approval, seen)
        _write_deciders(here, approval)
    audit.put_on_record(here, change.audit)
    if change.conversation is not None:
        here.connection.execute(
            "UPDATE threads SET conversation_id = ? WHERE id = ?",
            (*change.conversation, row.thread),
        )
    settled = set() if claim is None else {claim.slot}
    filled = {each.slot for each in change.owe}
    claims.empty(here, row.id, settled.union(change.settle) - filled)
    return claims.owe(here, row, change.owe, now, free=settled)


def _move(here: Here, row: RunRow) -> None:
    try:
        cursor = here.connection.execute(
            "UPDATE runs SET state = ?, standing = ?, version = ?, body = ?"
            " WHERE id = ? AND version = ?",
            (
                *(row.state, row.standing.value, row.version, here.sealer.seal(row.body)),
                *(row.id, row.version - 1),
            ),
        )
    except sqlite3.IntegrityError as error:
        if is_duplicate(error):  # of what is written here, only a second live run can be one
            raise ThreadBusy(_count_ahead(here, row)) from error
        raise
    if cursor.rowcount == 0:
        raise StaleRun("The run has moved on since it was read.")


def _write_approval(here: Here, approval: ApprovalRow, seen: str | None) -> None:
    decided_at = None if approval.decided_at is None else build_time(approval.decided_at)
    values = (
        *(approval.run, approval.job, approval.state, int(approval.pending)),
        *(build_time(approval.opened_at), approval.decided_by, decided_at, approval.id),
    )
    try:
        if seen is None:
            cursor = here.connection.execute(
                "INSERT INTO approvals (run, job, state, pending, opened_at, decided_by,"
                " decided_at, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
        else:
            cursor = here.connection.execute(
                "UPDATE approvals SET run = ?, job = ?, state = ?, pending = ?, opened_at = ?,"
                " decided_by = ?, decided_at = ? WHERE id = ? AND state = ?",
                (*values, seen),
            )
    except sqlite3.IntegrityError as error:
        if is_duplicate(error):
            raise AlreadyDecided("Another approval of this job is pending.") from error
        raise
    if cursor.rowcount == 0:
        raise AlreadyDecided("The approval is no longer in the state that was seen.")


def _write_deciders(here: Here, approval: ApprovalRow) -> None:
    """Whom it waits for now; nobody once it is at an end."""
    here.connection.execute("DELETE FROM deciders WHERE approval = ?", (approval.id,))
    here.connection.executemany(
        "INSERT INTO deciders (approval, person) VALUES (?, ?)",
        [(approval.id, person) for person in dict.fromkeys(approval.waits_for)],
    )
