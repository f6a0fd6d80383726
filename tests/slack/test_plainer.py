"""The plainest forms of blocks, for when Slack refuses newer ones."""

import pytest
from hypothesis import given, settings, strategies as st

from bot.domain import events as e
from bot.domain.answer import Answer, Node
from bot.domain.run import State
from bot.slack.text.blocks import plan, section, task
from bot.slack.text.links import AllowedHosts
from bot.slack.text.output import draw_output
from bot.slack.text.plainer import CLASSIC, plainer
from bot.slack.threads.picture import Part
from tests.domain.examples import IN_STATE, moved, running, waiting
from tests.slack.drawing import assert_blocks_taken, assert_safe, buttons, parts_of, words

OUTPUT = """# Report

Some *words* with <!channel>.

| a | b |
|---|---|
| 1 | <@U1> |

```python
print("<b>")
```

---
The end."""


@pytest.mark.parametrize("state", State)
def test_every_picture_has_a_plainer_form_with_the_same_buttons(state: State) -> None:
    for part in parts_of(IN_STATE[state](), rooted=True).values():
        plain = Part(part.name, part.text, tuple(plainer(part.blocks)))
        assert {block["type"] for block in plain.blocks} <= CLASSIC
        assert buttons(plain) == buttons(part)
        assert_blocks_taken(plain.blocks)
        assert_safe(plain)


def test_all_that_an_answer_says_is_still_there() -> None:
    run = moved(running(), e.Completed(Answer(output=OUTPUT)))
    blocks = plainer(parts_of(run)["main"].blocks)
    text = words(Part("main", "text", tuple(blocks)))
    for piece in ("Report", "words", "a | b", "1 | <@U1>", 'print("<b>")', "The end."):
        assert piece in text
    assert {block["text"]["type"] for block in blocks if "text" in block} == {"plain_text"}


def test_steps_become_lines_with_marks() -> None:
    tasks = [task(1, "Look <up>", "complete"), task(2, "Pay", "in_progress"), task(3, "x", "odd")]
    (block,) = plainer([plan("Working & more", tasks)])
    assert block["elements"][0]["text"] == "Working &amp; more\n✓ Look &lt;up&gt;\n… Pay\n· x"


def test_classic_blocks_stay_as_they_are() -> None:
    run = waiting()
    card = parts_of(run)["approval:1"]
    assert plainer(card.blocks) == list(card.blocks)
    assert plainer([]) == []


@settings(max_examples=100, deadline=None)
@given(
    st.text(max_size=300)
    | st.recursive(st.none() | st.text(max_size=9), lambda inner: st.lists(inner, max_size=4))
)
def test_any_output_has_a_plainer_form(output: object) -> None:
    for blocks in draw_output(output, hosts=AllowedHosts()).messages:
        assert_blocks_taken(plainer(blocks))


def test_a_long_answer_stays_whole() -> None:
    text = " ".join(f"word{n}" for n in range(1200))
    (blocks,) = draw_output(text, hosts=AllowedHosts()).messages
    plain = plainer(blocks)
    assert " ".join(block["text"]["text"] for block in plain) == text
    assert len(plain) > 3


def test_there_are_never_more_blocks_than_slack_takes() -> None:
    assert len(plainer([section("x")] * 80)) == 50


def test_a_plan_of_many_long_steps_fits() -> None:
    nodes = tuple(Node("<" * 150) for _ in range(40))
    run = moved(running(), e.Progressed((), nodes))
    assert_blocks_taken(plainer(parts_of(run)["main"].blocks))
