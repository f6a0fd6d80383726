"""What several rules do to a run's approvals: open one, open it again, close it, give it up."""

from dataclasses import replace

from bot.domain.approval import Approval, ApprovalState, Reopened
from bot.domain.approval_policy import ApprovalPolicy
from bot.domain.events import Failure
from bot.domain.job import Waiting
from bot.domain.moment import Moment
from bot.domain.run import Run, State

MOST_TOLD = 50  # each is a message that is kept in step


def decision_was_sent(run: Run) -> bool:
    """Whether the decision of the last approval may have reached Fusion without a reply."""
    return bool(run.approvals) and run.approvals[-1].sent


def is_last_wait(run: Run, waiting: Waiting) -> bool:
    """Whether this is the wait that the run's newest approval is about."""
    last = run.approvals[-1] if run.approvals else None
    return last is not None and (last.job_id, last.waiting.key) == (run.job_id, waiting.key)


def with_last(run: Run, approval: Approval) -> Run:
    """The run with its newest approval replaced."""
    return replace(run, approvals=(*run.approvals[:-1], approval))


def open_approval(run: Run, waiting: Waiting, policy: ApprovalPolicy, at: Moment) -> Run:
    """The run waits for this from now on."""
    last = run.approvals[-1] if run.approvals else None
    again = last is not None and last.asked_for_changes and last.waiting.node == waiting.node
    approval = Approval(
        id=f"{run.id}-{len(run.approvals) + 1}",
        job_id=run.job_id or "",
        waiting=waiting,
        state=ApprovalState.OPEN,
        opened_at=at.now,
        round=last.round + 1 if last is not None and again else 1,
        policy=policy,
        asker=run.turn.asker.user,
        stage_since=at.now,
    )
    approval = telling(approval)
    # A wait that follows another is waited for as long as the first: `since` begins anew.
    return replace(
        run,
        state=State.WAITING,
        since=at.now,
        approvals=(*run.approvals, approval),
        troubled_since=None,
    )


def reopen(run: Run, why: Reopened, refusal: str = "") -> Run:
    """What was decided did not come about: it is open again, and whoever decided may once more."""
    approval = run.approvals[-1]
    decision = approval.decision
    votes = tuple(each for each in approval.votes if each.decision != decision)
    approval = replace(
        approval,
        state=ApprovalState.OPEN,
        decision=None,
        sent=False,
        reopened=why,
        refusal=refusal,
        votes=votes,
    )
    return replace(with_last(run, approval), state=State.WAITING, troubled_since=None)


def close_pending(run: Run, state: ApprovalState, at: Moment) -> Run:
    """What was pending, if anything was, is at this end."""
    if run.pending is None:
        return run
    return with_last(run, replace(run.pending, state=state, closed_at=at.now))


def job_moved_on(run: Run, at: Moment) -> Run:
    """Close what was pending: by our decision if that was sent, else by somebody else's."""
    return close_pending(
        run, ApprovalState.DECIDED if decision_was_sent(run) else ApprovalState.ELSEWHERE, at
    )


def expire(run: Run, failure: Failure, at: Moment) -> Run:
    """The run is given up, and what was pending with it."""
    end = ApprovalState.UNKNOWN if decision_was_sent(run) else ApprovalState.EXPIRED
    return replace(
        close_pending(run, end, at),
        state=State.EXPIRED,
        failure=failure,
        troubled_since=None,
    )


def telling(approval: Approval) -> Approval:
    """Whoever may decide now is told so, and stays told; only so many, lest one group flood Slack."""
    known = {approval.asker, *approval.told}
    others = [each for each in approval.deciders if each not in known][:MOST_TOLD]
    return replace(approval, told=(*approval.told, *others))
