"""What a job waits for, who decided, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.job import Action, Waiting
from bot.domain.turn import Person


class ApprovalState(StrEnum):
    """How far an approval is; all but the first two are ends."""

    OPEN = "open"
    DECIDING = "deciding"  # decided here, not yet taken by Fusion
    DECIDED = "decided"
    ELSEWHERE = "elsewhere"  # answered outside of this thread, or went on by itself
    CANCELLED = "cancelled"  # the run was stopped
    EXPIRED = "expired"


class Reopened(StrEnum):
    """Why an approval is open again after a decision."""

    NOT_DELIVERED = "not_delivered"  # Fusion did not take it
    NOT_CONFIRMED = "not_confirmed"  # no reply, and the job still waits
    SIGNED_OUT = "signed_out"  # who decided has to sign in first


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided; `comment` holds the words of a REPLY or the reason."""

    action: Action
    by: Person
    at: datetime
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """One wait of one job. `id` is unique for each wait: a stale button names a stale id.

    `sent` means that the decision may have reached Fusion although no reply came.
    """

    id: str
    job_id: str
    waiting: Waiting
    state: ApprovalState
    opened_at: datetime
    round: int = 1
    decision: Decision | None = None
    closed_at: datetime | None = None
    sent: bool = False
    reopened: Reopened | None = None

    @property
    def asked_for_changes(self) -> bool:
        """Whether it was answered by words, so that the next one is another round."""
        return (
            self.state is ApprovalState.DECIDED
            and self.decision is not None
            and self.decision.action is Action.REPLY
        )

    @property
    def is_pending(self) -> bool:
        """Whether it is not at an end yet."""
        return self.state in {ApprovalState.OPEN, ApprovalState.DECIDING}
