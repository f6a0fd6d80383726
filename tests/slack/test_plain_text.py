import pytest
from hypothesis import given, strategies as st

from bot.slack.text.plain import (
    Mentioned,
    Names,
    mentioned_ids,
    mentions,
    read_plain_text,
    starts_with_mention_of_other,
)

BOT = "U0FUSION"
NAMES = Names(users={"U0ANNA": "Anna Schmidt"}, channels={"C0FINANCE": "finance"})


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("<@U0FUSION> what is our policy?", "what is our policy?"),
        ("<@U0FUSION>: what?", "what?"),
        ("  <@U0FUSION>, <@U0FUSION>  what?", "what?"),
        ("what is it <@U0FUSION>?", "what is it?"),
        ("hey <@U0FUSION> what is it", "hey what is it"),
        ("hey <@U0FUSION|fusion>, what", "hey, what"),
        ("one\n<@U0FUSION> two", "one\ntwo"),
        ("one <@U0FUSION>\ntwo", "one\ntwo"),
        ("<@U0FUSION>", ""),
        ("ask <@U0ANNA> and <@U0BEN> and <@U0C|chloe>", "ask @Anna Schmidt and @U0BEN and @chloe"),
        (
            "in <#C0FINANCE> or <#C1|general> or <#C2> or <#C3|>",
            "in #finance or #general or #C2 or #C3",
        ),
        ("<!subteam^S1|@finance-team> <!subteam^S2>", "@finance-team @S2"),
        ("<!here> <!channel> <!everyone> <!here|here>", "@here @channel @everyone @here"),
        ("due <!date^1392734382^{date}|Feb 18, 2014>", "due Feb 18, 2014"),
        ("due <!date^1392734382^{date}>", "due 1392734382"),
        ("<https://x.com/a|the docs>", "the docs (https://x.com/a)"),
        ("<https://x.com/a>", "https://x.com/a"),
        ("<https://x.com/a|https://x.com/a>", "https://x.com/a"),
        ("<http://example.com|example.com>", "example.com"),
        ("<https://x.com/?a=1&amp;b=2>", "https://x.com/?a=1&b=2"),
        ("<mailto:a@b.com|a@b.com> <mailto:a@b.com|Anna>", "a@b.com Anna (a@b.com)"),
        ("<tel:+491234|+49 1234>", "+491234"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("&amp;lt;", "&lt;"),
        ("&lt;@U0ANNA&gt;", "<@U0ANNA>"),
        ("a < b, <> and <", "a < b, <> and <"),
        ("code: ```x &lt; 1```", "code: ```x < 1```"),
    ],
)
def test_what_is_typed_becomes_plain_text(sent: str, read: str) -> None:
    assert read_plain_text(sent, NAMES, BOT) == read


def test_only_ids_without_a_label_need_a_name() -> None:
    text = "<@U1> <@U2|ben> <#C1> <#C2|general> <#C3|> <!here> <https://x.com>"
    assert mentioned_ids(text) == Mentioned(
        users=frozenset({"U1"}), channels=frozenset({"C1", "C3"})
    )


def test_a_mention_is_of_exactly_this_user() -> None:
    assert mentions("hi <@U1>", "U1")
    assert mentions("hi <@U1|one>", "U1")
    assert not mentions("hi <@U11> U1 <#U1>", "U1")


@pytest.mark.parametrize(
    ("text", "is_other"),
    [
        ("<@U0BEN> look", True),
        (" <@U0BEN|ben> look", True),
        ("<!here> look", True),
        ("<!subteam^S1|@team> look", True),
        ("<@U0FUSION> ask <@U0BEN>", False),
        ("look <@U0BEN>", False),
        ("<#C1> is", False),
        ("", False),
    ],
)
def test_a_text_that_begins_by_addressing_somebody_else_is_known(text: str, is_other: bool) -> None:
    assert starts_with_mention_of_other(text, BOT) is is_other


tokens = st.sampled_from(
    [
        "<@U0FUSION>",
        "<@U0ANNA>",
        "<@U9>",
        "<#C0FINANCE>",
        "<#C9|x>",
        "<!here>",
        "<!subteam^S1|@a>",
        "<https://x.com|y>",
        "<mailto:a@b.c|a@b.c>",
        "<!date^1^{date}|then>",
        "<tel:1|1>",
    ]
)
words = st.text(st.characters(exclude_characters="<>&", exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.one_of(tokens, words)).map(" ".join))
def test_no_token_is_left(sent: str) -> None:
    read = read_plain_text(sent, NAMES, BOT)
    assert "<" not in read
    assert read_plain_text(read, NAMES, BOT) == read


@given(st.text())
def test_any_text_can_be_read(sent: str) -> None:
    read = read_plain_text(sent, NAMES, BOT)
    assert not mentions(sent.replace("&", ""), BOT) or len(read) < len(sent)
    mentioned_ids(sent)
    starts_with_mention_of_other(sent, BOT)


@given(words)
def test_words_stay_as_they_are(sent: str) -> None:
    assert read_plain_text(sent, NAMES, BOT) == sent.strip()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_what_slack_escapes_is_read_back(typed: str) -> None:
    sent = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert read_plain_text(sent, NAMES, BOT) == typed.strip()
