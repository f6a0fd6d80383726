"""Reading runs, threads and messages.

What is looked up beside the storage thread reads its statement to the end at once: one that is left
open goes on seeing what was there when it began, and so does everything else on its connection.
"""

from collections.abc import Sequence
from datetime import datetime

from storage.room import Crowd
from storage.rows import MessageRow, RunRow, Standing, ThreadRow
from storage.sqlite.rows import Here, read_run
from storage.times import read_time


def run(here: Here, id: str) -> RunRow | None:
    """See Store.run."""
    found = here.connection.execute(
        "SELECT r.id, r.thread, r.asker, r.state, r.standing, r.version, r.created_at, r.body"
        " FROM runs AS r WHERE r.id = ?",
        (id,),
    ).fetchone()
    return None if found is None else read_run(here, found)


def _build_standings(standings: Sequence[Standing]) -> tuple[str | None, ...]:
    """One value for each standing there is, so that the statement is always the same."""
    return tuple(each.value if each in standings else None for each in Standing)


def runs_in_thread(here: Here, thread: str, standings: Sequence[Standing]) -> list[RunRow]:
    """See Store.runs_in_thread."""
    found = here.connection.execute(
        "SELECT r.id, r.thread, r.asker, r.state, r.standing, r.version, r.created_at, r.body"
        " FROM runs AS r WHERE r.thread = ? AND r.standing IN (?, ?, ?)"
        " ORDER BY r.seq",
        (thread, *_build_standings(standings)),
    ).fetchall()
    return [read_run(here, values) for values in found]


def newest_in_thread(here: Here, thread: str) -> RunRow | None:
    """See Store.newest_in_thread."""
    found = here.connection.execute(
        "SELECT r.id, r.thread, r.asker, r.state, r.standing, r.version, r.created_at, r.body"
        " FROM runs AS r WHERE r.thread = ? ORDER BY r.seq DESC LIMIT 1",
        (thread,),
    ).fetchone()
    return None if found is None else read_run(here, found)


def runs_of(here: Here, asker: str, standings: Sequence[Standing], limit: int) -> list[RunRow]:
    """See Store.runs_of."""
    found = here.connection.execute(
        "SELECT r.id, r.thread, r.asker, r.state, r.standing, r.version, r.created_at, r.body"
        " FROM runs AS r WHERE r.asker = ? AND r.standing IN (?, ?, ?)"
        " ORDER BY r.seq DESC LIMIT ?",
        (asker, *_build_standings(standings), max(limit, 0)),
    ).fetchall()
    return [read_run(here, values) for values in found]


def has_asked(here: Here, thread: str, asker: str) -> bool:
    """See Store.has_asked."""
    found = here.connection.execute(
        "SELECT 1 FROM runs WHERE thread = ? AND asker = ? LIMIT 1", (thread, asker)
    )
    return found.fetchone() is not None


def thread(here: Here, id: str) -> ThreadRow | None:
    """See Store.thread."""
    found = here.connection.execute(
        "SELECT id, workspace, channel, ts, conversation_id FROM threads WHERE id = ?", (id,)
    ).fetchone()
    return None if found is None else ThreadRow(*found)


def thread_at(here: Here, workspace: str, channel: str, ts: str) -> ThreadRow | None:
    """See Store.thread_at."""
    found = here.connection.execute(
        "SELECT id, workspace, channel, ts, conversation_id FROM threads WHERE workspace = ? AND channel = ? AND ts = ?",
        (workspace, channel, ts),
    ).fetchone()
    return None if found is None else ThreadRow(*found)


def messages(here: Here, run: str) -> list[MessageRow]:
    """See Store.messages."""
    found = here.connection.execute(
        "SELECT run, part, channel, ts, digest FROM messages WHERE run = ? ORDER BY seq", (run,)
    ).fetchall()
    return [MessageRow(*values) for values in found]


def message_at(here: Here, channel: str, ts: str) -> MessageRow | None:
    """See Store.message_at; the latest part where several were noted there."""
    found = here.connection.execute(
        "SELECT run, part, channel, ts, digest FROM messages WHERE channel = ? AND ts = ?"
        " ORDER BY seq DESC LIMIT 1",
        (channel, ts),
    ).fetchone()
    return None if found is None else MessageRow(*found)


def counts(here: Here) -> dict[str, int]:
    """See Store.counts."""
    return dict(here.connection.execute("SELECT state, count(*) FROM runs GROUP BY state"))


def crowd(here: Here, thread: str, asker: str, apart: str) -> Crowd:
    """How many runs are not ended; see Crowd."""
    found = here.connection.execute(
        "SELECT (SELECT count(*) FROM runs WHERE thread = ? AND standing IN ('live', 'queued')),"
        " (SELECT count(*) FROM runs WHERE asker = ? AND standing <> 'ended' AND state <> ?),"
        " (SELECT count(*) FROM runs WHERE asker = ? AND standing <> 'ended' AND state = ?)",
        (thread, asker, apart, asker, apart),
    ).fetchone()
    return Crowd(*found)


def unfinished(here: Here) -> int:
    """See Store.unfinished."""
    (found,) = here.connection.execute(
        "SELECT count(*) FROM runs WHERE standing <> 'ended'"
    ).fetchone()
    return int(found)


def oldest(here: Here) -> dict[str, datetime]:
    """See Store.oldest."""
    found = here.connection.execute(
        "SELECT state, min(created_at) FROM runs WHERE standing <> 'ended' GROUP BY state"
    )
    return {state: read_time(since) for state, since in found}


def waiting_for(here: Here, person: str, limit: int) -> list[RunRow]:
    """See Store.waiting_for."""
    found = here.connection.execute(
        "SELECT r.id, r.thread, r.asker, r.state, r.standing, r.version, r.created_at, r.body"
        " FROM deciders AS d JOIN approvals AS a ON a.id = d.approval"
        " JOIN runs AS r ON r.id = a.run"
        " WHERE d.person = ? AND a.pending = 1 ORDER BY a.opened_at, a.id LIMIT ?",
        (person, max(limit, 0)),
    )
    return [read_run(here, values) for values in found]
