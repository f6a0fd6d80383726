"""The pages of a sign-in speak the browser's language."""

from dataclasses import fields

import pytest

from bot.identity.browser_sign_in import Confirmation
from bot.identity.page_words import ENGLISH, LANGUAGES, PageWords, translated, words_for
from bot.identity.sign_in_pages import (
    draw_confirmation,
    draw_declined,
    draw_done,
    draw_failure,
)

HOSTILE = "<b>&'\"{user}{0}"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("it, fr-CH;q=0.9, en;q=0.95", "en"),
        ("ja", "ja"),
        ("pt;q=1, es-419;q=0.5", "es"),
        ("en;q=oops, fr;q=.1", "fr"),
        ("*, ;;, q=1, de;q=-", "en"),
        ("x" * 10_000, "en"),
    ],
)
def test_the_first_of_ours_that_the_browser_wants(header: str, language: str) -> None:
    assert words_for(header).language == language


@pytest.mark.parametrize("words", LANGUAGES.values(), ids=list(LANGUAGES))
def test_each_page_is_whole_and_escapes_names_in_each_language(words: PageWords) -> None:
    asked = Confirmation(HOSTILE, HOSTILE, "a@example.com", HOSTILE)
    pages = (
        draw_confirmation(asked, words),
        draw_done(HOSTILE, words),
        draw_declined(words),
        draw_failure(HOSTILE, words),
    )
    for page in pages:
        assert f'<html lang="{words.language}">' in page
        assert "<b>" not in page
    assert all(getattr(words, field.name).strip() for field in fields(words))
    assert words.in_fusion_you_are.count("{user}") == 1


def test_sentences_of_ours_are_translated_and_others_stay() -> None:
    german = LANGUAGES["de"]
    assert translated(ENGLISH.link_is_over, german) == german.link_is_over
    assert translated("FUSION_SCOPE is wrong.", german) == "FUSION_SCOPE is wrong."
