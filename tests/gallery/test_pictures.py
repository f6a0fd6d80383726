"""The playground's page shows everything that the bot can show, in every language."""

from pathlib import Path

import pytest

from bot.slack.words import LANGUAGES
from tests.gallery.cards import all_of
from tests.gallery.pictures import AT_ONCE, a_page, take
from tests.playground.page.browsing import needs_chromium

SMALLEST = 5_000  # bytes: a blank page is smaller


@needs_chromium
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.timeout(120)
async def test_the_gallery_can_be_looked_at(language: str, tmp_path: Path) -> None:
    async with a_page() as page:
        pictures = await take(page, language, tmp_path)
    views = sum(each.view is not None for each in all_of(language))
    messages = len(all_of(language)) - views
    assert len(pictures) == views + -(-messages // AT_ONCE)
    for path in pictures:
        assert path.stat().st_size > SMALLEST, path.name
