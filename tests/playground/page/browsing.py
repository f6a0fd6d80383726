"""The browser for page tests, and where the built page is."""

import shutil
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "bot" / "playground" / "page"
DIST = PAGE / "dist"
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None,
    reason="No Chromium is installed, so the page cannot be opened: apt-get install chromium",
)
