"""What people want of the bot: turns, stops, further questions. On disk before it returns.

Outcomes are values, since each of them is a sentence to somebody; the only error is StorageError:
nothing was kept, so nothing may be acknowledged.
"""

from dataclasses import replace

from bot.choosing import Choosing
from bot.domain.events import Edited, Stopped
from bot.domain.policy import may_ask_again, may_stop
from bot.domain.run import Run, State
from bot.domain.turn import Origin, Person, Place, Replies, Turn
from bot.ledger import Clock, Ledger, Taken
from bot.places import Thread, conversation_key
from bot.verdicts import Outcome, Verdict, attempt, known
from storage.errors import StorageError

__all__ = ["Intake", "StorageError"]

BEFORE_ASKING = frozenset({State.QUEUED, State.SIGNED_OUT})


class Intake:
    """Takes what people want, after the policy has been asked."""

    def __init__(
        self, ledger: Ledger, choosing: Choosing, clock: Clock, replies: Replies = "asker"
    ) -> None:
        self._replies = replies
        self._ledger = ledger
        self._choosing = choosing
        self._clock = clock

    async def ask(self, turn: Turn) -> Taken:
        """Keep a turn; the same turn delivered again is the same run."""
        return await self._ledger.take(await self._choosing.with_team(turn))

    async def is_for_us(self, place: Place, person: Person) -> bool:
        """Whether a reply without a mention is meant for the bot: this person asked here before.

        A setting says so of everyone in a thread where somebody did, or of nobody.
        """
        if self._replies == "off":
            return False
        thread = await self._ledger.thread_at(place)
        if thread is None or self._replies == "everyone":
            return thread is not None
        return await self._ledger.has_asked(thread, person)

    async def edit(self, key: str, text: str, person: Person) -> bool:
        """The message of a turn was edited: one that is not asked yet is asked as it reads now.

        False where it is being asked as it read before, and somebody waits for the answer.
        """
        run = await self._ledger.run_of_turn(key)
        if run is None or run.turn.asker != person or run.turn.text == text:
            return True
        if run.state in BEFORE_ASKING:
            verdict = await attempt(self._ledger, run, Edited(text))
            run = verdict.run or run
            return verdict.outcome is Outcome.DONE or run.ended_at is not None
        return run.ended_at is not None

    async def withdraw(self, key: str) -> None:
        """The message of a turn was deleted: one that is not known to be asked yet is stopped."""
        run = await self._ledger.run_of_turn(key)
        if run and run.state in {*BEFORE_ASKING, State.INVOKING}:
            await attempt(self._ledger, run, Stopped(run.turn.asker))

    async def stop(self, run_id: str, person: Person) -> Verdict:
        """Stop a run, if this person may."""
        run = await known(self._ledger, run_id)
        if run is None:
            return Verdict(Outcome.UNKNOWN)
        permission = may_stop(run, person)
        if not permission.granted:
            return Verdict(Outcome.NOT_ALLOWED, run, permission)
        return await attempt(self._ledger, run, Stopped(person))

    async def again(self, run_id: str, person: Person) -> Verdict:
        """Ask the question of an ended run once more, as a turn of its own: once per run."""
        run = await known(self._ledger, run_id)
        if run is None:
            return Verdict(Outcome.UNKNOWN)
        permission = may_ask_again(run, person)
        if not permission.granted:
            return Verdict(Outcome.NOT_ALLOWED, run, permission)
        turn = await self._turn_in_thread(run, Origin.AGAIN, f"again:{run.id}", person)
        asked = run.turn
        return await self._take(
            run,
            replace(turn, text=asked.text, files=asked.files, names_team=asked.names_team),
        )

    async def follow_up(self, run_id: str, number: int, person: Person) -> Verdict:
        """Ask one of the follow-up questions of an answer as the person who clicked it."""
        run = await known(self._ledger, run_id)
        questions = run.answer.follow_up_questions if run and run.answer else ()
        if run is None or number >= len(questions):
            return Verdict(Outcome.UNKNOWN)
        key = f"follow_up:{run.id}:{number}:{person.key}"
        turn = await self._turn_in_thread(run, Origin.FOLLOW_UP, key, person)
        return await self._take(run, replace(turn, text=questions[number]))

    async def new_conversation(self, thread: Thread) -> bool:
        """The next question of a thread starts afresh; False where that is so already."""
        return await self._ledger.end_conversation(thread)

    async def start_afresh(self, run_id: str, person: Person) -> Verdict:
        """The next question in a run's thread begins a conversation, if this person asked there."""
        run = await known(self._ledger, run_id)
        if run is None:
            return Verdict(Outcome.UNKNOWN)
        thread = await self._ledger.thread_of(run)
        if not await self._ledger.has_asked(thread, person):
            return Verdict(Outcome.NOT_ALLOWED, run, may_ask_again(run, person))
        await self._ledger.end_conversation(thread)
        return Verdict(Outcome.DONE, run)

    async def ask_in_new_thread(self, run_id: str, key: str, text: str, person: Person) -> Verdict:
        """Take the conversation of a run's thread to a new thread, where this is asked next.

        TOO_LATE while something is unfinished in its thread: a conversation has one job at a time.
        """
        run = await known(self._ledger, run_id)
        if run is None:
            return Verdict(Outcome.UNKNOWN)
        thread = await self._ledger.thread_of(run)
        taken_before = await self._ledger.run_of_turn(key)
        if taken_before is None and await self._ledger.unfinished_in(thread.id):
            return Verdict(Outcome.TOO_LATE, run)
        team = run.turn.agent_team
        turn = Turn(
            key=key,
            origin=Origin.SHORTCUT,
            place=replace(thread.place, ts=None),
            asker=person,
            text=text,
            agent_team=team,
            taken_at=self._clock(),
            team_title=run.turn.team_title,
            continues=conversation_key(team, thread.conversation_with(team)) or "",
        )
        taken = await self._ledger.take(turn)
        if taken.refused is not None:
            return Verdict(Outcome.TOO_MUCH, run, limit=taken.refused)
        await self._ledger.end_conversation(thread)
        return Verdict(Outcome.DONE, run)

    async def _turn_in_thread(self, run: Run, origin: Origin, key: str, person: Person) -> Turn:
        """A turn in the run's thread, to the same agent team, that says nothing yet."""
        thread = await self._ledger.thread_of(run)
        return Turn(
            key=key,
            origin=origin,
            place=thread.place,
            asker=person,
            text="",
            agent_team=run.turn.agent_team,
            taken_at=self._clock(),
            team_title=run.turn.team_title,
        )

    async def _take(self, run: Run, turn: Turn) -> Verdict:
        taken = await self._ledger.take(turn)
        if taken.refused is not None:
            return Verdict(Outcome.TOO_MUCH, run, limit=taken.refused)
        return Verdict(Outcome.DONE if taken.fresh else Outcome.TOO_LATE, run)
