"""Opening the database file: the lock beside it, the settings, the schema."""

import contextlib
import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from storage.errors import StorageError
from storage.sqlite.errors import read_error
from storage.sqlite.migrations import migrate

IN_MEMORY = Path(":memory:")

# One opening at a time in this process: SQLite's change to WAL waits for nobody, and closing a
# descriptor of the database would drop the locks that other connections of the process hold on it
# (https://www.sqlite.org/howtocorrupt.html, 2.2).
_opening = threading.Lock()


@contextmanager
def connected(path: Path, *, exclusive: bool) -> Iterator[sqlite3.Connection]:
    """A connection to the database at this path, migrated, for the thread that enters this.

    The file is made where it is new, readable by its owner alone. With `exclusive` the process
    holds a lock on `<path>.lock` meanwhile. Raises StorageError where anything of that fails.
    """
    with contextlib.ExitStack() as stack:
        try:
            with _opening:
                if path != IN_MEMORY:
                    _make_file(path)
                    if exclusive:
                        stack.enter_context(_locked(path.with_name(path.name + ".lock")))
                connection = sqlite3.connect(path, isolation_level=None, cached_statements=256)
                stack.callback(connection.close)
                _prepare(connection)
        except sqlite3.Error as error:
            raise read_error(error) from error
        except OSError as error:
            message = f"The database file cannot be opened: {error.strerror}."
            raise StorageError(message) from error
        yield connection


def reading(path: Path) -> sqlite3.Connection | None:
    """A second connection to a database that `connected` holds open, for the thread that calls this.

    It sees what is committed, waits for nobody (https://www.sqlite.org/wal.html) and cannot write.
    None for what is in memory, which only one connection can see. Raises StorageError.
    """
    if path == IN_MEMORY:
        return None
    try:
        with _opening:
            return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0)
    except sqlite3.Error as error:
        raise read_error(error) from error


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA busy_timeout = 5000")
    database = Database(connection, execute_plugins=False)
    database.enable_wal()
    connection.execute("PRAGMA synchronous = FULL")  # what is committed survives a power cut
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = FAST")  # what is purged is overwritten where cheap
    migrate(database)


def _make_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # SQLite gives its -wal and -shm files the permissions of the database. A file that is there is
    # not opened, for the reason given above.
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StorageError("Another process uses this database.") from error
        yield
    finally:
        os.close(descriptor)  # which unlocks; the file stays, as removing it would race
