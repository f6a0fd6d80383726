"""More about an answer: valid modals, safe texts, nothing where there is nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.answer import Answer, Citation, Node
from bot.slack.answers.more import draw_footer, draw_more_buttons, draw_sources, draw_steps
from bot.slack.text.links import AllowedHosts
from bot.slack.threads.picture import Part
from tests.domain.examples import NOON, running
from tests.slack.drawing import assert_blocks_taken, assert_safe, words

HOSTS = AllowedHosts(frozenset({"good.com"}))
HOSTILE = "<!channel> <@U1> <https://evil.com|bank> *b* `c`"


def part(view: dict[str, object]) -> Part:
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    assert_blocks_taken(blocks, "modal")
    shown = Part("modal", "x", tuple(blocks))
    assert_safe(shown)
    return shown


@pytest.mark.parametrize("text", [HOSTILE, "word " * 3000, "line\nline", "&" * 5000])
def test_sources_are_shown_whole_and_safe(text: str) -> None:
    citation = Citation(f"Title {HOSTILE}", "https://good.com/a", "4", text)
    shown = words(part(draw_sources(Answer(citations=(citation,)), HOSTS)))
    assert "page 4" in shown
    if text.startswith("word"):
        assert shown.count("word") == 3000


def test_what_a_form_cannot_hold_is_said_to_be_missing() -> None:
    many = Answer(citations=(Citation("T", text="x"),) * 200)
    assert "more than a form can hold" in words(part(draw_sources(many, HOSTS)))
    steps = Answer(nodes=(Node("Step"),) * 200)
    assert "and 110 more" in words(part(draw_steps(steps)))


def test_steps_say_what_is_known_of_them() -> None:
    nodes = (Node(HOSTILE, "SUCCESS", "AGENT", 1.25), Node("", kind=""), Node("Second"))
    shown = words(part(draw_steps(Answer(nodes=nodes))))
    assert "AGENT, SUCCESS, 1.2 s" in shown
    assert "2. *A step*" in shown
    assert "nothing more" in words(part(draw_steps(Answer())))


def test_buttons_are_there_only_for_what_there_is() -> None:
    run = running()
    assert draw_more_buttons(run, Answer(citations=(Citation("T"),)), with_steps=True)[:-1] == []
    with_text = Answer(citations=(Citation("T", text="x"),), nodes=(Node("S"),))
    for with_steps, names in ((False, 1), (True, 2)):
        assert len(draw_more_buttons(run, with_text, with_steps=with_steps)[:-1]) == names


@pytest.mark.parametrize(
    ("seconds", "answer", "says"),
    [
        (12, Answer(), "Payables · 12 s"),
        (
            75,
            Answer(input_tokens=1234, output_tokens=5),
            "1 min 15 s · 1,234 tokens read, 5 written",
        ),
    ],
)
def test_the_footer_says_what_is_known(seconds: int, answer: Answer, says: str) -> None:
    run = replace(running(), answer=answer, ended_at=NOON + timedelta(seconds=seconds))
    assert says in words(Part("x", "x", (draw_footer(run, "Payables"),)))
