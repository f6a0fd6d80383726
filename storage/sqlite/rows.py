"""Rows to SQLite's values and back: times as integers, bodies sealed."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from storage.crypto import Sealer
from storage.rows import RunRow, Standing

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Here:
    """What every piece of work needs: the connection, whose replica this is, and the sealer."""

    connection: sqlite3.Connection
    replica: str
    sealer: Sealer


def build_time(time: datetime) -> int:
    """Microseconds since 1970 in UTC, exactly."""
    return (time - _EPOCH) // _MICROSECOND


def read_time(microseconds: int) -> datetime:
    """The aware UTC time."""
    return _EPOCH + timedelta(microseconds=microseconds)


def read_run(here: Here, values: tuple[Any, ...]) -> RunRow:
    """A run from its columns in the order of RunRow's fields; raises Unsealable."""
    key, thread, asker, state, standing, version, created_at, body = values
    return RunRow(
        id=key,
        thread=thread,
        asker=asker,
        state=state,
        standing=Standing(standing),
        version=version,
        created_at=read_time(created_at),
        body=here.sealer.unseal(body),
    )
