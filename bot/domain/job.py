"""One reading of a job: what invokeAsync or status said, in our words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.domain.answer import Answer, Node


class JobStatus(StrEnum):
    """Oracle's words for how far a job is."""

    RUNNING = "RUNNING"
    WAITING = "WAITING"
    COMPLETE = "COMPLETE"
    ERROR = "ERROR"


class Action(StrEnum):
    """What somebody can do about a waiting job."""

    APPROVE = "approve"
    REJECT = "reject"
    REPLY = "reply"  # a requested change, or the text that the agent asked for


class WaitingFor(StrEnum):
    """What would let a waiting job go on."""

    DECISION = "decision"  # Approve or Reject
    CHANGES = "changes"  # Approve, or a requested change in words
    REVIEW = "review"  # Approve, Reject, or a requested change in words
    TEXT = "text"  # the person's next typed message
    ELSEWHERE = "elsewhere"  # e-mail or an approval process: answered outside of chat
    TIMER = "timer"  # goes on by itself


ACTIONS = {
    WaitingFor.DECISION: (Action.APPROVE, Action.REJECT),
    WaitingFor.CHANGES: (Action.APPROVE, Action.REPLY),
    WaitingFor.REVIEW: (Action.APPROVE, Action.REJECT, Action.REPLY),
    WaitingFor.TEXT: (Action.REPLY,),
    WaitingFor.ELSEWHERE: (),
    WaitingFor.TIMER: (),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a job waits for.

    `key` tells two waits apart: it is equal for two readings of the same one.
    `details` are label and value as a person may read them; `raw` is what Fusion sent (JSON),
    redacted, for sending back in a template and for debugging.
    """

    kind: WaitingFor
    key: str
    message: str = ""
    node: str = ""
    tool: str = ""
    details: tuple[tuple[str, str], ...] = ()
    approve_label: str = ""
    reject_label: str = ""
    rounds: int | None = None  # how many changes may be requested, where the node says so
    raw: Any = None

    @property
    def actions(self) -> tuple[Action, ...]:
        """What chat can do about it: nothing at all for e-mails, approval processes and timers."""
        return ACTIONS[self.kind]

    @property
    def takes_changes(self) -> bool:
        """Whether words ask for a change rather than answer a question."""
        return self.kind in {WaitingFor.CHANGES, WaitingFor.REVIEW}

    @property
    def answerable(self) -> bool:
        """Whether chat can answer it at all."""
        return bool(self.actions)


@dataclass(frozen=True, slots=True)
class Job:
    """One reading of a job. `waiting` is set while WAITING, `error` while ERROR.

    `id` is None where a reply named no job; `answer` is set at COMPLETE, and at ERROR when there
    was partial output.
    """

    id: str | None
    status: JobStatus
    conversation_id: str | None = None
    trace_id: str = ""
    progress: tuple[str, ...] = ()
    nodes: tuple[Node, ...] = ()
    answer: Answer | None = None
    waiting: Waiting | None = None
    error: str = ""
