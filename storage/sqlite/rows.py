"""Rows from SQLite's values: bodies unsealed."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from storage.crypto import Sealer
from storage.rows import RunRow, Standing
from storage.times import read_time


@dataclass(frozen=True, slots=True)
class Here:
    """What every piece of work needs: the connection, whose replica this is, and the sealer."""

    connection: sqlite3.Connection
    replica: str
    sealer: Sealer


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
