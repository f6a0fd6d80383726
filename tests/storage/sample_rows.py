"""Rows for tests, and the shortest way to a run that is live, queued or ended."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from storage.rows import (
    ApprovalRow,
    Change,
    Claim,
    MessageRow,
    Owed,
    RunRow,
    SignInRow,
    Slot,
    Standing,
    ThreadRow,
    TokenRow,
)
from storage.store import Store

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LEASE = timedelta(seconds=30)
TEN_MINUTES = timedelta(minutes=10)
LATER = NOW + LEASE + SECOND  # the first heartbeat has run out
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="  # made up

AGENT, SHOW = Slot.AGENT, Slot.SHOW
LIVE, QUEUED, ENDED = Standing.LIVE, Standing.QUEUED, Standing.ENDED


def a_thread(id: str = "t1") -> ThreadRow:
    return ThreadRow(id, "T1", "C1", f"{id}.000100")


def a_run(
    id: str = "r1",
    thread: str = "t1",
    standing: Standing = LIVE,
    *,
    asker: str = "T1:U1",
    created_at: datetime = NOW,
) -> RunRow:
    return RunRow(
        id, thread, asker, standing.value, standing, 1, created_at, b"body of " + id.encode()
    )


def owes(
    run: str, slot: Slot = AGENT, kind: str = "poll", due_at: datetime = NOW, *, idle: bool = False
) -> Owed:
    return Owed(run, slot, kind, due_at, idle)


def an_approval(id: str = "p1", state: str = "open", *, job: str = "j1") -> ApprovalRow:
    pending = state in {"open", "deciding"}
    return ApprovalRow(id, "r1", job, state, pending, NOW)


def a_message(
    run: str = "r1", part: str = "card", ts: str = "5.0", digest: str = "d"
) -> MessageRow:
    return MessageRow(run, part, "C1", ts, digest)


def a_token(version: int = 1, owner: str = "T1:U1", body: bytes = b"token") -> TokenRow:
    return TokenRow(owner, body, version)


def a_sign_in(
    id: str = "hash", owner: str = "T1:U1", expires_at: datetime = NOW + TEN_MINUTES
) -> SignInRow:
    return SignInRow(id, owner, b"verifier of " + id.encode(), expires_at)


def next_version(row: RunRow, standing: Standing | None = None) -> RunRow:
    standing = standing or row.standing
    body = f"body of {row.id}, version {row.version + 1}".encode()
    return replace(row, version=row.version + 1, standing=standing, state=standing.value, body=body)


async def take(
    store: Store,
    run: RunRow,
    owe: Sequence[Owed] = (),
    *,
    keys: Sequence[str] | None = None,
    now: datetime = NOW,
) -> list[Claim]:
    """Take a turn in the run's thread, under a key that is named after the run."""
    return await store.take(a_thread(run.thread), run, keys or [f"key {run.id}"], owe, now)


async def end(store: Store, row: RunRow) -> RunRow:
    ended = next_version(row, ENDED)
    await store.save(Change(ended), NOW)
    return ended


async def take_one(store: Store, owed: Owed) -> Claim:
    """Take run r1, which owes just this, and return its claim."""
    (claim,) = await take(store, a_run(), [owed])
    return claim
