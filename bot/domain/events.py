"""What happened to a run: past participles. Each is one reason to move; none of them acts."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.answer import Answer, Node
from bot.domain.approval import Decision
from bot.domain.approval_policy import ASKER_ALONE, ApprovalPolicy
from bot.domain.job import Waiting
from bot.domain.turn import Person


class Trouble(StrEnum):
    """Why a run failed, in kinds that a person can act on differently."""

    NOT_ALLOWED = "not_allowed"  # no role for this agent team, or not published
    NOT_FOUND = "not_found"  # no such agent team
    NOT_SIGNED_IN = "not_signed_in"  # no accepted access token, and the person cannot mend it
    SIGNED_OUT = "signed_out"  # the person has to sign in (again)
    NO_FUSION_USER = "no_fusion_user"  # a guest, somebody of another organisation, nobody known
    UNAVAILABLE = "unavailable"  # Fusion cannot be reached
    REFUSED = "refused"  # Fusion refused the request for another reason
    AGENT_FAILED = "agent_failed"  # the job ended with ERROR
    LOST = "lost"  # the job cannot be read any more
    NOT_DECIDED = "not_decided"  # nobody decided an approval in time
    TOO_LONG = "too_long"  # the job, or the wait, took longer than we follow
    NOT_OFFERED = "not_offered"  # the agent team left the bot's configuration
    FOR_OTHERS = "for_others"  # the agent team is for members of a user group


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong. `detail` is Fusion's own text, untrusted."""

    trouble: Trouble
    detail: str = ""
    trace_id: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """The thread became free: a queued run's turn has come."""


@dataclass(frozen=True, slots=True)
class Moved:
    """The queue before it became shorter: `ahead` runs come first now."""

    ahead: int


@dataclass(frozen=True, slots=True)
class Edited:
    """The person edited the message of a queued turn."""

    text: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody stopped it, or deleted the message that asked."""

    by: Person


@dataclass(frozen=True, slots=True)
class Delayed:
    """Fusion could not be asked just now, and did nothing; it will be tried again."""

    detail: str = ""


@dataclass(frozen=True, slots=True)
class SignedOut:
    """The question cannot be asked before the person signs in; nothing was sent."""


@dataclass(frozen=True, slots=True)
class SignInAwaited:
    """The person has not signed in yet."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person has signed in: the question can be asked as them."""


@dataclass(frozen=True, slots=True)
class Invoked:
    """Fusion took the request and named a job."""

    job_id: str
    conversation_id: str | None
    trace_id: str = ""


@dataclass(frozen=True, slots=True)
class InvokeRefused:
    """The request was refused, or could not be made in time: no job runs."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class InvokeUnanswered:
    """The request may have been taken: no reply came, or we died in between."""

    trace_id: str = ""


@dataclass(frozen=True, slots=True)
class Progressed:
    """The job runs; it may have told how far it is."""

    progress: tuple[str, ...] = ()
    nodes: tuple[Node, ...] = ()
    trace_id: str = ""
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Waited:
    """The job waits for something, which is decided by this policy if it can be decided here."""

    waiting: Waiting
    policy: ApprovalPolicy = ASKER_ALONE
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class Completed:
    """The job is complete."""

    answer: Answer
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class JobFailed:
    """The job ended with an error; there may be partial output."""

    failure: Failure
    answer: Answer | None = None
    conversation_id: str | None = None


@dataclass(frozen=True, slots=True)
class PollFailed:
    """The job's status could not be read this time."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class Decided:
    """Somebody with authority for this stage decided an approval, or is one of several who must."""

    approval_id: str
    decision: Decision
    stage: int = 0


@dataclass(frozen=True, slots=True)
class MembersFound:
    """Who is in the user groups of a stage, by Slack's user ids."""

    approval_id: str
    stage: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delegated:
    """Somebody who may decide handed that over to somebody else."""

    approval_id: str
    stage: int
    by: Person
    to: str


@dataclass(frozen=True, slots=True)
class TimeCame:
    """Something may be due: a reminder, an escalation, the end of an approval."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """Fusion took the decision; `job_id` is a new job, or None if the old one goes on."""

    job_id: str | None = None
    trace_id: str = ""


@dataclass(frozen=True, slots=True)
class ResumeRefused:
    """Fusion did not take the decision: it certainly had no effect."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class ResumeUnanswered:
    """The decision may have been taken: no reply came, or we died in between."""


Reading = Progressed | Waited | Completed | JobFailed
Event = (
    Started
    | Moved
    | Edited
    | Stopped
    | Delayed
    | SignedOut
    | SignInAwaited
    | SignedIn
    | Invoked
    | InvokeRefused
    | InvokeUnanswered
    | Progressed
    | Waited
    | Completed
    | JobFailed
    | PollFailed
    | Decided
    | MembersFound
    | Delegated
    | TimeCame
    | Resumed
    | ResumeRefused
    | ResumeUnanswered
)
