"""The rows, as frozen records.

Columns are what the engine must query or keep true; a `body` belongs to the caller, is sealed at
rest, and is never read here. Times are aware UTC.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """Where a run stands in its thread: at most one is LIVE, the QUEUED follow in order."""

    QUEUED = "queued"
    LIVE = "live"
    ENDED = "ended"


class Slot(StrEnum):
    """What a run can owe at one time: something to its agent team, a look to its thread, a date."""

    AGENT = "agent"
    SHOW = "show"
    CLOCK = "clock"


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """A thread and the conversation that it carries.

    `ts` is None until its first message is posted; (workspace, channel, ts) is unique.
    """

    id: str
    workspace: str
    channel: str
    ts: str | None
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run. `version` grows by one with every save; `asker` is the person's key."""

    id: str
    thread: str
    asker: str
    state: str
    standing: Standing
    version: int
    created_at: datetime
    body: bytes


@dataclass(frozen=True, slots=True)
class Owed:
    """Something that a run asks for. `kind` is the caller's word.

    `when_idle` holds it back until no run of the thread is LIVE and no earlier one is QUEUED.
    """

    run: str
    slot: Slot
    kind: str
    due_at: datetime
    when_idle: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to perform what is owed, held by this replica until it settles or its lease ends.

    `revision` grows whenever the slot is owed anew. `attempt` counts claims of this revision, from
    1. `interrupted` means that an earlier holder had begun it (see Store.begin) and never finished.
    `row` is the run as it stood when the claim was made.
    """

    run: str
    slot: Slot
    kind: str
    revision: int
    attempt: int
    interrupted: bool
    row: RunRow


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """An approval. `state` is open, deciding or an end; at most one is pending for each job.

    `waits_for` are the keys of the persons who can decide it now.
    """

    id: str
    run: str
    job: str
    state: str
    pending: bool
    opened_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    waits_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageRow:
    """Where one part of a run's picture stands in Slack, and a digest of what it shows."""

    run: str
    part: str
    channel: str
    ts: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class TokenRow:
    """What is kept for one owner: a person's key, or a word of the caller for all of them.

    `version` is 1 when it is first kept, and grows by one with every replacement. `body` is left
    out of the record's text, so that no log or traceback can hold it.
    """

    owner: str
    body: bytes = field(repr=False)
    version: int


@dataclass(frozen=True, slots=True)
class SignInRow:
    """A sign-in that was begun and can be finished once, before `expires_at`.

    `id` is the caller's hash of what the person brings back, never that value itself. `body` is
    left out of the record's text, as in TokenRow.
    """

    id: str
    owner: str
    body: bytes = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class InstallationRow:
    """What is kept of an installation of the app, under the workspace or organisation that has it."""

    key: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class FeedbackRow:
    """What a person thought of a run's answer; `body` is left out of the record's text."""

    run: str
    person: str
    at: datetime
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One entry of the record, which is only ever added to.

    `seq` and the two hashes are the store's: `hash` is over `previous`, the hash of the entry before
    it, and `body`.
    """

    body: bytes = field(repr=False)
    approval: str
    at: datetime
    seq: int = 0
    previous: str = ""
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a run, saved whole or not at all.

    `row.version` is the new one; it must be one more than what is stored. `owe` replaces what the
    named slots hold; `settle` empties slots. `claim`, if given, must still be held. `approvals` are
    written by compare-and-set (see Store.save). `audit` is put on the record. `conversation` is
    (conversation id or None) to set on the run's thread, or absent.
    """

    row: RunRow
    owe: tuple[Owed, ...] = ()
    settle: tuple[Slot, ...] = ()
    claim: Claim | None = None
    approvals: tuple[tuple[ApprovalRow, str | None], ...] = ()
    conversation: tuple[str | None] | None = None
    audit: tuple[AuditRow, ...] = ()
