"""Agents' texts as Slack blocks: what is hostile is dead, what is useful stays, nothing is lost."""

from typing import Any

import pytest
from markdown_it import MarkdownIt

from bot.slack.text.links import AllowedHosts
from bot.slack.text.output import draw_output

ANY = AllowedHosts()
GOOD = AllowedHosts(frozenset({"good.com"}))


def blocks(output: Any, hosts: AllowedHosts = GOOD) -> list[dict[str, Any]]:
    parts = draw_output(output, hosts=hosts)
    return [block for message in parts.messages for block in message]


def prose(output: Any, hosts: AllowedHosts = GOOD) -> str:
    (block,) = blocks(output, hosts)
    assert block["type"] == "markdown"
    return str(block["text"])


def code(text: str) -> dict[str, Any]:
    element = {"type": "text", "text": text}
    preformatted = {"type": "rich_text_preformatted", "elements": [element]}
    return {"type": "rich_text", "elements": [preformatted]}


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("[the policy](https://x.com/p)", "[the policy](https://x.com/p) (x.com)"),
        ("[https://x.com/p](https://x.com/p)", "[https://x.com/p](https://x.com/p)"),
        ("<https://x.com/_p_>", "[https://x.com/\\_p\\_](https://x.com/_p_)"),
        ("https://x.com/p", "https://x.com/p"),
        ("https://u@x.com/p", "`https://u@x.com/p`"),
        ("[Anna](mailto:a@x.com)", "[Anna](mailto:a@x.com) (a@x.com)"),
        ("![a](https://x.com/x.png)", "a (image from `x.com`, not shown)"),
    ],
)
def test_without_configured_hosts_people_see_where_links_lead(text: str, drawn: str) -> None:
    assert prose(text, ANY) == drawn


SAME = [
    "# A heading",
    "Some **bold**, *italic*, _both **of** it_, ~~gone~~ and `code`.",
    "- one\n- two\n  - deep\n  - deeper\n- three",
    "3. three\n4. four",
    "1) one\n2) two",
    "- one\n\n  more of it\n\n- two",
    "> quoted\n> twice\n>\n> > deeper",
    "> - in a quote",
    "- [ ] to do\n- [x] done",
    "snake_case and 2 * 3 * 4 and a\\*b\\*c",
    "C:\\Users\\anna & co. costs 5 % (see [1][2])",
    "a &amp;copy; b",
    "[the policy](https://good.com/p?a=1&b=2)",
    "[`code` and **bold**](https://good.com/)",
    "a line  \nanother",
    "``a ` b``",
    "`` ` ``",
    "5 &lt; 6 &gt; 4",
    "a | b",
]


@pytest.mark.parametrize("text", SAME)
def test_harmless_markdown_stays_as_it_was_written(text: str) -> None:
    assert prose(text) == text


@pytest.mark.parametrize("text", SAME)
def test_what_was_drawn_means_what_was_written(text: str) -> None:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    assert reader.render(prose(text)) == reader.render(text)


def test_prose_keeps_its_meaning_where_its_form_changes() -> None:
    assert prose("Title\n===") == "# Title"
    assert prose("text\n- a\n- b") == "text\n\n- a\n- b"
    assert prose("text\n      - no list") == "text\n\\- no list"
    assert prose("- a\n- b\n\n* c") == "- a\n- b\n\n* c"
    assert prose("-\n- b") == "-\n- b"


def test_code_leaves_markdown_with_its_content_untouched() -> None:
    assert blocks("a\n\n```py\nif x < 1:\n    <!channel>\n```\nb") == [
        {"type": "markdown", "text": "a"},
        code("if x < 1:\n    <!channel>"),
        {"type": "markdown", "text": "b"},
    ]
    assert blocks("    indented <@U1>") == [code("indented <@U1>")]
    assert blocks("```\nnever closed") == [code("never closed")]
    assert blocks("````\n```\ninner\n```\n````") == [code("```\ninner\n```")]
    assert blocks("```\n```") == []


def test_code_in_a_list_interrupts_it_and_the_numbers_go_on() -> None:
    assert blocks("1. a\n\n   ```\n   x\n   ```\n   more\n   - deep\n2. b\n3. c") == [
        {"type": "markdown", "text": "1. a"},
        code("x"),
        {"type": "markdown", "text": "more\n\n- deep\n\n2. b\n\n3. c"},
    ]
    assert blocks("- ```\n  x\n  ```\n- b") == [
        {"type": "markdown", "text": "-"},
        code("x"),
        {"type": "markdown", "text": "- b"},
    ]


def test_code_in_a_quote_leaves_it() -> None:
    assert blocks("> a\n>\n> ```\n> x\n> ```\n> b") == [
        {"type": "markdown", "text": "> a"},
        code("x"),
        {"type": "markdown", "text": "> b"},
    ]


def test_a_rule_is_a_divider() -> None:
    assert blocks("a\n\n---\n\n***\n\nb") == [
        {"type": "markdown", "text": "a"},
        {"type": "divider"},
        {"type": "markdown", "text": "b"},
    ]


def test_a_table_is_native_and_its_cells_are_raw_text() -> None:
    text = (
        "| Name | Cost |\n|:-----|-----:|\n| **A** <@U1> `x|y` | 5 |\n| [l](https://good.com/) | |"
    )
    (table,) = blocks(text.replace("x|y", "x\\|y"))
    assert table["column_settings"] == [
        {"align": "left", "is_wrapped": False},
        {"align": "right", "is_wrapped": False},
    ]
    assert [[cell["text"] for cell in row] for row in table["rows"]] == [
        ["Name", "Cost"],
        ["A <@U1> x|y", "5"],
        ["l (https://good.com/)", " "],
    ]
    assert {cell["type"] for row in table["rows"] for cell in row} == {"raw_text"}


def test_cells_that_the_header_does_not_foresee_are_kept() -> None:
    (table,) = blocks("| a | b |\n|---|---|\n| 1 | 2 | 3 | 4 |\n| 1 |")
    assert [cell["text"] for cell in table["rows"][1]] == ["1", "2 | 3 | 4"]
    assert [cell["text"] for cell in table["rows"][2]] == ["1", " "]


def test_a_table_in_a_list_or_quote_is_native_too() -> None:
    assert [b["type"] for b in blocks("- a\n\n  | x |\n  |---|\n  | 1 |")] == ["markdown", "table"]
    assert [b["type"] for b in blocks("> | x |\n> |---|\n> | 1 |")] == ["table"]


def test_a_table_that_is_too_wide_is_text() -> None:
    row = "|" + " ab |" * 21
    (block,) = blocks(f"{row}\n{'|' + '---|' * 21}\n{row}")
    text = block["elements"][0]["elements"][0]["text"]
    assert text.splitlines()[0] == " | ".join(["ab"] * 21)


def test_html_within_markdown_becomes_markdown() -> None:
    assert blocks("**A** list:\n\n<ul><li>x &lt;!here&gt;</li></ul>\n\n<script>x</script>") == [
        {"type": "markdown", "text": "**A** list:\n\n- x &lt;!here&gt;"},
    ]


def test_nesting_that_nobody_writes_is_shown_as_it_is() -> None:
    text = "> " * 200 + "deep"
    assert blocks(text) == [code(text)]
    assert blocks("![" * 4000)[0]["type"] == "rich_text"
