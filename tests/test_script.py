"""Scripts: what a line means, and what is said where a conversation does not go as written."""

import pytest

from bot.playground.script import Script, WrongScript, play
from bot.playground.slack import SlackServer

TEXT = """
# A comment, and an empty line

Anna in #finance: @Fusion Approve invoice: 4711
Anna: and the next one?
Anna runs /fusion status now
Anna runs /fusion
Ben clicks Request change…
Ben writes: another cost centre
  see: Approved by
"""


def test_every_kind_of_line_is_read_with_its_words() -> None:
    lines = Script.read(TEXT).lines
    assert [(each.number, each.kind) for each in lines] == [
        (4, "say"), (5, "reply"), (6, "command"), (7, "command"), (8, "click"), (9, "write"),
        (10, "see"),
    ]  # fmt: skip
    assert lines[0].words == {
        "who": "Anna",
        "channel": "finance",
        "text": "@Fusion Approve invoice: 4711",
    }
    assert lines[2].words == {"who": "Anna", "command": "/fusion", "text": "status now"}
    assert lines[6].words == {"text": "Approved by"}


@pytest.mark.parametrize(
    "line", ["Anna dances", "in #finance: hi", "Anna in finance hi", "see", ":"]
)
def test_a_line_that_nobody_knows_is_named_with_its_number(line: str) -> None:
    with pytest.raises(WrongScript, match="line 3 is none that a script knows"):
        Script.read(f"# one\n\n{line}")


def test_a_script_may_be_empty() -> None:
    assert Script.read("\n# nothing\n").lines == ()


async def played(text: str, slack: SlackServer) -> tuple[bool, list[str]]:
    said: list[str] = []
    good = await play(Script.read(text), slack, said.append)
    return good, said


async def test_people_who_say_things_are_heard_in_the_thread() -> None:
    async with SlackServer() as slack:
        good, said = await played("Anna in #finance: hello\nBen: hi\nsee: HELLO\nsee: hi\n", slack)
        assert good
        assert said == ["Anna in #finance: hello", "Ben: hi", "see: HELLO", "see: hi"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Zoe in #finance: hi", "line 1 failed: there is nobody called Zoe in the playground"),
        ("Anna in #nowhere: hi", "line 1 failed: there is no channel #nowhere in the playground"),
        ("Anna: hi", "line 1 failed: there is no thread to reply in yet"),
        (
            "Anna in #finance: hi\nsee: never",
            "line 2 failed: not within 0.05 s: the thread should say “never”",
        ),
        (
            "Anna in #finance: hi\nAnna clicks Approve",
            "line 2 failed: not within 0.05 s: there should be a button",
        ),
        ("Anna writes: hi", "line 1 failed: not within 0.05 s: a form should be open"),
    ],
)
async def test_what_does_not_go_as_written_is_said_with_what_is_there(
    text: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.playground.script.PATIENCE", 0.05)
    async with SlackServer() as slack:
        good, said = await played(text, slack)
        assert not good
        assert any(says in line for line in said), said
        if "#finance: hi" in text and "Zoe" not in text:
            assert "  | hi" in said
