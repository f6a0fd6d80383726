"""Installing the app in a real browser: the bot's page, Slack's, and back."""

from datetime import timedelta
from pathlib import Path

from playwright.async_api import Browser

from tests.playground.page.browsing import needs_chromium
from tests.stories.many_workspaces import many_workspaces
from tests.stories.service import ANNA, FINANCE

pytestmark = needs_chromium


async def test_it_is_installed_and_answers(browser: Browser, tmp_path: Path) -> None:
    async with many_workspaces(tmp_path) as house:
        page = await browser.new_page()
        await page.goto(f"{house.url}/slack/install")
        await page.get_by_role("link", name="Add to Slack").click()
        await page.get_by_role("link", name="Allow in Two").click()
        await page.get_by_role("heading", name="Fusion is installed").wait_for()
        assert await page.get_by_role("link", name="Open Slack").get_attribute("href")
        await page.go_back()
        await page.get_by_role("link", name="Cancel").click()
        await page.get_by_text("not begun here, was finished before").wait_for()
        two = house.slack.slack("T0TWO")
        root = await two.say(ANNA, FINANCE, "@Fusion echo installed")
        await two.until(lambda: [m for m in two.thread(FINANCE, root) if "echo: " in m.plain])
        await page.close()


async def test_who_cancels_comes_too_late_or_forges_a_state_is_told_so(
    browser: Browser, tmp_path: Path
) -> None:
    async with many_workspaces(tmp_path) as house:
        page = await browser.new_page()
        await page.goto(f"{house.url}/slack/install")
        await page.get_by_role("link", name="Add to Slack").click()
        await page.get_by_role("link", name="Cancel").click()
        await page.get_by_text("You did not allow it").wait_for()
        await page.get_by_role("link", name="Begin anew").click()
        await page.get_by_role("link", name="Add to Slack").click()
        allow = page.get_by_role("link", name="Allow in One")
        await allow.wait_for()
        house.clock.forward(timedelta(minutes=11))
        await allow.click()
        await page.get_by_text("took longer than ten minutes").wait_for()
        await page.goto(f"{house.url}/slack/oauth_redirect?code=x&state=forged")
        await page.get_by_text("not begun here").wait_for()
        await page.close()
        assert not house.slack.grants
