from hypothesis import given, strategies as st

from bot.slack.text.split import (
    GAP,
    HELD,
    escape_line_starts,
    split_code,
    split_text,
    without_marks,
)


def test_a_text_is_cut_where_it_hurts_least() -> None:
    assert split_text("One.\n\nTwo two.\n\nThree.", 18) == ["One.\n\nTwo two.", "Three."]
    assert split_text("- one\n- two two\n- three", 16) == ["- one\n- two two", "- three"]
    assert split_text("One is one. Two is two. Three", 25) == ["One is one. Two is two.", "Three"]
    assert split_text("one two three", 8) == ["one two", "three"]
    assert split_text("onetwothree", 4) == ["onet", "woth", "ree"]


def test_an_entity_an_escape_and_what_is_held_stay_whole() -> None:
    assert split_text("aaaa&lt;bbb", 6) == ["aaaa", "&lt;bb", "b"]
    assert split_text("aaaa\\*bbb", 5) == ["aaaa", "\\*bbb"]
    assert split_text(f"aaaa{GAP}b{HELD}cc", 7) == ["aaaa", f"b{HELD}cc"]
    assert without_marks(f"a{GAP}b{HELD}c") == "ab c"


def test_code_is_cut_at_line_ends_and_keeps_its_indentation() -> None:
    assert split_code("if x:\n    y\n    z", 11) == ["if x:\n    y", "    z"]
    assert split_code("abcdef", 4) == ["abcd", "ef"]
    assert split_code("\n\n", 4) == []


def test_lines_that_would_begin_something_are_escaped() -> None:
    lines = "# a\n- b\n+\n1. c\n===\n~~~\n[x]: y\n**bold**\n-1\n#tag\n1.5\nx\n|-|:-:|"
    assert escape_line_starts(lines) == (
        "\\# a\n\\- b\n\\+\n1\\. c\n\\===\n\\~~~\n\\[x]: y\n**bold**\n-1\n#tag\n1.5\nx\n\\|-|:-:|"
    )


@given(st.text(st.sampled_from("ab.&lt;\\ \n")), st.integers(min_value=8, max_value=40))
def test_nothing_but_white_space_is_lost(text: str, limit: int) -> None:
    parts = split_text(text, limit)
    assert all(0 < len(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


@given(st.text(st.sampled_from("ab \n")), st.integers(min_value=1, max_value=40))
def test_code_loses_nothing_but_blank_lines(text: str, limit: int) -> None:
    parts = split_code(text, limit)
    assert all(len(part) <= limit for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
