"""What PostgreSQL's errors mean to a person: sentences without values from the database."""

import asyncpg

from storage.errors import StorageError

# The driver's own InternalClientError is what it says of a connection that the server cuts while it
# rolls back: "another operation is in progress".
_CUT = (asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
TROUBLE = (asyncpg.PostgresError, TimeoutError, *_CUT)
LOST = (asyncpg.PostgresConnectionError, *_CUT)
# Tried again at once: the other transaction has won, and is over.
PASSING = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)

# The classes of https://www.postgresql.org/docs/current/errcodes-appendix.html that somebody can act on.
_SENTENCES = {
    "08": "The database cannot be reached.",
    "23": "A rule of the database forbids this.",
    "25": "The database cannot be written: it is read-only.",
    "28": "The database does not accept the user or the password: check DATABASE_URL.",
    "3D": "There is no such database: check DATABASE_URL, or create it.",
    "3F": "The database user lacks a right, or the schema is not ours: check DATABASE_URL.",
    "42": "The database user lacks a right, or the schema is not ours: check DATABASE_URL.",
    "53": "The database has no room or no connections left.",
    "57": "The database is being stopped or started.",
}


def read_error(error: BaseException) -> StorageError:
    """The error in our words, with the driver's as its cause."""
    if isinstance(error, asyncpg.PostgresError):
        sentence = _SENTENCES.get((error.sqlstate or "")[:2], "The database failed.")
    elif isinstance(error, TimeoutError):
        sentence = "The database did not answer in time."
    else:
        sentence = "The database cannot be reached."
    read = StorageError(sentence)
    read.__cause__ = error
    return read
