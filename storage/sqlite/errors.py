"""What SQLite's errors mean to a person: sentences without values from the database."""

import sqlite3

from storage.errors import StorageError

# The primary result codes of https://www.sqlite.org/rescode.html that somebody can act on.
_SENTENCES = {
    sqlite3.SQLITE_BUSY: "The database is locked by another process.",
    sqlite3.SQLITE_LOCKED: "The database is locked by another process.",
    sqlite3.SQLITE_READONLY: "The database cannot be written: it is read-only.",
    sqlite3.SQLITE_IOERR: "The disk under the database fails.",
    sqlite3.SQLITE_CORRUPT: "The database file is damaged.",
    sqlite3.SQLITE_NOTADB: "The database file is damaged, or is no database.",
    sqlite3.SQLITE_FULL: "The disk under the database is full.",
    sqlite3.SQLITE_CANTOPEN: "The database file cannot be opened.",
    sqlite3.SQLITE_CONSTRAINT: "A rule of the database forbids this.",
}
_DUPLICATES = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}


def read_error(error: sqlite3.Error) -> StorageError:
    """The error in our words, with SQLite's as its cause."""
    # Errors of the module itself, such as a closed connection, carry no code.
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    read = StorageError(_SENTENCES.get(code & 0xFF, "The database failed."))
    read.__cause__ = error
    return read


def is_duplicate(error: sqlite3.IntegrityError) -> bool:
    """Whether a unique index or a primary key forbade it."""
    return error.sqlite_errorcode in _DUPLICATES
