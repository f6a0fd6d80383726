"""Replicas, threads, messages, retention, and sealing anew."""

from datetime import datetime

from storage.rows import MessageRow
from storage.sqlite_rows import Here, build_time

RESEALED_AT_ONCE = 200  # bodies in one transaction, so that others need not wait for all


def register(here: Here, seen_until: datetime, *, exclusive: bool) -> None:
    """Enter this replica; what a former one of this name held is nobody's now.

    With `exclusive` no other replica can be alive, so all others go with what they held.
    """
    here.connection.execute(
        "DELETE FROM replicas WHERE name = ? OR ?", (here.replica, int(exclusive))
    )
    heartbeat(here, seen_until)


def heartbeat(here: Here, seen_until: datetime) -> None:
    """See Store.heartbeat; a lease is never shortened."""
    here.connection.execute(
        "INSERT INTO replicas (name, seen_until) VALUES (?, ?) ON CONFLICT (name)"
        " DO UPDATE SET seen_until = max(seen_until, excluded.seen_until)",
        (here.replica, build_time(seen_until)),
    )


def leave(here: Here) -> None:
    """This replica goes; the schema makes its claims nobody's."""
    here.connection.execute("DELETE FROM replicas WHERE name = ?", (here.replica,))


def check(here: Here) -> None:
    """Write a little; a value that does not change would not be written."""
    here.connection.execute(
        "UPDATE replicas SET checks = checks + 1 WHERE name = ?", (here.replica,)
    )


def place_thread(here: Here, id: str, channel: str, ts: str | None) -> None:
    """See Store.place_thread."""
    here.connection.execute(
        "UPDATE threads SET channel = ?, ts = ? WHERE id = ?", (channel, ts, id)
    )


def end_conversation(here: Here, thread: str) -> bool:
    """See Store.end_conversation."""
    cursor = here.connection.execute(
        "UPDATE threads SET conversation_id = NULL WHERE id = ? AND conversation_id IS NOT NULL",
        (thread,),
    )
    return cursor.rowcount > 0


def note_message(here: Here, message: MessageRow) -> None:
    """See Store.note_message."""
    here.connection.execute(
        "INSERT INTO messages (run, part, channel, ts, digest) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (run, part) DO UPDATE SET"
        " channel = excluded.channel, ts = excluded.ts, digest = excluded.digest",
        (message.run, message.part, message.channel, message.ts, message.digest),
    )


def purge(here: Here, before: datetime, asker: str | None) -> int:
    """See Store.purge. Keys of runs that are still there stay however old they are."""
    moment = build_time(before)
    cursor = here.connection.execute(
        "DELETE FROM runs WHERE standing = 'ended' AND created_at < ? AND (? IS NULL OR asker = ?)",
        (moment, asker, asker),
    )
    here.connection.execute(
        "DELETE FROM threads WHERE NOT EXISTS (SELECT 1 FROM runs WHERE thread = threads.id)"
    )
    here.connection.execute(
        "DELETE FROM turn_keys WHERE taken_at < ?"
        " AND NOT EXISTS (SELECT 1 FROM runs WHERE id = turn_keys.run)",
        (moment,),
    )
    return cursor.rowcount


def reseal(here: Here, after: int) -> list[int]:
    """Seal the next bodies after this `seq` with the newest key; the `seq` of each."""
    found = here.connection.execute(
        "SELECT seq, body FROM runs WHERE seq > ? ORDER BY seq LIMIT ?", (after, RESEALED_AT_ONCE)
    ).fetchall()
    here.connection.executemany(
        "UPDATE runs SET body = ? WHERE seq = ?",
        [(here.sealer.rotate(body), seq) for seq, body in found],
    )
    return [seq for seq, _ in found]
