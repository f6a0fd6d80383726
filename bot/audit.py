"""The record of approvals, for auditors: read whole, its chain checked, and written as text.

JSONL has one line for each approval with all that happened to it; CSV has one row for each, flat.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.domain.audit import Entry, decode_entry
from bot.domain.stories import Story, stories
from bot.spreadsheet import write_csv
from storage.chain import FIRST, first_break
from storage.rows import AuditRow
from storage.store import Store

READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Record:
    """All that is on record.

    `broken_at` is the number of the first entry that does not follow from the one before, None
    where all do. `last_hash` stands for everything up to here: kept elsewhere, it proves later that
    nothing was cut off.
    """

    stories: tuple[Story, ...]
    entries: int
    broken_at: int | None
    last_hash: str


async def read_record(store: Store) -> Record:
    """The whole record. Raises StorageError."""
    rows: list[AuditRow] = []
    while more := await store.record(len(rows) and rows[-1].seq, READ_AT_ONCE):
        rows += more
    return Record(
        tuple(stories(_entries(rows))),
        len(rows),
        first_break(rows),
        rows[-1].hash if rows else FIRST,
    )


def _entries(rows: Iterable[AuditRow]) -> Iterator[Entry]:
    """What can be read: where something was tampered with, the chain says so."""
    for row in rows:
        try:
            yield decode_entry(row.body)
        except (ValueError, KeyError, TypeError):
            continue


def as_jsonl(found: Iterable[Story]) -> str:
    """One JSON object for each approval, each on a line of its own; `events` are nested."""
    lines = (
        json.dumps(_summary(each) | {"events": _events(each)}, ensure_ascii=False) for each in found
    )
    return "".join(f"{line}\n" for line in lines)


def as_csv(found: Iterable[Story]) -> str:
    """One row for each approval under a line of names (RFC 4180)."""
    return write_csv(_COLUMNS, map(_flat, found))


def _flat(story: Story) -> dict[str, Any]:
    summary = _summary(story)
    return summary | {"approved_by": " ".join(summary["approved_by"])}


_COLUMNS = (
    "approval", "outcome", "what", "agent_team", "asked_by", "asked_at", "approved_by",
    "decided_by", "decided_at", "as_whom", "reason", "trace_id",
)  # fmt: skip


def _summary(story: Story) -> dict[str, Any]:
    return {name: _plain(getattr(story, name)) for name in _COLUMNS}


def _events(story: Story) -> list[dict[str, Any]]:
    return [
        {
            "at": _plain(each.at),
            "event": each.kind.value,
            "person": each.person,
            "as_whom": each.as_whom,
            "reason": each.reason,
            "digest": each.digest,
            "trace_id": each.trace_id,
            "details": each.details,
        }
        for each in story.entries
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return list(value) if isinstance(value, tuple) else value
