"""Replicas and their locks, threads, messages, retention, and sealing anew."""

from datetime import datetime

from storage.rows import MessageRow
from storage.sqlite.rows import Here
from storage.times import build_time

RESEALED_AT_ONCE = 200  # bodies in one transaction, so that others need not wait for all

# Where bodies are: how the next ones after a `seq` are read, and how one is written.
BODIES = (
    (
        "SELECT seq, body FROM runs WHERE seq > ? ORDER BY seq LIMIT ?",
        "UPDATE runs SET body = ? WHERE seq = ?",
    ),
    (
        "SELECT seq, body FROM tokens WHERE seq > ? ORDER BY seq LIMIT ?",
        "UPDATE tokens SET body = ? WHERE seq = ?",
    ),
    (
        "SELECT seq, body FROM sign_ins WHERE seq > ? ORDER BY seq LIMIT ?",
        "UPDATE sign_ins SET body = ? WHERE seq = ?",
    ),
    (
        "SELECT seq, body FROM audit WHERE seq > ? ORDER BY seq LIMIT ?",
        "UPDATE audit SET body = ? WHERE seq = ?",
    ),
    (
        "SELECT seq, body FROM feedback WHERE seq > ? ORDER BY seq LIMIT ?",
        "UPDATE feedback SET body = ? WHERE seq = ?",
    ),
    (
        "SELECT seq, body FROM installations WHERE seq > ? ORDER BY seq LIMIT ?",
        "UPDATE installations SET body = ? WHERE seq = ?",
    ),
)


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


def living(here: Here, now: datetime) -> int:
    """See Store.living."""
    (count,) = here.connection.execute(
        "SELECT count(*) FROM replicas WHERE seen_until >= ? OR name = ?",
        (build_time(now), here.replica),
    ).fetchone()
    return int(count)


def leave(here: Here) -> None:
    """This replica goes; the schema makes its claims and locks nobody's."""
    here.connection.execute("DELETE FROM replicas WHERE name = ?", (here.replica,))


def check(here: Here) -> None:
    """Write a little; a value that does not change would not be written."""
    here.connection.execute(
        "UPDATE replicas SET checks = checks + 1 WHERE name = ?", (here.replica,)
    )


def place_thread(here: Here, id: str, channel: str, ts: str | None) -> None:
    """See Store.place_thread."""
    here.connection.execute(
        "UPDATE threads SET channel = ?1, ts = ?2 WHERE id = ?3 AND NOT EXISTS (SELECT 1"
        " FROM threads AS there WHERE there.workspace = threads.workspace"
        " AND there.channel = ?1 AND there.ts = ?2 AND there.id <> ?3)",
        (channel, ts, id),
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
    here.connection.execute(
        "DELETE FROM sign_ins WHERE expires_at <= ? OR owner = ?", (moment, asker)
    )
    here.connection.execute("DELETE FROM locks WHERE held_until <= ?", (moment,))
    here.connection.execute("DELETE FROM tokens WHERE owner = ?", (asker,))
    here.connection.execute("DELETE FROM choices WHERE person = ?", (asker,))
    here.connection.execute("DELETE FROM feedback WHERE person = ?", (asker,))
    return cursor.rowcount


def reseal(here: Here, bodies: tuple[str, str], after: int) -> list[int]:
    """Seal the next of these bodies after this `seq` with the newest key; the `seq` of each."""
    read, write = bodies
    found = here.connection.execute(read, (after, RESEALED_AT_ONCE)).fetchall()
    here.connection.executemany(write, [(here.sealer.rotate(body), seq) for seq, body in found])
    return [seq for seq, _ in found]
