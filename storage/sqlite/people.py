"""What people have chosen, and what they thought of answers."""

from datetime import datetime

from storage.rows import FeedbackRow
from storage.sqlite.rows import Here
from storage.times import build_time, read_time


def choice(here: Here, person: str, name: str) -> str:
    """See Store.choice."""
    found = here.connection.execute(
        "SELECT value FROM choices WHERE person = ? AND name = ?", (person, name)
    ).fetchone()
    return "" if found is None else str(found[0])


def choose(here: Here, person: str, name: str, value: str) -> None:
    """See Store.choose."""
    here.connection.execute("DELETE FROM choices WHERE person = ? AND name = ?", (person, name))
    if value:
        here.connection.execute(
            "INSERT INTO choices (person, name, value) VALUES (?, ?, ?)", (person, name, value)
        )


def note_feedback(here: Here, row: FeedbackRow) -> None:
    """See Store.note_feedback."""
    here.connection.execute(
        "INSERT INTO feedback (run, person, at, body) SELECT ?, ?, ?, ?"
        " WHERE EXISTS (SELECT 1 FROM runs WHERE id = ?)"
        " ON CONFLICT (run, person) DO UPDATE SET at = excluded.at, body = excluded.body",
        (row.run, row.person, build_time(row.at), here.sealer.seal(row.body), row.run),
    )


def feedback(here: Here, since: datetime) -> list[FeedbackRow]:
    """See Store.feedback; raises Unsealable."""
    found = here.connection.execute(
        "SELECT run, person, at, body FROM feedback WHERE at >= ? ORDER BY at, seq",
        (build_time(since),),
    )
    return [
        FeedbackRow(run, person, read_time(at), here.sealer.unseal(body))
        for run, person, at, body in found
    ]
