import re

import pytest
from hypothesis import given, strategies as st

from bot.slack.text.links import AllowedHosts, judge_link, quote_url, read_host
from bot.slack.text.safe import cut_mrkdwn, escape_mrkdwn, link, plain_text_object, shorten, tidy

ANY = AllowedHosts()
SOME = AllowedHosts(frozenset({"good.com", "*.oracle.com"}))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Good.com/x", "good.com"),
        ("http://good.com:8080?x", "good.com"),
        ("https://good.com", "good.com"),
        ("mailto:a.b@good.com", "good.com"),
        ("https://user@good.com/", None),
        ("https://good.com\\@evil.com", None),
        ("https://good.com.", None),
        ("https://gооd.com", None),
        ("javascript:alert(1)", None),
        ("https:good.com", None),
        ("//good.com", None),
        ("mailto:a@good.com?body=secret", None),
        ("", None),
    ],
)
def test_a_host_is_read_as_browsers_read_it(url: str, host: str | None) -> None:
    assert read_host(url) == host


def test_configured_hosts_are_the_only_ones_allowed() -> None:
    assert SOME.allows("https://good.com/x")
    assert SOME.allows("https://docs.oracle.com/x")
    assert not SOME.allows("https://oracle.com/x")
    assert not SOME.allows("https://sub.good.com/x")
    assert not SOME.allows("https://notgood.com/x")
    assert not SOME.allows("https://good.com/" + "x" * 3000)
    assert ANY.allows("https://anywhere.com/")
    assert not ANY.allows("ftp://anywhere.com/")


@pytest.mark.parametrize(
    ("url", "label", "drawn"),
    [
        ("https://good.com/p", "the policy", "<https://good.com/p|the policy>"),
        ("https://good.com/p", "budget.xlsx", "<https://good.com/p|budget.xlsx>"),
        ("https://evil.com/p", "the policy", "the policy (`https://evil.com/p`)"),
        ("https://good.com/p", "bank.com", "bank.com (`https://good.com/p`)"),
        ("https://good.com/p", "b\u200bank.com", "b\u200bank.com (`https://good.com/p`)"),
        ("https://good.com/p", "https://bank", "https://bank (`https://good.com/p`)"),
        ("https://good.com/a|b>c", "x", "<https://good.com/a%7Cb%3Ec|x>"),
        (
            "https://good.com/?a=1&b=2",
            "<!channel>|",
            "<https://good.com/?a=1&amp;b=2|&lt;!channel&gt;¦>",
        ),
        ("https://docs.oracle.com/x", "oracle.com", "<https://docs.oracle.com/x|oracle.com>"),
        ("javascript:x", "click", "click (`javascript:x`)"),
        ("https://good.com/", "", "<https://good.com/|https://good.com/>"),
        ("", "label", "label"),
    ],
)
def test_a_link_is_one_only_where_it_may_be(url: str, label: str, drawn: str) -> None:
    assert link(url, label, SOME) == drawn


@pytest.mark.parametrize(
    ("url", "label", "drawn"),
    [
        ("https://x.com/p", "policy", "<https://x.com/p|policy> (x.com)"),
        ("https://x.com/p", "https://x.com/p", "<https://x.com/p|https://x.com/p>"),
        ("https://x.com/p", "www.x.com", "<https://x.com/p|www.x.com>"),
        ("mailto:a@x.com", "Anna", "<mailto:a@x.com|Anna> (a@x.com)"),
        ("mailto:a@x.com", "a@bank.com", "a@bank.com (`mailto:a@x.com`)"),
    ],
)
def test_without_configured_hosts_people_see_where_a_link_leads(
    url: str, label: str, drawn: str
) -> None:
    assert link(url, label, ANY) == drawn


@given(st.text(), st.text(), st.sampled_from([ANY, SOME]))
def test_a_link_has_one_token_at_most_whatever_it_is_made_of(
    url: str, label: str, hosts: AllowedHosts
) -> None:
    drawn = link(url, label, hosts)
    assert (
        drawn.count("<")
        == drawn.count(">")
        == (1 if judge_link(tidy(url), tidy(label), hosts).clickable else 0)
    )


@given(st.text())
def test_a_quoted_address_holds_no_syntax(url: str) -> None:
    quoted = quote_url(tidy(url))
    assert not set(quoted) & set('<>|`()\\" \n')
    assert quoted.isascii()


@given(st.text(), st.integers(min_value=0, max_value=50))
def test_a_shortened_text_fits(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == text or limit == 0 or short.endswith("…")


@given(st.text(st.characters()))
def test_escaped_text_can_be_sent_and_holds_no_token(text: str) -> None:
    escaped = escape_mrkdwn(text)
    escaped.encode()
    assert "<" not in escaped
    assert ">" not in escaped


def test_tidy_text_has_no_controls_and_no_halves_of_characters() -> None:
    assert tidy("a\0b\ud800c\x07d\r\ne\u202ef\ufdd0g\u200dh\t") == "a\ufffdb\ufffdcd\nefg\u200dh\t"
    assert tidy("\ud83d\ude00") == "😀"


def test_a_plain_text_object_is_never_empty_nor_too_long() -> None:
    assert plain_text_object(" ")["text"] == " "
    assert len(plain_text_object("x" * 200, 75)["text"]) == 75


@given(st.text(st.sampled_from("ab <>&|"), max_size=60), st.integers(1, 60))
def test_mrkdwn_that_is_cut_has_no_half_tokens(text: str, limit: int) -> None:
    mrkdwn = f"<@U1> {escape_mrkdwn(text)} <https://example.com|there>"
    cut = cut_mrkdwn(mrkdwn, limit)
    assert len(cut) <= limit or cut == mrkdwn
    assert cut.count("<") == cut.count(">")
    assert re.fullmatch(r"(?:[^&]|&(?:amp|lt|gt);)*", cut)
