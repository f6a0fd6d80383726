"""What became of something that a person wanted: values, since each of them is a sentence to them."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.approval import Approval
from bot.domain.events import Event
from bot.domain.limits import Excess
from bot.domain.machine import IllegalEvent
from bot.domain.policy import Permission
from bot.domain.run import Run
from bot.ledger import Ledger, UnknownRun


class Outcome(StrEnum):
    """What became of it."""

    DONE = "done"
    NOT_ALLOWED = "not_allowed"
    NEEDS_REASON = "needs_reason"
    TOO_LATE = "too_late"
    TOO_MUCH = "too_much"  # a limit forbids it now
    UNKNOWN = "unknown"  # the run was purged, or never was


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome, the run as it is now, and who may where it was not allowed.

    `queued` is a question that waits behind the run, where that is what was asked about; `limit` is
    the one that was reached where it is TOO_MUCH.
    """

    outcome: Outcome
    run: Run | None = None
    permission: Permission | None = None
    approval: Approval | None = None
    queued: Run | None = None
    limit: Excess | None = None


async def known(ledger: Ledger, run_id: str) -> Run | None:
    """The run with this id, if it is still kept."""
    try:
        return await ledger.run(run_id)
    except UnknownRun:
        return None


async def attempt(ledger: Ledger, run: Run, event: Event) -> Verdict:
    """Let something happen to a run; too late where only the machine says so."""
    try:
        return Verdict(Outcome.DONE, await ledger.record(run, event))
    except IllegalEvent:
        return Verdict(Outcome.TOO_LATE, await known(ledger, run.id))
