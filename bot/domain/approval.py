"""What a job waits for, who decided, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.approval_policy import ASKER_ALONE, EVERYBODY, ApprovalPolicy, Stage
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
    UNKNOWN = "unknown"  # given up after the decision was sent: nobody here knows whether it landed


class Reopened(StrEnum):
    """Why an approval is open again after a decision."""

    NOT_DELIVERED = "not_delivered"  # Fusion did not take it
    NOT_CONFIRMED = "not_confirmed"  # no reply, and the job still waits
    SIGNED_OUT = "signed_out"  # who decided has to sign in first


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided; `comment` holds the words of a REPLY or the reason.

    `shown` is the digest of the card on which they decided.
    """

    action: Action
    by: Person
    at: datetime
    comment: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Vote:
    """An approval by one of several; it counts in its stage."""

    decision: Decision
    stage: int


@dataclass(frozen=True, slots=True)
class Delegation:
    """Somebody handed their decision over to somebody else."""

    by: str
    to: str
    stage: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Escalation:
    """A stage did not decide in time: the next one decides instead."""

    stage: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Reminder:
    """People were reminded: who, by Slack's user ids, and when."""

    at: datetime
    whom: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Approval:
    """One wait of one job. `id` is unique for each wait: a stale button names a stale id.

    `stage` is whose turn it is, since `stage_since`; `members` are the members of its user groups,
    None until they were looked up. `reminders` were given, and `reminded` is how
    many of the policy's reminders are done with. `told` are those who were ever asked to decide it,
    the asker aside: each has a card of their own. `sent` means that the decision may have reached
    Fusion although no reply came. `refusal` is Fusion's own text, untrusted, for why it is open again.
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
    policy: ApprovalPolicy = ASKER_ALONE
    asker: str = ""
    stage: int = 0
    stage_since: datetime | None = None
    members: tuple[str, ...] | None = None
    votes: tuple[Vote, ...] = ()
    delegations: tuple[Delegation, ...] = ()
    escalations: tuple[Escalation, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    reminded: int = 0
    told: tuple[str, ...] = ()
    refusal: str = ""

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

    @property
    def current(self) -> Stage:
        """The stage whose turn it is; one of nobody where the policy has none."""
        stages = self.policy.stages
        return stages[self.stage] if self.stage < len(stages) else Stage()

    @property
    def wants_members(self) -> bool:
        """Whether who may decide is not known before user groups were looked up."""
        return bool(self.current.groups) and self.members is None

    @property
    def deciders(self) -> tuple[str, ...]:
        """Who may decide now, by Slack's user ids, as far as it is known; in a stable order."""
        stage = self.current
        users = list(stage.people)
        users += [self.asker] if stage.asker else []
        users += self.members or ()
        for each in self.delegations:
            if each.stage == self.stage and each.by in users:
                users[users.index(each.by)] = each.to
        barred = {self.asker} if self.policy.not_the_asker else set()
        return tuple(each for each in dict.fromkeys(users) if each and each not in barred)

    @property
    def voted(self) -> tuple[str, ...]:
        """Who has approved already, in whatever stage: everybody counts once."""
        return tuple(each.decision.by.user for each in self.votes)

    @property
    def undecided(self) -> tuple[str, ...]:
        """Who may decide now and has not approved yet."""
        return tuple(each for each in self.deciders if each not in self.voted)

    @property
    def approvals_here(self) -> int:
        """How many have approved in the present stage."""
        return sum(each.stage == self.stage for each in self.votes)

    @property
    def quorum(self) -> int:
        """How many approvals the present stage needs."""
        if self.current.quorum == EVERYBODY:  # who approved in an earlier stage counts there
            return max(self.approvals_here + len(self.undecided), 1)
        return self.current.quorum

    @property
    def is_agreed(self) -> bool:
        """Whether enough have approved in the present stage."""
        return self.approvals_here >= self.quorum
