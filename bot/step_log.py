"""What the log says of the steps of a run: how it ended, and what it is troubled by. Texts of nobody."""

import structlog

from bot.domain.approval import Approval, ApprovalState
from bot.domain.machine import ENDS
from bot.domain.run import Run

log = structlog.get_logger(__name__)


def log_step(before: Run, after: Run) -> None:
    """Say what an operator asks for who is told "it failed at 10:42"; most steps say nothing."""
    about = {
        "run": after.id,
        "thread": after.thread,
        "agent_team": after.turn.agent_team,
        "trace_id": after.trace_id,
    }
    if after.state in ENDS:
        trouble = after.failure.trouble.value if after.failure else ""
        log.info("run_ended", state=after.state.value, trouble=trouble, **about)
    elif after.troubled_since is not None and before.troubled_since is None:
        trouble = after.troubled_by.value if after.troubled_by else ""
        log.info("run_troubled", state=after.state.value, trouble=trouble, **about)
    elif _is_open_again(before.pending, after.pending):
        why = after.approvals[-1].reopened
        log.warning("decision_not_taken", why=why.value if why else "", **about)


def _is_open_again(before: Approval | None, after: Approval | None) -> bool:
    return (
        before is not None
        and after is not None
        and before.id == after.id
        and (before.state, after.state) == (ApprovalState.DECIDING, ApprovalState.OPEN)
    )
