"""The end of a run: its answer with what came along, or what went wrong and what to do."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain import events as e
from bot.domain.answer import Answer, Citation
from bot.domain.approval import Decision
from bot.domain.events import Failure, Trouble
from bot.domain.job import Action
from bot.domain.run import Run, State
from bot.slack.answers.card import draw_end
from bot.slack.text.links import AllowedHosts
from bot.slack.threads.picture import Part
from bot.slack.words import feedback, general as say
from tests.domain.examples import ANNA, BEN, IN_STATE, NOON, moved, queued, running, waiting
from tests.slack.drawing import assert_safe, assert_taken, buttons, objects, words

FULL = "word " * 2200 + "\n\n```\n" + "code\n" * 298 + "```"  # a message that takes no more
HOSTS = AllowedHosts(frozenset({"good.com"}))


def cards(run: Run) -> list[Part]:
    """The messages of an ended run."""
    parts = [
        Part(f"answer:{number}", *each)
        for number, each in enumerate(draw_end(run, "Payables", HOSTS), 1)
    ]
    for part in parts:
        assert_taken(part)
        assert_safe(part)
    return parts


def card(run: Run) -> Part:
    (part,) = cards(run)
    return part


def answered(**answer: Any) -> Run:
    return moved(running(), e.Completed(replace(Answer(output="It is paid."), **answer)))


def failed(failure: Failure, answer: Answer | None = None) -> Run:
    return moved(running(), e.JobFailed(failure, answer))


def test_an_answer_stands_alone() -> None:
    part = card(answered())
    assert part.text == "It is paid."
    assert [each["type"] for each in part.blocks] == ["markdown", "actions", "context_actions"]


@pytest.mark.parametrize("output", [None, "", " \n", {}, []])
def test_an_answer_without_a_word_says_that_it_is_finished(output: object) -> None:
    part = card(answered(output=output))
    assert part.text.strip()
    if output is None or not str(output).strip():
        assert part.text == ":white_check_mark: Finished."


def test_an_answer_without_a_word_after_a_decision_says_so() -> None:
    decision = e.Decided("run-1", Decision(Action.APPROVE, ANNA, NOON))
    run = moved(waiting(), decision, e.Resumed(), e.Completed(Answer()))
    assert card(run).text == ":white_check_mark: Finished, as decided."


def test_an_answer_without_a_word_after_a_decision_whose_reply_was_lost_says_so() -> None:
    decision = e.Decided("run-1", Decision(Action.APPROVE, ANNA, NOON))
    run = moved(waiting(), decision, e.ResumeUnanswered(), e.Completed(Answer()))
    assert card(run).text == f":warning: {say.REPLY_LOST}"


def test_sources_are_numbered_and_link_only_to_allowed_hosts() -> None:
    part = card(
        answered(
            citations=(
                Citation("Travel | policy", "https://good.com/a?b=c&d=e", page="7"),
                Citation("Click <here>", "https://evil.com/?q=1"),
                Citation("", "https://good.com/x"),
                Citation("No address"),
                Citation("Script", "javascript:alert(1)"),
            )
        )
    )
    assert words(part).split("*Sources*\n")[1].split("\n") == [
        "1. <https://good.com/a?b=c&amp;d=e|Travel ¦ policy>, page 7",
        "2. Click &lt;here&gt; (`https://evil.com/?q=1`)",
        "3. <https://good.com/x|https://good.com/x>",
        "4. No address",
        "5. Script (`javascript:alert%281%29`)",
        *("Ask again", "New conversation", "Continue in a new thread"),
        *(feedback.GOOD, feedback.BAD),
    ]


def test_many_sources_are_counted_rather_than_listed() -> None:
    text = words(card(answered(citations=(Citation("Policy"),) * 200)))
    assert "10. Policy\nand 190 more" in text
    assert "11. Policy" not in text


def test_a_link_is_never_cut() -> None:
    long = f"https://good.com/{'a' * 900}"
    longest = f"https://good.com/{'a' * 1900}"
    citations = (*(Citation(f"Page {n}", long) for n in range(9)), Citation("Last", longest))
    parts = cards(answered(citations=citations))
    text = "\n".join(map(words, parts))
    assert text.count(f"<{long}|Page") == 9
    assert "10. Last" in text
    assert longest not in text


def test_follow_up_questions_are_buttons_of_their_own() -> None:
    questions = tuple(f"Question {n} {'?' * n * 40}" for n in range(8))
    found = buttons(card(answered(follow_up_questions=questions)))
    assert list(found) == [f"follow_up_{n}" for n in range(5)]
    assert {each["value"] for each in found.values()} == {"run"}
    assert found["follow_up_0"]["text"]["text"] == "Question 0"
    assert found["follow_up_4"]["text"]["text"].endswith("…")
    assert f"• {questions[4]}" in words(card(answered(follow_up_questions=questions)))


def test_what_comes_below_a_full_answer_goes_into_one_more_message() -> None:
    output = FULL
    *_, last = cards(answered(output=output, follow_up_questions=("What else?",)))
    assert last.text == "*Ask next*"
    assert list(buttons(last)) == ["follow_up"]
    *_, last = cards(answered(output=output, citations=(Citation("Policy"),)))
    assert last.text == "*Sources*"


@pytest.mark.parametrize("trouble", Trouble)
def test_a_failure_says_what_happened_what_to_do_and_its_trace_id(trouble: Trouble) -> None:
    part = card(failed(Failure(trouble, "ORA-1 <!channel>", "trace-`9`")))
    assert part.text == f":warning: *Payables*: {say.TROUBLES[trouble]}"
    assert "ORA-1 &lt;!channel&gt;" in words(part)
    assert "Trace id for support: `trace-9`" in words(part)
    assert buttons(part)["run_again"]["value"] == "run"


def test_a_job_that_was_lost_is_not_said_never_to_have_begun() -> None:
    expired = replace(IN_STATE[State.EXPIRED](), failure=Failure(Trouble.UNAVAILABLE))
    assert card(expired).text == f":alarm_clock: *Payables*: {say.TROUBLES[Trouble.LOST]}"


def test_a_failure_without_details_has_none() -> None:
    run = replace(failed(Failure(Trouble.REFUSED, " ")), trace_id="")
    assert [each["type"] for each in card(run).blocks] == ["section", "actions"]


def test_partial_output_is_kept_above_the_failure() -> None:
    part = card(failed(Failure(Trouble.AGENT_FAILED), Answer(output="Half of it")))
    assert part.text == "Half of it"
    assert "could not finish" in words(part)
    assert "run_again" in buttons(part)


def test_a_failure_below_much_partial_output_is_a_message_that_says_so() -> None:
    *_, last = cards(failed(Failure(Trouble.AGENT_FAILED), Answer(output=FULL)))
    assert last.text == f":warning: *Payables*: {say.TROUBLES[Trouble.AGENT_FAILED]}"


@pytest.mark.parametrize(
    ("state", "again", "new_conversation"),
    [
        (State.COMPLETE, False, False),
        (State.FAILED, True, False),
        (State.STOPPED, True, True),
        (State.EXPIRED, True, True),
        (State.UNCERTAIN, True, True),
    ],
)
def test_each_end_offers_what_helps(state: State, again: bool, new_conversation: bool) -> None:
    part = card(IN_STATE[state]())
    assert ("run_again" in buttons(part)) is again
    assert (say.NEW_CONVERSATION_FOLLOWS in words(part)) is new_conversation
    assert "run_stop" not in buttons(part)


def test_a_stopped_run_says_who_stopped_it() -> None:
    assert "Stopped by <@U-BEN>." in card(moved(running(), e.Stopped(BEN))).text


def test_a_queued_run_that_was_stopped_was_never_asked() -> None:
    part = card(moved(queued(), e.Stopped(ANNA)))
    assert part.text == ":octagonal_sign: Cancelled before it was asked."
    assert say.NEW_CONVERSATION_FOLLOWS not in words(part)


def test_an_uncertain_end_says_that_nothing_was_repeated() -> None:
    part = card(IN_STATE[State.UNCERTAIN]())
    assert "It was not sent twice." in part.text


def test_an_end_without_its_reason_still_says_something() -> None:
    part = card(replace(IN_STATE[State.FAILED](), failure=None))
    assert say.TROUBLES[Trouble.LOST] in part.text
    assert card(replace(answered(), answer=None)).text == ":white_check_mark: Finished."


def test_a_button_is_never_empty() -> None:
    found = buttons(card(answered(follow_up_questions=("\u202e",))))
    assert [each["text"]["text"] for each in found.values()] == [" "]
    assert not [each for each in objects(card(answered()).blocks) if each.get("type") == "button"]
