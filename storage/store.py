"""The port to what is kept. Every engine passes the same contract tests (tests/storage)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from storage.room import Room
from storage.rows import (
    AuditRow,
    Change,
    Claim,
    FeedbackRow,
    InstallationRow,
    MessageRow,
    Owed,
    RunRow,
    SignInRow,
    Standing,
    ThreadRow,
    TokenRow,
)


class Store(Protocol):
    """What is kept, for one replica.

    An engine is made with the replica's name and the length of its lease. Every method is one
    transaction: when it returns, its effect is on disk; when it raises, nothing has changed. All
    raise StorageError when the engine fails; more is said where it applies. `now` is given by the
    caller; engines have no clock.
    """

    on_news: Callable[[str], None]
    """Called with a run's id when another replica has moved a run that this one shows, and with ""
    when there is work for anybody. Where engines cannot tell, `claim` finds it out later."""

    async def open(self, now: datetime) -> None:
        """Open, migrate under a lock, and register this replica's first heartbeat."""

    async def close(self) -> None:
        """Finish what was submitted, give back this replica's claims and locks, and close.

        Safe to repeat.

        What is given back can be claimed at once by another replica; what had begun stays
        marked so and comes back as `interrupted`.
        """

    async def heartbeat(self, now: datetime) -> None:
        """Prolong this replica's lease: its claims stay its own until now + lease."""

    async def living(self, now: datetime) -> int:
        """How many replicas live, this one among them: what is granted to all is shared by so many."""

    async def healthy(self) -> None:
        """Return when a small write could be committed (for /readyz)."""

    # Taking

    async def take(
        self,
        thread: ThreadRow,
        run: RunRow,
        keys: Sequence[str],
        owe: Sequence[Owed],
        now: datetime,
        room: Room | None = None,
    ) -> list[Claim]:
        """Keep a new turn: its keys, its thread if that is new, the run, and what it owes.

        `room` is told how much there is, apart from this turn, once it is known to be new; what it
        raises is let out, and nothing is kept.

        `run.version` is 1. A thread that is there already keeps its conversation. What is owed and
        due now (and not `when_idle`) is claimed for this replica and returned. Called by the
        intake before Slack is acknowledged. Raises AlreadyTaken; ThreadBusy for a LIVE run in a
        thread where another is live or queued; ThreadIdle for a QUEUED run in a thread where none is.
        """

    # Moving

    async def save(self, change: Change, now: datetime) -> list[Claim]:
        """Save one step of a run; what it owes from now on is claimed for this replica and returned.

        Order of the checks: the claim, if any, is still held (ClaimLost); the version is one
        more than the stored one (StaleRun); each approval is compared: (row, None) inserts a new
        one, (row, state) updates the one with this id only if it is in `state` (AlreadyDecided
        otherwise, also when a second pending one for the same job would arise).
        `owe` upserts by (run, slot): the revision grows, attempts begin anew at 0, a begun mark goes.
        A SHOW slot that another live replica holds stays with it (its revision grows; it will be
        given the new claim when it settles); an AGENT or CLOCK slot is taken over by this replica.
        What is not due yet, or `when_idle`, is left to `claim`. A claim given in the change is settled:
        its slot is emptied unless `owe` filled it again. `settle` empties slots whoever holds them.
        """

    async def claim(self, limit: int, now: datetime) -> list[Claim]:
        """Claim what is due and held by no living replica, oldest first, at most `limit`.

        Includes what dead replicas held (their lease has run out), and `when_idle` rows of the
        oldest queued run of each idle thread. Selected and marked in one transaction.
        """

    async def begin(self, claim: Claim, audit: Sequence[AuditRow] = ()) -> None:
        """Mark what cannot be taken back as begun, and on the record. Raises ClaimLost."""

    async def settle(self, claim: Claim, now: datetime, done: int = 0) -> Claim | None:
        """What was owed is done. Returns a new claim where it was owed anew meanwhile.

        `done` is the revision up to which it is done, where that is more than the claim's.
        A claim that is no longer held is let go without an error: somebody else looks after it.
        """

    async def defer(self, claim: Claim, until: datetime) -> None:
        """Give the claim back, due again at `until`; the begun mark goes, attempts stay counted.

        For what certainly did not happen. A claim that is no longer held is let go.
        """

    async def wake(self, asker: str, kind: str, now: datetime) -> int:
        """What this person's LIVE runs owe of this kind, and only later, is due now.

        Returns how many were woken. What a replica holds is left to it, and what was due already
        is not counted. Called when what these runs were waiting for has come.
        """

    # Reading

    async def run(self, id: str) -> RunRow | None:
        """The run with this id."""

    async def runs_in_thread(self, thread: str, standings: Sequence[Standing]) -> list[RunRow]:
        """The thread's runs with one of these standings, oldest first."""

    async def newest_in_thread(self, thread: str) -> RunRow | None:
        """The run of a thread that was taken last, whatever became of it."""

    async def runs_of(self, asker: str, standings: Sequence[Standing], limit: int) -> list[RunRow]:
        """A person's runs with one of these standings, newest first."""

    async def has_asked(self, thread: str, asker: str) -> bool:
        """Whether this person has a run in this thread."""

    async def thread(self, id: str) -> ThreadRow | None:
        """The thread with this id."""

    async def thread_at(self, workspace: str, channel: str, ts: str) -> ThreadRow | None:
        """The thread whose first message is this one."""

    async def run_of_turn(self, key: str) -> str | None:
        """The id of the run that was taken under this key."""

    # Threads and messages

    async def place_thread(self, id: str, channel: str, ts: str | None) -> None:
        """The thread's first message stands here now (posted, or moved to a direct message).

        Nothing changes where another thread stands there: somebody wrote below it before this.
        """

    async def end_conversation(self, thread: str) -> bool:
        """The next turn of this thread begins a new conversation. False where there was none."""

    async def note_message(self, message: MessageRow) -> None:
        """Keep where a part of a run stands; a later digest replaces the earlier one.

        (run, part) is kept once: a second, different ts for it replaces place and digest.
        """

    async def messages(self, run: str) -> list[MessageRow]:
        """All parts of a run that stand in Slack, in the order in which they were first noted."""

    async def message_at(self, channel: str, ts: str) -> MessageRow | None:
        """The part that stands at this place."""

    # People

    async def choice(self, person: str, name: str) -> str:
        """What this person has chosen under this name; "" where nothing."""

    async def choose(self, person: str, name: str, value: str) -> None:
        """Keep a choice of a person in place of an earlier one; "" forgets it."""

    async def note_feedback(self, row: FeedbackRow) -> None:
        """Keep what a person thinks of a run's answer, in place of what they thought before.

        A run that is no longer kept has no feedback either: nothing happens.
        """

    async def feedback(self, since: datetime) -> list[FeedbackRow]:
        """What people thought since then, in the order of time."""

    # Tokens and sign-ins

    async def token(self, owner: str) -> TokenRow | None:
        """What is kept for this owner."""

    async def keep_token(self, row: TokenRow) -> None:
        """Keep it by compare-and-set: version 1 is the owner's first, n replaces n - 1.

        Raises StaleToken where that is not what is kept: there is one already, or another version,
        or none. After `drop_token` versions begin anew, so who drops a token while others may be
        replacing it holds the same `lock` as they do.
        """

    async def drop_token(self, owner: str) -> bool:
        """Forget the owner's token. False where there was none."""

    async def lock(self, name: str, until: datetime, now: datetime) -> bool:
        """Hold this named lock for this replica until then; False where another replica holds it.

        True where it was free, had expired (its `until` is not after `now`), or is already this
        replica's, whose new `until` replaces the earlier one. It says nothing about two callers
        within one replica.
        """

    async def unlock(self, name: str) -> None:
        """Let go of the lock where it is this replica's; another's stays."""

    async def begin_sign_in(self, row: SignInRow) -> None:
        """Keep a sign-in that was begun; it replaces the owner's earlier one.

        Raises StorageError where another owner's has the same id.
        """

    async def peek_sign_in(self, id: str, now: datetime) -> SignInRow | None:
        """The sign-in with this id, left where it is; None once it is taken, replaced or expired."""

    async def take_sign_in(self, id: str, now: datetime) -> SignInRow | None:
        """The same as `peek_sign_in`, but for one caller only: it is deleted as it is returned.

        It counts as expired from `expires_at` on. A caller that is cancelled may have used it up.
        """

    async def sign_in_of(self, owner: str) -> SignInRow | None:
        """The owner's latest sign-in that was not taken or ended, expired or not."""

    async def sign_ins(self) -> list[SignInRow]:
        """All of them, those that expire first coming first."""

    async def end_sign_in(self, id: str) -> bool:
        """Forget the sign-in with this id, expired or not. False where there was none."""

    # Installations

    async def installation(self, key: str) -> InstallationRow | None:
        """What is kept under this key."""

    async def installations(self) -> list[InstallationRow]:
        """All of them, by key."""

    async def keep_installation(self, row: InstallationRow) -> None:
        """Keep it, in place of an earlier one."""

    async def drop_installation(self, key: str) -> bool:
        """Forget it. False where there was none."""

    async def unfinished_of(self, workspace: str) -> list[RunRow]:
        """The LIVE and QUEUED runs of a workspace: of askers whose key begins with it and a colon."""

    async def forget_people_of(self, workspace: str) -> int:
        """Forget the tokens, sign-ins and choices of a workspace's people; how many tokens."""

    # Approvals and the record

    async def waiting_for(self, person: str, limit: int) -> list[RunRow]:
        """Runs with a pending approval that this person can decide, the longest waiting first."""

    async def put_on_record(self, rows: Sequence[AuditRow]) -> None:
        """Add entries to the record, in order; their `seq` and hashes are set here."""

    async def record(self, after: int, limit: int) -> list[AuditRow]:
        """Entries of the record whose `seq` is greater, in order. They outlive what they are about."""

    # Figures and retention

    async def counts(self) -> dict[str, int]:
        """How many runs there are in each state (for /metrics)."""

    async def unfinished(self) -> int:
        """How many runs are LIVE or QUEUED."""

    async def oldest(self) -> dict[str, datetime]:
        """When the oldest run that has not ended was taken, in each state that has one."""

    async def purge(self, before: datetime, asker: str | None = None) -> int:
        """Delete ended runs created before a time, of one person if named; returns how many.

        All that hangs on them goes too, and threads without runs. Keys of turns stay for
        deduplication unless they are older than `before`. Sign-ins and locks that expired by then
        go as well. Of a person who is named, the token, sign-ins, choices and feedback go whatever
        their age.
        """

    async def reseal(self) -> int:
        """Seal every body with the newest key; returns how many (for `keys rotate`).

        Works through them in steps, each a transaction; it may be repeated after a failure.
        """
