"""docs/troubleshooting.md has every sentence with which the bot says that something is wrong."""

from pathlib import Path

import pytest

from bot.slack.installing.routes import OVER
from bot.slack.words.en import approvals, general

DOCUMENT = Path(__file__).parents[1] / "docs" / "troubleshooting.md"
SENTENCES = [
    *general.TROUBLES.values(),
    *general.LIMITS.values(),
    *approvals.REOPENED.values(),
    *(general.UNCERTAIN, general.REPLY_LOST, general.STORAGE_TROUBLE, general.GONE),
    *(approvals.NOBODY, OVER),
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_each_sentence_has_its_cause_and_cure(sentence: str) -> None:
    assert sentence in DOCUMENT.read_text("utf-8")
