"""One turn being answered: all that is known of it, in one frozen record."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.answer import Answer, Node
from bot.domain.approval import Approval
from bot.domain.events import Failure, Trouble
from bot.domain.turn import Person, Turn


class State(StrEnum):
    """How far a run is; see the table in `machine`."""

    QUEUED = "queued"
    SIGNED_OUT = "signed_out"
    INVOKING = "invoking"
    RUNNING = "running"
    WAITING = "waiting"
    RESUMING = "resuming"
    COMPLETE = "complete"
    FAILED = "failed"
    STOPPED = "stopped"
    EXPIRED = "expired"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Run:
    """One turn being answered.

    `thread` is the id of its thread. `since` is when it came into its state. `troubled_since` is
    set while Fusion cannot be asked or read, and `troubled_by` says why it could not be read.
    `ahead` counts the runs that come first while QUEUED. `approvals` are all waits of its jobs,
    oldest first; only the last can be pending.
    """

    id: str
    turn: Turn
    state: State
    version: int
    since: datetime
    thread: str = ""
    ahead: int = 0
    job_id: str | None = None
    conversation_id: str | None = None
    trace_id: str = ""
    progress: tuple[str, ...] = ()
    nodes: tuple[Node, ...] = ()
    approvals: tuple[Approval, ...] = ()
    answer: Answer | None = None
    failure: Failure | None = None
    troubled_since: datetime | None = None
    troubled_by: Trouble | None = None
    stopped_by: Person | None = None
    ended_at: datetime | None = None

    @property
    def pending(self) -> Approval | None:
        """The approval that is open or being delivered, if there is one."""
        if self.approvals and self.approvals[-1].is_pending:
            return self.approvals[-1]
        return None

    @property
    def needs_sign_in(self) -> bool:
        """Whether it cannot go on before the asker signs in (again)."""
        return self.state is State.SIGNED_OUT or (
            self.troubled_since is not None and self.troubled_by is Trouble.SIGNED_OUT
        )

    def approval(self, id: str) -> Approval | None:
        """The approval with this id, whatever became of it."""
        return next((each for each in self.approvals if each.id == id), None)
