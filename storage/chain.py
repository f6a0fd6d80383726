"""The chain of the record: what each entry's hash is over, and whether entries hang together."""

from collections.abc import Iterable
from hashlib import sha256

from storage.rows import AuditRow

FIRST = "0" * 64  # what comes before the first


def link(previous: str, body: bytes) -> str:
    """The hash of an entry: SHA-256 over the hash before it, a line feed, and what is said."""
    return sha256(previous.encode() + b"\n" + body).hexdigest()


def first_break(rows: Iterable[AuditRow]) -> int | None:
    """The number of the first entry that does not follow from the one before; None: all do.

    `rows` are all entries, in order. Entries that were cut off at the end cannot be missed; who
    wants to be sure of those keeps the last hash elsewhere.
    """
    previous = FIRST
    for number, row in enumerate(rows, 1):
        follows = row.seq == number and row.previous == previous
        if not follows or row.hash != link(previous, row.body):
            return number
        previous = row.hash
    return None
