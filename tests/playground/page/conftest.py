"""A fake Slack, a browser, and a page that must not leave the playground."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright

from tests.playground.page.browsing import CHROMIUM, FLAGS
from tests.playground.page.fake import FakeSlack


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    fake = FakeSlack()
    runner = web.AppRunner(fake.app(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield fake
    fake.cut()
    await runner.cleanup()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def page(browser: Browser, slack: FakeSlack) -> AsyncIterator[Page]:
    """A page whose every request is watched: none may leave the playground."""
    page = await browser.new_page(viewport={"width": 1400, "height": 900})
    elsewhere: list[str] = []
    crashes: list[str] = []

    def watch(url: str) -> None:
        if not url.startswith((slack.url, "data:")):
            elsewhere.append(url)

    page.on("request", lambda request: watch(request.url))
    page.on("pageerror", lambda error: crashes.append(str(error)))
    yield page
    await page.close()
    assert elsewhere == []
    assert crashes == []
