"""Moves everything that is kept from SQLite to PostgreSQL: all of it, or nothing.

Both engines have the same tables. Bodies are sealed anew on the way. What replicas held is nobody's
afterwards; what had begun stays marked so, and comes back as interrupted.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg

from storage.chain import FIRST
from storage.crypto import Sealer
from storage.errors import StorageError
from storage.postgres.errors import TROUBLE, read_error
from storage.postgres.migrations import migrate
from storage.sqlite.errors import read_error as read_sqlite_error
from storage.sqlite.file import connected

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

AT_ONCE = 500
# In an order in which each row finds what it refers to.
TABLES = {
    "threads": "id workspace channel ts conversation_id",
    "runs": "seq id thread asker state standing version created_at body",
    "turn_keys": "key run taken_at",
    "owed": "run slot kind due_at when_idle revision claimed_revision claimed_attempt begun",
    "approvals": "id run job state pending opened_at decided_by decided_at",
    "deciders": "person approval",
    "messages": "seq run part channel ts digest",
    "tokens": "seq owner version body",
    "sign_ins": "seq id owner expires_at body",
    "audit": "seq approval at previous hash body",
    "choices": "person name value",
    "feedback": "seq run person at body",
    "installations": "seq key body",
}
TRUTHS = frozenset({"when_idle", "begun", "pending"})  # 0 and 1 in SQLite
NUMBERED = ("runs", "messages", "tokens", "sign_ins", "feedback", "installations")


async def move(source: Path, url: str, old: Sealer, new: Sealer) -> dict[str, int]:
    """Copy the database at `source` to the empty one at `url`; how many rows of each table.

    `old` reads the bodies of the source, `new` seals them in the target. The source stays as it is;
    no process may use it meanwhile. Raises StorageError, Unsealable among them: then nothing was
    written to the target.
    """
    try:
        target = await asyncpg.connect(url)
    except (*TROUBLE, ValueError) as error:
        raise read_error(error) from error
    try:
        _check_there(source)
        with connected(source, exclusive=True) as connection:
            await migrate(target)
            async with target.transaction():
                return await _copy(connection, target, old, new)
    except sqlite3.Error as error:
        raise read_sqlite_error(error) from error
    except TROUBLE as error:
        raise read_error(error) from error
    finally:
        await target.close()


def _check_there(source: Path) -> None:
    if not source.exists():  # or it would be made
        raise StorageError(f"There is no database at {source.absolute()}.")


async def _copy(
    source: sqlite3.Connection, target: Connection, old: Sealer, new: Sealer
) -> dict[str, int]:
    for table in TABLES:
        if await target.fetchval(f"SELECT 1 FROM {table} LIMIT 1"):  # noqa: S608 - one of TABLES
            raise StorageError("The database that is to be moved to is not empty.")
    copied = {}
    for table, columns in TABLES.items():
        names = columns.split()
        copied[table] = 0
        for rows in _read(source, table, names, old, new):
            await target.copy_records_to_table(table, records=rows, columns=names)
            copied[table] += len(rows)
    for table in NUMBERED:
        await target.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'seq'), max(seq)) FROM {table}"  # noqa: S608
        )
    await _compare(source, target, copied)
    return copied


def _read(
    source: sqlite3.Connection, table: str, names: list[str], old: Sealer, new: Sealer
) -> Iterator[list[tuple[Any, ...]]]:
    cursor = source.execute(f"SELECT {', '.join(names)} FROM {table}")  # noqa: S608
    while rows := cursor.fetchmany(AT_ONCE):
        yield [
            tuple(
                bool(value)
                if name in TRUTHS
                else new.seal(old.unseal(value))
                if name == "body"
                else value
                for name, value in zip(names, row, strict=True)
            )
            for row in rows
        ]


async def _compare(source: sqlite3.Connection, target: Connection, copied: dict[str, int]) -> None:
    """What arrived is as much as there was, and the record ends as it did."""
    for table, count in copied.items():
        (there,) = source.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        here = await target.fetchval(f"SELECT count(*) FROM {table}")  # noqa: S608
        if not there == here == count:
            raise StorageError(f"{table}: {there} rows were read, and {here} arrived.")
    last = source.execute("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    arrived = await target.fetchval("SELECT hash FROM audit ORDER BY seq DESC LIMIT 1")
    if (arrived or FIRST) != (last[0] if last else FIRST):
        raise StorageError("The record of approvals did not arrive whole.")
