"""The picture of a run: the same run, the same picture; each part as Slack takes it; nothing live."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from bot.domain import events as e
from bot.domain.answer import Answer, Citation, Node
from bot.domain.approval import Approval, ApprovalState, Decision, Reopened
from bot.domain.events import Failure, Trouble
from bot.domain.job import Action, Waiting, WaitingFor
from bot.domain.run import Run, State
from bot.domain.turn import Origin, Place
from bot.slack.threads.picture import draw
from tests.domain.examples import (
    ANNA,
    BEN,
    IN_STATE,
    NOON,
    SECOND,
    TURN,
    invoking,
    moved,
    running,
    waiting,
)
from tests.slack.drawing import LOOK, PLACE, TEAMS, assert_safe, assert_taken, parts_of, words

HOSTILE = st.one_of(
    st.text(max_size=20),
    st.lists(
        st.sampled_from(
            [
                "<!channel>", "<!here>", "<@U-EVE>", "<@U-ANNA>", "<#C9|x>", "<https://evil.com|x>",
                "https://evil.com/x", "<", ">", "|", "&", "&lt;!channel&gt;", "`", "*", "_", "\n",
                "@channel", "#general", "![x](https://evil.com/x.png)", "[x](https://evil.com)",
                "<!date^1^{time}^https://evil.com|x>", "\0", "\ud800", "\u202e", "word ", "}", "{time}",
            ]
        ),
        max_size=8,
    ).map("".join),
)  # fmt: skip
TEXTS = st.lists(HOSTILE, max_size=4).map(tuple)
TIMES = st.timedeltas(timedelta(0), timedelta(days=40)).map(lambda since: NOON + since)
PEOPLE = st.sampled_from([ANNA, BEN])
NODES = st.lists(st.builds(Node, HOSTILE, HOSTILE, HOSTILE), max_size=4).map(tuple)
WAITS = st.builds(
    Waiting,
    kind=st.sampled_from(WaitingFor),
    key=HOSTILE,
    message=HOSTILE,
    node=HOSTILE,
    tool=HOSTILE,
    details=st.lists(st.tuples(HOSTILE, HOSTILE), max_size=4).map(tuple),
    approve_label=HOSTILE,
    reject_label=HOSTILE,
    rounds=st.none() | st.integers(0, 9),
)
APPROVALS = st.builds(
    Approval,
    id=st.just("run-1"),
    job_id=st.just("job-1"),
    waiting=WAITS,
    state=st.sampled_from(ApprovalState),
    opened_at=TIMES,
    round=st.integers(1, 9),
    decision=st.none() | st.builds(Decision, st.sampled_from(Action), PEOPLE, TIMES, HOSTILE),
    closed_at=st.none() | TIMES,
    reopened=st.none() | st.sampled_from(Reopened),
)
CITATIONS = st.builds(
    Citation,
    HOSTILE,
    HOSTILE | st.sampled_from(["https://good.com/a?b=c&d=e", "https://evil.com/", "javascript:x"]),
    HOSTILE,
    HOSTILE,
)
JSON = st.recursive(
    HOSTILE | st.none() | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HOSTILE, inner, max_size=3),
    max_leaves=5,
)
ANSWERS = st.builds(
    Answer,
    output=JSON,
    citations=st.lists(CITATIONS, max_size=3).map(tuple),
    follow_up_questions=TEXTS,
    nodes=NODES,
    trace_id=HOSTILE,
)


@st.composite
def hostile_runs(draw_one: st.DrawFn) -> Run:
    """A run in any state whose every text is an attacker's; ids and people are Slack's and ours."""
    state = draw_one(st.sampled_from(State))
    ended = IN_STATE[state]().ended_at is not None
    turn = replace(TURN, text=draw_one(HOSTILE), origin=draw_one(st.sampled_from(Origin)))
    return Run(
        id="run",
        turn=turn,
        state=state,
        version=3,
        since=draw_one(TIMES),
        thread="T1:C1:1700.1",
        ahead=draw_one(st.integers(0, 5)),
        job_id=draw_one(st.none() | st.just("job-1")),
        trace_id=draw_one(HOSTILE),
        progress=draw_one(TEXTS),
        nodes=draw_one(NODES),
        approvals=draw_one(st.lists(APPROVALS, max_size=2).map(tuple)),
        answer=draw_one(st.none() | ANSWERS),
        failure=draw_one(
            st.none() | st.builds(Failure, st.sampled_from(Trouble), HOSTILE, HOSTILE)
        ),
        troubled_since=draw_one(st.none() | TIMES),
        stopped_by=draw_one(st.none() | PEOPLE),
        ended_at=draw_one(TIMES) if ended else None,
    )


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hostile_runs(), st.booleans())
def test_no_text_of_an_agent_or_a_person_comes_to_life_in_any_part(run: Run, rooted: bool) -> None:
    for part in draw(run, LOOK, PLACE, rooted=rooted):
        assert_taken(part)
        assert_safe(part)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(hostile_runs(), st.booleans())
def test_the_same_run_draws_the_same_picture(run: Run, rooted: bool) -> None:
    assert draw(run, LOOK, PLACE, rooted=rooted) == draw(run, LOOK, PLACE, rooted=rooted)


@pytest.mark.parametrize("state", State)
def test_a_run_in_any_state_has_one_main_message(state: State) -> None:
    parts = parts_of(IN_STATE[state]())
    assert next(iter(parts)) == "main"
    assert all(name == "main" or name.startswith("approval:") for name in parts)


@pytest.mark.parametrize("state", State)
def test_a_thread_that_nobody_began_begins_with_the_question(state: State) -> None:
    parts = parts_of(IN_STATE[state](), rooted=True)
    assert list(parts)[:2] == ["root", "main"]
    assert "Pay invoice 4711" in parts["root"].text
    assert "Accounts &lt;Payable&gt;" in parts["root"].text
    assert "<@U-ANNA>" in parts["root"].text


def test_a_thread_that_moved_to_a_direct_message_names_the_channel_that_it_left() -> None:
    (root, _) = draw(running(), LOOK, Place("T1", "D9", None), rooted=True)
    assert "I cannot write in <#C1>" in words(root)


def test_a_typed_question_is_not_repeated_but_a_clicked_one_is() -> None:
    typed = running()
    assert "Pay invoice 4711" not in words(parts_of(typed)["main"])
    for origin in (Origin.AGAIN, Origin.FOLLOW_UP):
        clicked = replace(typed, turn=replace(TURN, origin=origin))
        assert "<@U-ANNA> asked:\n&gt; " not in words(parts_of(clicked)["main"])
        assert "<@U-ANNA> asked:\n> Pay invoice 4711" in words(parts_of(clicked)["main"])


def test_a_question_from_another_channel_stands_in_no_message_here() -> None:
    (main,) = draw(running(), LOOK, Place("T1", "D9", "1.1"), rooted=False)
    assert "<@U-ANNA> asked:\n> Pay invoice 4711" in words(main)


def test_a_clicked_question_above_a_full_answer_still_fits() -> None:
    turn = replace(TURN, origin=Origin.AGAIN, text="why & how? " * 300)
    output = "A sentence that is part of a long report. " * 2000
    run = moved(replace(running(), turn=turn), e.Completed(Answer(output=output)))
    assert len(parts_of(run)) > 5


def test_a_team_that_left_the_configuration_is_called_by_its_code() -> None:
    run = replace(running(), turn=replace(TURN, agent_team="OLD_<TEAM>"))
    assert "OLD_&lt;TEAM&gt;" in words(parts_of(run)["main"])


def test_parts_are_only_ever_added() -> None:
    before = list(parts_of(waiting()))
    decided = moved(
        waiting(), e.Decided("run-1", Decision(Action.APPROVE, ANNA, NOON)), e.Resumed()
    )
    long = moved(decided, e.Completed(Answer(output="Line.\n\n" * 4000)), now=NOON + 90 * SECOND)
    after = list(parts_of(long))
    assert after[: len(before)] == before
    assert after[-1] == "notice"
    assert next(each for each in after if each.startswith("answer:")) == "answer:2"


@pytest.mark.parametrize(("seconds", "noticed"), [(59, False), (60, False), (61, True)])
def test_a_notice_mentions_the_asker_after_a_long_run(seconds: int, noticed: bool) -> None:
    run = moved(running(), e.Completed(Answer(output="Done.")), now=NOON + seconds * SECOND)
    parts = parts_of(run)
    assert ("notice" in parts) is noticed
    if noticed:
        assert parts["notice"].text == "<@U-ANNA> this is finished now, after 1 min. See above."


def test_a_run_that_went_on_quickly_after_a_decision_needs_no_notice() -> None:
    late = NOON + timedelta(hours=3)
    decided = e.Decided("run-1", Decision(Action.APPROVE, ANNA, late))
    run = moved(waiting(), decided, e.Resumed(), e.Completed(Answer(output="Paid.")), now=late)
    assert "notice" not in parts_of(run)
    run = moved(waiting(), decided, e.Resumed(), now=late)
    run = moved(run, e.Completed(Answer(output="Paid.")), now=late + timedelta(minutes=5))
    assert "notice" in parts_of(run)


def test_a_stopped_run_needs_no_notice() -> None:
    run = moved(running(), e.Stopped(ANNA), now=NOON + timedelta(hours=1))
    assert "notice" not in parts_of(run)


def test_an_extreme_run_is_taken_by_slack_in_every_part() -> None:
    long = "Überweisung <b>&</b> " * 300
    nodes = tuple(Node(f"{n} {long}", "RUNNING") for n in range(100))
    wait = Waiting(
        WaitingFor.DECISION,
        key="k",
        message=long,
        node=long,
        details=tuple((f"{n} {long}", long) for n in range(50)),
        approve_label=long,
        reject_label=long,
    )
    run = moved(running(), e.Progressed((long,) * 100, nodes))
    assert_taken(parts_of(run)["main"])
    run = moved(run, e.Waited(wait))
    assert set(parts_of(run)) == {"main", "approval:1"}
    run = moved(run, e.Decided("run-1", Decision(Action.REJECT, ANNA, NOON, long)), e.Resumed())
    answer = Answer(
        output=long * 3,
        citations=tuple(Citation(long, f"https://good.com/{'a' * 1900}", long) for _ in range(200)),
        follow_up_questions=(long,) * 50,
        nodes=nodes,
        trace_id="t" * 5000,
    )
    parts = parts_of(moved(run, e.Completed(answer)))
    assert "and 190 more" in words(list(parts.values())[-1])
    for part in parts.values():
        assert_safe(part)
    failed = moved(invoking(), e.InvokeRefused(Failure(Trouble.REFUSED, long * 9, "t" * 5000)))
    assert_safe(parts_of(failed)["main"])


def test_the_look_knows_its_teams() -> None:
    assert LOOK.team_title(running()) == "Accounts &lt;Payable&gt;"
    assert TEAMS.for_channel("C-any").code == "AP_TEAM"
