"""The embedded engine: SQLite in one file, one connection on one thread, commits shared; one to look up.

file opens it, one_thread shares commits; turns, claims, audit,
reads, tokens and keeping are what happens inside a transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ParamSpec, TypeVar

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
from storage.sqlite import (
    audit as record_of,
    claims as claiming,
    installations as installs,
    keeping,
    people,
    reads,
    tokens,
    turns,
)
from storage.sqlite.core import SqliteCore

P = ParamSpec("P")
T = TypeVar("T")


class SqliteStore(SqliteCore):
    """A Store in one SQLite file, or in `:memory:`."""

    async def heartbeat(self, now: datetime) -> None:
        """See Store.heartbeat."""
        await self._do(keeping.heartbeat, now + self._lease)

    async def living(self, now: datetime) -> int:
        """See Store.living."""
        return await self._do(keeping.living, now)

    async def healthy(self) -> None:
        """See Store.healthy."""
        await self._do(keeping.check)

    # Taking and moving

    async def take(
        self,
        thread: ThreadRow,
        run: RunRow,
        keys: Sequence[str],
        owe: Sequence[Owed],
        now: datetime,
        room: Room | None = None,
    ) -> list[Claim]:
        """See Store.take."""
        _check_owner(run, owe)
        return await self._claims(turns.take, thread, run, keys, owe, now, room)

    async def save(self, change: Change, now: datetime) -> list[Claim]:
        """See Store.save. ThreadBusy where the run would be a second LIVE one in its thread."""
        _check_owner(change.row, (*change.owe, *((change.claim,) if change.claim else ())))
        return await self._claims(turns.save, change, now)

    async def claim(self, limit: int, now: datetime) -> list[Claim]:
        """See Store.claim."""
        return await self._claims(claiming.claim, limit, now)

    async def begin(self, claim: Claim, audit: Sequence[AuditRow] = ()) -> None:
        """See Store.begin."""
        await self._do(record_of.begin, claim, audit)

    async def settle(self, claim: Claim, now: datetime, done: int = 0) -> Claim | None:
        """See Store.settle."""
        claims = await self._claims(claiming.settle, claim, now, done)
        return claims[0] if claims else None

    async def defer(self, claim: Claim, until: datetime) -> None:
        """See Store.defer."""
        await self._do(claiming.defer, claim, until)

    async def wake(self, asker: str, kind: str, now: datetime) -> int:
        """See Store.wake."""
        return await self._do(claiming.wake, asker, kind, now)

    # Reading

    async def run(self, id: str) -> RunRow | None:
        """See Store.run."""
        return await self._look_up(reads.run, id)

    async def runs_in_thread(self, thread: str, standings: Sequence[Standing]) -> list[RunRow]:
        """See Store.runs_in_thread."""
        return await self._look_up(reads.runs_in_thread, thread, standings)

    async def newest_in_thread(self, thread: str) -> RunRow | None:
        """See Store.newest_in_thread."""
        return await self._look_up(reads.newest_in_thread, thread)

    async def runs_of(self, asker: str, standings: Sequence[Standing], limit: int) -> list[RunRow]:
        """See Store.runs_of."""
        return await self._do(reads.runs_of, asker, standings, limit)

    async def has_asked(self, thread: str, asker: str) -> bool:
        """See Store.has_asked."""
        return await self._look_up(reads.has_asked, thread, asker)

    async def thread(self, id: str) -> ThreadRow | None:
        """See Store.thread."""
        return await self._look_up(reads.thread, id)

    async def thread_at(self, workspace: str, channel: str, ts: str) -> ThreadRow | None:
        """See Store.thread_at."""
        return await self._look_up(reads.thread_at, workspace, channel, ts)

    async def run_of_turn(self, key: str) -> str | None:
        """See Store.run_of_turn."""
        return await self._look_up(turns.run_of_turn, key)

    async def messages(self, run: str) -> list[MessageRow]:
        """See Store.messages."""
        return await self._look_up(reads.messages, run)

    async def message_at(self, channel: str, ts: str) -> MessageRow | None:
        """See Store.message_at."""
        return await self._look_up(reads.message_at, channel, ts)

    async def counts(self) -> dict[str, int]:
        """See Store.counts."""
        return await self._do(reads.counts)

    async def unfinished(self) -> int:
        """See Store.unfinished."""
        return await self._do(reads.unfinished)

    async def oldest(self) -> dict[str, datetime]:
        """See Store.oldest."""
        return await self._do(reads.oldest)

    # Installations

    async def installation(self, key: str) -> InstallationRow | None:
        """See Store.installation."""
        return await self._do(installs.installation, key)

    async def installations(self) -> list[InstallationRow]:
        """See Store.installations."""
        return await self._do(installs.installations)

    async def keep_installation(self, row: InstallationRow) -> None:
        """See Store.keep_installation."""
        await self._do(installs.keep_installation, row)

    async def drop_installation(self, key: str) -> bool:
        """See Store.drop_installation."""
        return await self._do(installs.drop_installation, key)

    async def unfinished_of(self, workspace: str) -> list[RunRow]:
        """See Store.unfinished_of."""
        return await self._do(installs.unfinished_of, workspace)

    async def forget_people_of(self, workspace: str) -> int:
        """See Store.forget_people_of."""
        return await self._do(installs.forget_people_of, workspace)

    # Approvals and the record

    async def waiting_for(self, person: str, limit: int) -> list[RunRow]:
        """See Store.waiting_for."""
        return await self._do(reads.waiting_for, person, limit)

    async def put_on_record(self, rows: Sequence[AuditRow]) -> None:
        """See Store.put_on_record."""
        await self._do(record_of.put_on_record, rows)

    async def record(self, after: int, limit: int) -> list[AuditRow]:
        """See Store.record."""
        return await self._do(record_of.record, after, limit)

    # People

    async def choice(self, person: str, name: str) -> str:
        """See Store.choice."""
        return await self._look_up(people.choice, person, name)

    async def choose(self, person: str, name: str, value: str) -> None:
        """See Store.choose."""
        await self._do(people.choose, person, name, value)

    async def note_feedback(self, row: FeedbackRow) -> None:
        """See Store.note_feedback."""
        await self._do(people.note_feedback, row)

    async def feedback(self, since: datetime) -> list[FeedbackRow]:
        """See Store.feedback."""
        return await self._do(people.feedback, since)

    # Tokens and sign-ins

    async def token(self, owner: str) -> TokenRow | None:
        """See Store.token."""
        return await self._do(tokens.token, owner)

    async def keep_token(self, row: TokenRow) -> None:
        """See Store.keep_token."""
        await self._do(tokens.keep_token, row)

    async def drop_token(self, owner: str) -> bool:
        """See Store.drop_token."""
        return await self._do(tokens.drop_token, owner)

    async def lock(self, name: str, until: datetime, now: datetime) -> bool:
        """See Store.lock."""
        return await self._do(tokens.lock, name, until, now)

    async def unlock(self, name: str) -> None:
        """See Store.unlock."""
        await self._do(tokens.unlock, name)

    async def begin_sign_in(self, row: SignInRow) -> None:
        """See Store.begin_sign_in."""
        await self._do(tokens.begin_sign_in, row)

    async def peek_sign_in(self, id: str, now: datetime) -> SignInRow | None:
        """See Store.peek_sign_in."""
        return await self._do(tokens.peek_sign_in, id, now)

    async def take_sign_in(self, id: str, now: datetime) -> SignInRow | None:
        """See Store.take_sign_in."""
        return await self._do(tokens.take_sign_in, id, now)

    async def sign_in_of(self, owner: str) -> SignInRow | None:
        """See Store.sign_in_of."""
        return await self._do(tokens.sign_in_of, owner)

    async def sign_ins(self) -> list[SignInRow]:
        """See Store.sign_ins."""
        return await self._do(tokens.sign_ins)

    async def end_sign_in(self, id: str) -> bool:
        """See Store.end_sign_in."""
        return await self._do(tokens.end_sign_in, id)

    # Keeping

    async def place_thread(self, id: str, channel: str, ts: str | None) -> None:
        """See Store.place_thread."""
        await self._do(keeping.place_thread, id, channel, ts)

    async def end_conversation(self, thread: str) -> bool:
        """See Store.end_conversation."""
        return await self._do(keeping.end_conversation, thread)

    async def note_message(self, message: MessageRow) -> None:
        """See Store.note_message."""
        await self._do(keeping.note_message, message)

    async def purge(self, before: datetime, asker: str | None = None) -> int:
        """See Store.purge."""
        return await self._do(keeping.purge, before, asker)

    async def reseal(self) -> int:
        """Seal every body with the newest key; returns how many (for `keys rotate`).

        Works through them in steps, each a transaction; it may be repeated after a failure.
        """
        resealed = 0
        for bodies in keeping.BODIES:
            last = 0
            while done := await self._do(keeping.reseal, bodies, last):
                resealed, last = resealed + len(done), done[-1]
        return resealed


def _check_owner(run: RunRow, parts: Sequence[Owed | Claim]) -> None:
    if any(part.run != run.id for part in parts):
        raise ValueError("What is owed or claimed here belongs to another run.")
