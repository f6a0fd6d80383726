"""What the log says of a run: how it ended and what troubled it, and nothing that anybody wrote."""

import pytest
from structlog.testing import CapturingLogger

from bot import step_log
from bot.domain import events as e
from bot.domain.answer import Answer
from bot.domain.events import Event, Failure, Trouble
from bot.domain.run import Run
from tests.domain.examples import moved, resuming, running, waiting

REFUSED = Failure(Trouble.NOT_ALLOWED, "Ms Smith may not", "trace-9")


@pytest.mark.parametrize(
    ("before", "event", "says"),
    [
        (running(), e.Completed(Answer("Paid")), ("run_ended", {"state": "complete"})),
        (
            running(),
            e.JobFailed(Failure(Trouble.AGENT_FAILED, "secret", "trace-9")),
            ("run_ended", {"state": "failed", "trouble": "agent_failed", "trace_id": "trace-9"}),
        ),
        (
            waiting(),
            e.PollFailed(Failure(Trouble.UNAVAILABLE, "down")),
            ("run_troubled", {"state": "waiting", "trouble": "unavailable"}),
        ),
        (
            resuming(),
            e.ResumeRefused(REFUSED),
            ("decision_not_taken", {"why": "not_delivered", "trace_id": "trace-9"}),
        ),
        (running(), e.Progressed(("Ms Smith asks",)), None),
    ],
    ids=["complete", "failed", "troubled", "refused", "progress"],
)
def test_the_log_says_what_became_of_a_run(
    before: Run,
    event: Event,
    says: tuple[str, dict[str, str]] | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = CapturingLogger()
    monkeypatch.setattr(step_log, "log", said)
    after = moved(before, event)
    step_log.log_step(before, after)
    assert [each.args for each in said.calls] == ([(says[0],)] if says else [])
    if says:
        assert says[1].items() <= said.calls[0].kwargs.items()
        about = said.calls[0].kwargs
        assert (about["run"], about["thread"]) == (after.id, after.thread)
    assert "Smith" not in str(said.calls)
    assert "secret" not in str(said.calls)
