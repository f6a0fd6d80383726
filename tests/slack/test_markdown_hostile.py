"""Hostile texts: nobody is mentioned, nothing is loaded, no link lies or leads where it may not."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st
from jsonschema import Draft7Validator
from markdown_it import MarkdownIt

from bot.slack.text.links import AllowedHosts
from bot.slack.text.output import Parts, draw_output

ANY = AllowedHosts()
GOOD = AllowedHosts(frozenset({"good.com"}))
SCHEMA = Path(__file__).parents[3] / "shared" / "schemas" / "slack-blocks.schema.json"
VALIDATOR = Draft7Validator(json.loads(SCHEMA.read_text())) if SCHEMA.exists() else None


def assert_dead(parts: Parts, hosts: AllowedHosts) -> None:
    """A Markdown reader finds in it no image, no HTML, no address but those that are allowed."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    texts = [b["text"] for m in parts.messages for b in m if b["type"] == "markdown"]
    inline = [
        child for text in texts for token in reader.parse(text) for child in token.children or ()
    ]
    assert not {child.type for child in inline} & {"image", "html_inline"}
    for child in inline:
        assert child.type != "link_open" or hosts.allows(str(child.attrs["href"]))
        if child.type == "text" and hosts.hosts:
            for address in re.findall(r"(?:[a-z]+://|www\.)[^\s<>]*", child.content):
                assert not re.match(r"(?:[a-z]+://)?[^/?#]*evil\.com", address)


HOSTILE = [
    ("<!channel>", "&lt;!channel&gt;"),
    ("&lt;!channel&gt;", "&lt;!channel&gt;"),
    ("&amp;lt;!channel&amp;gt;", "&amp;lt;!channel&amp;gt;"),
    ("&#60;!channel&#x3e;", "&lt;!channel&gt;"),
    ("\\<!channel\\>", "&lt;!channel&gt;"),
    ("hi <@U123> and <#C1|x>", "hi &lt;@U123&gt; and &lt;#C1|x&gt;"),
    ("`<!here>`", "`&lt;!here&gt;`"),
    ("<https://evil|click>", "`https://evil%7Cclick`"),
    ("<https://good.com/x>", "[https://good.com/x](https://good.com/x)"),
    ("[x](https://a|b><!channel>)", "x (`https://a%7Cb%3E%3C!channel%3E`)"),
    ("![a](https://evil.com/x.png)", "a (image from `evil.com`, not shown)"),
    ("![](data:image/png;base64,AAAA)", "(image, not shown)"),
    ("![chart](https://good.com/x.png)", "[chart](https://good.com/x.png)"),
    (
        "[![a](https://evil.com/x)](https://good.com/)",
        "a (image from `evil.com`, not shown) (`https://good.com/`)",
    ),
    ("[https://bank.com](https://evil.com)", "`https://bank.com` (`https://evil.com`)"),
    ("[https://bank.com](https://good.com/x)", "`https://bank.com` (`https://good.com/x`)"),
    ("[bank.com](https://good.com/x)", "bank.com (`https://good.com/x`)"),
    ("[**bank**.com](https://good.com/x)", "**bank**.com (`https://good.com/x`)"),
    ("[click](https://good.com@evil.com/)", "click (`https://good.com@evil.com/`)"),
    ("[<https://bank.com>](https://good.com/)", "`https://bank.com` (`https://good.com/`)"),
    ("[a <https://good.com/x>](https://good.com/)", "[a https://good.com/x](https://good.com/)"),
    ("[click](//evil.com)", "click (`//evil.com`)"),
    ("[click](/docs/x)", "click (`/docs/x`)"),
    ("[click](javascript:alert(1))", "click (`javascript:alert%281%29`)"),
    ("[click](slack://user?id=1)", "click (`slack://user?id=1`)"),
    (
        "[click][1]\n\n[1]: https://evil.com",
        "click (`https://evil.com`)\n\n\\[1\\]: `https://evil.com`",
    ),
    ("[click](https://good.com/a_(b))", "[click](https://good.com/a_%28b%29)"),
    ("[a b\nc](https://good.com/ 'title')", "[a b c](https://good.com/)"),
    ("[]( )", ""),
    ("see https://evil.com/?d=secret.", "see `https://evil.com/?d=secret`."),
    ("see https://good.com/a_b_c, ok", "see https://good.com/a_b_c, ok"),
    ("x<br>|||\n-|-\nwww.evil.com|", "x  \n|||\n\\-|-\n`www.evil.com|`"),
    ("see www.evil.com now", "see `www.evil.com` now"),
    ("`x`https://evil.com", "`x`\u200b`https://evil.com`"),
    ("a ` b https://evil.com c", "a \\` b `https://evil.com` c"),
    ("\\https://evil.com", "\\\\`https://evil.com`"),
    ("!\\[a](https://good.com/)", "!\\[a]\\(https://good.com/)"),
    ("\\![a](https://good.com/)", "!\u200b[a](https://good.com/)"),
    ("[a]\\(https://good.com)", "[a]\\(https://good.com)"),
    ("text\n    [1]: https://evil.com", "text\n\\[1]: `https://evil.com`"),
    ("<img src=x onerror=y>", "(image, not shown)"),
    ("<b>bold</b> and<br>line, H<sub>2</sub>O", "**bold** and  \nline, H2O"),
    ("a <b> open", "a &lt;b&gt; open"),
    ("<!-- note -->", "&lt;!-- note --&gt;"),
    ("@channel @here", "@channel @here"),
    ("a\0b\u202ec\u200bd \ud800", "a\ufffdbc\u200bd \ufffd"),
    ("שלום <!channel> עולם", "שלום &lt;!channel&gt; עולם"),
]


@pytest.mark.parametrize(("text", "drawn"), HOSTILE)
def test_what_is_hostile_is_dead(text: str, drawn: str) -> None:
    parts = draw_output(text, hosts=GOOD)
    found = "".join(str(block["text"]) for message in parts.messages for block in message)
    assert found == drawn
    assert_dead(parts, GOOD)
    assert_dead(draw_output(text, hosts=ANY), ANY)


# fmt: off
FRAGMENTS = st.sampled_from([
    "<!channel>", "<@U1>", "<", ">", "&lt;", "&amp;", "&", "`", "``", "```\n", "\n", "\n\n",
    "  ", "    ", "*", "**", "_", "~~", "[", "]", "](", "(", ")", "![", "](https://evil.com/x)",
    "\\", "](https://good.com/)", "https://evil.com/a", "www.evil.com", "<https://evil.com>",
    "[1]: ", "| a | b |\n|---|---|\n", "| c |", "|", "# ", "- ", "1. ", "> ", "---\n", "<br>",
    "<b>", "</b>", "<div>", "</div>", "<script>", "word", "two words", "é", "\u202e", "\u200b",
    "\0", "\ud800", "javascript:x", "mailto:a@evil.com", "good.com", ":", "!", "\t", "{",
    '{"a": 1}', "\ufdd0",
])
# fmt: on
SOUP = st.lists(FRAGMENTS, max_size=30).map("".join)


@settings(max_examples=300, deadline=None)
@given(SOUP, st.sampled_from([ANY, GOOD]))
def test_no_mixture_of_syntax_comes_to_life(text: str, hosts: AllowedHosts) -> None:
    parts = draw_output(text, hosts=hosts)
    assert_dead(parts, hosts)
    for message in parts.messages:
        assert not {"<", "\0"} & {c for b in message if b["type"] == "markdown" for c in b["text"]}
        json.dumps(message, ensure_ascii=False).encode()
        if VALIDATOR is not None:
            VALIDATOR.validate(json.loads(json.dumps(message)))
