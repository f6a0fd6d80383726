"""What people decide about approvals: asked of the policy at that moment, and on the record.

The first decision wins, whoever comes later. What is refused is on the record too.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.domain.approval import Approval, ApprovalState, Decision
from bot.domain.audit import Entry, Kind
from bot.domain.events import Decided, Delegated, Stopped
from bot.domain.job import Action
from bot.domain.people import People
from bot.domain.policy import Refusal, may_decide, may_take_over
from bot.domain.run import Run, State
from bot.domain.timing import is_over
from bot.domain.turn import Person
from bot.ledger import Clock, Ledger
from bot.verdicts import Outcome, Verdict, attempt, known

HAND_OVER = "hand_over"  # on the record, beside the actions that decide

PlainQuestion = Callable[[Run], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Card:
    """On which card somebody acts: the approval that it names, and where the card stands.

    Where it stands is "" for what comes from a form; a policy may forbid it, and what it showed is
    put on the record.
    """

    run: str
    approval: str
    channel: str = ""
    message_ts: str = ""


class Deciding:
    """Takes decisions. Raises StorageError: nothing was kept, so nothing may be acknowledged."""

    def __init__(
        self, ledger: Ledger, people: People, question: PlainQuestion, clock: Clock
    ) -> None:
        self._ledger = ledger
        self._people = people
        self._question = question
        self._clock = clock

    async def may(self, card: Card, person: Person) -> Verdict:
        """Whether a form for a decision may be opened: the same answer that `decide` would give."""
        run = await known(self._ledger, card.run)
        approval = run.approval(card.approval) if run else None
        if run is None or approval is None:
            return Verdict(Outcome.UNKNOWN)
        clicker = await self._people.clicker(person, approval.current.groups)
        permission = may_decide(run, approval, person, clicker, card.channel)
        is_open = approval.state is ApprovalState.OPEN and not is_over(approval, self._clock())
        if not permission.granted and (is_open or permission.why is not Refusal.VOTED):
            return Verdict(Outcome.NOT_ALLOWED, run, permission, approval)
        return Verdict(Outcome.DONE if is_open else Outcome.TOO_LATE, run, None, approval)

    async def decide(
        self, card: Card, action: Action, person: Person, comment: str = ""
    ) -> Verdict:
        """Decide, if this person may at this moment and gives a reason where one is wanted."""
        comment, shown = comment.strip(), await self._shown(card)
        while True:
            verdict = await self.may(card, person)
            approval = verdict.approval
            if verdict.outcome is not Outcome.DONE or verdict.run is None or approval is None:
                return await self._refused(verdict, person, action, shown)
            if action in approval.policy.reasons and not comment:
                return replace(verdict, outcome=Outcome.NEEDS_REASON)
            decision = Decision(action, person, self._clock(), comment, shown)
            event = Decided(card.approval, decision, approval.stage)
            verdict = await attempt(self._ledger, verdict.run, event)
            now = verdict.run.approval(card.approval) if verdict.run else None
            verdict = replace(verdict, approval=now)
            if verdict.outcome is Outcome.DONE:
                return verdict
            if now is None or now.state is not ApprovalState.OPEN or now == approval:
                return await self._refused(verdict, person, action, shown)
            # Another stage by now, or one vote more: whether this person may is asked again.

    async def delegate(self, card: Card, person: Person, to: Person) -> Verdict:
        """Hand a decision over to somebody else, if both may."""
        verdict = await self.may(card, person)
        run, approval = verdict.run, verdict.approval
        if verdict.outcome is not Outcome.DONE or run is None or approval is None:
            return await self._refused(verdict, person, HAND_OVER)
        other = await self._people.clicker(to, ())
        outsider = other.is_guest or other.is_external or other.is_deactivated
        if outsider or not other.is_known or not may_take_over(approval, to.user):
            refused = Verdict(Outcome.NOT_ALLOWED, run, None, approval)
            return await self._refused(refused, person, HAND_OVER)
        event = Delegated(card.approval, approval.stage, person, to.user)
        return await attempt(self._ledger, run, event)

    async def waited_for(self, queued_id: str) -> Verdict | None:
        """What a question that was just queued waits for, if its asker may answer that; else None.

        Free text never decides: whether it is an answer is for the person to say.
        """
        queued = await known(self._ledger, queued_id)
        if queued is None or queued.state is not State.QUEUED:
            return None
        first = next(iter(await self._ledger.unfinished_in(queued.thread)), None)
        approval = first.pending if first else None
        if first is None or approval is None or approval.state is not ApprovalState.OPEN:
            return None
        verdict = await self.may(Card(first.id, approval.id), queued.turn.asker)
        return replace(verdict, queued=queued) if verdict.outcome is Outcome.DONE else None

    async def answer_with(self, card: Card, queued_id: str, person: Person) -> Verdict:
        """What was queued was meant as the answer: it leaves the queue and is sent as one."""
        queued = await known(self._ledger, queued_id)
        if queued is None or queued.turn.asker != person:
            return Verdict(Outcome.UNKNOWN)
        verdict = await self.may(card, person)
        if verdict.outcome is not Outcome.DONE:
            return verdict
        text = await self._question(queued)
        # First out of the queue: a process that dies in between has sent nothing twice.
        taken_back = await attempt(self._ledger, queued, Stopped(person))
        if taken_back.outcome is not Outcome.DONE:
            return taken_back
        return await self.decide(card, Action.REPLY, person, text)

    async def _shown(self, card: Card) -> str:
        if not card.message_ts:
            return ""
        return await self._ledger.shown_at(card.channel, card.message_ts)

    async def _refused(
        self, verdict: Verdict, person: Person, action: str, shown: str = ""
    ) -> Verdict:
        run, approval = verdict.run, verdict.approval
        if run is not None and approval is not None:
            await self._ledger.put_on_record(
                Entry(
                    Kind.REFUSED,
                    self._clock(),
                    run.id,
                    approval.id,
                    person=person.key,
                    reason=_why(verdict, approval),
                    digest=shown,
                    trace_id=run.trace_id,
                    details={"action": str(action)},
                )
            )
        return verdict


def _why(verdict: Verdict, approval: Approval) -> str:
    if verdict.permission is not None and verdict.permission.why is not None:
        return verdict.permission.why.value
    return f"{verdict.outcome.value}: {approval.state.value}"
