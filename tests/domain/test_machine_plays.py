"""Plays without approvals: asking, queueing, stopping, and patience with Fusion."""

from dataclasses import replace

import pytest

from bot.domain import events as e
from bot.domain.answer import Answer, Node
from bot.domain.events import Failure, Trouble
from bot.domain.machine import abandons_job, advance, progress
from bot.domain.run import Run, State
from tests.domain.examples import (
    AGENT_FAILED,
    ANNA,
    ANSWER,
    BEN,
    GONE,
    IN_STATE,
    INVOKED,
    MINUTE,
    NOON,
    NOT_ALLOWED,
    PATIENCE,
    PAYMENT,
    SECOND,
    UNREACHABLE,
    invoking,
    queued,
    resuming,
    running,
    unconfirmed,
    waiting,
)
from tests.domain.plays import AT_ONCE, INVOKE, NOTHING, POLL, SHOW, play, too_late

DELAYED = e.Delayed("503")
UNREAD = e.PollFailed(UNREACHABLE)
NO_NEWS = e.Progressed()


def test_a_quick_answer() -> None:
    run = play(
        invoking(),
        [
            (SECOND, INVOKED, State.RUNNING, POLL),
            (SECOND, e.Completed(ANSWER), State.COMPLETE, SHOW),
        ],
    )
    assert run.answer == ANSWER
    assert run.ended_at == NOON + 2 * SECOND
    assert run.trace_id == "trace-answer"
    assert run.version == 3


def test_progress_is_kept_until_there_is_newer_progress() -> None:
    run = play(
        running(),
        [
            (SECOND, e.Progressed(("Looking",)), State.RUNNING, SHOW),
            (SECOND, NO_NEWS, State.RUNNING, NOTHING),
            (SECOND, e.Progressed(nodes=(Node("Check"),)), State.RUNNING, SHOW),
            (SECOND, e.Progressed(trace_id="trace-2"), State.RUNNING, SHOW),
        ],
    )
    assert run.progress == ("Looking",)
    assert run.nodes == (Node("Check"),)
    assert run.trace_id == "trace-2"
    assert run.version == running().version + 3


@pytest.mark.parametrize(
    "event",
    [
        e.Progressed(("Looking",)),
        e.Progressed(nodes=(Node("Check"),)),
        e.Progressed(trace_id="trace-2"),
    ],
)
def test_mere_progress_is_no_step(event: e.Progressed) -> None:
    run = running()
    after = progress(run, event, NOON, PATIENCE)
    assert after == replace(advance(run, event, NOON, PATIENCE)[0], version=run.version)


def test_what_is_more_than_progress_is_left_to_the_machine() -> None:
    run, event = running(), e.Progressed(("Looking",))
    troubled = replace(run, troubled_since=NOON)
    assert progress(troubled, event, NOON, PATIENCE) is None
    assert progress(run, event, run.since + PATIENCE.running, PATIENCE) is None
    assert progress(run, NO_NEWS, NOON, PATIENCE) is run
    assert progress(run, e.Completed(Answer("Yes")), NOON, PATIENCE) is None
    assert progress(replace(run, state=State.WAITING), event, NOON, PATIENCE) is None
    assert progress(replace(waiting(), state=State.RUNNING), event, NOON, PATIENCE) is None


@pytest.mark.parametrize(
    "event",
    [
        e.Progressed(conversation_id="late"),
        e.Waited(PAYMENT, conversation_id="late"),
        e.Completed(ANSWER, "late"),
        e.JobFailed(Failure(Trouble.AGENT_FAILED), conversation_id="late"),
    ],
)
def test_a_conversation_that_a_reading_names_is_kept_where_none_was_known(event: e.Reading) -> None:
    known = running()
    unknown = replace(known, conversation_id=None)
    assert advance(unknown, event, NOON, PATIENCE)[0].conversation_id == "late"
    assert progress(unknown, event, NOON, PATIENCE) is None
    assert advance(known, event, NOON, PATIENCE)[0].conversation_id == known.conversation_id


def test_an_answer_without_a_trace_id_leaves_the_one_that_is_known() -> None:
    run = play(running(), [(SECOND, e.Completed(Answer("Yes")), State.COMPLETE, SHOW)])
    assert run.trace_id == "trace-1"


def test_a_job_that_fails_tells_why_and_keeps_its_partial_output() -> None:
    half = Answer(output="Half of it")
    run = play(running(), [(SECOND, e.JobFailed(AGENT_FAILED, half), State.FAILED, SHOW)])
    assert (run.failure, run.answer, run.trace_id) == (AGENT_FAILED, half, "trace-failed")


def test_a_refused_invoke_fails_the_run() -> None:
    run = play(invoking(), [(SECOND, e.InvokeRefused(NOT_ALLOWED), State.FAILED, SHOW)])
    assert (run.failure, run.trace_id) == (NOT_ALLOWED, "trace-refused")
    assert run.job_id is None


def test_an_invoke_without_a_reply_is_never_repeated() -> None:
    run = play(invoking(), [(SECOND, e.InvokeUnanswered("trace-sent"), State.UNCERTAIN, SHOW)])
    assert run.trace_id == "trace-sent"
    assert too_late(run, INVOKED, DELAYED, e.Started(), e.Completed(ANSWER))


# The queue


def test_a_queued_turn_moves_up_is_edited_and_starts() -> None:
    run = play(
        queued(),
        [
            (SECOND, e.Moved(1), State.QUEUED, SHOW),
            (SECOND, e.Moved(1), State.QUEUED, NOTHING),
            (SECOND, e.Edited("Pay invoice 4712"), State.QUEUED, SHOW),
            (SECOND, e.Edited("Pay invoice 4712"), State.QUEUED, NOTHING),
            (SECOND, e.Started(), State.INVOKING, INVOKE),
            (SECOND, INVOKED, State.RUNNING, POLL),
        ],
    )
    assert run.turn.text == "Pay invoice 4712"
    assert run.ahead == 0


def test_an_edit_comes_too_late_once_the_run_has_started() -> None:
    assert too_late(invoking(), e.Edited("Something else"), e.Moved(0), e.Started())


# Stopping


@pytest.mark.parametrize(
    ("run", "leaves_a_job"),
    [(queued(), False), (invoking(), True), (running(), True), (waiting(), True)],
    ids=lambda part: part.state if isinstance(part, Run) else "",
)
def test_a_run_can_be_stopped(run: Run, leaves_a_job: bool) -> None:
    after = play(run, [(SECOND, e.Stopped(BEN), State.STOPPED, SHOW)])
    assert after.stopped_by == BEN
    assert after.ended_at == NOON + SECOND
    assert after.pending is None
    assert abandons_job(run, after) is leaves_a_job
    assert too_late(after, INVOKED, e.Completed(ANSWER), e.Stopped(ANNA))


@pytest.mark.parametrize("run", [resuming(), unconfirmed()], ids=["resuming", "unconfirmed"])
def test_a_run_whose_decision_is_on_its_way_cannot_be_stopped(run: Run) -> None:
    assert too_late(run, e.Stopped(ANNA))


def test_only_stops_uncertain_ends_and_expiries_abandon_a_job() -> None:
    abandoning = {state for state in State if abandons_job(running(), IN_STATE[state]())}
    assert abandoning == {State.STOPPED, State.UNCERTAIN, State.EXPIRED}


# Patience


def test_fusion_cannot_be_asked_for_a_while_and_then_can() -> None:
    run = play(
        invoking(),
        [
            (SECOND, DELAYED, State.INVOKING, SHOW),
            (PATIENCE.invoking - SECOND, DELAYED, State.INVOKING, NOTHING),
            (MINUTE, INVOKED, State.RUNNING, POLL),
        ],
    )
    assert run.troubled_since is None


def test_fusion_cannot_be_asked_until_patience_ends() -> None:
    run = play(
        invoking(),
        [
            (MINUTE, DELAYED, State.INVOKING, SHOW),
            (PATIENCE.invoking - SECOND, DELAYED, State.INVOKING, NOTHING),
            (SECOND, DELAYED, State.FAILED, SHOW),
        ],
    )
    assert run.failure == Failure(Trouble.UNAVAILABLE, "503")


def test_a_job_that_cannot_be_read_expires_when_patience_ends() -> None:
    run = play(
        running(),
        [
            (MINUTE, UNREAD, State.RUNNING, SHOW),
            (PATIENCE.unreadable - SECOND, UNREAD, State.RUNNING, NOTHING),
            (SECOND, UNREAD, State.EXPIRED, SHOW),
        ],
    )
    assert run.failure == UNREACHABLE
    assert run.trace_id == "trace-1"
    assert run.ended_at == NOON + MINUTE + PATIENCE.unreadable


@pytest.mark.parametrize("good", [NO_NEWS, e.Waited(PAYMENT)], ids=["progressed", "waited"])
def test_one_good_reading_renews_the_patience_with_bad_ones(good: e.Event) -> None:
    run = waiting() if isinstance(good, e.Waited) else running()
    lost = e.PollFailed(GONE)
    run = play(
        run,
        [
            (MINUTE, lost, run.state, SHOW),
            (PATIENCE.unreadable - SECOND, good, run.state, SHOW),
            (2 * SECOND, lost, run.state, SHOW),
            (PATIENCE.unreadable - SECOND, lost, run.state, NOTHING),
            (SECOND, lost, State.EXPIRED, SHOW),
        ],
    )
    assert run.troubled_since is None


def test_a_job_that_never_ends_is_followed_for_a_day() -> None:
    run = play(
        running(),
        [
            (PATIENCE.running - SECOND, NO_NEWS, State.RUNNING, NOTHING),
            (SECOND, NO_NEWS, State.EXPIRED, SHOW),
        ],
    )
    assert run.failure == Failure(Trouble.TOO_LONG)


def test_an_answer_counts_however_late_it_is() -> None:
    for run in (running(), waiting(), resuming(), unconfirmed()):
        late = play(run, [(2 * PATIENCE.waiting, e.Completed(ANSWER), State.COMPLETE, SHOW)])
        assert late.answer == ANSWER


def test_an_invoke_that_succeeds_counts_however_late_it_is() -> None:
    play(
        invoking(),
        [
            (AT_ONCE, DELAYED, State.INVOKING, SHOW),
            (2 * PATIENCE.invoking, INVOKED, State.RUNNING, POLL),
        ],
    )
