"""Whole outputs as messages: within Slack's limits, complete, in order."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings, strategies as st
from jsonschema import Draft7Validator

from bot.slack.text.html import is_html
from bot.slack.text.links import AllowedHosts
from bot.slack.text.output import Parts, characters, draw_fallback, draw_output

ANY = AllowedHosts()
GOOD = AllowedHosts(frozenset({"good.com"}))
SCHEMA = Path(__file__).parents[3] / "shared" / "schemas" / "slack-blocks.schema.json"
VALIDATOR = Draft7Validator(json.loads(SCHEMA.read_text())) if SCHEMA.exists() else None


def seen(parts: Parts) -> str:
    """All texts of all blocks, as people read them."""
    return "\n".join(_seen(block) for message in parts.messages for block in message)


def _seen(part: Any) -> str:
    match part:
        case {"type": "markdown", "text": str(text)}:
            return unescape(text).replace("\\", "")
        case {"text": str(text)}:
            return text
        case dict():
            return "\n".join(filter(None, map(_seen, part.values())))
        case list():
            return "\n".join(filter(None, map(_seen, part)))
        case _:
            return ""


def assert_sendable(parts: Parts) -> None:
    assert len(parts.messages) == len(parts.fallback_text)
    for message, text in zip(parts.messages, parts.fallback_text, strict=True):
        assert 0 < len(text) <= 15_000
        assert "<" not in text
        assert 0 < len(message) <= 50
        assert characters(message) <= 12_500
        assert sum(len(b["text"]) for b in message if b["type"] == "markdown") <= 11_500
        assert sum(b["type"] == "table" for b in message) <= 1
        json.dumps(message, ensure_ascii=False).encode()
        for block in message:
            assert_block(block)
        if VALIDATOR is not None:
            VALIDATOR.validate(json.loads(json.dumps(message)))


def assert_block(block: dict[str, Any]) -> None:
    match block["type"]:
        case "markdown":
            assert block["text"].strip()
            assert not {"<", "\0", "\ufdd0", "\ufdd1"} & set(block["text"])
        case "rich_text":
            text = block["elements"][0]["elements"][0]["text"]
            assert text.strip()
            assert len(text) <= 3000
        case "table":
            cells = [cell["text"] for row in block["rows"] for cell in row]
            assert len(block["rows"]) <= 100
            assert len(block["rows"][0]) <= 20
            assert len({len(row) for row in block["rows"]}) == 1
            assert all(cells)
            assert sum(map(len, cells)) <= 10_000
        case "section":
            assert block["text"]["type"] == "plain_text"
            assert 0 < len(block["text"]["text"]) <= 3000
        case kind:
            assert kind == "divider"


HOSTS = st.sampled_from([ANY, GOOD])


@settings(deadline=None)
@given(st.text(st.characters()), HOSTS)
def test_any_text_makes_messages_that_can_be_sent(text: str, hosts: AllowedHosts) -> None:
    assert_sendable(draw_output(text, hosts=hosts))
    assert_sendable(draw_fallback(text))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@settings(deadline=None)
@given(JSON)
def test_any_json_makes_messages_that_can_be_sent(output: Any) -> None:
    assert_sendable(draw_output(output, hosts=GOOD))
    assert_sendable(draw_fallback(output))


# fmt: off
STYLED = st.sampled_from([
    "{}", "**{}**", "*{}*", "~~{}~~", "`{}`", "[{}](https://good.com/)", "[{}](https://evil.com/)",
    "![{}](https://evil.com/x.png)", "<{}>", "&lt;{}&gt;", "\\*{}\\*", "{}<br>", "https://evil.com/{}",
])
# fmt: on
LINE = st.lists(STYLED, min_size=1, max_size=5).map(" ".join)
BLOCK = st.one_of(
    LINE,
    LINE.map("# ".__add__),
    st.lists(LINE, min_size=1, max_size=4).map(lambda lines: "\n".join(f"- {x}" for x in lines)),
    st.lists(LINE, min_size=1, max_size=3).map(lambda lines: "\n".join(f"1. {x}" for x in lines)),
    LINE.map("> ".__add__),
    st.just("```\n{} <!here>\n{}\n```"),
    st.just("- {}\n\n  ```\n  {}\n  ```\n\n  {}\n  - {}\n- {}"),
    st.just("> {}\n>\n> - {}\n>   > {}\n>\n> | {} |\n> |---|\n> | {} | {} |"),
    st.just("| {} | {} |\n|---|---|\n| {} | {} | {} |\n| {} |"),
    st.just("<div>{}<p>{}</p></div>"),
    st.just("---"),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(BLOCK, min_size=1, max_size=8), st.sampled_from([1, 2, 15]), HOSTS)
def test_every_word_appears_once_and_in_order(
    kinds: list[str], times: int, hosts: AllowedHosts
) -> None:
    form = "\n\n".join(kinds * times)
    count = form.count("{}")
    text = form.format(*(f"w{number}x" for number in range(count)))
    assume(not ("<{}>" in form and is_html(text)))  # in HTML that is a tag, and no word
    parts = draw_output(text, hosts=hosts)
    assert_sendable(parts)
    assert [int(n) for n in re.findall(r"w(\d+)x", seen(parts))] == list(range(count))


@pytest.mark.parametrize(
    "text",
    [
        "word " * 8000,
        "x" * 40_000,
        "A sentence. " * 3334,
        "<" * 40_000,
        "**" + "bold " * 8000 + "**",
        "> " + "quoted " * 6000,
        "> line\n" * 6000,
        "- " + "item " * 8000,
        "- item\n" * 6000,
        "1. a\n" + "   - nested\n" * 5000,
        "# " + "title " * 7000,
        "`" + "code <x> " * 4500 + "`",
        "```\n" + "line of code\n" * 3000 + "```",
        "```\n" + "x" * 40_000 + "\n```",
        "[a](https://good.com/x) " * 1600,
        f"[{'label ' * 400}](https://good.com/{'x' * 5000})",
        "| a | b |\n|---|---|\n" + "| cell | " + "y" * 20_000 + " |",
        "| a | b |\n|---|---|\n" + "| cell one | cell two |\n" * 400,
        "# h\n\n" * 300 + "text",
        "| a |\n|---|\n| b |\n\n" * 20,
        "a\n\n---\n\n" * 200,
    ],
)
def test_long_outputs_are_split_and_complete(text: str) -> None:
    parts = draw_output(text, hosts=GOOD)
    assert_sendable(parts)
    for letters in re.findall(r"[A-Za-z]{3,}", "bold code item nested title line cell text label"):
        assert seen(parts).count(letters) >= text.count(letters)
    for letter in "xy<":
        assert seen(parts).count(letter) >= text.count(letter)


def test_a_message_is_left_before_a_list_item_would_be_cut() -> None:
    item = "- " + "item " * 1000
    parts = draw_output("\n".join([item.strip()] * 5), hosts=GOOD)
    texts = [block["text"] for message in parts.messages for block in message]
    assert [text.count("- ") for text in texts] == [2, 2, 1]


def test_a_heading_goes_along_with_what_it_heads() -> None:
    parts = draw_output(f"{'a ' * 5600}\n\n## Title\n\n{'b ' * 1000}", hosts=GOOD)
    first, second = (message[0]["text"] for message in parts.messages)
    assert "Title" not in first
    assert second.startswith("## Title\n\nb b")


def test_every_further_table_begins_a_message() -> None:
    parts = draw_output("a\n\n| x |\n|---|\n| 1 |\n\nb\n\n| y |\n|---|\n| 2 |\n\nc", hosts=GOOD)
    kinds = [[block["type"] for block in message] for message in parts.messages]
    assert kinds == [["markdown", "table", "markdown"], ["table", "markdown"]]


def test_a_long_table_is_split_with_its_header_repeated() -> None:
    rows = "".join(f"| {n} | name {n} |\n" for n in range(250))
    parts = draw_output(f"| No | Name |\n|---|---|\n{rows}", hosts=GOOD)
    tables = [message[0]["rows"] for message in parts.messages]
    assert [len(table) for table in tables] == [100, 100, 53]
    assert all(table[0][0]["text"] == "No" for table in tables)
    assert [row[0]["text"] for t in tables for row in t[1:]] == [str(n) for n in range(250)]


def test_many_tables_are_text_instead_of_a_message_each() -> None:
    parts = draw_output("| Name | x |\n|---|---|\n| b | 1 |\n\n" * 9, hosts=GOOD)
    (message,) = parts.messages
    assert len(message) == 9
    assert message[0]["elements"][0]["elements"][0]["text"] == "Name | x\n-----+--\nb    | 1"


@pytest.mark.parametrize("output", [None, "", "  \n ", "```\n```"])
def test_an_output_without_text_makes_no_message(output: Any) -> None:
    assert draw_output(output, hosts=GOOD).messages == ()


@pytest.mark.parametrize(
    "output", [{"total": 5, "who": "<!here>"}, '{"total": 5, "who": "<!here>"}']
)
def test_json_is_shown_as_indented_code(output: Any) -> None:
    parts = draw_output(output, hosts=GOOD)
    assert seen(parts) == '{\n  "total": 5,\n  "who": "<!here>"\n}'
    assert parts.plain.startswith("```json\n{")
    assert parts.fallback_text[0].count("&lt;!here&gt;") == 1


def test_a_value_is_shown_and_what_only_looks_like_json_is_text() -> None:
    assert seen(draw_output(5, hosts=GOOD)) == "5"
    assert seen(draw_output([1], hosts=GOOD)) == "[\n  1\n]"
    assert seen(draw_output("{not json}", hosts=GOOD)) == "{not json}"
    assert seen(draw_output("5", hosts=GOOD)) == "5"


def test_json_that_is_nested_without_end_does_no_harm() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert "nested too deeply" in seen(draw_output(deep, hosts=GOOD))
    while deep:  # taken apart step by step: the interpreter does it recursively
        (deep,) = deep
    assert_sendable(draw_output("[" * 100_000, hosts=GOOD))


def test_html_is_read_as_people_see_it() -> None:
    html = (
        "<!DOCTYPE html><html><head><title>t</title><style>p{}</style></head><body><h2>Totals</h2>"
        "<p>All <b>paid</b> &lt;!channel&gt; by <a href='https://good.com/x'>us</a>"
        "<img src='https://evil.com/x' alt='logo'></p><script>alert(1)</script><table><tr><th>A</th>"
        "<th>B</th></tr><tr><td>1</td><td>2|3</td></tr></table></body></html>"
    )
    parts = draw_output(html, hosts=GOOD)
    prose, table = parts.messages[0]
    assert prose["text"] == (
        "## Totals\n\nAll **paid** &lt;!channel&gt; by [us](https://good.com/x)"
        "logo (image from `evil.com`, not shown)"
    )
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [["A", "B"], ["1", "2|3"]]
    assert parts.plain.startswith("## Totals")
    assert "alert" not in parts.plain


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("Result: <p>one</p> <ul><li>two</li></ul>", "Result:\n\none\n\n- two"),
        ("<b>Bold</b> and <i>more</i>", "**Bold** and *more*"),
        ("<b>All</b>", "**All**"),
        ("<?xml version='1.0'?><p>one <!channel> <![x]> <?php x ?></p>", None),
        ("<p>https://good.com</p>", "https://good.com"),
        ("<p>2 * 3 _x_ # [a](https://evil.com)</p>", None),
    ],
)
def test_pieces_of_html_are_read_too(output: str, text: str | None) -> None:
    parts = draw_output(output, hosts=GOOD)
    assert text is None or seen(parts) == text


def test_html_without_end_does_no_harm() -> None:
    parts = draw_output("<div>" * 3000 + "deep" + "</div>" * 3000, hosts=GOOD)
    assert_sendable(parts)
    assert "deep" in seen(parts)


def test_a_very_long_output_is_not_parsed() -> None:
    parts = draw_output("**word** " * 50_000, hosts=GOOD)
    assert {block["type"] for message in parts.messages for block in message} == {"rich_text"}
    assert seen(parts).count("**word**") == 50_000


def test_the_text_for_notifications_is_plain_and_safe() -> None:
    (text,) = draw_output(
        "## Hi\n\n**Bold** & [us](https://good.com/) `x` <!channel>\n\n| a |\n|---|\n| b |\n\n---",
        hosts=GOOD,
    ).fallback_text
    assert text == "Hi\nBold &amp; us `x` &lt;!channel&gt;\na\nb"


def test_the_fallback_is_the_whole_text_in_plain_sections() -> None:
    text = "**Hello** <!channel>\n\n" + "word " * 5000
    parts = draw_fallback(text)
    assert_sendable(parts)
    assert seen(parts).split() == text.split()
    assert parts.messages[0][0]["text"]["text"].startswith("**Hello** <!channel>")
    assert parts.plain == text.strip("\n")


def test_characters_counts_every_text_once() -> None:
    parts = draw_output("abc\n\n```\ndefg\n```\n\n| hi |\n|---|\n| j |", hosts=GOOD)
    assert characters(parts.messages[0]) == 10
    assert characters([{"type": "section", "text": {"type": "mrkdwn", "text": "ab"}}]) == 2
