"""Pictures of everything that the bot can show, as the playground's page shows it.

python -m tests.gallery.pictures FOLDER [LANGUAGE …]
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Page, async_playwright
from slack_sdk.web.async_client import AsyncWebClient

from bot.playground.slack import SlackServer
from bot.slack.words import LANGUAGES
from tests.gallery.cards import Shown, all_of
from tests.playground.page.browsing import CHROMIUM, DIST, FLAGS

AT_ONCE = 7  # messages in one picture
TALL = {"width": 1560, "height": 4200}
NORMAL = {"width": 1100, "height": 900}
CHANNEL = "person=U0ANNA&channel=C0FINANCE"


async def take(page: Page, language: str, folder: Path) -> list[Path]:
    """All pictures of one language; a crash of the page is an error."""
    crashes: list[str] = []
    page.on("pageerror", lambda error: crashes.append(str(error)))
    everything, kept = all_of(language), []
    messages = [each for each in everything if each.view is None]
    batches = [messages[n : n + AT_ONCE] for n in range(0, len(messages), AT_ONCE)]
    for number, shown in enumerate(batches, 1):
        path = folder / f"{language}-messages-{number:02}.png"
        await _messages(page, shown, path)
        kept.append(path)
    kept += await _views(page, [each for each in everything if each.view], folder, language)
    assert not crashes, crashes
    return kept


async def _messages(page: Page, shown: list[Shown], path: Path) -> None:
    async with SlackServer(page_dir=DIST) as slack:
        slack.scopes.update({"chat:write"})
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        slack.workspace.world.channels["C0FINANCE"].messages.clear()
        for each in shown:
            await client.chat_postMessage(
                channel="C0FINANCE", text=each.text, blocks=list(each.blocks)
            )
        await page.set_viewport_size(TALL)  # type: ignore[arg-type]
        await page.goto(f"{slack.page_url}?{CHANNEL}")
        articles = page.get_by_test_id("channel").get_by_role("article")
        await articles.nth(len(shown) - 1).wait_for()
        first, last = await articles.first.bounding_box(), await articles.last.bounding_box()
        assert first is not None
        assert last is not None
        height = last["y"] + last["height"] - first["y"]
        clip = {"x": first["x"], "y": first["y"], "width": first["width"], "height": height}
        await page.screenshot(path=path, clip=clip)  # type: ignore[arg-type]
        await page.goto("about:blank")


async def _views(page: Page, views: list[Shown], folder: Path, language: str) -> list[Path]:
    kept = []
    async with SlackServer(page_dir=DIST) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        await page.set_viewport_size(NORMAL)  # type: ignore[arg-type]
        await page.goto(f"{slack.page_url}?{CHANNEL}")
        await page.get_by_test_id("channel").wait_for()
        dialog = page.get_by_role("dialog")
        for each in views:
            view = each.view or {}
            if view["type"] == "home":
                await client.views_publish(user_id="U0ANNA", view=view)
                await page.goto(f"{slack.page_url}?person=U0ANNA&channel=D0ANNA")
                await page.get_by_role("tab", name="Home").click()
                await page.get_by_test_id("home").wait_for()
            else:
                trigger = slack.workspace.views.issue_trigger("U0ANNA")
                await client.views_open(trigger_id=trigger, view=view)
                await dialog.wait_for()
            path = folder / f"{language}-{each.name.replace(' ', '-')}.png"
            await page.screenshot(path=path)
            kept.append(path)
            if view["type"] == "modal":
                await page.keyboard.press("Escape")
                await dialog.wait_for(state="detached")
        await page.goto("about:blank")
    return kept


@asynccontextmanager
async def a_page() -> AsyncIterator[Page]:
    """A page in a browser with a profile of its own."""
    with tempfile.TemporaryDirectory() as profile:
        async with async_playwright() as tools:
            context = await tools.chromium.launch_persistent_context(
                profile, executable_path=CHROMIUM, headless=True, args=FLAGS
            )
            yield await context.new_page()
            await context.close()


async def main(folder: Path, languages: list[str]) -> None:
    """Keep all pictures of these languages, or of all."""
    async with a_page() as page:
        for language in languages or LANGUAGES:
            kept = await take(page, language, folder)
            sys.stdout.write("".join(f"{path}\n" for path in kept))


if __name__ == "__main__":
    given = Path(sys.argv[1])
    given.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(given, sys.argv[2:]))
