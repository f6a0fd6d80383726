"""The rules of an open approval: votes, stages, delegation, and what time brings."""

from dataclasses import replace

from bot.domain import events as e
from bot.domain.approval import Approval, ApprovalState, Delegation, Escalation, Reminder, Vote
from bot.domain.approval_steps import MOST_TOLD, expire, telling, with_last
from bot.domain.events import Event, Failure, Trouble
from bot.domain.job import Action
from bot.domain.moment import Moment
from bot.domain.policy import may_take_over
from bot.domain.rules import IllegalEvent
from bot.domain.run import Run, State
from bot.domain.timing import escalates_at, is_over, reminds_at


def decided(run: Run, event: e.Decided, at: Moment) -> Run:
    """Somebody with authority decided.

    A rejection or a reply counts at once, an approval when enough people of every stage have given
    one. Raises IllegalEvent for what is not asked any more.
    """
    approval = _open_one(run, event, event.approval_id, event.stage)
    decision = event.decision
    if decision.action not in approval.waiting.actions or decision.by.user in approval.voted:
        raise IllegalEvent(run, event)
    if is_over(approval, at.now):  # nobody may have looked after it yet
        raise IllegalEvent(run, event)
    if decision.action is not Action.APPROVE:
        return _settle(run, approval, event)
    if approval.wants_members and approval.current.quorum != 1:
        raise IllegalEvent(run, event)  # how many "everybody" is cannot be said yet
    approval = replace(approval, votes=(*approval.votes, Vote(decision, approval.stage)))
    if not approval.is_agreed:
        return with_last(run, replace(approval, reopened=None))
    if approval.stage + 1 < len(approval.policy.stages):
        return with_last(run, _next_stage(replace(approval, reopened=None), at))
    return _settle(run, approval, event)


def members_found(run: Run, event: e.MembersFound, _: Moment) -> Run:
    """Slack said who is in the user groups of this stage."""
    approval = _open_one(run, event, event.approval_id, event.stage)
    return with_last(run, telling(replace(approval, members=event.members)))


def delegated(run: Run, event: e.Delegated, at: Moment) -> Run:
    """Somebody handed their decision over. Raises IllegalEvent where that is not allowed."""
    approval = _open_one(run, event, event.approval_id, event.stage)
    may = event.by.user in approval.deciders and event.by.user not in approval.voted
    if not may or not may_take_over(approval, event.to) or is_over(approval, at.now):
        raise IllegalEvent(run, event)
    handed = Delegation(event.by.user, event.to, approval.stage, at.now)
    delegations = (*approval.delegations, handed)
    return with_last(run, telling(replace(approval, delegations=delegations)))


def time_came(run: Run, _: e.TimeCame, at: Moment) -> Run:
    """Whatever is due happens: it expires, or the next stage decides, or people are reminded."""
    approval = run.approvals[-1]  # a run that waits has an open one
    if is_over(approval, at.now):
        return expire(run, Failure(Trouble.NOT_DECIDED), at)
    escalates = escalates_at(approval)
    if escalates is not None and at.now >= escalates:
        missed = Escalation(approval.stage, at.now)
        approval = replace(approval, escalations=(*approval.escalations, missed))
        return with_last(run, _next_stage(approval, at))
    return with_last(run, _reminded(approval, at))


def _open_one(run: Run, event: Event, approval_id: str, stage: int) -> Approval:
    approval = run.pending
    if (
        approval is None
        or approval.id != approval_id
        or approval.state is not ApprovalState.OPEN
        or approval.stage != stage
    ):
        raise IllegalEvent(run, event)
    return approval


def _settle(run: Run, approval: Approval, event: e.Decided) -> Run:
    return replace(
        with_last(
            run,
            replace(approval, state=ApprovalState.DECIDING, decision=event.decision, reopened=None),
        ),
        state=State.RESUMING,
        troubled_since=None,
    )


def _next_stage(approval: Approval, at: Moment) -> Approval:
    return telling(replace(approval, stage=approval.stage + 1, stage_since=at.now, members=None))


def _reminded(approval: Approval, at: Moment) -> Approval:
    """One reminder, however many came due while nobody was there to give them."""
    given = approval
    while (due := reminds_at(given)) is not None and due <= at.now:
        given = replace(given, reminded=given.reminded + 1)
    if given is approval:
        return approval
    reminder = Reminder(at.now, approval.undecided[:MOST_TOLD])
    return replace(given, reminders=(*approval.reminders, reminder))
