"""The bot's own sentences: one for every case, whole, and without an exception's words."""

import inspect
import re
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.approval import Reopened
from bot.domain.events import Trouble
from bot.domain.machine import ENDS
from bot.domain.policy import Refusal
from bot.domain.run import State
from bot.slack.words.en import (
    approvals as approval_sentences,
    general as say,
    sign_in as sign_in_sentences,
)

MODULES = (say, approval_sentences, sign_in_sentences)
TABLES = (say.TROUBLES, approval_sentences.REOPENED, approval_sentences.REFUSALS)
FIXED = {
    f"{module.__name__}.{name}": text
    for module in MODULES
    for name, text in vars(module).items()
    if name.isupper() and isinstance(text, str)
} | {f"{name}": text for table in TABLES for name, text in table.items()}


def test_every_trouble_every_reopening_and_every_refusal_has_its_sentence() -> None:
    assert set(say.TROUBLES) == set(Trouble)
    assert set(approval_sentences.REOPENED) == set(Reopened)
    assert set(approval_sentences.REFUSALS) == set(Refusal) - {Refusal.NOT_YOU}


def test_status_has_a_word_for_every_state_that_is_no_end() -> None:
    assert set(say.STATES) == set(State) - ENDS


@pytest.mark.parametrize("name", FIXED)
def test_a_sentence_is_whole_and_blames_nobody(name: str) -> None:
    text = FIXED[name]
    assert text == text.strip()
    assert text
    for word in ("Exception", "Error", "None", "{", "}", "TODO"):
        assert word not in text
    if " " in text.strip("*") and len(text) > 25:
        assert text.rstrip("_*”").endswith((".", "?", ":"))


def test_sentences_with_parts_take_them_in() -> None:
    parts = {"who": "<@U1>", "team": "Payables", "command": "/fusion", "channel": "C1"}
    for name, function in inspect.getmembers(say, inspect.isfunction):
        wanted = inspect.signature(function).parameters
        if function.__module__ != say.__name__ or not set(wanted) <= set(parts):
            continue
        text = function(**{each: parts[each] for each in wanted})
        assert all(parts[each] in text for each in wanted), name


def test_a_queue_of_one_is_said_in_the_singular() -> None:
    assert "one question" in say.queued(1)
    assert "3 questions" in say.queued(3)


def test_a_question_is_quoted_line_by_line() -> None:
    assert say.asked("<@U1>", "one\ntwo", "T") == "<@U1> asked *T*:\n> one\n> two"
    assert say.asked("<@U1>", "") == "<@U1> asked:\n> "


@pytest.mark.parametrize(("seconds", "minutes"), [(61, 1), (89, 1), (91, 2), (3600, 60)])
def test_a_notice_says_how_long_it_took(seconds: int, minutes: int) -> None:
    assert f"after {minutes} min" in say.ready("<@U1>", timedelta(seconds=seconds))


def test_a_time_is_slacks_date_token_with_a_fallback() -> None:
    when = datetime(2026, 3, 2, 12, 5, tzinfo=UTC)
    assert say.stamp(when) == "<!date^1772453100^{time}|2026-03-02 12:05 UTC>"
    assert re.fullmatch(r"<!date\^\d+\^\{date\}\|.+>", say.stamp(when, "{date}"))
