"""What people want of the bot: turns, decisions, stops. On disk before it returns.

Outcomes are values, since each of them is a sentence to somebody; the only errors are
StorageError (nothing was kept, so nothing may be acknowledged) and UnknownRun.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.approval import Approval, ApprovalState, Decision
from bot.domain.events import Decided, Edited, Stopped
from bot.domain.job import Action
from bot.domain.machine import IllegalEvent
from bot.domain.policy import Permission, may_ask_again, may_decide, may_stop
from bot.domain.run import Run, State
from bot.domain.turn import Origin, Person, Place, Turn
from bot.ledger import Clock, Ledger, Taken, Thread, UnknownRun
from storage.store import StorageError

__all__ = ["Intake", "Outcome", "StorageError", "Verdict"]


class Outcome(StrEnum):
    """What became of something that a person wanted."""

    DONE = "done"
    NOT_ALLOWED = "not_allowed"
    TOO_LATE = "too_late"
    UNKNOWN = "unknown"  # the run was purged, or never was


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome, the run as it is now, and who may where it was not allowed."""

    outcome: Outcome
    run: Run | None = None
    permission: Permission | None = None
    approval: Approval | None = None


class Intake:
    """Takes what people want, after the policy has been asked."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    async def ask(self, turn: Turn) -> Taken:
        """Keep a turn; the same turn delivered again is the same run."""
        return await self._ledger.take(turn)

    async def is_for_us(self, place: Place, person: Person) -> bool:
        """Whether a reply without a mention is meant for the bot: this person asked here before."""
        thread = await self._ledger.thread_at(place)
        return thread is not None and await self._ledger.has_asked(thread, person)

    async def edit(self, key: str, text: str, person: Person) -> None:
        """The message of a turn was edited: a queued one is asked as it reads now."""
        run = await self._ledger.run_of_turn(key)
        if run and run.state is State.QUEUED and run.turn.asker == person:
            await self._try(run, Edited(text))

    async def withdraw(self, key: str) -> None:
        """The message of a turn was deleted: a queued one is not asked any more."""
        run = await self._ledger.run_of_turn(key)
        if run and run.state is State.QUEUED:
            await self._try(run, Stopped(run.turn.asker))

    async def stop(self, run_id: str, person: Person) -> Verdict:
        """Stop a run, if this person may."""
        run = await self._known(run_id)
        if run is None:
            return Verdict(Outcome.UNKNOWN)
        permission = may_stop(run, person)
        if not permission.granted:
            return Verdict(Outcome.NOT_ALLOWED, run, permission)
        return await self._try(run, Stopped(person))

    async def decide(
        self, run_id: str, approval_id: str, action: Action, person: Person, comment: str = ""
    ) -> Verdict:
        """Decide an approval, if this person may: the first decision wins, whoever comes later."""
        run = await self._known(run_id)
        approval = run.approval(approval_id) if run else None
        if run is None or approval is None:
            return Verdict(Outcome.UNKNOWN)
        permission = may_decide(run, person)
        if not permission.granted:
            return Verdict(Outcome.NOT_ALLOWED, run, permission, approval)
        decision = Decision(action, person, self._clock(), comment)
        verdict = await self._try(run, Decided(approval_id, decision))
        now = verdict.run.approval(approval_id) if verdict.run else None
        return replace(verdict, approval=now)

    async def may_reply(self, run_id: str, approval_id: str, person: Person) -> Verdict:
        """Whether the form for a reply may be opened: the same answer that `decide` would give."""
        run = await self._known(run_id)
        approval = run.approval(approval_id) if run else None
        if run is None or approval is None:
            return Verdict(Outcome.UNKNOWN)
        permission = may_decide(run, person)
        if not permission.granted:
            return Verdict(Outcome.NOT_ALLOWED, run, permission, approval)
        is_open = approval.state is ApprovalState.OPEN
        return Verdict(Outcome.DONE if is_open else Outcome.TOO_LATE, run, None, approval)

    async def again(self, run_id: str, person: Person) -> Verdict:
        """Ask the question of an ended run once more, as a turn of its own: once per run."""
        run = await self._known(run_id)
        if run is None:
            return Verdict(Outcome.UNKNOWN)
        permission = may_ask_again(run, person)
        if not permission.granted:
            return Verdict(Outcome.NOT_ALLOWED, run, permission)
        return await self._ask_in_thread(
            run, Origin.AGAIN, f"again:{run.id}", run.turn.text, person
        )

    async def follow_up(self, run_id: str, number: int, person: Person) -> Verdict:
        """Ask one of the follow-up questions of an answer as the person who clicked it."""
        run = await self._known(run_id)
        questions = run.answer.follow_up_questions if run and run.answer else ()
        if run is None or number >= len(questions):
            return Verdict(Outcome.UNKNOWN)
        key = f"follow_up:{run.id}:{number}:{person.key}"
        return await self._ask_in_thread(run, Origin.FOLLOW_UP, key, questions[number], person)

    async def new_conversation(self, thread: Thread) -> bool:
        """The next question of a thread starts afresh; False where that is so already."""
        return await self._ledger.end_conversation(thread)

    async def _ask_in_thread(
        self, run: Run, origin: Origin, key: str, text: str, person: Person
    ) -> Verdict:
        thread = await self._ledger.thread_of(run)
        turn = Turn(
            key=key,
            origin=origin,
            place=thread.place,
            asker=person,
            text=text,
            agent_team=run.turn.agent_team,
            taken_at=self._clock(),
        )
        taken = await self._ledger.take(turn)
        return Verdict(Outcome.DONE if taken.fresh else Outcome.TOO_LATE, run)

    async def _known(self, run_id: str) -> Run | None:
        try:
            return await self._ledger.run(run_id)
        except UnknownRun:
            return None

    async def _try(self, run: Run, event: Decided | Edited | Stopped) -> Verdict:
        try:
            return Verdict(Outcome.DONE, await self._ledger.record(run, event))
        except IllegalEvent:
            return Verdict(Outcome.TOO_LATE, await self._known(run.id))
