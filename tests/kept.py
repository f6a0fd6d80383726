"""What tests of the core share: a clock, a ledger on a real store, an agent and a view that obey."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot.catalogue import Catalogue
from bot.choosing import Choosing
from bot.domain.acting import Acting
from bot.domain.agent import JobRef, Question, Unavailable
from bot.domain.agent_team import AgentTeam, AgentTeams
from bot.domain.approval import Decision
from bot.domain.job import Job, JobStatus, Waiting
from bot.domain.machine import Patience
from bot.domain.policy import Clicker
from bot.domain.run import Run
from bot.domain.turn import Origin, Person, Place, Turn
from bot.ledger import Ledger
from storage.crypto import Sealer
from storage.errors import StorageError
from storage.rows import AuditRow, Change, Claim
from storage.sqlite import SqliteStore
from storage.sqlite.one_thread import OneThread, Work, _deliver, _Job

T = TypeVar("T")

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="  # made up
LEASE = timedelta(seconds=30)
PATIENCE = Patience()

ANNA, BEN = Person("T1", "U-ANNA"), Person("T1", "U-BEN")
TEAMS = AgentTeams((AgentTeam("AP_TEAM", name="Accounts Payable"), AgentTeam("HR_TEAM")))


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


class LoopClock(Clock):
    """A clock that goes as the event loop's, which may be virtual; it can jump ahead too."""

    def __call__(self) -> datetime:
        return self.now + timedelta(seconds=asyncio.get_running_loop().time())


class OnTheLoop(OneThread):
    """The storage thread's work, done on the event loop: virtual time would outrun a thread."""

    async def start(self) -> None:
        self._stack = ExitStack()
        self._connection = self._stack.enter_context(self._connect())
        self._accepting = True

    async def run(
        self, work: Work[T], give_back: Callable[[T], Work[None] | None] | None = None
    ) -> T:
        del give_back
        if not self._accepting:
            raise StorageError("The store is not open.")
        job = _Job(work, asyncio.get_running_loop().create_future())
        self._commit_together(self._connection, [job])
        _deliver([job])
        result: T = await job.future
        return result

    async def stop(self, last: Callable[[sqlite3.Connection], None]) -> None:
        if self._accepting:
            await self.run(last)
            self._accepting = False
            self._stack.close()


class LoopStore(SqliteStore):
    """The embedded engine on the event loop; it fails as often as it is told to."""

    def __init__(self, *args: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.failing: dict[str, int] = {}

    async def open(self, now: datetime) -> None:
        self._thread = OnTheLoop(partial(self._registered, now + self._lease))
        await self._thread.start()

    def _may_fail(self, method: str) -> None:
        left = self.failing.get(method, 0)
        if left:
            self.failing[method] = left - 1
            raise StorageError("The disk is full, for once.")

    async def save(self, change: Change, now: datetime) -> list[Claim]:
        self._may_fail("save")
        return await super().save(change, now)

    async def claim(self, limit: int, now: datetime) -> list[Claim]:
        self._may_fail("claim")
        return await super().claim(limit, now)

    async def begin(self, claim: Claim, audit: Sequence[AuditRow] = ()) -> None:
        self._may_fail("begin")
        await super().begin(claim, audit)

    async def settle(self, claim: Claim, now: datetime, done: int = 0) -> Claim | None:
        self._may_fail("settle")
        return await super().settle(claim, now, done)

    async def defer(self, claim: Claim, until: datetime) -> None:
        self._may_fail("defer")
        await super().defer(claim, until)

    async def heartbeat(self, now: datetime) -> None:
        self._may_fail("heartbeat")
        await super().heartbeat(now)


@dataclass
class Kept:
    """A ledger on a store of its own, and its clock."""

    ledger: Ledger
    store: SqliteStore
    clock: Clock

    def claims(self) -> list[tuple[str, str]]:
        """What was handed out since this was last asked: run and kind, in order."""
        found = []
        while not self.ledger.claims.empty():
            claim = self.ledger.claims.get_nowait()
            found.append((claim.run, claim.kind))
        return found


def choosing_in(house: "Kept") -> Choosing:
    """The choice among TEAMS, which no registry adds to."""
    return Choosing(house.ledger, house.store, Catalogue(TEAMS, None, house.clock), Crowd())


@asynccontextmanager
async def kept(
    path: Path | str = ":memory:",
    *,
    clock: Clock | None = None,
    replica: str = "a",
    patience: Patience = PATIENCE,
    store: Callable[..., SqliteStore] = SqliteStore,
) -> AsyncIterator[Kept]:
    """A ledger on a store in memory, or on a file that several replicas may share."""
    clock = clock or Clock()
    opened = store(path, replica=replica, lease=LEASE, sealer=Sealer([KEY]), exclusive=False)
    await opened.open(clock())
    try:
        yield Kept(Ledger(opened, patience, clock), opened, clock)
    finally:
        await opened.close()


def turn(
    ts: str = "1700.1",
    *,
    thread: str | None = None,
    text: str = "Pay invoice 4711",
    asker: Person = ANNA,
    channel: str = "C1",
    team: str = "AP_TEAM",
) -> Turn:
    """A mention in a channel, or a reply in a thread."""
    return Turn(
        key=f"message:T1:{channel}:{ts}",
        origin=Origin.MENTION,
        place=Place("T1", channel, thread or ts),
        asker=asker,
        text=text,
        agent_team=team,
        taken_at=NOON,
        message_ts=ts,
        twins=(f"event:{ts}",),
    )


Reply = Job | Exception | Callable[[], Awaitable[Job]]


@dataclass
class FakeAgent:
    """An agent that replies what it was told to; the last reply to a status is repeated."""

    invokes: list[Reply] = field(default_factory=list)
    readings: list[Reply] = field(default_factory=list)
    resumes: list[Reply] = field(default_factory=list)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    decided: list[Decision] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    as_whom: list[Person] = field(default_factory=list)
    refusals: list[Exception] = field(default_factory=list)

    async def prepare(self, person: Person) -> None:
        del person
        if self.refusals:
            raise self.refusals.pop(0)

    async def invoke(
        self, team: AgentTeam, question: Question, conversation_id: str | None, person: Person
    ) -> Job:
        del team
        self.asked.append((question.text, conversation_id))
        self.as_whom.append(person)
        number = len(self.asked)
        default = Job(
            f"job-{number}", JobStatus.RUNNING, conversation_id or f"conversation-{number}"
        )
        return await _reply(self.invokes.pop(0) if self.invokes else default)

    async def status(self, job: JobRef, person: Person) -> Job:
        self.read.append(job.id)
        self.as_whom.append(person)
        if not self.readings:
            return Job(job.id, JobStatus.RUNNING)
        return await _reply(self.readings.pop(0) if len(self.readings) > 1 else self.readings[0])

    async def resume(
        self, job: JobRef, waiting: Waiting, decision: Decision, person: Person
    ) -> Job:
        del job, waiting
        self.decided.append(decision)
        self.as_whom.append(person)
        return await _reply(self.resumes.pop(0) if self.resumes else Job(None, JobStatus.RUNNING))


async def _reply(reply: Reply) -> Job:
    if isinstance(reply, Job):
        return reply
    if isinstance(reply, Exception):
        raise reply
    return await reply()


@dataclass
class Doors:
    """Who is signed in: everybody, unless the door is shut; and who was invited to sign in."""

    open: bool = True
    invited: list[Person] = field(default_factory=list)

    async def is_signed_in(self, person: Person) -> bool:
        del person
        return self.open

    async def acting(self, person: Person) -> Acting:
        return Acting(f"{person.user.lower()}@example.com", is_signed_in=self.open)

    async def invite(self, run: Run) -> None:
        self.invited.append(run.turn.asker)


@dataclass
class Crowd:
    """What Slack says of people: nothing bad, unless told; and who is in which user group."""

    clickers: dict[str, Clicker] = field(default_factory=dict)
    groups: dict[str, list[str]] = field(default_factory=dict)
    down: bool = False

    async def clicker(self, person: Person, groups: Sequence[str]) -> Clicker:
        if self.down:
            return Clicker(is_known=False)
        member = any(person.user in self.groups.get(each, ()) for each in groups)
        return replace(self.clickers.get(person.user, Clicker()), is_member=member)

    async def members(self, workspace: str, groups: Sequence[str]) -> tuple[str, ...]:
        del workspace
        if self.down:
            raise Unavailable("Slack does not say.")
        return tuple(user for each in groups for user in self.groups.get(each, ()))


class PlainQuestions:
    """The question as it was typed."""

    async def question(self, run: Run) -> Question:
        return Question(run.turn.text, {})


async def plain(run: Run) -> str:
    """The words of a turn, as they were typed."""
    return run.turn.text


class FakeView:
    """A thread that is remembered instead of shown."""

    def __init__(self) -> None:
        self.shown: list[Run] = []
        self.troubles: list[Exception] = []
        self.pause = timedelta(0)
        self.takes = timedelta(0)
        self._news = asyncio.Condition()

    def hold_back(self, run: Run) -> timedelta:
        return timedelta(0) if run.ended_at else self.pause

    async def show(self, run: Run) -> None:
        if self.troubles:
            raise self.troubles.pop(0)
        await asyncio.sleep(self.takes.total_seconds())
        self.shown.append(run)
        async with self._news:
            self._news.notify_all()

    async def until(self, holds: Callable[[Run], Any]) -> Run:
        """The first run shown of which this holds, as soon as it was shown."""
        async with self._news, asyncio.timeout(7200):  # virtual seconds
            await self._news.wait_for(lambda: any(holds(each) for each in self.shown))
        return next(each for each in self.shown if holds(each))
