"""How often mere progress may be edited: what Slack grants, shared by all runs that go on."""

import random
from datetime import timedelta

from bot.domain.approval import ApprovalState
from bot.domain.run import Run, State
from bot.slack.outbound import Outbound

BETWEEN_EDITS = timedelta(seconds=3)  # Slack's own guidance for progress
LOOKS_AGAIN = 30.0  # seconds until progress that waits for the budget asks for it again

Approvals = tuple[ApprovalState, ...]


class Pacing:
    """Who of the runs that go on may show progress now."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._edited: dict[str, tuple[float, Approvals]] = {}
        self._promised: set[str] = set()  # runs whose progress may be shown, and is not yet
        self._held: set[str] = set()  # runs whose progress waits

    def hold_back(self, run: Run) -> timedelta:
        """Progress waits for the budget, and for its last edit to be three seconds old.

        Placeholders, approvals and ends never wait. Zero is a promise that the caller takes up at
        once; it counts from now on, or all who wait would be let through together.
        """
        edited = self._edited.get(run.id)
        if run.state is not State.RUNNING or edited is None or edited[1] != _approvals(run):
            return timedelta(0)
        self.let_go(run)
        pause = self._until_edit(run)
        (self._held if pause else self._promised).add(run.id)
        return timedelta(seconds=pause)

    def let_go(self, run: Run) -> None:
        """This run neither waits nor holds a promise any more."""
        self._promised.discard(run.id)
        self._held.discard(run.id)

    def note_shown(self, run: Run) -> None:
        """This run stands in its thread as it is now."""
        if run.ended_at is None:
            self._edited[run.id] = (self._outbound.now(), _approvals(run))
        else:
            self._edited.pop(run.id, None)

    def _until_edit(self, run: Run) -> float:
        since = self._outbound.now() - self._edited[run.id][0]
        spaced = BETWEEN_EDITS.total_seconds() - since
        workspace = run.turn.place.workspace
        budget = self._outbound.until_progress(workspace, len(self._promised))
        # Who waits together does not come back together: there is place for one at a time.
        spread = min(budget * random.uniform(1, 1 + len(self._held)), max(budget, LOOKS_AGAIN))
        return max(spaced, spread, 0.0)


def _approvals(run: Run) -> Approvals:
    return tuple(each.state for each in run.approvals)
