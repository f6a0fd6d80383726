"""The main message while a run is not at its end: what goes on, and how to stop it."""

from dataclasses import replace

import pytest

from bot.domain import events as e
from bot.domain.answer import Node
from bot.domain.events import Failure, Trouble
from bot.domain.run import Run, State
from bot.slack.answers.progress import NODE_STATUS, STEPS_SHOWN, draw_progress
from bot.slack.threads.picture import Part
from tests.domain.examples import (
    E_MAIL,
    IN_STATE,
    NOON,
    UNREACHABLE,
    invoking,
    moved,
    queued,
    resuming,
    running,
    signed_out,
    waiting,
)
from tests.slack.drawing import assert_safe, assert_taken, buttons, objects, words

UNFINISHED = [each for each in State if IN_STATE[each]().ended_at is None]


def card(run: Run) -> Part:
    part = Part("main", *draw_progress(run, "Payables"))
    assert_taken(part)
    assert_safe(part)
    return part


def steps(part: Part) -> list[tuple[str, str]]:
    return [
        (each["title"], each["status"])
        for each in objects(part.blocks)
        if each.get("type") == "task_card"
    ]


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (queued(), ":hourglass: Queued: 2 questions in this thread before this one."),
        (replace(queued(), ahead=1), ":hourglass: Queued: one question in this thread before this one."),
        (invoking(), "Asking *Payables*…"),
        (running(), "*Payables* is working on it…"),
        (moved(running(), e.Progressed(("Reading <b>",))), "Reading &lt;b&gt;"),
        (moved(running(), e.Progressed(("Reading", "  "))), "*Payables* is working on it…"),
        (waiting(), ":raised_hand: Waiting for <@U-ANNA> to decide below."),
        (waiting(E_MAIL), ":hourglass: Waiting. See below."),
        (resuming(), ":outbox_tray: Handing the decision over to Fusion…"),
    ],
)  # fmt: skip
def test_the_line_says_what_goes_on(run: Run, says: str) -> None:
    assert card(run).text == says
    assert says in words(card(run))


@pytest.mark.parametrize("state", UNFINISHED)
def test_it_can_be_stopped_unless_a_decision_is_under_way(state: State) -> None:
    found = buttons(card(IN_STATE[state]()))
    if state is State.RESUMING:
        assert found == {}
    else:
        assert found["run_stop"]["value"] == "run"
        label = found["run_stop"]["text"]["text"]
        assert label == ("Cancel" if state in {State.QUEUED, State.SIGNED_OUT} else "Stop")


SIGN_IN_ENDED = e.PollFailed(Failure(Trouble.SIGNED_OUT))


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (signed_out(), "sign in to Fusion so that *Payables* can be asked as you"),
        (moved(running(), SIGN_IN_ENDED), "your sign-in to Fusion has ended"),
        (moved(waiting(), SIGN_IN_ENDED), "your sign-in to Fusion has ended"),
    ],
)
def test_who_has_to_sign_in_is_named_and_given_a_button(run: Run, says: str) -> None:
    part = card(run)
    assert f"<@U-ANNA>, {says}" in words(part)
    assert "cannot be reached" not in words(part)
    assert list(buttons(part)) == ["sign_in", "run_stop"]
    assert "sign_in" not in buttons(card(running()))


def test_progress_texts_become_steps_from_the_second_on() -> None:
    assert steps(card(moved(running(), e.Progressed(("one",))))) == []
    part = card(moved(running(), e.Progressed(("one", " ", "two"))))
    assert steps(part) == [("one", "complete"), ("two", "in_progress")]


@pytest.mark.parametrize("status", [*NODE_STATUS, "COMPLETED", "strange", ""])
def test_nodes_become_steps_with_their_status(status: str) -> None:
    part = card(moved(running(), e.Progressed(("Looking",), (Node("Look", status), Node(" ")))))
    expected = NODE_STATUS.get(status.lower(), "pending")
    assert steps(part) == [("Look", expected), ("Step", "pending")]
    assert "Looking" in words(part)


def test_only_the_newest_steps_are_shown() -> None:
    nodes = tuple(Node(f"step {n}") for n in range(100))
    assert steps(card(moved(running(), e.Progressed((), nodes))))[-1] == ("step 99", "pending")
    part = card(moved(running(), e.Progressed(tuple(f"text {n}" for n in range(100)))))
    assert len(steps(part)) == STEPS_SHOWN
    assert steps(part)[0] == ("text 88", "complete")


def test_trouble_is_said_with_the_time_when_it_began() -> None:
    part = card(moved(running(), e.PollFailed(UNREACHABLE)))
    assert "Fusion cannot be reached since <!date^" in words(part)
    assert f"{NOON:%H:%M} UTC" in words(part)
