"""Looks after open approvals: who is in their user groups, and what is due.

An open approval owes `ATTEND` at a date. The row outlives restarts; of several replicas one claims it.
"""

from datetime import timedelta

from bot.bookkeeping import run_of
from bot.domain import events as e
from bot.domain.agent import Unavailable
from bot.domain.events import Event
from bot.domain.people import People
from bot.domain.run import Run
from bot.domain.timing import due_at, is_due
from bot.ledger import Clock, Ledger
from storage.rows import Claim

ASK_AGAIN = timedelta(seconds=30)  # where Slack does not say who is in a group


class Attending:
    """Performs the claims of Attend."""

    def __init__(self, ledger: Ledger, people: People, clock: Clock) -> None:
        self._clock = clock
        self._ledger = ledger
        self._people = people

    async def perform(self, claim: Claim) -> None:
        """Do what is due for the pending approval, and owe the next date."""
        run = run_of(claim)
        try:
            event = await self._what_is_due(run)
        except Unavailable:
            await self._ledger.defer(claim, ASK_AGAIN)
            return
        after = await self._ledger.record_at_last(run, event, claim)
        if after.version != run.version:
            return  # the step has owed the next date, or none
        date = due_at(after)
        if date is None:
            await self._ledger.settle(claim)
        else:
            await self._ledger.defer_until(claim, date)

    async def _what_is_due(self, run: Run) -> Event:
        approval = run.pending
        if approval is None or not approval.wants_members or is_due(approval, self._clock()):
            return e.TimeCame()  # first: Slack may not say for days who is in a group
        workspace, groups = run.turn.asker.workspace, approval.current.groups
        members = await self._people.members(workspace, groups)
        return e.MembersFound(approval.id, approval.stage, members)
