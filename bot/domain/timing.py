"""When something is due for a pending approval: a look at its groups, a reminder, escalation, expiry.

The earliest of these is what the run owes its clock; it is a row like everything else that is owed,
so it outlives restarts and happens once over all replicas.
"""

from datetime import datetime

from bot.domain.approval import Approval, ApprovalState
from bot.domain.run import Run, State


def due_at(run: Run) -> datetime | None:
    """When the run's pending approval is to be looked after next; None: nothing is due."""
    approval = run.pending
    if run.state is not State.WAITING or approval is None:
        return None
    if approval.state is not ApprovalState.OPEN or not approval.waiting.answerable:
        return None
    if approval.wants_members:
        return approval.stage_since or approval.opened_at
    return _next_moment(approval)


def is_due(approval: Approval, now: datetime) -> bool:
    """Whether a reminder, escalation or expiry is due, whoever is in its groups."""
    moment = _next_moment(approval)
    return moment is not None and moment <= now


def is_over(approval: Approval, now: datetime) -> bool:
    """Whether it has expired, even if nobody has looked after it since."""
    ends = expires_at(approval)
    return ends is not None and ends <= now


def _next_moment(approval: Approval) -> datetime | None:
    moments = (expires_at(approval), escalates_at(approval), reminds_at(approval))
    return min((each for each in moments if each is not None), default=None)


def expires_at(approval: Approval) -> datetime | None:
    """When it is not approved any more."""
    after = approval.policy.expires_after
    return None if after is None else approval.opened_at + after


def escalates_at(approval: Approval) -> datetime | None:
    """When the next stage decides instead; None where there is no next stage, or no time for it."""
    after = approval.current.escalate_after
    if after is None or approval.stage + 1 >= len(approval.policy.stages):
        return None
    return approval.policy.at_work((approval.stage_since or approval.opened_at) + after)


def reminds_at(approval: Approval) -> datetime | None:
    """When people are reminded next."""
    policy = approval.policy
    if approval.reminded >= len(policy.reminders):
        return None
    return policy.at_work(approval.opened_at + sorted(policy.reminders)[approval.reminded])
