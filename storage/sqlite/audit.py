"""The record of approvals: rows that are only added, each with the hash of the one before.

The hash is over what is said, not over how it is sealed, so that keys can be rotated; the schema
forbids to change or delete what was said (see keep_the_record in migrations).
"""

from collections.abc import Sequence

from storage.chain import FIRST, link
from storage.rows import AuditRow, Claim
from storage.sqlite import claims
from storage.sqlite.rows import Here
from storage.times import build_time, read_time


def begin(here: Here, claim: Claim, audit: Sequence[AuditRow]) -> None:
    """See Store.begin."""
    claims.begin(here, claim)
    put_on_record(here, audit)


def put_on_record(here: Here, rows: Sequence[AuditRow]) -> None:
    """See Store.put_on_record."""
    if not rows:
        return
    last = here.connection.execute(
        "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    seq, previous = last or (0, FIRST)
    for row in rows:
        seq += 1
        hash_ = link(previous, row.body)
        here.connection.execute(
            "INSERT INTO audit (seq, approval, at, previous, hash, body) VALUES (?, ?, ?, ?, ?, ?)",
            (seq, row.approval, build_time(row.at), previous, hash_, here.sealer.seal(row.body)),
        )
        previous = hash_


def record(here: Here, after: int, limit: int) -> list[AuditRow]:
    """See Store.record; raises Unsealable."""
    found = here.connection.execute(
        "SELECT seq, approval, at, previous, hash, body FROM audit WHERE seq > ?"
        " ORDER BY seq LIMIT ?",
        (after, max(limit, 0)),
    )
    return [
        AuditRow(here.sealer.unseal(body), approval, read_time(at), seq, previous, hash_)
        for seq, approval, at, previous, hash_, body in found
    ]
